"""The values that alerts are made of."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import NamedTuple

from knowledge.texts import Text

RUN_FAILED = "run-failed"
"""The one kind that is no stage: the school's latest run failed."""
LAST_LEVEL = 3
SCHOOL_LEVEL = ("non-mis-reviewed", "governors-reviewed")
"""Kinds that only the school can see to: they climb no higher, and stand in everybody else's counts."""
_GRACE = {
    "client-ran": timedelta(days=2),
    "ran-after-previous-schools": timedelta(days=1),
    "intake-matched": timedelta(days=1),
    "staff-complete": timedelta(days=1),
    "classes-current": timedelta(days=1),
    "leavers-ended": timedelta(days=1),
}
"""What the next run, or the office that is at it now, may put right by itself: nobody is told before."""
TOLERANCE = timedelta(minutes=5)
"""Looks come about as often as they should, not to the second."""


class Key(NamedTuple):
    """What an alert is about: there is one for each kind, school and year, whoever raises it how often."""

    kind: str
    school: str
    year: int

    def __str__(self) -> str:
        return f"{self.year}:{self.kind}:{self.school}"

    @classmethod
    def read(cls, written: str) -> "Key":
        """The key that was written; another text raises `ValueError`."""
        year, kind, school = written.split(":")
        return cls(kind, school, int(year))


@dataclass(frozen=True)
class Fact:
    """Something about a school that somebody has to see to: what is so, by when, and whose move it is.

    `open` is False where it is only due to come; `chased` where the year's season is on; `urgent` where it
    can't wait for the office to open.
    """

    key: Key
    text: Text
    due: date
    who: str
    action: Text
    open: bool = True
    chased: bool = True
    urgent: bool = False


@dataclass(frozen=True)
class Alert:
    """A fact that was raised, and what people have done about it.

    `since` is the moment from which the working day counts after which the next level is told.
    `revision` grows with every change that a reader can see.
    """

    key: Key
    text: Text
    due: date
    who: str
    action: Text
    raised_at: datetime
    since: datetime
    level: int = 0
    urgent: bool = False
    acknowledged_by: str | None = None
    snoozed_until: datetime | None = None
    snoozed_by: str | None = None
    handed_to: str | None = None
    handed_by: str | None = None
    resolved_at: datetime | None = None
    revision: int = 0

    @property
    def open(self) -> bool:
        """Whether what it tells is still so."""
        return self.resolved_at is None

    @property
    def quiet(self) -> bool:
        """Whether nobody new is told: somebody has taken it, or it has been put off."""
        return self.acknowledged_by is not None or self.snoozed_until is not None

    def ripe(self, now: datetime) -> bool:
        """Whether it has stood for long enough to be told."""
        return now >= self.raised_at + hold_off(self.key.kind) - TOLERANCE


def hold_off(kind: str) -> timedelta:
    """How long a kind of fact must stand before anybody is told."""
    return _GRACE.get(kind, timedelta(0))


def changed(alert: Alert, **fields: object) -> Alert:
    """An alert with fields that readers can see changed: its messages are to be edited."""
    after = replace(alert, **fields)  # type: ignore[arg-type]
    return alert if after == alert else replace(after, revision=alert.revision + 1)
