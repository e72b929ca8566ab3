"""Watches in the store and the lookout over them, on both databases: told once, then forgotten."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import event, select

from bot.outbox.tables import OutboxRow
from bot.people import permissions
from bot.people.permissions import Grant, Role
from bot.service.features import VERBS
from bot.services import Services
from bot.settings import Settings
from bot.watches import checker, store
from bot.watches.checker import WatchChecker
from bot.watches.watch import Watch
from knowledge.ids import Question
from provisioning.clock import MovableClock
from provisioning.records.runs import RunStatus
from provisioning.runs.approvals import approve
from provisioning.runs.school_run import provision
from provisioning.store.database import Database
from tests.builders import GLAN, NANT, NOW, Schools, learner

pytestmark = pytest.mark.both_databases

ANN, BEN = "U0ANN", "U0BEN"
SEREN = learner(1)
AT_NANT = replace(SEREN, admission_date=date(2020, 9, 1), year_group="6", class_name="6A")
WATCH = Watch(ANN, GLAN.number, Question.WHY_MISSING, SEREN.upn, "never-run", NOW)


class Glan:
    """A school that is watched, and the letters that come of it."""

    def __init__(self, provisioning: Schools) -> None:
        self.provisioning, self.clock = provisioning, MovableClock(NOW)
        settings = Settings(database_url=str(provisioning.database.url))
        self.services = Services(settings, replace(provisioning.at(NOW), clock=self.clock), lambda: VERBS)
        self.lookout = WatchChecker(self.services)
        with provisioning.database.writing() as session:
            permissions.add(session, [Grant(ANN, Role.DIGITAL_CHAMPION, GLAN.number)], NOW)
        provisioning.extracts(GLAN, SEREN)

    def watch(self, watch: Watch = WATCH) -> Watch:
        with self.provisioning.database.writing() as session:
            return store.start(session, watch)[0]

    def cause(self) -> str:
        return self.provisioning.asks(Question.WHY_MISSING, SEREN.upn, GLAN).cause

    def runs(self) -> None:
        provision(self.services.provisioning, GLAN.number, started_by="test")

    def left(self) -> list[Watch]:
        with self.provisioning.database.reading() as session:
            return store.every(session)

    def letters(self) -> list[Any]:
        with self.provisioning.database.reading() as session:
            return [row.payload["news"] for row in session.scalars(select(OutboxRow).order_by(OutboxRow.id))]

    def looks(self, monkeypatch: pytest.MonkeyPatch) -> list[str]:
        """Whom the lookout diagnoses from now on."""
        asked: list[str] = []
        real = checker.diagnose

        def counted(provisioning: Any, question: Question, identifier: str, school: str) -> Any:
            asked.append(identifier)
            return real(provisioning, question, identifier, school)

        monkeypatch.setattr(checker, "diagnose", counted)
        return asked


@pytest.fixture
def glan(provisioning: Schools) -> Glan:
    return Glan(provisioning)


def test_a_watch_is_kept_once(glan: Glan) -> None:
    first = glan.watch()
    with glan.provisioning.database.writing() as session:
        again, new = store.start(session, replace(WATCH, since=NOW + timedelta(days=1), cause="run-held"))
    assert (again, new) == (first, False)
    others = [
        replace(WATCH, user=BEN),
        replace(WATCH, question=Question.NO_PASSWORD),
        replace(WATCH, school=NANT.number),
    ]
    assert len({glan.watch(watch).id for watch in others}) == 3


def test_a_user_stops_their_own_and_no_other_users(glan: Glan) -> None:
    kept = glan.watch()
    with glan.provisioning.database.writing() as session:
        assert store.stop(session, BEN, kept.id) is None
        assert store.stop(session, ANN, 10**20) is None
        assert store.stop(session, ANN, kept.id) == kept
        assert store.stop(session, ANN, kept.id) is None
    assert glan.left() == []


def test_told_when_the_account_appears_then_forgotten(glan: Glan) -> None:
    glan.watch()
    glan.lookout.check()
    assert glan.letters() == []
    glan.runs()
    glan.lookout.check()
    glan.lookout.check()
    assert glan.letters() == ["there"]
    assert glan.left() == []


def test_told_when_something_else_stands_in_the_way(glan: Glan) -> None:
    glan.watch()
    glan.provisioning.extracts(GLAN)
    glan.lookout.check()
    assert glan.letters() == ["changed"]


def test_a_week_is_the_longest(glan: Glan) -> None:
    glan.watch()
    glan.clock.set(NOW + timedelta(days=6, hours=23))
    glan.lookout.check()
    assert len(glan.left()) == 1
    glan.clock.set(NOW + timedelta(days=7))
    glan.lookout.check()
    assert (glan.letters(), glan.left()) == (["week"], [])


def test_without_the_role_it_ends_and_nothing_is_told(glan: Glan) -> None:
    glan.watch()
    glan.watch(replace(WATCH, user=BEN))
    with glan.provisioning.database.writing() as session:
        permissions.remove(session, ANN, None, None)
    glan.runs()
    glan.lookout.check()
    assert (glan.letters(), glan.left()) == ([], [])


def test_a_school_that_is_gone_is_watched_no_longer(glan: Glan) -> None:
    glan.watch(replace(WATCH, school="6800000"))
    glan.lookout.check()
    assert glan.left() == []


def test_two_processes_tell_once(glan: Glan) -> None:
    glan.watch()
    glan.runs()
    barrier = Barrier(4)

    def look(_: int) -> None:
        other = WatchChecker(glan.services)
        barrier.wait()
        other.check()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(look, range(4)))
    assert glan.letters() == ["there"]


def test_watched_again_it_is_told_again(glan: Glan) -> None:
    glan.watch()
    glan.provisioning.extracts(GLAN)
    glan.lookout.check()
    glan.watch(replace(WATCH, cause="not-in-mis", since=NOW + timedelta(minutes=1)))
    glan.provisioning.extracts(GLAN, SEREN)
    glan.runs()
    glan.lookout.check()
    assert glan.letters() == ["changed", "there"]


def test_nothing_is_looked_at_where_nothing_has_changed(glan: Glan, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = glan.looks(monkeypatch)
    glan.watch()
    for _ in range(5):
        glan.lookout.check()
    settled = len(asked)
    assert settled <= 2
    provision(glan.services.provisioning, NANT.number, started_by="test")  # fails, and is another school's
    glan.lookout.check()
    assert len(asked) == settled
    glan.provisioning.extracts(GLAN, SEREN, learner(2), at=NOW + timedelta(minutes=1))
    glan.lookout.check()
    assert len(asked) == settled + 1
    glan.clock.set(NOW + timedelta(days=1))
    glan.lookout.check()
    assert len(asked) == settled + 2


def test_what_changes_at_the_previous_school_is_seen(glan: Glan) -> None:
    glan.provisioning.extracts(NANT, AT_NANT, at=datetime(2026, 7, 10, tzinfo=UTC))
    glan.provisioning.runs(NANT, at=datetime(2026, 7, 10, tzinfo=UTC))
    glan.runs()
    glan.watch(replace(WATCH, cause="previous-school-no-leaving-date"))
    for _ in range(3):
        glan.lookout.check()
    assert glan.letters() == []
    glan.provisioning.extracts(NANT, replace(AT_NANT, leaving_date=date(2026, 8, 31)))
    glan.lookout.check()
    assert glan.letters() == ["changed"]


def test_without_watches_a_look_is_one_question_to_the_database(glan: Glan, database: Database) -> None:
    asked: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *of: asked.append(of[2]))
    glan.lookout.check()
    assert sum(statement.startswith("SELECT") for statement in asked) == 1


def test_a_held_run_that_is_approved_after_a_failed_one_is_told(provisioning: Schools) -> None:
    """The latest run is the failed one before and after; Seren's account comes of the held one."""
    old = [learner(n, year_group="9", admission_date=date(2020, 9, 1)) for n in range(100, 160)]
    provisioning.extracts(GLAN, *old)
    provisioning.runs(GLAN)
    glan = Glan(provisioning)
    new = [replace(learner(n), year_group="10") for n in range(200, 220)]
    seren = replace(SEREN, year_group="10")
    provisioning.extracts(GLAN, *old, seren, *new)
    held = provisioning.runs(GLAN)
    assert held.status is RunStatus.HELD
    (provisioning.folder / GLAN.number / "staff.csv").rename(provisioning.folder / "away")
    assert provisioning.runs(GLAN).failed
    (provisioning.folder / "away").rename(provisioning.folder / GLAN.number / "staff.csv")
    glan.watch(replace(WATCH, cause=str(glan.cause())))
    for _ in range(2):
        glan.lookout.check()
    assert glan.left()
    approve(provisioning.at(NOW), held.known_id, by="Alys")
    glan.lookout.check()
    assert glan.left() == []
    assert glan.letters() == ["there"]
