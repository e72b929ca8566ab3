"""People as a MIS holds them, and the keys by which records and accounts are compared."""

from datetime import date
from enum import StrEnum

from provisioning.ids import Upn
from provisioning.records.values import value


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


@value(frozen=True, slots=True)
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


@value(frozen=True, slots=True)
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
