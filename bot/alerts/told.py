"""What a user's digests have told: a line is told once, an unchanged digest is not sent again. Pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from bot.people.preferences import DigestChoice

_AS_USUAL = DigestChoice()


@dataclass(frozen=True)
class Told:
    """The day of a user's last digest, and the keys of the matters told until then that still stand."""

    day: date
    keys: frozenset[str] = frozenset()


def is_due(keys: Collection[str], before: Told | None, today: date, choice: DigestChoice = _AS_USUAL) -> bool:
    """Return whether a digest of the matters with `keys` is sent `today`, after what was told `before`.

    It is where one of them is new, and otherwise as the first of a week, unless the user's `choice` is to get
    none where nothing has changed. A user who has had today's, and has since chosen a later hour, is told of
    what is new in tomorrow's.
    """
    if not keys or (before is not None and before.day == today):
        return False
    if before is None or not before.keys.issuperset(keys):
        return True
    return not choice.changed_only and _week(before.day) != _week(today)


def kept(before: Mapping[str, Told], standing: Mapping[str, Iterable[str]]) -> dict[str, Told]:
    """Return what users were told `before` that is `standing` still; what comes back later is new again.

    A user of whom `standing` has nothing is left out.
    """
    return {
        user: Told(told.day, told.keys.intersection(standing[user]))
        for user, told in before.items()
        if user in standing
    }


def _week(day: date) -> tuple[int, int]:
    year, week, _ = day.isocalendar()
    return year, week
