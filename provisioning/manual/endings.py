"""When an account made by hand ends by itself. Pure.

Hwb's help pages: not extended, it ends on 31 August; 90 days without signing in end it too.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from knowledge.keydates import academic_year, end_of_academic_year
from provisioning.clock import uk_date
from provisioning.errors import KnownError
from provisioning.manual.handmade import FILE, Handmade, ReviewDecision

UNUSED = timedelta(days=90)
"""An account ends after so many days without signing in."""

WARNED = timedelta(weeks=1)
"""So long before an account ends by itself, those who review it are warned."""


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
    if not entry.account.active or entry.ends_as_decided:
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


@dataclass(frozen=True)
class HeldList:
    """A list that would end `count` of the `total` active accounts of `school` at once.

    `stamp` is a hash of its content; `since` when it is held, None in a letter. Nothing of such a list is
    taken in until a person has decided.
    """

    school: str
    stamp: str
    count: int
    total: int
    since: datetime | None = None


class ListHeldError(KnownError):
    """A list is held at a school: how much it would end, since when it is held, who decides and how."""

    def __init__(self, held: HeldList) -> None:
        super().__init__(
            "non-mis-ends-many",
            file=FILE,
            school=held.school,
            count=held.count,
            total=held.total,
            since=uk_date(held.since) if held.since else None,
        )
        self.held = held


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
