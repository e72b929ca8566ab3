"""Whatever extracts come, in whatever order, some things always hold.

Hypothesis makes up histories: a few schools whose extracts name the same few people in every way there
is, runs in any order, some of them undone. Runs are real, on SQLite in memory; only files are left out.
"""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.service.every_table import METADATA
from knowledge.loading import Knowledge, load_knowledge
from provisioning.clock import FixedClock, uk_date
from provisioning.records.accounts import Account, Status
from provisioning.records.extracts import Extract
from provisioning.records.people import Kind, Learner, StaffMember
from provisioning.records.plans import IdentityAnswer
from provisioning.records.runs import RunStatus
from provisioning.records.schools import School
from provisioning.rules import is_leaver
from provisioning.runs.batches import provision_batch
from provisioning.runs.dependencies import Provisioning
from provisioning.runs.identities import decide
from provisioning.runs.school_run import dry_run, provision
from provisioning.runs.undo import undo
from provisioning.sources.extract_folder import ExtractFolder
from provisioning.store import accounts, decisions, identities, schools
from provisioning.store.database import Database
from provisioning.store.tables.accounts import JournalRow, StemSecretRow
from provisioning.store.usernames import stem
from tests.builders import NOW, SCHOOLS, extract, learner, rejected, staff_member, upn

pytestmark = [pytest.mark.integration, pytest.mark.both_databases]

LEARNERS, STAFF = range(6), range(3)
NAMES = ("Seren", "Siân", "Mali", "Steffan", "Sam", "Sioned")
LONG_AGO = date(2020, 9, 1)


@dataclass(frozen=True)
class Row:
    """What one school's extract says of a person on a day."""

    person: int
    standing: str
    year: int
    renumbered: bool

    def learner(self, today: date) -> Learner:
        """A learner's record; renumbered, with another UPN and this one as the former."""
        number = self.person + 1
        record = learner(
            number,
            forename=NAMES[self.person],
            admission_date=today + timedelta(days=30) if self.standing == "later" else LONG_AGO,
            leaving_date=today if self.standing == "left" else None,
            year_group=str(self.year),
        )
        if self.renumbered:
            record = replace(record, upn=upn(number + 50), former_upn=record.upn)
        return record

    def staff(self, today: date) -> StaffMember:
        left = today if self.standing == "left" else None
        return staff_member(f"S{self.person % 3}", start_date=LONG_AGO, leaving_date=left)


@dataclass(frozen=True)
class Morning:
    """A school's extract, its run, and whether that is undone."""

    school: int
    learners: tuple[Row, ...]
    staff: tuple[Row, ...]
    days: int
    undone: bool

    def extract(self, today: date) -> Extract:
        people = [row.learner(today) for row in self.learners]
        bad = [
            person for person, row in zip(people, self.learners, strict=True) if row.standing == "rejected"
        ]
        good = [person for person in people if person not in bad]
        staff = [row.staff(today) for row in self.staff]
        found = extract(
            *good, *staff, school=SCHOOLS[self.school], rejections=[rejected(person) for person in bad]
        )
        return replace(found, fingerprint=hashlib.sha256(repr(found).encode()).hexdigest())


def rows(people: range) -> st.SearchStrategy[tuple[Row, ...]]:
    standings = st.sampled_from(["on roll", "on roll", "left", "later", "rejected"])
    row = st.builds(Row, st.sampled_from(people), standings, st.integers(7, 9), st.booleans())
    return st.lists(row, max_size=len(people), unique_by=lambda drawn: drawn.person).map(tuple)


mornings = st.builds(
    Morning, st.integers(0, 2), rows(LEARNERS), rows(STAFF), st.integers(0, 40), st.booleans()
)


def mornings_at(place: int) -> st.SearchStrategy[Morning]:
    """A morning at one of the schools."""
    return mornings.map(lambda morning: replace(morning, school=place))


histories = st.lists(mornings, min_size=1, max_size=5)
ends = st.tuples(st.tuples(*[st.integers(0, 2)] * len(LEARNERS)), st.permutations(range(3)))


class Extracts(ExtractFolder):
    """Extracts without files."""

    def __init__(self) -> None:
        self.of: dict[str, Extract] = {}

    def read(self, school: School, today: date) -> Extract:
        return self.of[school.number]


class World:
    """The schools, their accounts, and every username that there ever was."""

    def __init__(self, database: Database, knowledge: Knowledge) -> None:
        self.database, self.knowledge = database, knowledge
        self.extract_folder, self.now = Extracts(), NOW
        self.usernames: dict[str, tuple[Kind, str]] = {}

    def provisioning(self) -> Provisioning:
        return Provisioning(self.database, self.extract_folder, FixedClock(self.now), self.knowledge)

    def accounts(self) -> list[Account]:
        with self.database.reading() as session:
            return accounts.listed(session)

    def lives(self, morning: Morning) -> None:
        """One morning, and what must hold at its end."""
        self.now += timedelta(days=morning.days, minutes=1)
        found = morning.extract(uk_date(self.now))
        self.extract_folder.of[found.school] = found
        before = self.accounts()
        run = provision(self.provisioning(), found.school, started_by="test")
        assert run.status is RunStatus.SUCCEEDED
        self.holds()
        self.released_with_a_leaving_date(run.known_id, found)
        _, again = dry_run(self.provisioning(), found.school)
        assert again is not None
        assert again.plan.changes == ()
        if morning.undone and run.undoable:
            undone = undo(self.provisioning(), run.known_id, by="test")
            assert undone.left == ()
            assert self.accounts() == before
            _, again = dry_run(self.provisioning(), found.school)
            assert again is not None
            assert again.plan.changes == ()

    def holds(self) -> None:
        found = self.accounts()
        numbers = [account.upn for account in found if account.upn and account.active]
        assert len(numbers) == len(set(numbers))
        for account in found:
            # A username is given out once, to one person: a learner keeps it under another UPN.
            who = (account.kind, account.forename)
            assert self.usernames.setdefault(account.username.casefold(), who) == who
            assert account.username.startswith(stem(account.surname, account.forename))
        names = [account.username.casefold() for account in found]
        assert len(names) == len(set(names))
        for account in found:
            released = account.status is Status.INACTIVE
            assert (account.released_from is not None) == (account.released_at is not None) == released

    def released_with_a_leaving_date(self, run: int, found: Extract) -> None:
        left = {
            (record.kind, record.identifier)
            for record in found.records
            if is_leaver(record, uk_date(self.now))
        }
        with self.database.reading() as session:
            query = select(JournalRow.person, JournalRow.identifier)
            query = query.where(JournalRow.run == run, JournalRow.kind == "release")
            released = {(Kind(row.person), row.identifier) for row in session.execute(query)}
        assert released <= left


@cache
def guide() -> Knowledge:
    return load_knowledge()


@contextmanager
def world() -> Iterator[World]:
    database = Database("sqlite://")
    METADATA.create_all(database.engine)
    with database.writing() as session:
        session.add(StemSecretRow(secret="00" * 32, key=""))
        schools.put(session, SCHOOLS)
    yield World(database, guide())
    database.close()


settled = settings(max_examples=25)


@settled
@given(history=histories)
def test_whatever_comes(history: list[Morning]) -> None:
    """One account for a UPN, no username twice, nothing left to do, undo restores, releases with a date."""
    with world() as lived:
        for morning in history:
            lived.lives(morning)


@settled
@given(history=histories, end=ends)
def test_no_learner_is_lost(history: list[Morning], end: tuple[tuple[int, ...], list[int]]) -> None:
    """Whatever came before, in whatever order the schools run: who is on roll ends with an account there."""
    wanted, order = end
    with world() as lived:
        for morning in history:
            lived.lives(morning)
        with lived.database.writing() as session:
            for school in SCHOOLS:
                decisions.reconsider(session, school.number)
        at = {school.number: place for place, school in enumerate(SCHOOLS)}
        lived.extract_folder.of = {
            school.number: Morning(
                at[school.number],
                tuple(
                    Row(person, "on roll" if wanted[person] == at[school.number] else "left", 8, False)
                    for person in LEARNERS
                ),
                (),
                0,
                False,
            ).extract(uk_date(lived.now))
            for school in SCHOOLS
        }
        with_everyone(lived, [SCHOOLS[place].number for place in order])
        found: Mapping[str | None, str] = {
            account.upn: account.school for account in lived.accounts() if account.active
        }
        for person in LEARNERS:
            assert found.get(upn(person + 1)) == SCHOOLS[wanted[person]].number
        lived.holds()


@settled
@given(history=histories, last=st.tuples(*(mornings_at(place) for place in range(3))))
def test_a_batch_does_what_its_schools_would_do_by_themselves(
    history: list[Morning], last: tuple[Morning, ...]
) -> None:
    """Together in chunks or one after another, in the order in which the batch has run them."""
    with world() as together, world() as alone:
        for lived in (together, alone):
            for morning in history:
                lived.lives(morning)
            today = uk_date(lived.now)
            lived.extract_folder.of = {
                SCHOOLS[morning.school].number: morning.extract(today) for morning in last
            }
        batch = provision_batch(
            together.provisioning(), [school.number for school in SCHOOLS], started_by="test"
        )
        runs = [provision(alone.provisioning(), run.school, started_by="test") for run in batch.runs]
        assert [(run.school, run.status, run.counts) for run in runs] == [
            (run.school, run.status, run.counts) for run in batch.runs
        ]
        assert who_is_where(together) == who_is_where(alone)
        for run, other in zip(batch.runs, runs, strict=True):
            assert done_by(together, run.known_id) == done_by(alone, other.known_id)
        together.holds()


def who_is_where(lived: World) -> list[Account]:
    """Everybody's account but for ids, and for the usernames' numbers, which follow the order of creates."""
    return sorted((replace(account, id=0, username="") for account in lived.accounts()), key=repr)


def done_by(lived: World, run: int) -> list[tuple[str, str, str, object, object]]:
    with lived.database.reading() as session:
        rows = session.scalars(select(JournalRow).where(JournalRow.run == run).order_by(JournalRow.id))
        return [(row.kind, row.person, row.identifier, row.before, row.after) for row in rows]


def with_everyone(lived: World, order: list[str]) -> None:
    """One by one in any order, again until nothing changes; then a batch has nothing left to do."""
    provisioning = lived.provisioning()
    for _ in range(len(order) + 1):
        for school in order:
            assert provision(provisioning, school, started_by="test").status is RunStatus.SUCCEEDED
        everybody_is_known(lived)
    batch = provision_batch(provisioning, order, started_by="test")
    assert [run.undoable for run in batch.runs] == [False] * len(batch.runs)
    assert batch.refused == ()


def everybody_is_known(lived: World) -> None:
    """A person says of everybody with a new UPN and no former one that they are who they seem to be."""
    with lived.database.reading() as session:
        waiting = identities.waiting(session)
    for question in waiting:
        decide(lived.provisioning(), question.id, IdentityAnswer.SAME, by="test")


def test_the_moments_are_real() -> None:
    """The made-up mornings do reach every kind of change; otherwise the rest would say little."""
    on, left = (
        (lambda who, year=8: Row(who, "on roll", year, False)),
        (lambda who: Row(who, "left", 8, False)),
    )
    kinds: set[str] = set()
    with world() as lived:
        for morning in (
            Morning(0, (on(0), on(1)), (on(0),), 0, False),
            Morning(0, (left(0), on(1, 9)), (left(0),), 1, False),
            Morning(1, (on(0),), (), 1, False),
            Morning(0, (on(1),), (on(0),), 1, False),
        ):
            lived.lives(morning)
        with lived.database.reading() as session:
            kinds |= set(session.scalars(select(JournalRow.kind)))
    assert kinds == {"create", "release", "match", "update", "reactivate"}
