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


class Kind(StrEnum):
    """Whose account it is; the last two are made by hand in the portal and never touched by a run."""

    LEARNER = "learner"
    STAFF = "staff"
    NON_MIS = "non-mis"
    GOVERNOR = "governor"


MIS_KINDS = (Kind.LEARNER, Kind.STAFF)
"""The kinds of account that come from a MIS."""


@dataclass(frozen=True, slots=True)
class School:
    """A maintained school; `number` is the 7-digit DfES number, as text, `source` its extracts' format.

    From `closed_on` on the school is closed; `successor` is the number of the school that takes its place.
    """

    number: str
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
        """Whether the school is closed on a day: then it runs no more, and its accounts are free."""
        return self.closed_on is not None and self.closed_on <= today


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
    `arrived_from` and `arrived_at` since a release was matched by this school.
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

    @property
    def active(self) -> bool:
        """Whether the account can be used."""
        return self.status is Status.ACTIVE

    @property
    def identifier(self) -> str:
        """The UPN, staff code or, for accounts made by hand, the username."""
        return self.upn or self.staff_code or self.username


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
        """A hash of what is asked for: the same change, asked for again by the same date, has the same."""
        return hashlib.sha256(f"{self._asked} {self._by_date}".encode()).hexdigest()

    @property
    def undated_fingerprint(self) -> str:
        """The hash without the date, as refusals had it before migration 0015."""
        return hashlib.sha256(self._asked.encode()).hexdigest()

    @property
    def _by_date(self) -> str:
        """The date by which the change is asked for: a release in another year is another change."""
        if self.kind is ChangeKind.UPDATE:
            return ""
        return str(self.record.leaving_date if self.kind is ChangeKind.RELEASE else self.record.joins_on)

    @property
    def _asked(self) -> str:
        fields = [f"[{flat_value(name)}, {flat_value(value)}]" for name, value in sorted(self.after.items())]
        who = ", ".join(map(flat_value, (self.kind, self.record.kind, self.record.identifier)))
        return f"[{who}, [{', '.join(fields)}]]"


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


@dataclass(frozen=True, slots=True)
class Note:
    """A person for whom a run did nothing, and why; `school` is who a blocked learner waits for."""

    kind: NoteKind
    person: Kind
    identifier: str
    school: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run would do: changes in order, notes, rejected rows, and how many people need nothing."""

    school: str
    today: date
    changes: tuple[Change, ...]
    notes: tuple[Note, ...]
    rejections: tuple[Rejection, ...]
    unchanged: int

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


@dataclass(frozen=True, slots=True)
class Hold:
    """Why changes are held: `measured` of `total` is over `percent`.

    `kinds` says which changes wait, of one kind of `person` where it is given. `up_to` and `used` are those
    of a relaxation that did not reach so far.
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
        """Whether a change has to wait."""
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
        """The hold as plain JSON, for a column in the store."""
        return {**asdict(self), "kinds": sorted(self.kinds)}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Hold":
        """The hold that `to_json` wrote."""
        person = stored.get("person")
        kinds = frozenset(ChangeKind(kind) for kind in stored["kinds"])
        return cls(**{**stored, "kinds": kinds, "person": Kind(person) if person else None})


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
