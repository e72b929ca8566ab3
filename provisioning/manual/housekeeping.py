"""Housekeeping: when an account made by hand is due for review, and what each choice means. Pure.

The guide (Hwb Housekeeping): at the end of every academic year all accounts made by hand are reviewed.
Hwb's help pages: they last 1, 3 or 6 months or to the end of the academic year; not extended, they end
on 31 August; 90 days without signing in end them too; a list shows what expires within 8 weeks.
"""

import re
from calendar import monthrange
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from anyascii import anyascii

from knowledge.keydates import academic_year, end_of_academic_year
from provisioning.clock import uk_date
from provisioning.records import Account, Kind

MADE_BY_HAND = (Kind.NON_MIS, Kind.GOVERNOR)
"""The kinds of account that no run touches."""

SOON = timedelta(weeks=8)
"""An account is due for review this long before it ends."""

SOON_AGAIN = timedelta(weeks=2)
"""And this long before it ends where somebody has kept it, or where it ends for want of signing in."""

UNUSED = timedelta(days=90)

_OPENS, _CLOSES = (6, 1), (9, 30)
"""The review at the end of the academic year: from June to September, about that year's accounts."""


class Term(StrEnum):
    """For how long an account is kept."""

    ONE_MONTH = "1m"
    THREE_MONTHS = "3m"
    SIX_MONTHS = "6m"
    YEAR = "year"


_MONTHS = {Term.ONE_MONTH: 1, Term.THREE_MONTHS: 3, Term.SIX_MONTHS: 6}


class ReviewDecision(StrEnum):
    """What was done to an account made by hand: from the file, by a person, by its date, or taken back."""

    LISTED = "listed"
    RENEWED = "renewed"
    KEEP = "keep"
    DEACTIVATE = "deactivate"
    AT_DATE = "deactivate-at-date"
    IN_PORTAL = "in-portal"
    EXPIRED = "expired"
    UNUSED = "unused"
    UNDO = "undo"


DECISIONS = (ReviewDecision.KEEP, ReviewDecision.DEACTIVATE, ReviewDecision.AT_DATE, ReviewDecision.IN_PORTAL)
"""What a person decides in a review; `IN_PORTAL`: it was done there, and only noted here."""


class Why(StrEnum):
    """Why an account is due for review."""

    LEARNER = "learner"
    YEAR_END = "year-end"
    EXPIRES = "expires"
    UNUSED = "unused"


@dataclass(frozen=True)
class Decision:
    """What a person decided on an account, and until when it is kept."""

    id: int
    deed: ReviewDecision
    until: date | None
    by: str
    at: datetime

    @property
    def day(self) -> date:
        """The day on which it was decided."""
        return uk_date(self.at)


@dataclass(frozen=True)
class Handmade:
    """An account made by hand: since when it is known, and the decision in force."""

    account: Account
    known_since: date | None = None
    decision: Decision | None = None

    @property
    def kept(self) -> bool:
        """Whether the decision in force keeps it."""
        return self.decision is not None and self.decision.deed is ReviewDecision.KEEP


def review_year(day: date) -> int:
    """The academic year, by its end, to whose review a day belongs: from June on the one about to end."""
    return day.year if (day.month, day.day) >= _OPENS else day.year - 1


def in_season(day: date) -> bool:
    """Whether it is the time of the review at the end of the academic year: June to September."""
    return _OPENS <= (day.month, day.day) <= _CLOSES


def kept_until(account: Account, term: Term, today: date) -> date:
    """Until when keeping an account for a term lets it live; never shorter than it would have anyway.

    "To the end of the academic year" means the coming one once this one's end is within the 8 weeks.
    """
    if term is Term.YEAR:
        end = end_of_academic_year(academic_year(today))
        until = end if end > today + SOON else end_of_academic_year(end.year + 1)
    else:
        until = _months_after(today, _MONTHS[term])
    return max(until, account.expires_on or until)


def ends_on(one: Handmade) -> date | None:
    """The day on which an account ends: its own date, else 31 August after it became known."""
    if one.account.expires_on is not None:
        return one.account.expires_on
    return end_of_academic_year(academic_year(one.known_since)) if one.known_since else None


def unused_on(one: Handmade) -> date | None:
    """The day on which it will have been unused for 90 days, counted anew when somebody keeps it."""
    signed_in = one.account.last_signed_in
    if signed_in is None:
        return None
    since = max(signed_in, one.decision.day) if one.decision and one.kept else signed_in
    return since + UNUSED


def ended(one: Handmade, today: date, seen: date | None) -> ReviewDecision | None:
    """Why an account ends today by itself; None where it goes on.

    `seen` is the day of which its last sign-in is known: an old file never makes an account unused.
    """
    if not one.account.active:
        return None
    ends, unused = ends_on(one), unused_on(one)
    if ends is not None and ends <= today:
        return ReviewDecision.EXPIRED
    if unused is not None and seen is not None and unused <= min(seen, today):
        return ReviewDecision.UNUSED
    return None


@dataclass(frozen=True)
class Ending:
    """The day on which a list is taken in, and of which days the sign-ins before and after it are known."""

    today: date
    seen_before: date | None
    seen_after: date | None


@dataclass(frozen=True)
class EndsMany:
    """How many accounts of a school would end at once, of how many that are active."""

    count: int
    total: int


ENDS_MANY = "list-ends-many"
"""The safeguard of the list: the id by which it is relaxed."""
_MANY, _MANY_PERCENT = 5, 20


def ends_many(before: Iterable[Handmade], after: Iterable[Handmade], ending: Ending) -> dict[str, EndsMany]:
    """The schools at which taking a list in would end so many accounts at once that a person is asked.

    `before` and `after` are the accounts without the list and with it; `ending` says of what day either is.
    """
    active: Counter[str] = Counter()
    there = {}
    for one in before:
        there[one.account.id] = ended(one, ending.today, ending.seen_before)
        active[one.account.school] += one.account.active
    more = Counter(
        one.account.school
        for one in after
        if ended(one, ending.today, ending.seen_after) and there.get(one.account.id, True) is None
    )
    return {
        school: EndsMany(count, active[school])
        for school, count in sorted(more.items())
        if count >= _MANY and count * 100 > active[school] * _MANY_PERCENT
    }


def why(one: Handmade, today: date, learners: Collection[str] = ()) -> tuple[Why, ...]:
    """Why an account is due for review today; nothing where it is not.

    `learners` are the names, as `name_key` gives them, of the learners on roll at its school.
    """
    if not one.account.active:
        return ()
    holds = {
        Why.LEARNER: _is_a_learners(one, learners),
        Why.YEAR_END: in_season(today) and _of_year(one, today.year) and not _reviewed(one, today.year),
        Why.EXPIRES: not _ends_as_decided(one) and _ends_soon(one, today),
        Why.UNUSED: not _ends_as_decided(one) and _unused_soon(one, today),
    }
    return tuple(reason for reason, is_so in holds.items() if is_so)


def progress(accounts: Iterable[Handmade], year: int) -> tuple[int, int]:
    """How many accounts have been reviewed at the end of an academic year, of how many that were to be."""
    counted = [
        one for one in accounts if _reviewed(one, year) or (one.account.active and _of_year(one, year))
    ]
    return sum(_reviewed(one, year) for one in counted), len(counted)


def name(account: Account) -> str:
    """An account holder's name in one piece, as the file has it."""
    return f"{account.forename} {account.surname}".strip()


def name_key(name: str) -> str:
    """A name as it is compared: whatever the order of its parts, without accents and case."""
    return " ".join(sorted(re.findall(r"[a-z0-9]+", anyascii(name).casefold())))


def _is_a_learners(one: Handmade, learners: Collection[str]) -> bool:
    """Whether a non-MIS account that no person has decided on bears a learner's name."""
    undecided = one.account.kind is Kind.NON_MIS and one.decision is None
    return undecided and name_key(name(one.account)) in learners


def _ends_as_decided(one: Handmade) -> bool:
    """Whether a person has decided that the account is to end on its own date."""
    return one.decision is not None and one.decision.deed is ReviewDecision.AT_DATE


def _ends_soon(one: Handmade, today: date) -> bool:
    ends = ends_on(one)
    return ends is not None and ends <= today + (SOON if one.decision is None else SOON_AGAIN)


def _unused_soon(one: Handmade, today: date) -> bool:
    unused = unused_on(one)
    return unused is not None and unused <= today + SOON_AGAIN


def _reviewed(one: Handmade, year: int) -> bool:
    return one.decision is not None and review_year(one.decision.day) == year


def _of_year(one: Handmade, year: int) -> bool:
    """Whether an account was there before an academic year ended."""
    return one.known_since is None or one.known_since <= end_of_academic_year(year)


def _months_after(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
