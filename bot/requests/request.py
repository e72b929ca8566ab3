"""A request to run a school's Provisioning Client, or to put records of its MIS right, as a value."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

LASTS = timedelta(days=7)
"""How long a request stays open without a run."""
CLAIM = timedelta(hours=1)
"""How long a user counts as running the client if no outcome is noted."""


AGAIN = timedelta(days=3)
"""How long after a request about records it can be asked once more."""
RESTS = timedelta(days=7)
"""How long after the answer that a learner has not left no school is asked for the leaving date again."""
SEEN, NOT_SEEN = "seen", "not-seen"
"""How the answer that records are put right was found: the school's data shows it, or does not yet."""


class Ended(StrEnum):
    """How a request ended: by a run, by a user's word, without any recipient left, or after its week.

    `NOT_LEFT`: its learners have not left the school that was asked. `AGAIN`: a newer one has its place.
    """

    RAN = "ran"
    DONE = "done"
    NOBODY = "nobody"
    OVER = "over"
    NOT_LEFT = "not-left"
    AGAIN = "again"


class Wanted(StrEnum):
    """What a request asks for; its values begin the keys of texts."""

    RUN = "run"
    LEAVING_DATES = "leaving-dates"
    ROWS = "rows"


_OF_CAUSE = {"previous-school-no-leaving-date": Wanted.LEAVING_DATES, "row-rejected": Wanted.ROWS}


def wanted_for(cause: str) -> Wanted:
    """Return what is asked for where `cause` was found: records put right, or a run."""
    return _OF_CAUSE.get(cause, Wanted.RUN)


@dataclass(frozen=True)
class Ask:
    """An asker: `user`, on behalf of `school`, about a number of people there."""

    user: str
    school: str
    people: int
    at: datetime


@dataclass(frozen=True)
class AskedRecord:
    """A record to be put right, of the person with `identifier`, who is missed at `school`.

    The identifier of a row without any is its file and line. `stays` is whether the school that was asked
    has said that the learner has not left, `shown` what its record showed then, as `Diagnosis.previous_shows`
    has it; blank where it could not be read.
    """

    identifier: str
    school: str
    stays: bool = False
    shown: str = ""


@dataclass(frozen=True)
class Request:
    """A request to a school; while open, the only one for its school and cause.

    It is to run the client, or to put its `records` right. `to` are the recipients, `passed` those who said
    that it is not theirs, both in order; `taken_by` runs the client now, `tried` is how the last attempt
    ended. `ran_at` is the successful run that was known as it ended.
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
    records: tuple[AskedRecord, ...] = ()

    @property
    def wanted(self) -> Wanted:
        """What it asks for."""
        return wanted_for(self.cause)

    @property
    def waits_for(self) -> tuple[AskedRecord, ...]:
        """Those of its records that its school has not said to be right as they are."""
        return tuple(record for record in self.records if not record.stays)

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
