"""A request to whoever runs a school's Provisioning Client, as a value."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

LASTS = timedelta(days=7)
"""For how long a request stays open if nothing comes of it."""
CLAIM = timedelta(hours=1)
"""For how long somebody counts as running the client, should nothing be heard of it."""


class Ended(StrEnum):
    """What a request came to: the client ran, somebody says it is done, nobody is left, the week is over."""

    RAN = "ran"
    DONE = "done"
    NOBODY = "nobody"
    OVER = "over"


@dataclass(frozen=True)
class Ask:
    """Who asks, for which school, about how many people there."""

    user: str
    school: str
    people: int
    at: datetime


@dataclass(frozen=True)
class Request:
    """One for a school's client and cause while it is open.

    `to` are those whose move it may be, `passed` those who said that it is not theirs, both in order;
    `taken_by` runs the client now, `tried` is how the last attempt ended. `ran_at` is the successful run
    that was seen by its end.
    """

    school: str
    cause: str
    asked_at: datetime
    asks: tuple[Ask, ...]
    to: tuple[str, ...]
    passed: tuple[str, ...] = ()
    taken_by: str | None = None
    taken_at: datetime | None = None
    tried: str | None = None
    tried_by: str | None = None
    tried_at: datetime | None = None
    ended: Ended | None = None
    ended_by: str | None = None
    ended_at: datetime | None = None
    ran_at: datetime | None = None
    revision: int = 0
    id: int = 0

    @property
    def open(self) -> bool:
        """Whether somebody's move is awaited."""
        return self.ended is None

    @property
    def told(self) -> tuple[str, ...]:
        """Everybody who has a letter of it."""
        return (*self.to, *self.passed)

    @property
    def own(self) -> bool:
        """Whether the school's own people ask, and not those of a school that waits for it."""
        return all(ask.school == self.school for ask in self.asks)

    @property
    def people(self) -> int:
        """About how many people it is: the latest count of each school that asks."""
        return sum({ask.school: ask.people for ask in self.asks}.values())


def changed(request: Request, **fields: Any) -> Request:
    """The request with other fields, as a new revision of its letters."""
    return replace(request, **fields, revision=request.revision + 1)
