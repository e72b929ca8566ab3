"""Who is told what of a request, as letters: those who are asked, and those who have asked. Pure."""

from enum import StrEnum

from bot.outbox.letters import Letter
from bot.requests.request import Ended, Request


class RequestNews(StrEnum):
    """What those who have asked are told."""

    RAN = "ran"
    DONE = "done"
    NOBODY = "nobody"
    OVER = "over"
    TRIED = "tried"
    PASSED = "passed"


_ENDS = {
    Ended.RAN: RequestNews.RAN,
    Ended.DONE: RequestNews.DONE,
    Ended.NOBODY: RequestNews.NOBODY,
    Ended.OVER: RequestNews.OVER,
}


def news_of(before: Request | None, after: Request) -> RequestNews | None:
    """What is new to those who have asked; nothing, where only letters change."""
    if before is None:
        return None
    if after.ended is not None:
        return _ENDS[after.ended] if before.open else None
    if after.tried_at != before.tried_at:
        return RequestNews.TRIED
    return RequestNews.PASSED if set(after.to) - set(before.to) else None


def letters_of(before: Request | None, after: Request) -> list[Letter]:
    """The letters that follow from what has become of a request; people wait, so at any time of day."""
    about = f"request:{after.id}"
    found = []
    for user in after.told:
        key = f"{about}:{user}"
        first = before is None or user not in before.told
        if first or before is None or after.revision != before.revision:
            found.append(
                Letter(
                    key if first else f"{key}:{after.revision}",
                    user,
                    {"kind": "request", "request": after.id, "edits": None if first else key},
                    about=about,
                    revision=after.revision,
                    any_time=True,
                )
            )
    news, actor = news_of(before, after), _actor(before, after)
    for ask in after.asks if news else ():
        if ask.user != actor:
            payload = {"kind": "request-news", "request": after.id, "news": news, "school": ask.school}
            payload |= {"by": actor, "to": list(set(after.to) - set(before.to if before else ()))}
            payload |= {"status": after.tried}
            key = f"request-news:{after.id}:{ask.user}:{ask.school}:{after.revision}"
            found.append(Letter(key, ask.user, payload, any_time=True))
    return found


def _actor(before: Request | None, after: Request) -> str | None:
    """Whose deed it was; None where time or a run on schedule did it."""
    if after.ended is not None:
        return after.ended_by
    if before is not None and after.tried_at != before.tried_at:
        return after.tried_by
    return after.passed[-1] if before is not None and after.passed != before.passed else None
