"""What a bot asks of its database while nothing happens: little, and no more after ten times the years."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from slack_sdk import WebClient
from sqlalchemy import insert, text

from bot.alerts.monitor import AlertMonitor
from bot.outbox import letters
from bot.outbox.letters import Letter
from bot.outbox.rights_watch import RightsWatch
from bot.outbox.tables import OutboxRow
from bot.people import audit, audit_chain
from bot.people.audit import AuditRecord
from bot.service.features import LETTER_KINDS, VERBS
from bot.service.intervals import Intervals
from bot.service.lookout import Lookout, Seen
from bot.service.sweeping import sweep
from bot.services import Services
from bot.settings import Settings
from knowledge.loading import Knowledge
from provisioning.jobs.job_engine import EmbeddedEngine
from provisioning.records.runs import RunStatus
from provisioning.store.database import Database
from provisioning.store.tables.runs import RunRow
from tests.builders import GLAN, NOW, SCHOOLS, Schools
from tests.costs import GROWS_AT_MOST, Cost, counted, rows_touched

pytestmark = pytest.mark.integration

IN_A_MINUTE = 60
AT_MOST = 60
"""Statements that an idle bot gives its database in a minute."""
TOLD = AuditRecord(NOW, "U0CARYS", "slack", "faq", GLAN.number, None, "ok")


def services(provisioning: Schools) -> Services:
    """The services in office hours."""
    return Services(Settings(), provisioning.at(NOW), lambda: VERBS)


def after_days(database: Database, folder: Path, knowledge: Knowledge, days: int) -> Schools:
    """Three schools that have run and told of it on each of so many days."""
    provisioning = Schools(database, folder, knowledge)
    when = [(school, NOW - timedelta(days=day)) for day in range(days) for school in SCHOOLS]
    with database.writing() as session:
        session.execute(insert(RunRow), [run(school.number, at) for school, at in when])
        session.execute(insert(OutboxRow), [sent(number, at) for number, (_, at) in enumerate(when)])
        audit.record(session, *[TOLD] * days)
    return provisioning


def run(school: str, at: object) -> dict[str, object]:
    """The row of a run on schedule that succeeded at a moment."""
    succeeded = RunStatus.SUCCEEDED.value
    times = {"slot": at, "started_at": at, "finished_at": at}
    return {
        "school": school,
        "status": succeeded,
        "started_by": "schedule",
        "counts": {},
        "holds": [],
        **times,
    }


def sent(number: int, at: object) -> dict[str, object]:
    """The row of a letter that was sent at a moment."""
    return {
        "key": f"told:{number}",
        "to": f"U0{number % 3}",
        "payload": {"kind": "held", "run": 1},
        "any_time": False,
        "created_at": at,
        "sent_at": at,
        "attempts": 1,
        "doubtful": False,
    }


def in_a_minute(provisioning: Schools) -> Cost:
    """What all works of a connected bot and of its schedule give the database in a minute of idleness."""
    at = services(provisioning)
    works: list[tuple[Callable[[], object], int]] = [
        *(
            (each.work, each.seconds)
            for each in Intervals(at, WebClient(), Lookout(at, seconds=lambda: 0.0)).works
        ),
        (lambda: Lookout(at).seen(), 3),  # for the works that share its answer
        (lambda: sweep(at, EmbeddedEngine(lambda _job: None)), IN_A_MINUTE),
        (lambda: audit_chain.seal_all(at.database), IN_A_MINUTE),
    ]
    for work, _ in works:  # what is done once after a start, such as the first round of alerts
        work()
    statements = steps = 0.0
    for work, seconds in works:
        with counted(at.database) as so_far:
            work()
            statements += so_far().statements * IN_A_MINUTE / seconds
            steps += so_far().steps * IN_A_MINUTE / seconds
    return Cost(round(statements), round(steps))


def test_an_idle_minute(tmp_path: Path, migrated: Path, knowledge: Knowledge) -> None:
    copies = {days: shutil.copy(migrated, tmp_path / f"{days}.sqlite3") for days in (60, 600)}
    few, many = (
        in_a_minute(after_days(Database(f"sqlite:///{copy}"), tmp_path, knowledge, days))
        for days, copy in copies.items()
    )
    assert many.statements <= AT_MOST
    assert many.statements == few.statements
    assert many.steps <= few.steps * GROWS_AT_MOST


def test_on_postgresql_no_old_run_or_letter_is_read(
    postgresql_url: str, tmp_path: Path, knowledge: Knowledge
) -> None:
    database = Database(postgresql_url)
    at = services(after_days(database, tmp_path, knowledge, 600))
    with database.writing() as session:
        session.execute(text("ANALYZE runs, outbox"))
    works = [
        lambda: Lookout(at).seen(),
        AlertMonitor(at).evaluate_if_due,
        RightsWatch(at, LETTER_KINDS).check,
    ]
    for work in works:
        work()
    touched = [rows_touched(database, table, work) for table in ("runs", "outbox") for work in works]
    database.close()
    assert sum(touched) <= 20


def test_each_interval_looks_for_what_it_is_to_do(provisioning: Schools) -> None:
    """A letter put in is seen at the next look, by the way that it goes."""
    at, seconds = services(provisioning), iter(range(100))
    lookout = Lookout(at, seconds=lambda: float(next(seconds)))
    assert lookout.seen() == Seen(to_tell=False, outside=False, cases=False, watches=False)
    with at.database.writing() as session:
        letters.put(session, [Letter("told", "U0CARYS", {"kind": "held", "run": 1})], NOW)
    assert lookout.seen().to_tell
    assert not lookout.seen().outside


def test_a_letter_for_office_hours_is_no_work_at_night(provisioning: Schools) -> None:
    at = services(provisioning)
    night = replace(at, provisioning=provisioning.at(NOW.replace(hour=23)))
    with at.database.writing() as session:
        letters.put(session, [Letter("told", "U0CARYS", {"kind": "held", "run": 1})], NOW)
    assert not Lookout(night).seen().to_tell
    with at.database.writing() as session:
        letters.put(session, [Letter("now", "U0CARYS", {"kind": "held", "run": 1}, any_time=True)], NOW)
    assert Lookout(night).seen().to_tell


def test_works_at_the_same_moment_share_an_answer(provisioning: Schools) -> None:
    at, now = services(provisioning), [0.0]
    lookout = Lookout(at, seconds=lambda: now[0])
    with counted(at.database) as so_far:
        lookout.seen()
        now[0] = 0.9
        lookout.seen()
        assert so_far().statements == 1
        now[0] = 3.0
        lookout.seen()
        assert so_far().statements == 2


@pytest.mark.both_databases
def test_the_addressees_of_letters(database: Database) -> None:
    to = ("U0NIA", "C0DESK", "U0CARYS", "U0NIA", "U0GONE")
    with database.writing() as session:
        letters.put(session, [Letter(f"to:{n}", user, {"kind": "held"}) for n, user in enumerate(to)], NOW)
        letters.give_up(session, 5, "user_not_found")
    with database.reading() as session:
        assert letters.readers(session) == {"U0NIA", "U0CARYS"}
        assert letters.unreachable(session, NOW) == {"U0GONE"}
