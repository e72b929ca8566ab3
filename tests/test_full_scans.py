"""The guard against statements that read a whole table which grows: what it finds, and what it lets pass."""

import importlib
from pathlib import Path

import pytest

from tests.full_scans import MEANT, Issued, on_postgresql, on_sqlite

pytestmark = pytest.mark.integration

WHOLE = (
    "SELECT id FROM runs WHERE started_by = 'schedule'",
    "SELECT before FROM journal AS changes WHERE changes.identifier = 'H801200001001'",
    "DELETE FROM covered_records WHERE leaving_date < '2026-09-01'",
)
SEEKS = (
    "SELECT id FROM runs WHERE school = '6601001' ORDER BY id DESC",
    "SELECT max(id) FROM runs",
    "SELECT id FROM outbox WHERE sent_at IS NULL AND given_up_because IS NULL ORDER BY id",
    "SELECT name FROM schools",
)


def issued(*texts: str, function: str = "bot/runs/answers.py:listed") -> list[Issued]:
    """Statements as a function of the product would issue them."""
    return [Issued(text, (), function) for text in texts]


def test_on_sqlite_it_names_the_function_the_table_and_the_statement() -> None:
    told = on_sqlite(issued(*WHOLE, *SEEKS))
    assert len(told) == len(WHOLE)
    assert told[0].startswith("bot/runs/answers.py:listed reads all of runs; a seek")
    assert told[0].endswith(WHOLE[0])
    assert "reads all of journal" in told[1]


def test_on_postgresql_it_finds_them_however_small_the_tables(postgresql_url: str) -> None:
    assert len(on_postgresql(postgresql_url, issued(*WHOLE, *SEEKS))) == len(WHOLE)


def test_what_is_meant_passes() -> None:
    assert on_sqlite(issued(WHOLE[0], function="provisioning/store/retention.py:find")) == []


@pytest.mark.parametrize("meant", MEANT)
def test_each_function_that_may_read_all_is_there(meant: str) -> None:
    file, name = meant.split(":")
    assert hasattr(importlib.import_module(".".join(Path(file).with_suffix("").parts)), name)
