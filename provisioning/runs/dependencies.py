"""What runs and diagnoses depend on: the database, the extracts, the clock, the guide, the limits."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from sqlalchemy.orm import Session

from knowledge.keydates import Calendar, Local
from knowledge.loading import Knowledge
from provisioning.calendars import by_authority
from provisioning.clock import Clock
from provisioning.errors import KnownError
from provisioning.planning.safeguard_limits import DEFAULT_LIMITS, SafeguardLimits
from provisioning.records.extracts import Extract
from provisioning.sources.extract_folder import ExtractFolder
from provisioning.store import schools
from provisioning.store.database import Database
from provisioning.store.runs import Run


class ExternalDirectory(Protocol):
    """An external directory, such as the User Management Portal, in which a client changes the accounts."""

    def run(self, provisioning: "Provisioning", run: int, school: str) -> Run:
        """Do the work of `run`, which has begun, and finish it."""
        ...

    def refresh(self, provisioning: "Provisioning") -> int:
        """Read the accounts again where they may have changed; return how many schools could not be read."""
        ...


@dataclass(frozen=True)
class Provisioning:
    """The dependencies of a run: database, extracts, clock, knowledge.

    With an `external_directory`, the accounts in the database mirror it and runs do not change them; up to
    `clients_at_once` of its clients work side by side.
    """

    database: Database
    extract_folder: ExtractFolder
    clock: Clock
    knowledge: Knowledge
    external_directory: ExternalDirectory | None = None
    local_dates: Local = field(default_factory=dict)
    clients_at_once: int = 1
    limits: SafeguardLimits = DEFAULT_LIMITS
    clock_set_back: bool = False
    """Whether runs may apply changes by an earlier clock than that of the school's last run."""
    on_schedule: bool = False
    """Whether no caller waits for the answer: then a run that its clock forbids is kept as a failed one."""

    def calendar(self, session: Session, authority: str) -> Calendar:
        """Return the key dates in force in a local authority; inconsistent ones raise `KnownError`."""
        return self.calendars(session)(authority)

    def calendars(self, session: Session) -> Callable[[str], Calendar]:
        """Return what gives the key dates in force in a local authority, as `calendar` does."""
        return by_authority(self.knowledge.calendar, self.local_dates, session)


def require_own(provisioning: Provisioning) -> None:
    """Raise `KnownError` where the accounts live in an external directory."""
    if provisioning.external_directory is not None:
        raise KnownError("accounts-elsewhere")


def read_extract(provisioning: Provisioning, school: str, day: date) -> Extract:
    """Return the extract of `school`, by its number, read as of `day`."""
    with provisioning.database.reading() as session:
        found = schools.get(session, school)
    return provisioning.extract_folder.read(found, day)
