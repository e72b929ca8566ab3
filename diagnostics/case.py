"""The input of a diagnosis, read once: the steps do no I/O and read no clock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from itertools import combinations

from diagnostics.verdict import ExtractAge
from knowledge.models import KeyDates, Pause
from knowledge.texts import Text
from provisioning import upn
from provisioning.names import are_of_two_people, differing
from provisioning.planning.directory import Directory
from provisioning.planning.plan import plan
from provisioning.planning.refusals import refused_changes
from provisioning.records.accounts import Account
from provisioning.records.extracts import LEAD, Covered, Extract
from provisioning.records.people import Key, Kind, Learner, Record, StaffMember, key_of
from provisioning.records.plans import DoubtReason
from provisioning.records.rejections import Reason, Rejection
from provisioning.records.runs import RunStatus
from provisioning.records.schools import School
from provisioning.records.values import value
from provisioning.rules import is_leaver, paused_until
from provisioning.store.decisions import StoredChange
from provisioning.store.runs import Run

HINDRANCES = ("unreadable", "held", "client")
"""Why a school's next run can't succeed: its extract can't be read, its changes wait, its client fails."""
_OF_FILES, _OF_CLIENT = "error.extract-", "error.client-"
"""The beginnings of the keys of errors of a school's files, and of its own client."""


class Failure(StrEnum):
    """What is known of a failed latest run: its files are `MENDED` since, or the `CLIENT` itself failed."""

    MENDED = "mended"
    CLIENT = "client"


@dataclass(frozen=True)
class SchoolRecords:
    """The records about one school: its current extract or why it can't be read, and its runs.

    `covered` has the complete records of the last applied extract (where the reader is of one person, only
    that person's), `refusals` the changes that a person
    rejected or undid; `stale` says that the extract is too old to tell who is not in the MIS, `successor` is
    the school that takes the place of one that closes. `accounts_as_of` is when the portal's export with
    the accounts was written, where they live in the portal; `unread` says why rows of that export could not
    be read, by folded identifier; and `client_log` what the client's log of the last successful run says of
    people, None where none is kept. `lead` is how long before they join people are to have their accounts.
    """

    school: School
    extract: Extract | None
    problem: Text | None
    latest: Run | None
    last_success: Run | None
    covered: Mapping[Key, Covered]
    refusals: tuple[StoredChange, ...] = ()
    accounts_as_of: datetime | None = None
    stale: bool = False
    successor: School | None = None
    unread: Mapping[str, Text] = field(default_factory=dict)
    client_log: Mapping[Key, tuple[str, ...]] | None = None
    lead: timedelta = LEAD

    @property
    def read_at(self) -> datetime | None:
        """When the current extract was written."""
        return self.extract.as_of if self.extract else None

    @property
    def extract_age(self) -> ExtractAge | None:
        """How old the current extract is; None where it can't be read."""
        return ExtractAge(self.extract.as_of, self.stale) if self.extract else None

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
    def failure(self) -> Failure | None:
        """What is known of why the latest run failed; None where it did not, or that is not known."""
        if not self.latest_failed or self.latest is None or self.latest.error is None:
            return None
        if self.latest.error.key.startswith(_OF_CLIENT):
            return Failure.CLIENT
        return Failure.MENDED if self.extract and self.latest.error.key.startswith(_OF_FILES) else None

    @property
    def latest_held(self) -> bool:
        """Whether changes of the latest run wait for a person's decision."""
        return self.latest is not None and self.latest.status is RunStatus.HELD

    @property
    def hindrance(self) -> str | None:
        """What keeps the next run of the school from succeeding, of `HINDRANCES`; None where nothing does."""
        if self.extract is None:
            return "unreadable"
        if self.latest_held:
            return "held"
        return "client" if self.failure is Failure.CLIENT else None

    def can_run(self, today: date) -> bool:
        """Return whether a run of the school, started `today`, can succeed as its records stand."""
        return self.hindrance is None and not self.school.is_closed(today)

    def refuses(
        self, record: Record | None, account: Account | None, pauses: Sequence[Pause], today: date
    ) -> bool:
        """Return whether a person has refused the very change that a record asks for of an account today."""
        if not self.refusals or self.extract is None or record is None:
            return False
        alone = replace(
            self.extract,
            learners=(record,) if isinstance(record, Learner) else (),
            staff=() if isinstance(record, Learner) else (record,),
            rejections=(),
        )
        asked = plan(alone, Directory([account] if account else []), pauses, today, None)
        return bool(refused_changes(asked.changes, self.extract.fingerprint, self.refusals))

    def record(self, kind: Kind, identifier: str) -> Record | None:
        """Return the complete record of a person in the current extract."""
        return self.extract.by_key.get(key_of(kind, identifier)) if self.extract else None


@dataclass(frozen=True)
class OfAnother:
    """What a person has decided of the account under a row's UPN: that it is another learner's.

    `change` is the number of the question, by which the decision can be taken back.
    """

    account: Account
    change: int
    at: datetime


@value(frozen=True, slots=False)
class Case:
    """A person at a school, with the current records.

    `account` is the account that the planner would find, and `doubt` why a person has to decide whose it is;
    `of_another` is set where a person has decided that the row's UPN is another learner's; `previous` is the
    other school that holds or released it; `colleague` the record of a member of staff here who has an
    account; `replaced_by` the identifier of the only person in the MIS with the name of a person who has
    vanished. `namesakes` are the staff accounts with an equal legal name at other schools, None where the
    question is not about a move; where there is one, `old_school` has the records of its school.
    `ran_alone_at` is when a run of some people alone last changed the account here, if that was after the
    school's last successful run; None too where the reader is of many people.
    """

    kind: Kind
    identifier: str
    own: SchoolRecords
    record: Record | None
    rejections: tuple[Rejection, ...]
    account: Account | None
    previous: SchoolRecords | None
    near: tuple[str, ...]
    now: datetime
    today: date
    pauses: tuple[Pause, ...]
    rollover: KeyDates
    namesakes: tuple[Account, ...] | None = None
    old_school: SchoolRecords | None = None
    doubt: DoubtReason | None = None
    of_another: OfAnother | None = None
    colleague: StaffMember | None = None
    replaced_by: str | None = None
    ran_alone_at: datetime | None = None

    @property
    def account_here(self) -> Account | None:
        """The active account at this school, where it is not in doubt whose it is."""
        return self._active_here if self.doubt is None else None

    @property
    def vanished(self) -> bool:
        """Whether there is an active account at this school, and no row of the person any more."""
        return self.account_here is not None and self.record is None and not self.rejections

    @property
    def in_doubt_here(self) -> bool:
        """Whether there is an active account at this school, and a person has to decide whose it is."""
        return self._active_here is not None and self.doubt is not None

    @property
    def _active_here(self) -> Account | None:
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
    def is_closed(self) -> bool:
        """Whether this school is closed: then no person is on roll there, and nothing runs."""
        return self.own.school.is_closed(self.today)

    @property
    def has_left(self) -> bool:
        """Whether the person has left this school: by the record, or because the school is closed."""
        return self.is_closed or (self.record is not None and is_leaver(self.record, self.today))

    @property
    def account_is_free(self) -> bool:
        """Whether the account may be taken over: released, or at a school that is closed."""
        closed = self.previous is not None and self.previous.school.is_closed(self.today)
        return self.account is not None and (not self.account.active or closed)

    @property
    def known_here(self) -> bool:
        """Whether this school has a record, a rejected row or an account of the person."""
        ours = self.account is not None and self.account.school == self.own.school.number
        return self.record is not None or bool(self.rejections) or ours

    @property
    def of_several(self) -> bool:
        """Whether the identifier's rows are of several people: an account under it may be another's."""
        names = [(row.surname, row.forename) for row in self.rejections if row.surname and row.forename]
        return any(are_of_two_people(differing(*pair)) for pair in combinations(dict.fromkeys(names), 2))

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
        """The person's record in the extract that the school's last successful run applied.

        None where a damaged name keeps the run from creating an account from it.
        """
        if any(row.reason is Reason.NAME_DAMAGED for row in self.rejections):
            return None
        return self.own.covered.get(self.key)

    @property
    def key(self) -> Key:
        """Kind and identifier, as they are compared."""
        return key_of(self.kind, self.identifier)

    @property
    def unread_row(self) -> Text | None:
        """Why the person's row of the portal's export could not be read; None where there is no such row."""
        return self.own.unread.get(self.key[1])

    @property
    def previous_record(self) -> Record | None:
        """The learner's record in the previous school's current extract."""
        if self.previous is None or self.account is None or self.account.upn is None:
            return None
        return self.previous.record(Kind.LEARNER, self.account.upn)

    @property
    def release_paused_until(self) -> date | None:
        """Until when no run of the previous school releases the account, by the key dates."""
        record = self.previous_record
        return None if record is None else paused_until(record, self.pauses, self.today)

    @property
    def learner(self) -> Learner | None:
        """The record, where it is a learner's."""
        return self.record if isinstance(self.record, Learner) else None
