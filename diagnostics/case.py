"""Everything that a diagnosis may look at, gathered once: the steps do no I/O and know no clock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property

from knowledge.models import KeyDates, Pause
from knowledge.texts import Text
from provisioning import upn
from provisioning.planning.plan import Directory, plan
from provisioning.planning.refusals import refused_changes
from provisioning.records import (
    Account,
    Covered,
    Extract,
    Kind,
    Learner,
    Reason,
    Record,
    Rejection,
    RunStatus,
    School,
    StaffMember,
)
from provisioning.store.decisions import Waiting
from provisioning.store.runs import Run


@dataclass(frozen=True)
class SchoolRecords:
    """What stands about one school: its current extract or why it can't be read, and its runs.

    `covered` has the complete records of the last applied extract, `refusals` the changes that a person
    rejected or undid; `stale` says that the extract is too old to tell who is not in the MIS,
    `successor` is the school that takes the place of one that closes.
    `accounts_as_of` is when the portal's export was written that the accounts are from,
    where they live there.
    """

    school: School
    extract: Extract | None
    problem: Text | None
    latest: Run | None
    last_success: Run | None
    covered: Mapping[tuple[Kind, str], Covered]
    refusals: tuple[Waiting, ...] = ()
    accounts_as_of: datetime | None = None
    stale: bool = False
    successor: School | None = None

    @property
    def read_at(self) -> datetime | None:
        """When the current extract was written."""
        return self.extract.as_of if self.extract else None

    @property
    def run_not_seen(self) -> bool:
        """Whether the accounts are from before the last run, so that what it did can't be seen yet."""
        last = self.last_success
        return last is not None and self.accounts_as_of is not None and self.accounts_as_of < last.started_at

    @property
    def latest_failed(self) -> bool:
        """Whether the latest run failed, be it by an interruption."""
        return self.latest is not None and self.latest.failed

    @property
    def latest_held(self) -> bool:
        """Whether changes of the latest run wait for a person's decision."""
        return self.latest is not None and self.latest.status is RunStatus.HELD

    def refuses(
        self, record: Record | None, account: Account | None, pauses: Sequence[Pause], today: date
    ) -> bool:
        """Whether a person has refused the very change that a record asks for of an account today."""
        if not self.refusals or self.extract is None or record is None:
            return False
        alone = replace(
            self.extract,
            learners=(record,) if isinstance(record, Learner) else (),
            staff=() if isinstance(record, Learner) else (record,),
            rejections=(),
        )
        asked = plan(alone, Directory([account] if account else []), pauses, today)
        return bool(refused_changes(asked.changes, self.extract.fingerprint, self.refusals))

    def record(self, kind: Kind, identifier: str) -> Record | None:
        """The complete record of somebody in the current extract."""
        return self._records.get((kind, identifier))

    @cached_property
    def _records(self) -> Mapping[tuple[Kind, str], Record]:
        records = self.extract.records if self.extract else ()
        return {(record.kind, record.identifier): record for record in records}


@dataclass(frozen=True)
class Case:
    """One person at one school, as the records stand now.

    `account` is the one that the planner would find; `previous` the other school that holds it or
    released it; `namesakes` staff accounts in the same legal name at other schools, with what stands
    about those schools; `colleague` the record of a member of staff here who has an account.
    """

    kind: Kind
    identifier: str
    own: SchoolRecords
    record: Record | None
    rejections: tuple[Rejection, ...]
    account: Account | None
    previous: SchoolRecords | None
    near: tuple[str, ...]
    namesakes: tuple[tuple[Account, SchoolRecords], ...]
    now: datetime
    today: date
    pauses: tuple[Pause, ...]
    rollover: KeyDates
    colleague: StaffMember | None = None

    @property
    def account_here(self) -> Account | None:
        """The active account at this school."""
        here = (
            self.account is not None and self.account.active and self.account.school == self.own.school.number
        )
        return self.account if here else None

    @cached_property
    def is_refused(self) -> bool:
        """Whether a person has refused the very change that this school's record asks for."""
        return self.own.refuses(self.record, self.account, self.pauses, self.today)

    @cached_property
    def is_refused_before(self) -> bool:
        """Whether a person at the previous school has refused the release of the account."""
        previous = self.previous
        return previous is not None and previous.refuses(
            self.previous_record, self.account, self.pauses, self.today
        )

    @property
    def account_is_free(self) -> bool:
        """Whether the account may be taken over: released, or at a school that is closed."""
        closed = self.previous is not None and self.previous.school.is_closed(self.today)
        return self.account is not None and (not self.account.active or closed)

    @property
    def known_here(self) -> bool:
        """Whether this school has any record or account of the person, usable or not."""
        ours = self.account is not None and self.account.school == self.own.school.number
        return self.record is not None or bool(self.rejections) or ours

    @property
    def code_shared(self) -> bool:
        """Whether several people have this staff code: then an account under it may be somebody else's."""
        return any(row.reason is Reason.STAFF_CODE_DUPLICATE for row in self.rejections)

    @property
    def registered_elsewhere(self) -> bool:
        """Whether the school's only record is a subsidiary or guest registration."""
        subsidiary = (row.reason is Reason.NOT_MAIN_REGISTRATION for row in self.rejections)
        return self.record is None and bool(self.rejections) and all(subsidiary)

    @property
    def misspelt(self) -> bool:
        """Whether a UPN is asked about that can't be one, and that the school knows nothing of."""
        return self.kind is Kind.LEARNER and not self.known_here and not upn.is_valid(self.identifier)

    @property
    def covered(self) -> Covered | None:
        """The person's record as the last successful run of this school had it."""
        return self.own.covered.get((self.kind, self.identifier))

    @property
    def previous_record(self) -> Record | None:
        """The learner's record in the previous school's current extract."""
        if self.previous is None or self.account is None or self.account.upn is None:
            return None
        return self.previous.record(Kind.LEARNER, self.account.upn)

    @property
    def learner(self) -> Learner | None:
        """The record, where it is a learner's."""
        return self.record if isinstance(self.record, Learner) else None
