"""The news of a request to its askers. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from bot.requests.request import Ended, Request


class RequestNews(StrEnum):
    """What the askers are told."""

    RAN = "ran"
    DONE = "done"
    NOBODY = "nobody"
    OVER = "over"
    TRIED = "tried"
    PASSED = "passed"
    NOT_LEFT = "not-left"


@dataclass(frozen=True)
class NewsOfRequest:
    """The news of a request, by its number, to an asker on behalf of `school`.

    `by` is the user who made the change, None after a scheduled run or where time was up; `to` are the new
    recipients; `status` is how the last attempt ended.
    """

    request: int
    news: RequestNews
    school: str
    by: str | None
    to: tuple[str, ...]
    status: str | None


_ENDS = {
    Ended.RAN: RequestNews.RAN,
    Ended.DONE: RequestNews.DONE,
    Ended.NOBODY: RequestNews.NOBODY,
    Ended.OVER: RequestNews.OVER,
    Ended.NOT_LEFT: RequestNews.NOT_LEFT,
}
"""What the askers are told of each end; of `AGAIN` nothing, for it goes on as another request."""


def news_of(before: Request | None, after: Request) -> RequestNews | None:
    """Return the news to the askers; None where only letters are edited."""
    if before is None:
        return None
    if after.records and after.tried != before.tried:
        return RequestNews.TRIED
    if after.ended is not None:
        return _ENDS.get(after.ended) if before.open else None
    if after.records != before.records:
        return RequestNews.NOT_LEFT
    if after.tried_at != before.tried_at:
        return RequestNews.TRIED
    return RequestNews.PASSED if set(after.to) - set(before.to) else None


def actor(before: Request | None, after: Request) -> str | None:
    """Return the user who made a change; None after a scheduled run or where time was up."""
    if after.ended is not None:
        return after.ended_by
    if before is not None and after.tried_at != before.tried_at:
        return after.tried_by
    return after.passed[-1] if before is not None and after.passed != before.passed else None


def is_concerned(school: str, before: Request | None, after: Request) -> bool:
    """Return whether a change concerns an asking `school`: what is said of a learner, those who miss them."""
    said = set(after.records) - set(before.records if before else ())
    return not said or school in {record.school for record in said}
