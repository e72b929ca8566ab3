"""A new process begins with the facts in the store, but for schools of which anything has changed meanwhile.

After every change its facts are held against those of a process that looks at all schools.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from unittest.mock import Mock

import pytest
from sqlalchemy import select

from bot.settings_tables import ScheduleGroup
from bot.stages import written_marks
from bot.stages.tables import KnownStagesRow, StagesPlaceRow
from knowledge.models import LocalDates
from provisioning.portal.external_directory import ClientAndExport
from provisioning.records.runs import RunStatus
from provisioning.store import decisions
from tests.bot.alerts.round_builders import ALL, ALYS, NEW, SOON, TOMORROW, Rounds, first_round
from tests.bot.alerts.round_changes import EVERYWHERE, OF_BRYN, extract, failed_run, quiet_run
from tests.builders import BRYN, GLAN, NANT, NOW, Schools, learner
from tests.provisioning.runs.decision_builders import PUPILS, left, rejects

pytestmark = pytest.mark.integration


@pytest.fixture
def rounds(provisioning: Schools) -> Rounds:
    """The three schools, after the first round of a process that then ends."""
    made = first_round(provisioning)
    made.restarts()
    return made


def test_a_process_that_has_just_started_looks_at_no_school(rounds: Rounds) -> None:
    assert rounds.looked_at() == set()
    assert rounds.looked_at() == set()


# What concerns one school, and those that rest on it


@pytest.mark.parametrize("change", OF_BRYN)
def test_what_concerns_one_school(rounds: Rounds, change: Callable[[Rounds], None]) -> None:
    change(rounds)
    assert rounds.looked_at(SOON + timedelta(minutes=1)) == {BRYN.number}


def test_a_run_that_finds_nothing_new_while_the_process_stays(rounds: Rounds) -> None:
    """The facts stay as they are; what is stored is noted to rest on the new run."""
    rounds.looked_at()
    quiet_run(rounds)
    assert rounds.looked_at(SOON + timedelta(minutes=1)) == set()
    rounds.restarts()
    assert rounds.looked_at(SOON + timedelta(minutes=2)) == set()


def test_an_extract_that_others_rest_on(rounds: Rounds) -> None:
    rounds.schools.extracts(NANT, replace(ALYS, leaving_date=date(2026, 8, 31)))
    assert rounds.looked_at() == {NANT.number, GLAN.number}


def test_the_error_of_a_failed_run_is_not_stored_for_it_may_name_a_person(rounds: Rounds) -> None:
    """Its fact tells the error, which is read from the run."""
    failed_run(rounds)
    rounds.looked_at(SOON + timedelta(minutes=1))
    with rounds.schools.database.reading() as session:
        stored = session.get_one(KnownStagesRow, BRYN.number)
        assert "error" not in repr(stored.stages)
    rounds.restarts()
    assert rounds.looked_at(SOON + timedelta(minutes=2)) == set()


def test_refusals_that_are_taken_back(rounds: Rounds) -> None:
    rounds.schools.extracts(GLAN, *left(PUPILS[:30]), *PUPILS[30:])
    held = rounds.schools.runs(GLAN, at=SOON)
    assert held.status is RunStatus.HELD
    rejects(rounds.schools, held, SOON)
    rounds.looked_at()
    rounds.restarts()
    with rounds.schools.database.writing() as session:
        decisions.reconsider(session, GLAN.number)
    assert rounds.looked_at() == {GLAN.number}


# Accounts: which were read is not stored, for they are people's


def test_what_may_concern_any_school(rounds: Rounds) -> None:
    for change in EVERYWHERE:
        change(rounds)
        assert rounds.looked_at() == ALL, change.__doc__
        rounds.restarts()
        assert rounds.looked_at() == set()
        rounds.restarts()


def test_what_may_concern_any_school_after_a_round_of_the_new_process(rounds: Rounds) -> None:
    for change in EVERYWHERE:
        assert rounds.looked_at() == set()
        change(rounds)
        assert rounds.looked_at() == ALL, change.__doc__
        rounds.restarts()


# Time


def test_another_day(rounds: Rounds) -> None:
    assert rounds.looked_at(TOMORROW) == set()
    rounds.restarts()
    assert rounds.looked_at(NOW + timedelta(days=7, minutes=1)) == ALL


def test_the_day_that_a_row_names(rounds: Rounds) -> None:
    rounds.schools.extracts(BRYN, replace(NEW, leaving_date=date(2026, 9, 10)))
    rounds.looked_at()
    rounds.restarts()
    assert rounds.looked_at(datetime(2026, 9, 9, 8, tzinfo=UTC)) == set()
    rounds.restarts()
    assert rounds.looked_at(datetime(2026, 9, 10, 8, tzinfo=UTC)) == {BRYN.number}


# The program, the guide, the settings


def test_another_version_of_the_program(rounds: Rounds, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(written_marks, "_program", lambda: "another")
    assert rounds.looked_at() == ALL


def test_another_guide(rounds: Rounds) -> None:
    services = rounds.schools.at(SOON)
    causes = dict(list(services.knowledge.causes.items())[::-1])
    guide = replace(services.knowledge, causes=causes)
    assert rounds.looked_at(provisioning=replace(services, knowledge=guide)) == ALL


def test_other_dates_in_the_settings(rounds: Rounds) -> None:
    local = {("680", 2026): LocalDates(first_day_of_term=date(2026, 9, 8))}
    assert rounds.looked_at(provisioning=replace(rounds.schools.at(SOON), local_dates=local)) == ALL


def test_schools_in_other_groups_of_the_schedule(rounds: Rounds) -> None:
    """Which schools run by themselves tells how they stand, not what their stages are."""
    rounds.restarts([ScheduleGroup(name="by hand", schools=(BRYN.number,))])
    assert rounds.looked_at() == set()


def test_accounts_that_live_in_the_portal_are_looked_at_anew(rounds: Rounds) -> None:
    portal = replace(rounds.schools.at(SOON), external_directory=Mock(spec=ClientAndExport))
    assert rounds.looked_at(provisioning=portal) == ALL
    rounds.restarts()
    assert rounds.looked_at(provisioning=portal) == ALL


# Two processes


def test_a_process_that_comes_back_after_another(rounds: Rounds) -> None:
    """What the other has written is replaced, so that no later process believes a part of it."""
    rounds.looked_at()
    other = Rounds(rounds.schools)
    assert other.looked_at() == set()
    extract(rounds)
    assert other.looked_at() == {BRYN.number}
    rounds.schools.extracts(BRYN, learner(103, year_group="5", admission_date=date(2020, 9, 1)))
    assert rounds.looked_at() == {BRYN.number}
    rounds.restarts()
    assert rounds.looked_at() == set()


def test_a_quiet_round_writes_nothing(rounds: Rounds) -> None:
    rounds.looked_at()
    with rounds.schools.database.reading() as session:
        before = session.scalars(select(StagesPlaceRow.read_at)).all()
    rounds.looked_at()
    with rounds.schools.database.reading() as session:
        assert session.scalars(select(StagesPlaceRow.read_at)).all() == before
