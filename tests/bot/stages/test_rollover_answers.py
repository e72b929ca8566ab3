"""Rollover answers of many schools begin with the stages in the store, whatever process has found them.

After every change each answer is held against looking at all schools.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from sqlalchemy import select

from bot.stages import known_stages, written_marks
from bot.stages.known_stages import stages_of
from bot.stages.tables import KnownStagesRow, StagesPlaceRow
from diagnostics.readiness import looks, readiness_at
from provisioning.errors import DatabaseProblem
from provisioning.runs.dependencies import Provisioning
from provisioning.store.database import Database
from tests.bot.alerts.round_builders import ALL, ALYS, SOON, Rounds, first_round
from tests.bot.alerts.round_changes import EVERYWHERE, OF_BRYN, extract, run_with_changes
from tests.builders import BRYN, GLAN, NANT, NOW, Schools

pytestmark = pytest.mark.integration


@pytest.fixture
def rounds(provisioning: Schools, monkeypatch: pytest.MonkeyPatch) -> Rounds:
    """The three schools, which count as many, after the first round of alerts."""
    monkeypatch.setattr(known_stages, "_FEW", 0)
    return first_round(provisioning)


def looked_at(rounds: Rounds, at: datetime = SOON) -> set[str]:
    """The schools that a rollover answer looks at; it says what looking at all says."""
    services, seen = rounds.schools.at(at), set[str]()

    def noting(provisioning: Provisioning, numbers: Any, *rest: Any) -> Any:
        for look in looks(provisioning, numbers, *rest):
            seen.add(look.found.school.number)
            yield look

    numbers = sorted(school.number for school in (NANT, BRYN, GLAN))
    with patch.object(known_stages, "looks", noting):
        found = stages_of(services, numbers)
    assert found == [anew.without_people() for anew in readiness_at(services, numbers)]
    return seen


def test_an_answer_takes_what_the_monitor_has_found(rounds: Rounds) -> None:
    assert looked_at(rounds) == set()


def test_the_monitor_takes_what_an_answer_has_found(rounds: Rounds) -> None:
    extract(rounds)
    assert looked_at(rounds) == {BRYN.number}
    assert looked_at(rounds) == set()
    rounds.restarts()
    assert rounds.looked_at() == set()


@pytest.mark.parametrize("change", OF_BRYN)
def test_what_concerns_one_school(rounds: Rounds, change: Callable[[Rounds], None]) -> None:
    change(rounds)
    later = SOON + timedelta(minutes=1)
    assert looked_at(rounds, later) == {BRYN.number}
    assert looked_at(rounds, later) == set()


def test_an_extract_that_others_rest_on(rounds: Rounds) -> None:
    rounds.schools.extracts(NANT, replace(ALYS, leaving_date=date(2026, 8, 31)))
    assert looked_at(rounds) == {NANT.number, GLAN.number}


def test_what_may_concern_any_school(rounds: Rounds) -> None:
    for change in EVERYWHERE:
        change(rounds)
        assert looked_at(rounds) == ALL, change.__doc__
        assert looked_at(rounds) == set()


def test_another_day(rounds: Rounds) -> None:
    assert looked_at(rounds, NOW + timedelta(days=7, minutes=1)) == ALL


def test_another_version_of_the_program(rounds: Rounds, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(written_marks, "_program", lambda: "another")
    assert looked_at(rounds) == ALL


def test_what_two_processes_have_found_is_believed_of_each_by_its_own_time(rounds: Rounds) -> None:
    """Glan rests on Nant. The answer finds Glan; the monitor then moves on, of Nant alone."""
    rounds.schools.extracts(NANT, replace(ALYS, leaving_date=date(2026, 8, 31)))
    assert looked_at(rounds) == {NANT.number, GLAN.number}
    run_with_changes(rounds)
    rounds.looked_at(SOON + timedelta(minutes=1))
    assert looked_at(rounds, SOON + timedelta(minutes=1)) == set()


def test_what_a_former_process_has_left_goes(rounds: Rounds) -> None:
    """Each answer is another process, and finds all schools anew: the rows of the last one stay."""
    for change in EVERYWHERE:
        change(rounds)
        looked_at(rounds)
    with rounds.schools.database.reading() as session:
        holders = set(session.scalars(select(KnownStagesRow.holder)))
        assert set(session.scalars(select(StagesPlaceRow.holder))) == holders
        assert len(holders) == 1


def test_an_answer_that_cannot_be_stored_is_given(rounds: Rounds, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(*_: object) -> None:
        raise DatabaseProblem("database-unreachable", database="the test's")

    extract(rounds)
    monkeypatch.setattr(Database, "write", locked)
    assert looked_at(rounds) == {BRYN.number}
    assert looked_at(rounds) == {BRYN.number}
