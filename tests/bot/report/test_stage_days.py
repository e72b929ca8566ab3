"""The days of stages: how a stage that opens and closes is kept, and what is not known stays unknown."""

from datetime import date

import pytest
from sqlalchemy import select

from bot.alerts import stage_days
from bot.alerts.stage_days import StageDay, StageKeeper, StageOutcomes, stands
from bot.alerts.tables import StageDayRow
from diagnostics.verdict import Outcome
from provisioning.store.database import Database
from tests.builders import GLAN, NANT

MONDAY, FRIDAY, SUNDAY = date(2026, 8, 24), date(2026, 8, 28), date(2026, 8, 30)
OPEN, NOT_HERE = StageDay(True, None), StageDay(False, None)
CLOSED = StageDay(True, MONDAY)


@pytest.mark.parametrize(
    ("before", "outcome", "after"),
    [
        (None, Outcome.HOLDS, StageDay(True, FRIDAY)),
        (OPEN, Outcome.HOLDS, StageDay(True, FRIDAY)),
        (CLOSED, Outcome.HOLDS, CLOSED),
        (CLOSED, Outcome.FAILS, OPEN),
        (None, Outcome.FAILS, OPEN),
        (None, Outcome.NOT_APPLICABLE, NOT_HERE),
        (NOT_HERE, Outcome.HOLDS, StageDay(True, FRIDAY)),
        (None, Outcome.UNKNOWN, None),
        (CLOSED, Outcome.UNKNOWN, CLOSED),
        (None, Outcome.NOT_REACHED, None),
    ],
)
def test_in_season(before: StageDay | None, outcome: Outcome, after: StageDay | None) -> None:
    assert stands(before, outcome, FRIDAY, SUNDAY, in_season=True) == after


@pytest.mark.parametrize(
    ("before", "outcome", "after"),
    [
        (OPEN, Outcome.HOLDS, StageDay(True, FRIDAY)),
        (CLOSED, Outcome.FAILS, CLOSED),
        (None, Outcome.HOLDS, None),
        (None, Outcome.FAILS, None),
        (None, Outcome.NOT_APPLICABLE, None),
    ],
)
def test_in_winter_an_open_stage_can_close_and_none_opens(
    before: StageDay | None, outcome: Outcome, after: StageDay | None
) -> None:
    assert stands(before, outcome, FRIDAY, SUNDAY, in_season=False) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (None, None),
        (NOT_HERE, NOT_HERE),
        (OPEN, StageDay(True, FRIDAY)),
        (CLOSED, CLOSED),
    ],
)
def test_what_holds_after_its_day_is_late_only_if_it_was_seen_open(
    before: StageDay | None, after: StageDay | None
) -> None:
    """A bot that is installed on the Friday does not know since when a school is through its end of year."""
    deadline = date(2026, 8, 21)
    assert stands(before, Outcome.HOLDS, FRIDAY, deadline, in_season=True) == after


def seen(outcome: Outcome, school: str = GLAN.number, year: int = 2026) -> StageOutcomes:
    return StageOutcomes(school, year, True, (("client-ran", outcome, SUNDAY),))


@pytest.mark.integration
def test_what_is_kept(database: Database) -> None:
    with database.writing() as session:
        stage_days.keep(session, [seen(Outcome.FAILS), seen(Outcome.HOLDS, NANT.number)], MONDAY)
    with database.writing() as session:
        stage_days.keep(session, [seen(Outcome.HOLDS), seen(Outcome.HOLDS, year=2025)], FRIDAY)
    with database.reading() as session:
        rows = session.execute(select(StageDayRow.year, StageDayRow.school, StageDayRow.closed_on)).all()
    assert sorted(rows) == [
        (2025, GLAN.number, FRIDAY),
        (2026, NANT.number, MONDAY),
        (2026, GLAN.number, FRIDAY),
    ]


def test_what_has_been_written_is_not_written_again() -> None:
    keeper, found = StageKeeper(), {GLAN.number: seen(Outcome.FAILS)}
    assert keeper.changed(found) == [seen(Outcome.FAILS)]
    keeper.wrote(keeper.changed(found))
    assert keeper.changed({GLAN.number: seen(Outcome.FAILS)}) == []
    assert keeper.changed({GLAN.number: seen(Outcome.HOLDS)}) == [seen(Outcome.HOLDS)]
