"""The input of a school's rollover stages, read once: the stages do no I/O and read no clock."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from diagnostics.case import SchoolRecords
from diagnostics.verdict import Outlook
from knowledge.ids import PREVIOUS_SCHOOL_CAUSES
from knowledge.models import KeyDates
from provisioning.clock import uk_date
from provisioning.manual.endings import HeldList
from provisioning.records.people import Kind
from provisioning.records.rejections import Rejection
from provisioning.records.schools import School
from provisioning.records.values import value


@value(frozen=True, slots=True)
class Newcomer:
    """A learner of the intake: the cause that their account is missing, if it is, and the previous school.

    `of_previous`: the cause was found of the previous school's run, of which `outlook` is to be known.
    """

    identifier: str
    cause: str
    previous: School | None
    of_previous: bool = False
    outlook: Outlook | None = None

    @property
    def is_waiting(self) -> bool:
        """Whether a previous school has yet to release the account."""
        return self.of_previous or self.cause in PREVIOUS_SCHOOL_CAUSES


@dataclass(frozen=True)
class Rollover:
    """The input of a school's stages.

    `has_accounts` says whether any account is active here; `reviewed` has, by kind of account made by hand,
    the numbers of accounts reviewed and to review; `lingering` is the number of accounts that live on
    although they should have ended, `lingering_causes` their numbers by cause, what is mended first as the
    first; `in_portal` says whether accounts are reviewed in the portal, because
    that is where they live; `held_list` the list of accounts made by hand, where it is held here;
    `damaged_staff` the rejections of staff whom the planner gives no account, for their names are damaged.
    """

    own: SchoolRecords
    dates: KeyDates
    today: date
    intake: tuple[Newcomer, ...]
    previous: tuple[SchoolRecords, ...]
    old_classes: int
    has_accounts: bool
    reviewed: Mapping[Kind, tuple[int, int]]
    lingering: int = 0
    lingering_causes: Mapping[str, int] = field(default_factory=dict)
    in_portal: bool = False
    held_list: HeldList | None = None
    damaged_staff: tuple[Rejection, ...] = ()

    @property
    def is_closed(self) -> bool:
        """Whether the school is closed, so that nothing runs there."""
        return self.own.school.is_closed(self.today)

    @property
    def previous_open(self) -> tuple[SchoolRecords, ...]:
        """The previous schools that are open: the accounts of closed ones wait for no run there."""
        return tuple(records for records in self.previous if not records.school.is_closed(self.today))


def finished(records: SchoolRecords) -> datetime | None:
    """Return when a school's client last ran successfully."""
    return records.last_success.finished_at if records.last_success else None


def ran_in_week(records: SchoolRecords, dates: KeyDates) -> bool:
    """Return whether a school's client has run successfully since rollover week began."""
    ran = finished(records)
    return ran is not None and uk_date(ran) >= dates.week_start
