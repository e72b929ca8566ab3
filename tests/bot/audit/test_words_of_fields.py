"""What is held about a person is told in words: no field of a table stands there under its own name."""

import pytest

from bot.audit.cli import FOR_MACHINES
from bot.service.every_table import METADATA
from bot.service.personal_data import TABLES
from bot.texts import TEXTS
from knowledge.texts import Catalogue

OF_NO_PERSON_ASKED_ABOUT = {"schools", "slack_installations", "audit_links"}
"""Their rows are the installation's; a person's own stand elsewhere."""
PERSONAL = sorted(
    name for name, kept in TABLES.items() if kept.people and name not in OF_NO_PERSON_ASKED_ABOUT
)


@pytest.mark.parametrize("table", PERSONAL)
def test_every_field_has_words_or_is_for_machines_alone(table: str) -> None:
    known = Catalogue(TEXTS)
    assert f"subject.place.{table.replace('_', '-')}" in known
    names = {column.name for column in METADATA.tables[table].columns} - FOR_MACHINES
    assert [name for name in sorted(names) if f"subject.field.{name.replace('_', '-')}" not in known] == []
