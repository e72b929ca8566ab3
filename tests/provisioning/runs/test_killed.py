"""Never lost: a process that is killed at any point leaves the directory as before or as after."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from knowledge.loading import Knowledge
from provisioning.records.runs import RunStatus
from provisioning.store import run_interruptions
from provisioning.store.database import Database
from provisioning.store.tables.accounts import AccountRow, JournalRow, UsernameStemRow
from provisioning.store.tables.base import Base
from provisioning.store.tables.decisions import RefusalRow
from provisioning.store.tables.files import CoveredRow
from provisioning.store.tables.runs import NoteRow
from tests.builders import BRYN, GLAN, NANT, NOW, SCHOOLS, Schools, learner, staff_member, upn
from tests.provisioning.runs.forking import KILLED, Job, Run

pytestmark = pytest.mark.both_databases

LEFT = date(2026, 7, 17)
LONG_AGO = date(2020, 9, 1)
NANT_HAS = (learner(9, year_group="6", admission_date=LONG_AGO),)
BEFORE = (
    *(learner(number) for number in range(1, 6)),
    learner(6, leaving_date=LEFT, admission_date=LONG_AGO),
    staff_member("OLD"),
)
AFTER = (
    *(learner(number, class_name="7B") for number in (1, 2)),  # update
    *(learner(number, admission_date=LONG_AGO, leaving_date=LEFT) for number in (3, 4)),  # release
    learner(5, surname=""),  # rejected
    learner(6),  # create
    learner(9),  # match
    staff_member("OLD", leaving_date=LEFT, start_date=LONG_AGO),  # release
    staff_member("NEW"),  # create
)


@pytest.fixture
def prepared(provisioning: Schools) -> Schools:
    """A school that has run before, and whose new extract has something of everything."""
    prepare(provisioning)
    return provisioning


def prepare(provisioning: Schools) -> None:
    provisioning.extracts(NANT, *NANT_HAS)
    provisioning.extracts(GLAN, *BEFORE)
    provisioning.runs(NANT)
    provisioning.runs(GLAN)
    provisioning.extracts(NANT, replace(NANT_HAS[0], leaving_date=LEFT))
    provisioning.runs(NANT)
    provisioning.extracts(GLAN, *AFTER)


def directory(provisioning: Schools) -> list[dict[str, Any]]:
    """Everybody's account but for the ids, in which a database may leave gaps."""
    return [
        {name: getattr(account, name) for name in account.__slots__ if name != "id"}
        for account in provisioning.accounts()
    ]


def everything(provisioning: Schools) -> list[list[Any]]:
    """Every row that a run may write, but for the runs themselves."""
    tables: list[type[Base]] = [AccountRow, UsernameStemRow, JournalRow, NoteRow, CoveredRow, RefusalRow]
    with provisioning.database.reading() as session:
        return [sorted(map(repr, session.execute(select(table.__table__)))) for table in tables]


def next_start(provisioning: Schools) -> list[str]:
    """What the next start finds and names; afterwards nothing counts as running."""
    with provisioning.database.writing() as session:
        found = [run.status.value for run in run_interruptions.interrupt_lost_runs(session, NOW)]
    assert "running" not in dict(provisioning.statuses()).values()
    return found


def points(*first: tuple[str, int]) -> Iterator[tuple[str, int]]:
    """The commits that are given, then before every statement there is."""
    yield from first
    yield from (("statement", number) for number in count(1))


def test_a_run_that_is_killed_anywhere(
    prepared: Schools, processes: Run, tmp_path: Path, knowledge: Knowledge
) -> None:
    before, killed, found = everything(prepared), 0, []
    for point in points(("commit", 1), ("committed", 1), ("commit", 2)):
        (outcome,) = processes(Job("provision", GLAN.number, NOW.isoformat(), kill=point))
        if outcome != KILLED:
            break
        killed += 1
        assert everything(prepared) == before, point
        found.append(next_start(prepared))
    assert outcome == RunStatus.SUCCEEDED.value
    assert killed > 15
    # Killed before the run's own row was there, there is nothing to name; from then on it is always named.
    assert found[:3] == [[], ["interrupted"], ["interrupted"]]
    assert sorted(found[3:], key=len) == found[3:]
    assert found[-1] == ["interrupted"]

    other = Database(f"sqlite:///{tmp_path / 'unharmed.sqlite3'}")
    other.prepare()
    unharmed = Schools(other, tmp_path / "unharmed", knowledge)
    prepare(unharmed)
    unharmed.runs(GLAN)
    assert directory(prepared) == directory(unharmed)
    other.close()


def test_a_run_that_is_killed_once_it_is_true(prepared: Schools, processes: Run) -> None:
    job = Job("provision", GLAN.number, NOW.isoformat(), kill=("committed", 2))
    assert processes(job) == [KILLED]
    assert prepared.statuses()[-1] == (GLAN.number, "succeeded")
    assert next_start(prepared) == []
    after = prepared.accounts()
    run = prepared.runs(GLAN)
    assert run.status is RunStatus.SUCCEEDED
    assert prepared.journal(run) == []
    assert prepared.accounts() == after


def test_a_run_of_one_person_that_is_killed_anywhere(prepared: Schools, processes: Run) -> None:
    """The learner who comes back, before any other person of the school: there as before, or there."""
    before, statuses, killed = everything(prepared), prepared.statuses(), 0
    for point in points(("commit", 1), ("committed", 1), ("commit", 2)):
        (outcome,) = processes(Job("only", f"{GLAN.number} {upn(9)}", NOW.isoformat(), kill=point))
        if outcome != KILLED:
            break
        killed += 1
        assert everything(prepared) == before, point
        assert next_start(prepared) == [], "the school has not run, so no run of it was interrupted"
        assert prepared.statuses() == statuses
    assert (outcome, killed > 10) == (RunStatus.PARTIAL.value, True)
    assert prepared.account(learner(9)).school == GLAN.number


def test_a_first_run_of_a_whole_school_that_is_killed(provisioning: Schools, processes: Run) -> None:
    provisioning.extracts(GLAN, *(learner(number) for number in range(1, 31)))
    for point in points(("commit", 2)):
        if processes(Job("provision", GLAN.number, NOW.isoformat(), kill=point)) != [KILLED]:
            break
        assert provisioning.accounts() == []
        next_start(provisioning)
    assert next(account.username for account in provisioning.accounts()) == "EvansS10@hwbcymru.net"
    assert len(provisioning.accounts()) == 30
    assert sum(status == "succeeded" for _, status in provisioning.statuses()) == 1


def test_a_run_that_finds_nothing_changed_and_is_killed_anywhere(
    provisioning: Schools, processes: Run
) -> None:
    provisioning.extracts(GLAN, *BEFORE)
    provisioning.runs(GLAN)
    before = everything(provisioning)
    for point in points(("commit", 1)):
        (outcome,) = processes(Job("provision", GLAN.number, NOW.isoformat(), kill=point))
        if outcome != KILLED:
            break
        assert everything(provisioning) == before, point
        assert next_start(provisioning) == []
        assert provisioning.statuses() == [(GLAN.number, "succeeded")]
    assert provisioning.statuses() == [(GLAN.number, "succeeded")] * 2


def test_a_chunk_that_is_killed_anywhere(provisioning: Schools, processes: Run) -> None:
    """Three schools in one transaction: all as before, and each named, or all as after."""
    people = {NANT: [learner(1), learner(2)], BRYN: [learner(3)], GLAN: [learner(4), staff_member("OLD")]}
    for number, (school, has) in enumerate(people.items(), start=10):
        provisioning.extracts(school, *has)
        provisioning.runs(school)
        newcomer = learner(number, surname="Rees", forename="Mali")
        provisioning.extracts(school, replace(has[0], class_name="7B"), newcomer)
    before, killed = everything(provisioning), 0
    wanted = " ".join(school.number for school in people)
    for point in points(("commit", 1), ("committed", 1), ("commit", 2)):
        assert processes(Job("batch", wanted, NOW.isoformat(), kill=point)) == [KILLED]
        killed += 1
        if everything(provisioning) != before:
            break  # killed after the commit, when the batch only looked for schools to run again
        assert next_start(provisioning) in ([], ["interrupted"] * 3), point
    assert killed > 15
    assert next_start(provisioning) == []
    assert provisioning.statuses()[-3:] == [(school.number, "succeeded") for school in SCHOOLS]
    assert [len(provisioning.accounts(school)) for school in SCHOOLS] == [3, 2, 3]


def test_a_batch_in_which_one_waits_for_another_that_is_killed_anywhere(
    prepared: Schools, processes: Run
) -> None:
    """Nant releases a learner to Glan, which so runs by itself; each of them is as before or as after."""
    moving = learner(40, year_group="6", admission_date=LONG_AGO)
    prepared.extracts(NANT, NANT_HAS[0], moving)
    prepared.runs(NANT)
    prepared.extracts(NANT, replace(NANT_HAS[0], leaving_date=LEFT), replace(moving, leaving_date=LEFT))
    prepared.extracts(GLAN, *AFTER, learner(40))
    states = [directory(prepared)]
    for point in points(("commit", 1), ("commit", 2), ("commit", 3), ("commit", 4)):
        (outcome,) = processes(Job("batch", f"{GLAN.number} {NANT.number}", NOW.isoformat(), kill=point))
        if outcome != KILLED:
            break
        found = directory(prepared)
        if found != states[-1]:
            states.append(found)
        next_start(prepared)
    states += [directory(prepared)] if directory(prepared) != states[-1] else []
    assert prepared.account(learner(40)).school == GLAN.number
    # As before; when Nant has let go; when Glan has run as well: nothing between these was ever seen.
    assert len(states) == 3


@pytest.fixture
def held(provisioning: Schools) -> Schools:
    """A school whose leavers are held, while a new learner got an account."""
    people = [learner(number, year_group="9", admission_date=LONG_AGO) for number in range(1, 31)]
    provisioning.extracts(GLAN, *people)
    provisioning.runs(GLAN)
    left = [replace(person, leaving_date=LEFT) for person in people[:20]]
    provisioning.extracts(GLAN, *left, *people[20:], learner(50))
    run = provisioning.runs(GLAN)
    assert (run.status, run.counts["held"], run.counts["create"]) == (RunStatus.HELD, 20, 1)
    return provisioning


def test_an_approval_that_is_killed_anywhere(held: Schools, processes: Run) -> None:
    before = directory(held)
    for point in points(("commit", 1), ("committed", 1), ("commit", 2)):
        run = held.runs(GLAN)
        assert (run.status, run.counts["held"]) == (RunStatus.HELD, 20)
        (outcome,) = processes(Job("approve", run.known_id, NOW.isoformat(), kill=point))
        if outcome != KILLED:
            break
        assert directory(held) == before, point
        assert next_start(held) == []
        assert held.statuses()[-1][1] == "held", "as before the approval that broke off"
    assert outcome == RunStatus.SUCCEEDED.value
    assert sum(not account.active for account in held.accounts()) == 20


@pytest.mark.parametrize("act", ["undo", "reject"])
def test_an_undo_or_a_rejection_that_is_killed_anywhere(held: Schools, processes: Run, act: str) -> None:
    before, statuses = everything(held), held.statuses()
    number = len(statuses)
    for point in points(("commit", 1)):
        (outcome,) = processes(Job(act, number, NOW.isoformat(), kill=point))
        if outcome != KILLED:
            break
        assert everything(held) == before, point
        assert next_start(held) == []
        assert held.statuses() == statuses
    assert outcome == RunStatus.SUCCEEDED.value
    assert everything(held) != before
