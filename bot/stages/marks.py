"""What the stages of schools rest on, read for all schools at once, and what of it has changed since.

A mark says no more than whether something is as it was: what has become of it is found out by looking at
the school.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.people.tables import AuditRow
from diagnostics.lingering import runs_by_itself
from diagnostics.reliance import Reliance, upn_marks
from provisioning.clock import system_time
from provisioning.manual.upkeep import held_lists
from provisioning.records.schools import School
from provisioning.runs.dependencies import Provisioning
from provisioning.store import accounts, dates, portal
from provisioning.store.appended import Appended, Place
from provisioning.store.latest_runs import LatestRuns, latest_runs
from provisioning.store.tables.accounts import CorrectionRow, JournalRow
from provisioning.store.tables.decisions import IdentityDecisionRow, RefusalRow
from provisioning.store.tables.reviews import ReviewRow

_DELETING = ("erase", "retention")
"""Actions in the audit after which rows are gone that no other mark covers."""
_LATE = timedelta(hours=1)
"""How late an audit record may be committed, or the time as it is be set back."""

_Questions = Mapping[int, tuple[object, ...]]


@dataclass(frozen=True)
class Marks:
    """The marks at one moment: what concerns every school, and what concerns each, by its number.

    `runs` are the latest runs of each school;
    `questions` those about whose account it is, by id: each begins with its school and its account.
    """

    everywhere: tuple[object, ...]
    of_school: Mapping[str, tuple[object, ...]]
    runs: Mapping[str, LatestRuns]
    questions: _Questions

    def differ_at(self, school: str, before: "Marks") -> bool:
        """Return whether anything of `school` has changed since `before`, but for a run that rests."""
        runs, were = self.runs[school], before.runs[school]
        ran = runs != were and not runs.only_rested_since(were)
        return ran or self.of_school[school] != before.of_school[school]

    def is_as(self, school: str, before: "Marks") -> bool:
        """Return whether everything of `school` is as it was `before`, its runs too."""
        runs, own = self.runs[school], self.of_school[school]
        return runs == before.runs.get(school) and own == before.of_school[school]


@dataclass(frozen=True)
class Changes:
    """What has changed between two rounds: the schools that have, accounts by id, and UPNs by their mark.

    At the schools in `rested` the client has run, and found nothing new.
    """

    schools: frozenset[str]
    rested: frozenset[str]
    accounts: frozenset[int]
    upns: frozenset[int]

    def reach(self, school: str, rests_on: Reliance) -> bool:
        """Return whether the stages of `school`, which rest on its marks and on `rests_on`, may be others."""
        if rests_on.run_times and not self.rested.isdisjoint((school, *rests_on.schools)):
            return True
        if rests_on.any_account and self.accounts:
            return True
        return school in self.schools or not (
            self.schools.isdisjoint(rests_on.schools)
            and self.accounts.isdisjoint(rests_on.accounts)
            and self.upns.isdisjoint(rests_on.upns)
        )


class Position(NamedTuple):
    """Up to where the tables had been read in which rows are added, or deletions noted.

    `places` are in those that tell of accounts; `deletions` the audit records of rows deleted of late, at the
    time `read_at`.
    """

    places: tuple[Place, ...]
    deletions: frozenset[int]
    read_at: datetime


@dataclass
class MarkReader:
    """Reads the marks of each round, and tells what has changed since the round before.

    What it remembers is of this process.
    """

    _before: Marks | None = None
    _changed_accounts: Sequence[Appended] = field(
        default_factory=lambda: [Appended(row, "account") for row in (JournalRow, ReviewRow, CorrectionRow)]
    )
    _deletions: frozenset[int] = frozenset()
    _read_at: datetime | None = None

    def forget(self) -> None:
        """Forget the round before, as where it was not finished: everything counts as changed."""
        self._before = None

    def changes(
        self, provisioning: Provisioning, session: Session, schools: Sequence[School]
    ) -> Changes | None:
        """Return what has changed since the last call; None where everything has, or it can't be told.

        `schools` are all schools. The marks are read before the stages: what changes in between has
        changed at the next call again.
        """
        written = [table.new(session) for table in self._changed_accounts]
        gone = self._is_anything_deleted(session)
        now, before = read_marks(provisioning, session, schools), self._before
        self._before = now
        if before is None or gone or None in written or now.everywhere != before.everywhere:
            return None
        asked = _differing(now.questions, before.questions)
        ids = {id_ for table in written if table is not None for id_ in table}
        ids |= {account for _, account in asked}
        there = accounts.with_ids(session, sorted(ids)) if ids else []
        return Changes(
            schools=frozenset(
                [
                    *(number for number in now.of_school if now.differ_at(number, before)),
                    *(school for school, _ in asked),
                    *(account.school for account in there),
                ]
            ),
            rested=frozenset(number for number, runs in now.runs.items() if runs != before.runs[number]),
            accounts=frozenset(ids),
            upns=frozenset(upn_marks(account.upn for account in there if account.upn)),
        )

    @property
    def before(self) -> Marks | None:
        """The marks of the last call; None before the first, and where they have been forgotten."""
        return self._before

    @property
    def position(self) -> Position:
        """Up to where had been read at the last call."""
        places = tuple(table.place for table in self._changed_accounts)
        return Position(places, self._deletions, self._read_at or system_time())

    def is_still_at(self, session: Session, position: Position) -> bool:
        """Return whether nothing has been added or deleted since another process had read to `position`."""
        if _deletions(session, position.read_at) - position.deletions:
            return False
        tables = zip(self._changed_accounts, position.places, strict=True)
        return all(table.is_still_at(session, place) for table, place in tables)

    def _is_anything_deleted(self, session: Session) -> bool:
        """Return whether rows have been deleted since the last call, for a person or because of their age."""
        now = system_time()
        found = _deletions(session, self._read_at or now)
        new, self._deletions, self._read_at = found - self._deletions, found, now
        return bool(new)


def _deletions(session: Session, since: datetime) -> frozenset[int]:
    """Return the audit records of rows deleted `since` a time, or a little before it."""
    query = select(AuditRow.id).where(AuditRow.recorded_at >= since - _LATE, AuditRow.action.in_(_DELETING))
    return frozenset(session.scalars(query))


def read_marks(provisioning: Provisioning, session: Session, schools: Sequence[School]) -> Marks:
    """Return the marks of this moment for all `schools`."""
    now = provisioning.clock.now()
    folder = provisioning.extract_folder
    numbers = [school.number for school in schools]
    runs = latest_runs(session, numbers)
    refused = _grouped(session.execute(select(RefusalRow.school, RefusalRow.fingerprint)))
    held = {found.school: found for found in held_lists(provisioning, session)}
    row = IdentityDecisionRow
    questions = session.execute(select(row.id, row.school, row.account, row.person, row.decided, row.at))
    return Marks(
        everywhere=(
            tuple(schools),
            dates.every(session),
            portal.readings(session),
            provisioning.knowledge,
            provisioning.local_dates,
            provisioning.external_directory,
            folder.folder,
            folder.lead,
        ),
        of_school={
            number: (
                runs_by_itself(runs[number].last_success, now),
                folder.stamp(number),
                tuple(sorted(refused.get(number, ()))),
                held.get(number),
            )
            for number in numbers
        },
        runs=runs,
        questions={id_: tuple(rest) for id_, *rest in questions},
    )


def _grouped(rows: Iterable[tuple[str, str]]) -> Mapping[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for school, fingerprint in rows:
        found[school].append(fingerprint)
    return found


def _differing(now: _Questions, before: _Questions) -> set[tuple[str, int]]:
    """Return school and account of each question that has come, gone or changed."""
    changed = {id_ for id_ in now.keys() | before.keys() if now.get(id_) != before.get(id_)}
    found = [questions[id_] for questions in (now, before) for id_ in changed if id_ in questions]
    return {(str(school), int(str(account))) for school, account, *_ in found}
