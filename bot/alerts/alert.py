"""The values that alerts are made of."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import NamedTuple

from knowledge.texts import Text

RUN_FAILED = "run-failed"
"""The only kind of alert that is not named after a stage: the school's latest run failed."""
LAST_LEVEL = 3
"""The level of the service desk, at which an alert is escalated no further."""
SCHOOL_LEVEL = ("non-mis-reviewed", "governors-reviewed")
"""Kinds that only the school can put right: they are not escalated, and other levels read counts of them."""
_HOLD_OFF = {
    "client-ran": timedelta(days=2),
    "ran-after-previous-schools": timedelta(days=1),
    "intake-matched": timedelta(days=1),
    "staff-complete": timedelta(days=1),
    "classes-current": timedelta(days=1),
    "leavers-ended": timedelta(days=1),
}
"""How long alerts stand before users are told, of kinds that the next run or the office may put right."""
_PREVIOUS = "at"
"""The value of an action that has the numbers of the previous schools whose people act, if they do."""
_FROZEN = "frozen_until"
"""The value of an action that has the day until which runs of the school are frozen, if they are."""
AHEAD = timedelta(days=7)
"""How long before its day users are told of what will be due."""
TOLERANCE = timedelta(minutes=5)
"""How much too early a time counts as reached: evaluations do not come to the second."""


class Key(NamedTuple):
    """The key of an alert: there is one alert for each kind, school and year."""

    kind: str
    school: str
    year: int

    def __str__(self) -> str:
        return f"{self.year}:{self.kind}:{self.school}"

    @classmethod
    def read(cls, written: str) -> "Key":
        """Return the key that `str` has written; another text raises `ValueError`."""
        year, kind, school = written.split(":")
        return cls(kind, school, int(year))


@dataclass(frozen=True)
class Fact:
    """A fact about a school that needs action: `text` states it, and `who` is to do `action` by `due`.

    `open` is False where it is only due to come, and where it is `unknown`: then an alert stays as it is.
    `by_run` says that the action is a run that can succeed.
    `in_season` is True in the weeks in which alerts are raised, `urgent` where it can't wait for the office.
    """

    key: Key
    text: Text
    due: date
    who: str
    action: Text
    open: bool = True
    in_season: bool = True
    urgent: bool = False
    unknown: bool = False
    by_run: bool = False

    @property
    def previous(self) -> tuple[str, ...]:
        """The numbers of the previous schools whose people are to act, if they are."""
        return previous_of(self.action)

    @property
    def frozen(self) -> bool:
        """Whether runs of its school are frozen."""
        return _FROZEN in self.action.values

    def is_coming(self, today: date) -> bool:
        """Return whether on the day `today` it is not open, and due within a week."""
        return not self.open and self.in_season and today <= self.due <= today + AHEAD


@dataclass(frozen=True)
class Alert:
    """A fact that was raised, with what users have done about it.

    `since` is the moment from which the working day counts after which the alert is escalated; of one that
    is acknowledged, the moment at which it was.
    `freed_from` is the user who had it until their role ended, unless another has done something since.
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
    freed_from: str | None = None
    resolved_at: datetime | None = None
    revision: int = 0

    @property
    def open(self) -> bool:
        """Whether its fact is still open."""
        return self.resolved_at is None

    @property
    def previous(self) -> tuple[str, ...]:
        """The numbers of the previous schools whose people are to act, if they are."""
        return previous_of(self.action)

    @property
    def holder(self) -> str | None:
        """The user who has it: who has taken it, or was handed it."""
        return self.acknowledged_by or self.handed_to

    @property
    def quiet(self) -> bool:
        """Whether it is acknowledged or snoozed, so that no further user is told."""
        return self.acknowledged_by is not None or self.snoozed_until is not None

    @property
    def frozen(self) -> bool:
        """Whether runs of its school are frozen."""
        return _FROZEN in self.action.values

    def past_hold_off(self, now: datetime) -> bool:
        """Return whether it has stood long enough, at `now`, for users to be told."""
        return now >= self.raised_at + hold_off(self.key.kind) - TOLERANCE


def at_previous(action: Text, schools: Sequence[str]) -> Text:
    """Return an `action` of people at the previous `schools`, which are given by number."""
    return replace(action, values={**action.values, _PREVIOUS: " ".join(schools)})


def previous_of(action: Text) -> tuple[str, ...]:
    """Return the schools, by number, that `at_previous` has put into an `action`; none for one of others."""
    return tuple(str(action.values.get(_PREVIOUS, "")).split())


def while_frozen(action: Text, until: date | None) -> Text:
    """Return an `action` at a school whose runs are frozen `until` a day; None where they are not.

    With the day an alert is another, so its messages are edited as a freeze begins, changes and is over.
    """
    values = {name: value for name, value in action.values.items() if name != _FROZEN}
    return replace(action, values=values | ({_FROZEN: until} if until else {}))


def hold_off(kind: str) -> timedelta:
    """Return how long a kind of fact must stand before users are told."""
    return _HOLD_OFF.get(kind, timedelta(0))


def changed(alert: Alert, **fields: object) -> Alert:
    """Return `alert` with `fields` replaced; with a change it is a new revision: messages are edited."""
    if all(getattr(alert, name) == value for name, value in fields.items()):
        return alert
    return replace(alert, **fields, revision=alert.revision + 1)  # type: ignore[arg-type]
