"""The values that provisioning works on: what a MIS holds, what the directory holds, what should change."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import product
from typing import Any

from knowledge.texts import Bilingual, Text
from provisioning.flat_json import flat_value
from provisioning.ids import Fingerprint, SchoolNumber, Upn


class Kind(StrEnum):
    """The kind of an account; the last two are made by hand in the portal and never changed by a run."""

    LEARNER = "learner"
    STAFF = "staff"
    NON_MIS = "non-mis"
    GOVERNOR = "governor"


MIS_KINDS = (Kind.LEARNER, Kind.STAFF)
"""The kinds of account that come from a MIS."""

Key = tuple[Kind, str]
"""A kind and an identifier as they are compared: without case."""


def key_of(kind: Kind, identifier: str) -> Key:
    """Return the key of an identifier; a UPN is in capitals wherever it was read."""
    return kind, identifier if kind is Kind.LEARNER else identifier.upper()


@dataclass(frozen=True, slots=True)
class School:
    """A maintained school; `number` is the 7-digit DfES number, as text, `source` its extracts' format.

    From `closed_on` on the school is closed; `successor` is the number of the school that takes its place.
    """

    number: SchoolNumber
    name: Bilingual
    local_authority: str
    phase: str
    final_year: str | None
    managed_by: str
    contact: str
    source: str = "csv"
    closed_on: date | None = None
    successor: str | None = None

    def is_closed(self, today: date) -> bool:
        """Return whether the school is closed on a day: then it runs no more, and its accounts are free."""
        return self.closed_on is not None and self.closed_on <= today


@dataclass(frozen=True, slots=True)
class Learner:
    """A learner's complete MIS record, with its line in the extract.

    `class_name` is None where the source does not tell the class, blank where it tells that there is none.

    `unread` are the optional cells that could not be read, as (column, value): they count as not there.
    `damaged_names`: a name has lost letters, so no account may be created from it.
    """

    upn: Upn
    surname: str
    forename: str
    admission_date: date
    leaving_date: date | None
    year_group: str
    class_name: str | None
    line: int
    former_upn: Upn | None = None
    date_of_birth: date | None = None
    unread: tuple[tuple[str, str], ...] = ()
    damaged_names: bool = False

    kind = Kind.LEARNER

    @property
    def identifier(self) -> str:
        """The UPN."""
        return self.upn

    @property
    def key(self) -> Key:
        """Kind and UPN, as they are compared."""
        return Kind.LEARNER, self.upn

    @property
    def joins_on(self) -> date:
        """The admission date."""
        return self.admission_date


@dataclass(frozen=True, slots=True)
class StaffMember:
    """A member of staff's complete MIS record, with its line in the extract.

    `unread` and `damaged_names` are as for a `Learner`.
    """

    staff_code: str
    surname: str
    forename: str
    start_date: date
    leaving_date: date | None
    line: int
    email: str | None = None
    unread: tuple[tuple[str, str], ...] = ()
    damaged_names: bool = False

    kind = Kind.STAFF

    @property
    def identifier(self) -> str:
        """The staff code, unique within its school."""
        return self.staff_code

    @property
    def key(self) -> Key:
        """Kind and staff code, as they are compared."""
        return key_of(Kind.STAFF, self.staff_code)

    @property
    def joins_on(self) -> date:
        """The start date."""
        return self.start_date


Record = Learner | StaffMember


class Reason(StrEnum):
    """Why a row is rejected (contract, section 2)."""

    UPN_MISSING = "upn-missing"
    UPN_INVALID = "upn-invalid"
    NAME_MISSING = "name-missing"
    NAME_DAMAGED = "name-damaged"
    ADMISSION_NUMBER_MISSING = "admission-number-missing"
    ADMISSION_DATE_MISSING = "admission-date-missing"
    DATE_UNREADABLE = "date-unreadable"
    DATE_IMPLAUSIBLE = "date-implausible"
    YEAR_GROUP_UNREADABLE = "year-group-unreadable"
    ROW_SHORT = "row-short"
    UPN_DUPLICATE = "upn-duplicate"
    NOT_MAIN_REGISTRATION = "not-main-registration"
    STAFF_CODE_MISSING = "staff-code-missing"
    STAFF_CODE_DUPLICATE = "staff-code-duplicate"
    START_DATE_MISSING = "start-date-missing"
    SWAC_ROLE_MISSING = "swac-role-missing"
    NOT_A_PERSON = "not-a-person"


@dataclass(frozen=True, slots=True)
class Rejection:
    """A rejected row of an extract, and why.

    `file` and `line` are where the faulty cell stands; `identifier` is empty where the row has none; `value`
    is a value that was unreadable; the names, dates, year group and class are those that could be read, to
    tell whether the person may be on roll, and where.
    """

    kind: Kind
    identifier: str
    file: str
    line: int
    reason: Reason
    value: str = ""
    joins_on: date | None = None
    leaving_date: date | None = None
    year_group: str | None = None
    class_name: str | None = None
    surname: str = ""
    forename: str = ""

    @property
    def key(self) -> Key:
        """Kind and identifier, as they are compared."""
        return key_of(self.kind, self.identifier)


@dataclass(frozen=True, slots=True)
class FileShape:
    """How the file of one kind of person looks as a whole, by which it is judged whether it is complete.

    `rejected` of its `rows` are rejected for a fault; `commonest` is the reason of most of them, `first_line`
    the first line with that reason, in `first_file`. `line_end` says whether the file ends with one, None
    where the format has no lines; `total_line`, whether it ends with a total or footer line.
    """

    kind: Kind
    file: str
    rows: int = 0
    rejected: int = 0
    commonest: Reason | None = None
    first_file: str = ""
    first_line: int = 0
    line_end: bool | None = None
    total_line: bool = False
    last_line: int = 0

    @property
    def mostly_rejected(self) -> bool:
        """Whether so many rows are rejected that the file as a whole is at fault (contract, section 2)."""
        return self.rejected >= MANY_REJECTED and self.rejected * 2 > self.rows


_FILES = {Kind.LEARNER: "learners.csv", Kind.STAFF: "staff.csv"}

MANY_REJECTED = 10
"""Rejected rows from which on more than half of a file is a file problem."""


@dataclass(frozen=True, slots=True)
class Extract:
    """A school's MIS export, without duplicates.

    `fingerprint` changes whenever a file's content does; `as_of` is when the newest of its files was
    written; `shapes` say how each file looks as a whole;
    `covers` are the kinds of person that it lists completely: absence of others means nothing. `source` is
    the format that it was read in; `next_day` when the next of its dates takes effect, `date.max` where none
    will and None where that was not computed.
    """

    school: SchoolNumber
    learners: tuple[Learner, ...]
    staff: tuple[StaffMember, ...]
    rejections: tuple[Rejection, ...]
    fingerprint: Fingerprint
    as_of: datetime
    covers: tuple[Kind, ...] = MIS_KINDS
    source: str = "csv"
    next_day: date | None = None
    shapes: tuple[FileShape, ...] = ()

    @property
    def file_of(self) -> Mapping[Kind, str]:
        """Which file each kind of person stands in, as far as that is known."""
        return _FILES | {shape.kind: shape.file for shape in self.shapes}

    @property
    def records(self) -> tuple[Record, ...]:
        """Learners, then staff."""
        return (*self.learners, *self.staff)


class Status(StrEnum):
    """Whether an account can be used."""

    ACTIVE = "active"
    INACTIVE = "inactive"


@dataclass(frozen=True, slots=True)
class Account:
    """An account in the directory, as the User Management Portal shows it.

    `released_from` and `released_at` are set while a leaver's account is released; `arrived_from` and
    `arrived_at` since this school matched a released account. `date_of_birth` is the one that an applied
    extract last gave for the account.
    """

    id: int
    kind: Kind
    school: SchoolNumber
    username: str
    surname: str
    forename: str
    status: Status
    upn: Upn | None = None
    staff_code: str | None = None
    year_group: str | None = None
    class_name: str | None = None
    released_from: SchoolNumber | None = None
    released_at: datetime | None = None
    arrived_from: SchoolNumber | None = None
    arrived_at: datetime | None = None
    expires_on: date | None = None
    last_signed_in: date | None = None
    date_of_birth: date | None = None

    @property
    def active(self) -> bool:
        """Whether the account can be used."""
        return self.status is Status.ACTIVE

    @property
    def identifier(self) -> str:
        """The UPN, staff code or, for accounts made by hand, the username."""
        return self.upn or self.staff_code or self.username

    @property
    def key(self) -> Key:
        """Kind and identifier, as they are compared."""
        return key_of(self.kind, self.identifier)


class ChangeKind(StrEnum):
    """The kinds of change to an account, in the order in which a run applies them."""

    RELEASE = "release"
    MATCH = "match"
    REACTIVATE = "reactivate"
    CREATE = "create"
    UPDATE = "update"


CHANGE_ORDER = {kind: place for place, kind in enumerate(ChangeKind)}


@dataclass(frozen=True, slots=True)
class Change:
    """A proposed change to an account, for a record.

    `account` is None for a create. `after` has only the fields that the change sets, with their new values.
    """

    kind: ChangeKind
    record: Record
    account: Account | None
    after: Mapping[str, str | None]

    @property
    def order(self) -> tuple[int, str, str]:
        """The sort key in a plan: kind of change, kind of person, identifier."""
        return CHANGE_ORDER[self.kind], self.record.kind, self.record.identifier

    @property
    def fingerprint(self) -> Fingerprint:
        """A hash of the change; an equal change, asked for again by an equal date, has an equal one."""
        return Fingerprint(hashlib.sha256(f"{self._asked} {self._by_date}".encode()).hexdigest())

    @property
    def undated_fingerprint(self) -> Fingerprint:
        """The hash without the date, as refusals had it before migration 0015."""
        return Fingerprint(hashlib.sha256(self._asked.encode()).hexdigest())

    @property
    def _by_date(self) -> str:
        """The date by which the change is asked for: a release in another year is another change."""
        if self.kind is ChangeKind.UPDATE:
            return ""
        return str(self.record.leaving_date if self.kind is ChangeKind.RELEASE else self.record.joins_on)

    @property
    def _asked(self) -> str:
        fields = [f"[{flat_value(name)}, {flat_value(value)}]" for name, value in sorted(self.after.items())]
        who = ", ".join(map(flat_value, (self.kind, *self.record.key)))
        return f"[{who}, [{', '.join(fields)}]]"


def digest(fingerprints: Iterable[str]) -> str:
    """Return a hash of a set of changes by their fingerprints, independent of their order."""
    return hashlib.sha256("\n".join(sorted(fingerprints)).encode()).hexdigest()


class NoteKind(StrEnum):
    """Why a run left a person unchanged."""

    BLOCKED = "blocked"
    VANISHED = "vanished"
    PAUSED = "paused"
    REFUSED = "refused"
    NAME_DIFFERS = "name-differs"
    CELL_UNREAD = "cell-unread"
    DOUBTFUL = "doubtful"


@dataclass(frozen=True, slots=True)
class Note:
    """A person whom a run left unchanged, or of whom it left something out, and why.

    `school` is the school that blocks a learner, `column` the cell that could not be read.
    """

    kind: NoteKind
    person: Kind
    identifier: str
    school: SchoolNumber | None = None
    column: str | None = None


class DoubtReason(StrEnum):
    """Why it is in doubt whose account it is (contract, section 3)."""

    IDENTITY_DOUBT = "identity-doubt"
    LOOKS_LIKE = "looks-like"


class IdentityAnswer(StrEnum):
    """What a person has decided about a record and an account in doubt."""

    SAME = "same"
    ANOTHER = "another"


@dataclass(frozen=True, slots=True)
class Doubt:
    """A record that waits because its account may be another person's, or because its person may have one.

    `account` is the one found by the record's identifier, or with `looks-like` the one under another
    identifier; `person` a fingerprint of whom the record names (`provisioning.planning.identity`).
    """

    reason: DoubtReason
    record: Record
    account: Account
    person: str


@dataclass(frozen=True, slots=True)
class Plan:
    """The plan of a run: changes in order, notes, rejected rows, and the number of unchanged people.

    `doubts` are those who wait for a person's decision; `births` the dates of birth that the extract gives
    for accounts, by account id, as far as they are not known yet.
    """

    school: SchoolNumber
    today: date
    changes: tuple[Change, ...]
    notes: tuple[Note, ...]
    rejections: tuple[Rejection, ...]
    unchanged: int
    doubts: tuple[Doubt, ...] = ()
    births: tuple[tuple[int, date], ...] = ()

    @property
    def digest(self) -> str:
        """A hash of the plan's changes."""
        return digest(change.fingerprint for change in self.changes)


@dataclass(frozen=True, slots=True)
class Covered:
    """A record of the extract that the last successful run applied."""

    kind: Kind
    identifier: str
    joins_on: date
    leaving_date: date | None
    year_group: str | None
    class_name: str | None

    @property
    def key(self) -> Key:
        """Kind and identifier, as they are compared."""
        return key_of(self.kind, self.identifier)


@dataclass(frozen=True, slots=True)
class Hold:
    """Why a safeguard holds changes: `measured` of `total` exceeds `percent`.

    `kinds` are the held kinds of change, of one kind of `person` where it is given. `up_to` and `used` are
    those of a relaxation that did not reach so far.
    """

    safeguard: str
    measured: int
    total: int
    percent: int
    kinds: frozenset[ChangeKind]
    person: Kind | None = None
    up_to: int | None = None
    used: int = 0

    @property
    def scope(self) -> frozenset[tuple[ChangeKind, Kind]]:
        """The changes that wait: by what is done, and to which kind of person."""
        return frozenset(product(self.kinds, (self.person,) if self.person else MIS_KINDS))

    def holds(self, change: Change) -> bool:
        """Return whether a change has to wait."""
        return (change.kind, change.record.kind) in self.scope

    @property
    def said(self) -> tuple[Text, ...]:
        """What is held, with its numbers, and that a relaxation is used up, where there is one."""
        numbers = {"measured": self.measured, "total": self.total, "percent": self.percent}
        why = Text(f"hold.{self.safeguard}", {**numbers, "person": self.person.value if self.person else ""})
        if self.up_to is None:
            return (why,)
        return (why, Text("hold.relaxation-used-up", {"up_to": self.up_to, "used": self.used}))

    def to_json(self) -> dict[str, Any]:
        """Return the hold as plain JSON, for a column in the store."""
        return {**asdict(self), "kinds": sorted(self.kinds)}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Hold":
        """Return the hold that `to_json` wrote."""
        person = stored.get("person")
        kinds = frozenset(ChangeKind(kind) for kind in stored["kinds"])
        return cls(**{**stored, "kinds": kinds, "person": Kind(person) if person else None})


class RunStatus(StrEnum):
    """The status of a run (contract, section 3)."""

    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    HELD = "held"
    INTERRUPTED = "interrupted"

    @property
    def came_to_nothing(self) -> bool:
        """Whether a run with this status has failed: by an error, or because it was interrupted."""
        return self in (RunStatus.FAILED, RunStatus.INTERRUPTED)
