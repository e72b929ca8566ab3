"""What those who have asked are told of a request. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from bot.requests.request import Ended, Request


class RequestNews(StrEnum):
    """What those who have asked are told."""

    RAN = "ran"
    DONE = "done"
    NOBODY = "nobody"
    OVER = "over"
    TRIED = "tried"
    PASSED = "passed"


@dataclass(frozen=True)
class NewsOfRequest:
    """What a user who has asked on behalf of `school` is told of a request, by its number.

    `by` is the user whose act it was, None where time or a scheduled run did it; `to` are those who have been
    asked since; `status` is how the last attempt ended.
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
}


def news_of(before: Request | None, after: Request) -> RequestNews | None:
    """What is new to those who have asked; None where only letters change."""
    if before is None:
        return None
    if after.ended is not None:
        return _ENDS[after.ended] if before.open else None
    if after.tried_at != before.tried_at:
        return RequestNews.TRIED
    return RequestNews.PASSED if set(after.to) - set(before.to) else None


def actor(before: Request | None, after: Request) -> str | None:
    """The user whose act a change was; None where time or a scheduled run did it."""
    if after.ended is not None:
        return after.ended_by
    if before is not None and after.tried_at != before.tried_at:
        return after.tried_by
    return after.passed[-1] if before is not None and after.passed != before.passed else None
