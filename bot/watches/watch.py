"""A watch over a person's account, and what is news to the user who asked for it. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from diagnostics.verdict import Diagnosis, is_nonsense, nothing_to_wait_for
from knowledge.ids import Question

LASTS = timedelta(days=7)
"""A watch ends by itself after a week."""
_WATCHED_QUESTIONS = frozenset({Question.WHY_MISSING, Question.NO_PASSWORD, Question.OLD_CLASS})


class WatchNews(StrEnum):
    """Why a watch ends: the account is there, the cause has changed, or its week is over."""

    THERE = "there"
    CHANGED = "changed"
    WEEK = "week"


@dataclass(frozen=True)
class Watch:
    """A user wants to be told when the answer to a question is no longer `cause`."""

    user: str
    school: str
    question: Question
    identifier: str
    cause: str
    since: datetime
    id: int = 0

    @property
    def until(self) -> datetime:
        """The moment at which it ends by itself."""
        return self.since + LASTS

    @property
    def line(self) -> str:
        """The command line that asks the question again."""
        return f"{self.question} {self.identifier} {self.school}"


@dataclass(frozen=True)
class WatchEnd:
    """What the letter at the end of a watch tells; `line` is the command line that asks again.

    `since` is when the user asked, `year` the learner's year group, if it is known, and `learner` whether it
    is about a learner: by these the user knows whom they have asked about, and other readers do not.
    Letters of earlier versions have no `since`.
    """

    line: str
    school: str
    news: WatchNews
    question: Question
    since: datetime | None = None
    year: str | None = None
    learner: bool = True


def watchable(question: Question, found: Diagnosis) -> bool:
    """Return whether the answer `found` to `question` leaves something to wait for."""
    settled = nothing_to_wait_for(found.cause) or is_nonsense(found.identifier, found.cause)
    return question in _WATCHED_QUESTIONS and not settled


def news_of(watch: Watch, found: Diagnosis, now: datetime) -> WatchNews | None:
    """Return why a watch ends at this moment; None while it goes on."""
    if nothing_to_wait_for(found.cause):
        return WatchNews.THERE
    if found.cause != watch.cause:
        return WatchNews.CHANGED
    return WatchNews.WEEK if now >= watch.until else None
