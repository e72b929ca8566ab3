"""What things cost, in statements that the database is given: a number that no slow machine blurs.

One statement with many rows counts once; what must never happen is a statement for each person.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from knowledge.ids import Question
from provisioning.records.runs import RunStatus
from provisioning.runs.approvals import approve, reject
from provisioning.runs.batches import provision_batch
from provisioning.runs.school_run import dry_run
from provisioning.runs.undo import undo
from provisioning.store import schools
from provisioning.store.database import Database
from tests.builders import BRYN, GLAN, NANT, NOW, Schools, learner, staff_member, upn

pytestmark = pytest.mark.both_databases

LONG_AGO, LEFT = date(2020, 9, 1), date(2026, 7, 17)
LATER = NOW + timedelta(hours=1)
ROWS = 1000


@contextmanager
def statements(database: Database, at_most: int) -> Iterator[None]:
    """No more statements than this are given to the database, transactions' own words included."""
    given: list[str] = []

    def note(_connection: Any, _cursor: Any, sql: str, *_rest: Any) -> None:
        given.append(" ".join(sql.split())[:70])

    event.listen(database.engine, "before_cursor_execute", note)
    yield
    event.remove(database.engine, "before_cursor_execute", note)
    assert len(given) <= at_most, "\n".join(given)
    # A bound that is far from what is so guards nothing.
    assert len(given) > at_most - 8, f"{len(given)} of {at_most}:\n" + "\n".join(given)


LEARNERS = [
    learner(number, year_group=str(7 + number % 5), admission_date=LONG_AGO, forename="ABCDEFGH"[number % 8])
    for number in range(1, 901)
]
STAFF = [staff_member(f"T{number}", start_date=LONG_AGO) for number in range(ROWS - 900)]
GONE_UP = [
    replace(pupil, year_group=str(int(pupil.year_group) + 1))
    if pupil.year_group != "11"
    else replace(pupil, leaving_date=LEFT)
    for pupil in LEARNERS
]
MOVERS = [learner(number, year_group="7") for number in range(901, 961)]


@pytest.fixture
def year_before(provisioning: Schools) -> Schools:
    """A school of a thousand people, and sixty learners whom another has let go since."""
    provisioning.extracts(
        NANT, *(replace(pupil, year_group="6", admission_date=LONG_AGO) for pupil in MOVERS)
    )
    provisioning.extracts(GLAN, *LEARNERS, *STAFF)
    provisioning.runs(NANT)
    provisioning.runs(GLAN)
    provisioning.extracts(
        NANT,
        *(replace(pupil, year_group="6", admission_date=LONG_AGO, leaving_date=LEFT) for pupil in MOVERS),
        at=LATER,
    )
    provisioning.runs(NANT)
    return provisioning


def test_a_first_load(provisioning: Schools) -> None:
    """Freezes (twice), begin, read, lock, who is elsewhere (twice 500 UPNs), each table in a bulk or two."""
    provisioning.extracts(GLAN, *LEARNERS, *STAFF)
    with statements(provisioning.database, 34):
        assert provisioning.runs(GLAN).counts["create"] == ROWS


def test_nothing_changed(year_before: Schools) -> None:
    """The extract and everything else is as the last run had it: begun, seen to be so, and finished."""
    with statements(year_before.database, 8):
        assert year_before.runs(GLAN).counts["unchanged"] == ROWS


def test_a_rollover(year_before: Schools) -> None:
    """As with nothing changed, and one statement for each kind of change, the journal and what is covered."""
    provisioning = year_before
    provisioning.extracts(GLAN, *GONE_UP, *MOVERS, *STAFF, *(learner(n) for n in range(970, 980)), at=LATER)
    with statements(provisioning.database, 35):
        run = provisioning.runs(GLAN)
    assert {name: count for name, count in run.counts.items() if count} == {
        "update": 720,
        "release": 180,
        "match": 60,
        "create": 10,
        "unchanged": 100,
    }


def test_a_dry_run(year_before: Schools) -> None:
    """One look in one transaction."""
    year_before.extracts(GLAN, *GONE_UP, *MOVERS, *STAFF, at=LATER)
    with statements(year_before.database, 12):
        run, _ = dry_run(year_before.at(), GLAN.number)
    assert run.counts["update"] == 720


@pytest.fixture
def held(year_before: Schools) -> Schools:
    """A run that holds 900 releases."""
    left = [replace(pupil, leaving_date=LEFT) for pupil in LEARNERS]
    year_before.extracts(GLAN, *left, *STAFF, *MOVERS, at=LATER)
    run = year_before.runs(GLAN)
    assert (run.status, run.counts["held"], run.counts["match"]) == (RunStatus.HELD, 900, 60)
    return year_before


def last(provisioning: Schools) -> int:
    return len(provisioning.statuses())


def test_an_approval(held: Schools) -> None:
    """Take up, see that the file can be read, then as a run."""
    with statements(held.database, 34):
        assert approve(held.at(), last(held), by="Alys").counts["release"] == 900


def test_a_rejection(held: Schools) -> None:
    """All refusals in one statement."""
    with statements(held.database, 10):
        assert reject(held.at(), last(held), by="Alys").decision == "rejected"


def test_an_undo(held: Schools) -> None:
    """The journal, the accounts and what came later in one look each; then a statement for each kind."""
    run = approve(held.at(), last(held), by="Alys").known_id
    with statements(held.database, 16):
        assert undo(held.at(), run, by="Alys").run.counts["release"] == 900


@pytest.mark.parametrize(
    ("question", "whom", "cause", "at_most"),
    [
        (Question.WHY_MISSING, LEARNERS[0].upn, "present", 9),
        (Question.WHY_MISSING, MOVERS[0].upn, "not-run-since-record", 15),
        (Question.WHY_MISSING, learner(999).upn, "not-in-mis", 10),
        (Question.WHY_MISSING, "T1", "present", 10),
        (Question.NO_PASSWORD, LEARNERS[0].upn, "new-account", 9),
        (Question.OLD_CLASS, LEARNERS[0].upn, "up-to-date", 9),
        (Question.MOVE_ACCOUNT, "T1", "contact-service-desk", 10),
    ],
)
def test_a_diagnosis(year_before: Schools, question: Question, whom: str, cause: str, at_most: int) -> None:
    """The school, its extract's runs and refusals, the account; the previous school's where there is one."""
    year_before.extracts(GLAN, *LEARNERS, *MOVERS, *STAFF, at=LATER)
    with statements(year_before.database, at_most):
        assert year_before.asks(question, whom, GLAN).cause == cause


def test_everybody_missing(year_before: Schools) -> None:
    """As one diagnosis, and each previous school's records once, however many are missing."""
    provisioning = year_before
    waiting = [learner(number, upn=upn(number, year="21")) for number in range(100)]
    provisioning.extracts(BRYN, *waiting)
    provisioning.runs(BRYN)
    provisioning.extracts(
        GLAN, *LEARNERS, *MOVERS, *STAFF, *waiting, *(learner(n) for n in range(970, 990)), at=LATER
    )
    with statements(provisioning.database, 23):
        assert provisioning.missing(GLAN).count == 180


def test_twice_as_many_people_do_not_cost_twice_as_much(provisioning: Schools) -> None:
    """Some 500 UPNs or 1,000 usernames go into a statement."""
    people = [
        learner(number, upn=upn(number % 1000, year=str(20 + number // 1000))) for number in range(2 * ROWS)
    ]
    provisioning.extracts(GLAN, *people)
    with statements(provisioning.database, 30):
        assert provisioning.runs(GLAN).counts["create"] == len(people)


@pytest.mark.parametrize("several", [2, 8])
def test_schools_of_a_batch_share_their_statements(provisioning: Schools, several: int) -> None:
    """Rest, begin, read, plan, each table in a bulk or two, finish: whether two schools or eight."""
    places = [replace(GLAN, number=f"680{4001 + number}") for number in range(several)]
    with provisioning.database.writing() as session:
        schools.put(session, places)
    for number, place in enumerate(places):
        provisioning.extracts(
            place, *(learner(serial, upn=upn(serial, year=f"{10 + number}")) for serial in range(100))
        )
    with statements(provisioning.database, 37):
        batch = provision_batch(provisioning.at(), [school.number for school in places], started_by="test")
    assert [run.counts["create"] for run in batch.runs] == [100] * several
