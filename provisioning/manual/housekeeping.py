"""Housekeeping: when an account made by hand is due for review, and how long a review keeps it. Pure.

The guide (Hwb Housekeeping): at the end of every academic year all accounts made by hand are reviewed.
Hwb's help pages: they last 1, 3 or 6 months or to the end of the academic year; a list shows what expires
within 8 weeks.
"""

import re
from calendar import monthrange
from collections.abc import Collection, Iterable
from datetime import date, timedelta
from enum import StrEnum

from anyascii import anyascii

from knowledge.keydates import academic_year, end_of_academic_year
from provisioning.manual.endings import ends_on, unused_on
from provisioning.manual.handmade import Handmade, Term
from provisioning.records.accounts import Account
from provisioning.records.people import Kind

SOON = timedelta(weeks=8)
"""An account is due for review this long before it ends."""

SOON_AGAIN = timedelta(weeks=2)
"""The period where a review has kept the account, or where it ends because it is unused."""

_OPENS, _CLOSES = (6, 1), (9, 30)
"""The review at the end of the academic year: from June to September, about that year's accounts."""

_PART = re.compile(r"[a-z0-9]+")
_MONTHS = {Term.ONE_MONTH: 1, Term.THREE_MONTHS: 3, Term.SIX_MONTHS: 6}


class Why(StrEnum):
    """Why an account is due for review."""

    LEARNER = "learner"
    ENDED = "ended"
    YEAR_END = "year-end"
    EXPIRES = "expires"
    UNUSED = "unused"


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


def review_reasons(entry: Handmade, today: date, learners: Collection[str] = ()) -> tuple[Why, ...]:
    """Return why an account is due for review on `today`; empty where it is not.

    `learners` are the names, as `name_key` gives them, of the learners on roll at its school.
    """
    if not entry.account.active:
        return (Why.ENDED,) if entry.ended_unseen else ()
    holds = {
        Why.LEARNER: _is_a_learners(entry, learners),
        Why.YEAR_END: in_season(today) and _of_year(entry, today.year) and not _reviewed(entry, today.year),
        Why.EXPIRES: not entry.ends_as_decided and _ends_soon(entry, today),
        Why.UNUSED: not entry.ends_as_decided and _unused_soon(entry, today),
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
    return " ".join(sorted(_PART.findall(anyascii(name).casefold())))


def _is_a_learners(entry: Handmade, learners: Collection[str]) -> bool:
    """Return whether a non-MIS account that no person has decided on bears a learner's name."""
    undecided = entry.account.kind is Kind.NON_MIS and entry.decision is None
    return undecided and name_key(name(entry.account)) in learners


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
