"""Every table is known by what it holds of people, and what retention is to end, it ends."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import JSON, Date, String, Table

from bot.service.every_table import METADATA
from bot.service.past_times import stale
from bot.service.personal_data import TABLES, Ends
from bot.settings_tables import RetentionSettings

ENDED_BY_ANOTHER = {"audit_links": "audit"}
"""Tables whose rows are deleted by the same function as those of another."""


def may_hold_a_person(table: Table) -> set[str]:
    """The columns with a text, a structure, or a date of birth."""
    return {
        column.name
        for column in table.c
        if isinstance(column.type, String | JSON)
        or (isinstance(column.type, Date) and column.name == "date_of_birth")
    }


def test_every_table_is_listed_and_no_other() -> None:
    assert set(TABLES) == set(METADATA.tables)


@pytest.mark.parametrize("table", METADATA.sorted_tables, ids=lambda table: table.name)
def test_every_column_is_either_of_people_or_not(table: Table) -> None:
    kept = TABLES[table.name]
    assert not set(kept.people) & set(kept.plain)
    assert {*kept.people, *kept.plain} == may_hold_a_person(table)
    assert (kept.ends in (Ends.NO_PERSON, Ends.COUNTS)) == (not kept.people)


@pytest.mark.parametrize("external_directory", [False, True])
def test_retention_ends_what_the_list_says(external_directory: bool) -> None:
    over = stale(RetentionSettings(), datetime(2026, 9, 8, tzinfo=UTC), external_directory=external_directory)
    ended = {rows.table.name for rows in over} | set(ENDED_BY_ANOTHER)
    assert ended == {name for name, kept in TABLES.items() if kept.ends in (Ends.RETENTION, Ends.COUNTS)}


def test_no_user_is_left_in_a_row_that_stays() -> None:
    """Of a table whose rows are emptied before they are deleted, every column of people is emptied."""
    over = stale(RetentionSettings(), datetime(2026, 9, 8, tzinfo=UTC), external_directory=False)
    for name in {rows.table.name for rows in over if rows.empty}:
        emptied = {column for rows in over if rows.table.name == name for column in rows.empty}
        assert emptied >= set(TABLES[name].people)
