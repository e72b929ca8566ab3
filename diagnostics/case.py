"""The input of a diagnosis, read once: the steps do no I/O and read no clock."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from knowledge.models import KeyDates, Pause
from knowledge.texts import Text
from provisioning import upn
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
)
from provisioning.store.runs import Run


@dataclass(frozen=True)
class SchoolRecords:
    """The records about one school: its current extract or why it can't be read, and its runs.

    `covered` has the complete records of the last applied extract, `refused` the people whose changes were
    rejected or undone. `accounts_as_of` is when the portal's export with the accounts was written, where
    they live in the portal; `unread` says why rows of that export could not be read, by identifier; and
    `client_log` what the client's log of the last successful run says of people, None where none is kept.
    """

    school: School
    extract: Extract | None
    problem: Text | None
    latest: Run | None
    last_success: Run | None
    covered: Mapping[tuple[Kind, str], Covered]
    refused: frozenset[tuple[Kind, str]] = frozenset()
    accounts_as_of: datetime | None = None
    unread: Mapping[str, Text] = field(default_factory=dict)
    client_log: Mapping[tuple[Kind, str], tuple[str, ...]] | None = None

    @property
    def read_at(self) -> datetime | None:
        """When the current extract was written."""
        return self.extract.as_of if self.extract else None

    @property
    def run_not_seen(self) -> bool:
        """Whether the portal's export is older than the last run, so that its changes are not visible yet."""
        last = self.last_success
        return last is not None and self.accounts_as_of is not None and self.accounts_as_of < last.started_at

    @property
    def latest_failed(self) -> bool:
        """Whether the latest run failed or was interrupted."""
        return self.latest is not None and self.latest.failed

    @property
    def latest_held(self) -> bool:
        """Whether changes of the latest run wait for a person's decision."""
        return self.latest is not None and self.latest.status is RunStatus.HELD

    def record(self, kind: Kind, identifier: str) -> Record | None:
        """The complete record of a person in the current extract."""
        return self._records.get((kind, identifier))

    @cached_property
    def _records(self) -> Mapping[tuple[Kind, str], Record]:
        records = self.extract.records if self.extract else ()
        return {(record.kind, record.identifier): record for record in records}


@dataclass(frozen=True)
class Case:
    """A person at a school, with the current records.

    `account` is the account that the planner would find; `previous` the other school that holds or released
    it; `namesakes` staff accounts with an equal legal name at other schools, with those schools' records.
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

    @property
    def account_here(self) -> Account | None:
        """The active account at this school."""
        here = (
            self.account is not None and self.account.active and self.account.school == self.own.school.number
        )
        return self.account if here else None

    @property
    def known_here(self) -> bool:
        """Whether this school has a record, a rejected row or an account of the person."""
        ours = self.account is not None and self.account.school == self.own.school.number
        return self.record is not None or bool(self.rejections) or ours

    @property
    def code_shared(self) -> bool:
        """Whether several people have this staff code: an account under it may be another person's."""
        return any(row.reason is Reason.STAFF_CODE_DUPLICATE for row in self.rejections)

    @property
    def registered_elsewhere(self) -> bool:
        """Whether the school's only record is a subsidiary or guest registration."""
        subsidiary = (row.reason is Reason.NOT_MAIN_REGISTRATION for row in self.rejections)
        return self.record is None and bool(self.rejections) and all(subsidiary)

    @property
    def misspelt(self) -> bool:
        """Whether the identifier is an invalid UPN that the school has no record of."""
        return self.kind is Kind.LEARNER and not self.known_here and not upn.is_valid(self.identifier)

    @property
    def covered(self) -> Covered | None:
        """The person's record in the extract that the school's last successful run applied."""
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
