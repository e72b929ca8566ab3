"""A request to run a school's Provisioning Client, as a value."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

LASTS = timedelta(days=7)
"""How long a request stays open without a run."""
CLAIM = timedelta(hours=1)
"""How long a user counts as running the client if no outcome is noted."""


class Ended(StrEnum):
    """How a request ended: by a run, by a user's word, without any recipient left, or after its week."""

    RAN = "ran"
    DONE = "done"
    NOBODY = "nobody"
    OVER = "over"


@dataclass(frozen=True)
class Ask:
    """An asker: `user`, on behalf of `school`, about a number of people there."""

    user: str
    school: str
    people: int
    at: datetime


@dataclass(frozen=True)
class Request:
    """A request to run a school's client; while open, the only one for its school and cause.

    `to` are the recipients, `passed` those who said that it is not theirs, both in order; `taken_by` runs
    the client now, `tried` is how the last attempt ended. `ran_at` is the successful run that was known as
    it ended.
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
        """Whether it has not ended."""
        return self.ended is None

    @property
    def told(self) -> tuple[str, ...]:
        """The users who have a letter of it."""
        return (*self.to, *self.passed)

    @property
    def own(self) -> bool:
        """Whether all ask on behalf of the school that is to run; else another school waits for that run."""
        return all(ask.school == self.school for ask in self.asks)

    @property
    def people(self) -> int:
        """The number of people it is about: the latest count of each asking school, added up."""
        return sum({ask.school: ask.people for ask in self.asks}.values())


def changed(request: Request, **fields: Any) -> Request:
    """Return the request with `fields` replaced, as a new revision: its letters are edited."""
    return replace(request, **fields, revision=request.revision + 1)
