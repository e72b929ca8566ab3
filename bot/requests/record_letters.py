"""The letters of requests about records: to who keeps the records, and news to each asker."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot.outbox.kinds import LetterContext, LetterKind, ReaderRight
from bot.people import permissions
from bot.people.permissions import Act
from bot.requests import record_answers, record_screens, store
from bot.requests.look import arrived, missed_by, of_askers
from bot.requests.notifications import NewsOfRequest
from bot.requests.record_screens import AboutRecords
from bot.requests.request import Request, Wanted
from bot.services import Services
from bot.slack.blocks import Screen
from knowledge.texts import Text
from provisioning.clock import today
from provisioning.records.schools import School
from provisioning.store import schools


@dataclass(frozen=True)
class RequestPayload:
    """The number of a request."""

    request: int


def _letter(context: LetterContext, payload: RequestPayload) -> Screen | None:
    """Return a request as it stands; None where it ended before its first letter was sent."""
    request = store.find(context.session, payload.request)
    if request is None or not (request.open or context.letter.edits):
        return None
    may_run = context.may(Act.RUN, request.school)
    about = about_records(context.services, context.session, request, may_run=may_run)
    return record_screens.letter(request, about, context.voice_at(about.schools[request.school]))


def about_records(services: Services, session: Session, request: Request, *, may_run: bool) -> AboutRecords:
    """Return what the letter of a request tells besides it, to a reader who `may_run` the client or not."""
    known: dict[str, School] = {school.number: school for school in schools.every(session)}
    day = today(services.clock)
    roles = {
        (ask.user, ask.school): permissions.caller(session, ask.user, day).roles(known[ask.school])
        for ask in request.asks
        if ask.school in known
    }
    return AboutRecords(known, roles, _reasons(services, request), may_run)


def _reasons(services: Services, request: Request) -> Mapping[str, Text]:
    """Return why rows are rejected, by identifier, in the records as they are now."""
    if request.wanted is not Wanted.ROWS:
        return {}
    found = [missed_by(missing) for missing in of_askers(services.provisioning, request)]
    return {
        person.identifier: person.reason
        for people in found
        for person in people.values()
        if person.reason is not None
    }


def _news(context: LetterContext, news: NewsOfRequest) -> Screen | None:
    """Return the news of a request, as the accounts are now."""
    request = store.find(context.session, news.request)
    if request is None:
        return None
    school, own = schools.get(context.session, request.school), schools.get(context.session, news.school)
    here = arrived(context.session, news.school, request.records)
    return record_answers.news(news, request, school, here, context.voice_at(own))


def school_asked(context: LetterContext, payload: RequestPayload) -> str | None:
    """Return the number of the school to which a request goes; None where the request is gone."""
    request = store.find(context.session, payload.request)
    return request.school if request else None


RECORDS = LetterKind(
    name="records",
    payload=RequestPayload,
    screen=_letter,
    reader=ReaderRight(Act.DIAGNOSE, school_asked),
    bare=True,
)
RECORD_NEWS = LetterKind(
    name="records-news",
    payload=NewsOfRequest,
    screen=_news,
    reader=ReaderRight(Act.DIAGNOSE, lambda _, news: news.school),
    bare=True,
)
