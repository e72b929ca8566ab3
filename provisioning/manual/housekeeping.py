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
from provisioning.records.accounts import Account
from provisioning.records.people import Kind

BY_PORTAL = "portal"
"""The actor of reviews that the portal's export shows: an account has been kept for longer there."""

MADE_BY_HAND = (Kind.NON_MIS, Kind.GOVERNOR)
"""The kinds of account that runs do not change."""

SOON = timedelta(weeks=8)
"""An account is due for review this long before it ends."""

SOON_AGAIN = timedelta(weeks=2)
"""The period where a review has kept the account, or where it ends because it is unused."""

UNUSED = timedelta(days=90)

WARNED = timedelta(weeks=1)
"""So long before an account ends by itself, those who review it are warned."""

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
    """An event in the life of an account made by hand: by the file, a person, its date, or an undo."""

    LISTED = "listed"
    RENEWED = "renewed"
    KEEP = "keep"
    DEACTIVATE = "deactivate"
    AT_DATE = "deactivate-at-date"
    IN_PORTAL = "in-portal"
    EXPIRED = "expired"
    UNUSED = "unused"
    UNDO = "undo"


ENDINGS = (ReviewDecision.EXPIRED, ReviewDecision.UNUSED)
"""How an account ends by itself."""

DECISIONS = (ReviewDecision.KEEP, ReviewDecision.DEACTIVATE, ReviewDecision.AT_DATE, ReviewDecision.IN_PORTAL)
"""The decisions of a review; `IN_PORTAL` notes that the account was reviewed in the portal."""


class Why(StrEnum):
    """Why an account is due for review."""

    LEARNER = "learner"
    ENDED = "ended"
    YEAR_END = "year-end"
    EXPIRES = "expires"
    UNUSED = "unused"


@dataclass(frozen=True)
class Decision:
    """A review decision on an account, and until when it is kept."""

    id: int
    choice: ReviewDecision
    until: date | None
    by: str
    at: datetime

    @property
    def day(self) -> date:
        """The day on which it was decided."""
        return uk_date(self.at)


@dataclass(frozen=True)
class Handmade:
    """An account made by hand: since when it is known, and the decision in force.

    `ending` is set where it has ended by itself and no person has decided on it since; `revived_on` is the
    day on which a person last undid such an ending.
    """

    account: Account
    known_since: date | None = None
    decision: Decision | None = None
    ending: Decision | None = None
    revived_on: date | None = None

    @property
    def kept(self) -> bool:
        """Whether the decision in force keeps it."""
        return self.decision is not None and self.decision.choice is ReviewDecision.KEEP

    @property
    def ended_unseen(self) -> bool:
        """Whether it has ended by itself, and no person has decided that or reviewed it since."""
        return self.ending is not None and not _ends_as_decided(self)


def review_year(day: date) -> int:
    """Return the academic year, by its end, that accounts are reviewed for on `day`.

    From June on it is the year about to end.
    """
    return day.year if (day.month, day.day) >= _OPENS else day.year - 1


def in_season(day: date) -> bool:
    """Return whether it is the time of the review at the end of the academic year: June to September."""
    return _OPENS <= (day.month, day.day) <= _CLOSES


def kept_until(account: Account, term: Term, today: date) -> date:
    """Return the expiry date of an account kept for `term`; never earlier than its present one.

    "To the end of the academic year" means the coming year once this one ends within 8 weeks.
    """
    if term is Term.YEAR:
        end = end_of_academic_year(academic_year(today))
        until = end if end > today + SOON else end_of_academic_year(end.year + 1)
    else:
        until = _months_after(today, _MONTHS[term])
    return max(until, account.expires_on or until)


def ends_on(entry: Handmade) -> date | None:
    """Return the day on which an account ends: its own date, else 31 August after it became known."""
    if entry.account.expires_on is not None:
        return entry.account.expires_on
    return end_of_academic_year(academic_year(entry.known_since)) if entry.known_since else None


def unused_on(entry: Handmade) -> date | None:
    """Return the day on which an account becomes unused; None where no sign-in is known.

    It is 90 days after the last sign-in, after a review kept the account, or after a person undid its ending,
    whichever is the latest.
    """
    signed_in = entry.account.last_signed_in
    if signed_in is None:
        return None
    kept_on = entry.decision.day if entry.decision and entry.kept else signed_in
    return max(signed_in, kept_on, entry.revived_on or signed_in) + UNUSED


def ended(entry: Handmade, today: date, seen: date | None) -> ReviewDecision | None:
    """Return why an account has ended by `today`; None where it has not.

    An account lasts until the end of its last day. `seen` is the day up to which sign-ins are known: an old
    file never makes an account unused.
    """
    if not entry.account.active:
        return None
    ends, unused = _ends_by_itself(entry), unused_on(entry)
    if ends is not None and ends < today:
        return ReviewDecision.EXPIRED
    if unused is not None and seen is not None and unused < min(seen, today):
        return ReviewDecision.UNUSED
    return None


def ends_within_warning(entry: Handmade, today: date, seen: date | None) -> date | None:
    """Return the day within a week on which an account will end by itself; None where it will not.

    An ending that a review decided on is not warned of. Whether it is unused is foretold only while the
    sign-ins known up to `seen` are themselves of this week.
    """
    if not entry.account.active or _ends_as_decided(entry):
        return None
    days = [_ends_by_itself(entry), unused_on(entry) if seen is not None and seen + WARNED >= today else None]
    coming = [day for day in days if day is not None and today <= day <= today + WARNED]
    return min(coming, default=None)


def _ends_by_itself(entry: Handmade) -> date | None:
    """Return the day of `ends_on`; None where a person has undone the ending on that day.

    Such an account ends only when a person decides so.
    """
    ends = ends_on(entry)
    dismissed = ends is not None and entry.revived_on is not None and ends < entry.revived_on
    return None if dismissed else ends


@dataclass(frozen=True)
class Ending:
    """The day on which a list is taken in, and the days up to which sign-ins are known before and after."""

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
    """Return the schools at which taking in a list would end so many accounts that a person is asked.

    `before` and `after` are the accounts without the list and with it; `ending` has the days of both.
    """
    active: Counter[str] = Counter()
    there = {}
    for known in before:
        there[known.account.id] = ended(known, ending.today, ending.seen_before)
        active[known.account.school] += known.account.active
    more = Counter(
        listed.account.school
        for listed in after
        if ended(listed, ending.today, ending.seen_after) and there.get(listed.account.id, True) is None
    )
    return {
        school: EndsMany(count, active[school])
        for school, count in sorted(more.items())
        if count >= _MANY and count * 100 > active[school] * _MANY_PERCENT
    }


def review_reasons(entry: Handmade, today: date, learners: Collection[str] = ()) -> tuple[Why, ...]:
    """Return why an account is due for review on `today`; empty where it is not.

    `learners` are the names, as `name_key` gives them, of the learners on roll at its school.
    """
    if not entry.account.active:
        return (Why.ENDED,) if entry.ended_unseen else ()
    holds = {
        Why.LEARNER: _is_a_learners(entry, learners),
        Why.YEAR_END: in_season(today) and _of_year(entry, today.year) and not _reviewed(entry, today.year),
        Why.EXPIRES: not _ends_as_decided(entry) and _ends_soon(entry, today),
        Why.UNUSED: not _ends_as_decided(entry) and _unused_soon(entry, today),
    }
    return tuple(reason for reason, is_so in holds.items() if is_so)


def progress(accounts: Iterable[Handmade], year: int) -> tuple[int, int]:
    """Return the numbers of accounts reviewed at the end of an academic year, and of accounts to review.

    An account that has ended by itself since that review began is to be reviewed until a person has looked.
    """
    counted = [
        entry
        for entry in accounts
        if _reviewed(entry, year)
        or _ended_in(entry, year)
        or (entry.account.active and _of_year(entry, year))
    ]
    reviewed = sum(_reviewed(entry, year) and not _ended_in(entry, year) for entry in counted)
    return reviewed, len(counted)


def name(account: Account) -> str:
    """Return an account holder's full name, as in the file."""
    return f"{account.forename} {account.surname}".strip()


def name_key(name: str) -> str:
    """Return a name for comparison: its parts sorted, without accents and case."""
    return " ".join(sorted(re.findall(r"[a-z0-9]+", anyascii(name).casefold())))


def _is_a_learners(entry: Handmade, learners: Collection[str]) -> bool:
    """Return whether a non-MIS account that no person has decided on bears a learner's name."""
    undecided = entry.account.kind is Kind.NON_MIS and entry.decision is None
    return undecided and name_key(name(entry.account)) in learners


def _ends_as_decided(entry: Handmade) -> bool:
    """Return whether a review decided that the account ends on its date, and the ending stands.

    It no longer stands once a person has undone it.
    """
    decision = entry.decision
    if decision is None or decision.choice is not ReviewDecision.AT_DATE:
        return False
    return entry.revived_on is None or entry.revived_on <= decision.day


def _ends_soon(entry: Handmade, today: date) -> bool:
    ends = ends_on(entry)
    return ends is not None and ends <= today + (SOON if entry.decision is None else SOON_AGAIN)


def _unused_soon(entry: Handmade, today: date) -> bool:
    unused = unused_on(entry)
    return unused is not None and unused <= today + SOON_AGAIN


def _reviewed(entry: Handmade, year: int) -> bool:
    return entry.decision is not None and review_year(entry.decision.day) == year


def _ended_in(entry: Handmade, year: int) -> bool:
    return entry.ending is not None and entry.ended_unseen and review_year(entry.ending.day) == year


def _of_year(entry: Handmade, year: int) -> bool:
    """Return whether an account existed before the end of an academic year."""
    return entry.known_since is None or entry.known_since <= end_of_academic_year(year)


def _months_after(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
