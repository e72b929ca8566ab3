"""The rules of provisioning, each in one place: the planner acts by them, the diagnosis explains by them."""

from collections.abc import Container, Iterable
from datetime import date, timedelta
from typing import Protocol

from knowledge.keydates import academic_year
from knowledge.models import Pause
from provisioning.records.accounts import Account
from provisioning.records.people import Learner, Record
from provisioning.records.rejections import Reason, Rejection

NOBODY_HERE = frozenset({Reason.NOT_MAIN_REGISTRATION, Reason.NOT_A_PERSON})
"""Reasons to reject a row that are no fault of it: it stands for no person who is to have an account here."""
STALE, STALE_IN_SEASON = timedelta(days=14), timedelta(days=7)
"""An extract older than this is too old to tell who is not in the MIS; the second while a rollover is on."""
_SEASON_ENDS = (9, 30)
BETWEEN_STAYS = timedelta(days=92)
"""The summer, and a little more."""


def is_stale(written: date, today: date, deadline: date) -> bool:
    """Return whether an extract `written` on a day is too old, given this year's end-of-year `deadline`."""
    season = deadline <= today <= date(deadline.year, *_SEASON_ENDS)
    return today - written > (STALE_IN_SEASON if season else STALE)


class Leaving(Protocol):
    """A value with a leaving date."""

    @property
    def leaving_date(self) -> date | None:
        """The leaving date; None while there is none."""
        ...


class Dated(Leaving, Protocol):
    """A value with the two dates that decide whether a person is on roll."""

    @property
    def joins_on(self) -> date:
        """The admission or start date."""
        ...


def is_leaver(record: Leaving, today: date) -> bool:
    """Return whether the leaving date is today or earlier."""
    return record.leaving_date is not None and record.leaving_date <= today


def is_earlier_stay(record: Leaving, applied: Dated | None) -> bool:
    """Return whether a leaver's record is of a stay that ended well before the one began that was `applied`.

    Then the row of the present stay is missing from the extract. With less than `BETWEEN_STAYS` between them
    it may as well be the present one, its admission date mended.
    """
    left = record.leaving_date
    return applied is not None and left is not None and left + BETWEEN_STAYS < applied.joins_on


def has_joined(record: Dated, today: date, lead: timedelta) -> bool:
    """Return whether the admission or start date is today, past, or no more than `lead` away."""
    return record.joins_on <= today + lead


def is_on_roll(record: Dated, today: date, lead: timedelta) -> bool:
    """Return whether a person is to have an account: joined, by `lead`, and not a leaver."""
    return has_joined(record, today, lead) and not is_leaver(record, today)


def may_be_on_roll(row: Rejection, today: date, lead: timedelta) -> bool:
    """Return whether the person of a rejected row may be on roll, by the values that can be read.

    A date that can't be read rules nothing out. A subsidiary or guest registration does, for the school of
    the main one provisions the account, and so does a total line, which is no person.
    """
    joined = row.joins_on is None or row.joins_on <= today + lead
    return row.reason not in NOBODY_HERE and joined and not is_leaver(row, today)


def rejected_for_names(record: Record, file: str) -> Rejection:
    """Return the rejection of a record of `file` whose names are damaged: no account may be created."""
    return Rejection.of(record, Reason.NAME_DAMAGED, file, f"{record.forename} {record.surname}")


def class_differs(learner: Learner, account: Account) -> bool:
    """Return whether an account shows another year group or class than the MIS.

    A class that the MIS does not tell never differs, and an account without a class shows a blank.
    """
    shown = account.class_name or ""
    told = shown if learner.class_name is None else learner.class_name
    return (account.year_group, shown) != (learner.year_group, told)


def details_differ(record: Record, account: Account) -> bool:
    """Return whether an account is to be updated: another year group, class or identifier."""
    if isinstance(record, Learner):
        return class_differs(record, account) or account.upn != record.upn
    return account.key != record.key


def name_differs(record: Record, account: Account) -> bool:
    """Return whether the MIS has another legal name than the account; Hwb keeps the account's.

    An account that the portal's export shows without names never differs.
    """
    shown = account.surname, account.forename
    return (record.surname, record.forename) != shown and any(shown)


def paused_until(record: Record, pauses: Iterable[Pause], today: date) -> date | None:
    """Return the day until which a leaver keeps the account by the year's key dates.

    None where no pause applies.
    """
    if not isinstance(record, Learner) or record.leaving_date is None:
        return None
    until = [
        pause.until
        for pause in pauses
        if record.year_group in pause.year_groups
        and record.leaving_date > pause.left_after
        and today < pause.until
    ]
    return max(until, default=None)


def is_free(account: Account, closed: Container[str] = ()) -> bool:
    """Return whether an account may be taken over or come back: released, or at a school that is `closed`."""
    return not account.active or account.school in closed


_YEAR_NUMBERS = {"N1": -2, "N2": -1, "R": 0} | {str(year): year for year in range(1, 14)}


def year_number(year_group: str) -> int:
    """Return a year group as a number: Reception 0, N2 -1, N1 -2."""
    known = _YEAR_NUMBERS.get(year_group)
    return int(year_group) if known is None else known


def year_group_by_age(date_of_birth: date, rollover_year: int) -> int:
    """Return the number of the year group that a date of birth gives: age on 31 August minus 4.

    The 31 August is that of the rollover year.
    """
    return rollover_year - academic_year(date_of_birth) - 4


def mis_rolled_over(
    learners: Iterable[Learner], rollover_year: int, today: date, lead: timedelta
) -> bool | None:
    """Return whether a MIS has been through its end-of-year procedures; None where no date of birth tells.

    It has not when most of its on-roll learners with a date of birth are in a year group lower than
    their age gives.
    """
    behind = [
        year_number(learner.year_group) < year_group_by_age(learner.date_of_birth, rollover_year)
        for learner in learners
        if learner.date_of_birth and is_on_roll(learner, today, lead)
    ]
    return None if not behind else sum(behind) * 2 <= len(behind)
