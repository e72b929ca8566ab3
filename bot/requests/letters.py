"""The letters of requests: an edited message to each recipient, and news to each asker."""

from enum import StrEnum

from bot.outbox.kinds import LetterContext, LetterKind, ReaderRight
from bot.outbox.letters import Letter
from bot.people.permissions import Act
from bot.requests import screens, store
from bot.requests.notifications import NewsOfRequest, actor, is_concerned, news_of
from bot.requests.record_letters import RECORD_NEWS, RECORDS, RequestPayload, school_asked
from bot.requests.request import Request, Wanted
from bot.slack.blocks import Screen
from provisioning.records.schools import School
from provisioning.store import schools


class RequestLetter(StrEnum):
    """The kinds of letters about requests."""

    REQUEST = "request"
    NEWS = "request-news"


def letters_of(before: Request | None, after: Request) -> list[Letter]:
    """Return the letters that follow from a change of a request, which are sent at any time: users wait."""
    return [*_to_recipients(before, after), *_to_askers(before, after)]


def _to_recipients(before: Request | None, after: Request) -> list[Letter]:
    """Return first letters to new recipients, and to the others edits of theirs for a new revision."""
    about = f"request:{after.id}"
    kind = REQUEST if after.wanted is Wanted.RUN else RECORDS
    found = []
    for user in after.told:
        key = f"{about}:{user}"
        first = before is None or user not in before.told
        if first or before is None or after.revision != before.revision:
            found.append(
                Letter(
                    key if first else f"{key}:{after.revision}",
                    user,
                    kind.write_editable(RequestPayload(after.id), None if first else key),
                    about=about,
                    revision=after.revision,
                    any_time=True,
                )
            )
    return found


def _to_askers(before: Request | None, after: Request) -> list[Letter]:
    """Return the news to each asker, but not to the user who made the change."""
    news, by = news_of(before, after), actor(before, after)
    if news is None:
        return []
    to = tuple(set(after.to) - set(before.to if before else ()))
    kind = NEWS if after.wanted is Wanted.RUN else RECORD_NEWS
    return [
        Letter(
            f"request-news:{after.id}:{ask.user}:{ask.school}:{after.revision}",
            ask.user,
            kind.write(NewsOfRequest(after.id, news, ask.school, by, to, after.tried)),
            any_time=True,
        )
        for ask in after.asks
        if ask.user != by and is_concerned(ask.school, before, after)
    ]


def _request(context: LetterContext, payload: RequestPayload) -> Screen | None:
    """Return a request as it stands; None where it ended before its first letter was sent."""
    request = store.find(context.session, payload.request)
    if request is None or not (request.open or context.letter.edits):
        return None
    known: dict[str, School] = {school.number: school for school in schools.every(context.session)}
    return screens.letter(request, known, context.voice, context.letter.to)


def _news(context: LetterContext, news: NewsOfRequest) -> Screen | None:
    """Return the news of a request, shorter for a user without a role at the school whose client it is."""
    request = store.find(context.session, news.request)
    if request is None:
        return None
    school = schools.get(context.session, request.school)
    foreign = not context.may(Act.LAST_RUN, school.number)
    return screens.news(news, request, school, foreign, context.voice)


REQUEST = LetterKind(
    name=RequestLetter.REQUEST,
    payload=RequestPayload,
    screen=_request,
    reader=ReaderRight(Act.RUN, school_asked),
)
NEWS = LetterKind(
    name=RequestLetter.NEWS,
    payload=NewsOfRequest,
    screen=_news,
    reader=ReaderRight(Act.DIAGNOSE, lambda _, news: news.school),
)
KINDS = (REQUEST, NEWS, RECORDS, RECORD_NEWS)
