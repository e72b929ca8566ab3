"""An account in the directory."""

from datetime import date, datetime
from enum import StrEnum

from provisioning.ids import SchoolNumber, Upn
from provisioning.records.people import Key, Kind, key_of
from provisioning.records.values import value


class Status(StrEnum):
    """Whether an account can be used."""

    ACTIVE = "active"
    INACTIVE = "inactive"


@value(frozen=True, slots=True)
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
