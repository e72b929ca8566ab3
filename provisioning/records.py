"""The values that provisioning works on: what a MIS holds, what the directory holds, what should change."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from knowledge.texts import Bilingual
from provisioning.flat_json import flat_value


class Kind(StrEnum):
    """Whose account it is; the last two are made by hand in the portal and never touched by a run."""

    LEARNER = "learner"
    STAFF = "staff"
    NON_MIS = "non-mis"
    GOVERNOR = "governor"


MIS_KINDS = (Kind.LEARNER, Kind.STAFF)
"""The kinds of account that come from a MIS."""

Key = tuple[Kind, str]
"""A kind and an identifier as they are compared: without case."""


def key_of(kind: Kind, identifier: str) -> Key:
    """The key of an identifier; a UPN is in capitals wherever it was read."""
    return kind, identifier if kind is Kind.LEARNER else identifier.upper()


@dataclass(frozen=True, slots=True)
class School:
    """A maintained school; `number` is the 7-digit DfES number, as text, `source` its extracts' format."""

    number: str
    name: Bilingual
    local_authority: str
    phase: str
    final_year: str | None
    managed_by: str
    contact: str
    source: str = "csv"


@dataclass(frozen=True, slots=True)
class Learner:
    """A learner's complete MIS record, with the line of the extract it stands on."""

    upn: str
    surname: str
    forename: str
    admission_date: date
    leaving_date: date | None
    year_group: str
    class_name: str
    line: int
    former_upn: str | None = None
    date_of_birth: date | None = None

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
    """A member of staff's complete MIS record, with the line of the extract it stands on."""

    staff_code: str
    surname: str
    forename: str
    start_date: date
    leaving_date: date | None
    line: int
    email: str | None = None

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
    ADMISSION_NUMBER_MISSING = "admission-number-missing"
    ADMISSION_DATE_MISSING = "admission-date-missing"
    DATE_UNREADABLE = "date-unreadable"
    YEAR_GROUP_UNREADABLE = "year-group-unreadable"
    UPN_DUPLICATE = "upn-duplicate"
    NOT_MAIN_REGISTRATION = "not-main-registration"
    STAFF_CODE_MISSING = "staff-code-missing"
    STAFF_CODE_DUPLICATE = "staff-code-duplicate"
    START_DATE_MISSING = "start-date-missing"
    SWAC_ROLE_MISSING = "swac-role-missing"


@dataclass(frozen=True, slots=True)
class Rejection:
    """A row that is not used: which one and why.

    `identifier` is empty where the row has none; `value` is what stood there, when a value was
    unreadable; the dates, year group and class are those that could be read, so that it can be told
    whether the person would be on roll, and where.
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

    @property
    def key(self) -> Key:
        """Kind and identifier, as they are compared."""
        return key_of(self.kind, self.identifier)


@dataclass(frozen=True, slots=True)
class Extract:
    """What a school's MIS holds at one moment, every duplicate settled.

    `fingerprint` changes whenever a file's content does; `as_of` is when the files were last written;
    `covers` are the kinds of person of whom it holds everybody: of others, absence says nothing. `source` is
    the format that it was read in; `next_day` when the next of its dates takes effect, `date.max` where none
    will and None where nobody has looked.
    """

    school: str
    learners: tuple[Learner, ...]
    staff: tuple[StaffMember, ...]
    rejections: tuple[Rejection, ...]
    fingerprint: str
    as_of: datetime
    covers: tuple[Kind, ...] = MIS_KINDS
    source: str = "csv"
    next_day: date | None = None

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

    `released_from` and `released_at` stand while a leaver's account is inactive and let go;
    `arrived_from` and `arrived_at` since a release was matched by this school. `date_of_birth` is the one
    that an applied extract last gave for the account.
    """

    id: int
    kind: Kind
    school: str
    username: str
    surname: str
    forename: str
    status: Status
    upn: str | None = None
    staff_code: str | None = None
    year_group: str | None = None
    class_name: str | None = None
    released_from: str | None = None
    released_at: datetime | None = None
    arrived_from: str | None = None
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
    """What a run does to an account, in the order in which a run does it."""

    RELEASE = "release"
    MATCH = "match"
    REACTIVATE = "reactivate"
    CREATE = "create"
    UPDATE = "update"


CHANGE_ORDER = {kind: place for place, kind in enumerate(ChangeKind)}


@dataclass(frozen=True, slots=True)
class Change:
    """One account to change: by which kind, for which record, and what it will hold afterwards.

    `account` is None for a create. `after` has only the fields that the change sets.
    """

    kind: ChangeKind
    record: Record
    account: Account | None
    after: Mapping[str, str | None]

    @property
    def order(self) -> tuple[int, str, str]:
        """Where the change stands in a plan: kinds in their order, then by kind of person and identifier."""
        return CHANGE_ORDER[self.kind], self.record.kind, self.record.identifier

    @property
    def fingerprint(self) -> str:
        """A hash of what is asked for: the same change, asked for again, has the same."""
        fields = [f"[{flat_value(name)}, {flat_value(value)}]" for name, value in sorted(self.after.items())]
        who = ", ".join(map(flat_value, (self.kind, *self.record.key)))
        return hashlib.sha256(f"[{who}, [{', '.join(fields)}]]".encode()).hexdigest()


def digest(fingerprints: Iterable[str]) -> str:
    """A hash of a set of changes, by their fingerprints: the same whenever the same changes are asked for."""
    return hashlib.sha256("\n".join(sorted(fingerprints)).encode()).hexdigest()


class NoteKind(StrEnum):
    """What a run noticed and left alone."""

    BLOCKED = "blocked"
    VANISHED = "vanished"
    PAUSED = "paused"
    REFUSED = "refused"
    NAME_DIFFERS = "name-differs"
    DOUBTFUL = "doubtful"


@dataclass(frozen=True, slots=True)
class Note:
    """A person for whom a run did nothing, and why; `school` is who a blocked learner waits for."""

    kind: NoteKind
    person: Kind
    identifier: str
    school: str | None = None


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
    """What a run would do: changes in order, notes, rejected rows, and how many people need nothing.

    `doubts` are those who wait for a person's decision; `births` the dates of birth that the extract gives
    for accounts, by account id, as far as they are not known yet.
    """

    school: str
    today: date
    changes: tuple[Change, ...]
    notes: tuple[Note, ...]
    rejections: tuple[Rejection, ...]
    unchanged: int
    doubts: tuple[Doubt, ...] = ()
    births: tuple[tuple[int, date], ...] = ()

    @property
    def digest(self) -> str:
        """A hash of what would change, the same whenever the same changes are asked for."""
        return digest(change.fingerprint for change in self.changes)


@dataclass(frozen=True, slots=True)
class Covered:
    """A record as the last successful run had it."""

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
    """Why changes are held: `measured` of `total` is over `percent`; `kinds` says which changes wait."""

    safeguard: str
    measured: int
    total: int
    percent: int
    kinds: frozenset[ChangeKind]

    def to_json(self) -> dict[str, Any]:
        """The hold as plain JSON, for a column in the store."""
        return {**asdict(self), "kinds": sorted(self.kinds)}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Hold":
        """The hold that `to_json` wrote."""
        return cls(**{**stored, "kinds": frozenset(ChangeKind(kind) for kind in stored["kinds"])})


class RunStatus(StrEnum):
    """How a run stands (contract, section 3)."""

    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    HELD = "held"
    INTERRUPTED = "interrupted"

    @property
    def came_to_nothing(self) -> bool:
        """Whether a run with this status has failed: by an error, or because it was interrupted."""
        return self in (RunStatus.FAILED, RunStatus.INTERRUPTED)
