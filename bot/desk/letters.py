"""The letters of the service desk: about a case, about a week, and to the desk outside Slack."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import PlainSerializer
from sqlalchemy.orm import Session

from bot.desk import letter_screens, store, week_screens, week_store
from bot.desk.case import HWB, CaseEvent, DeskCase, EventKind
from bot.desk.case_texts import Subject, subject
from bot.desk.external_desk import case_message
from bot.outbox import letters
from bot.outbox.copies import edits
from bot.outbox.kinds import ANY_SCHOOL, LetterContext, LetterKind, ReaderRight, Unconditional
from bot.outbox.letters import Letter, letter_of
from bot.outbox.tables import OutboxRow
from bot.outbox.transports.external import EXTERNAL, ExternalMessage
from bot.people.permissions import EVERYWHERE, Act
from bot.slack.blocks import Screen
from bot.slack.uploads import Document
from provisioning.store import schools

_TOLD = "case-told"
"""With what the `about` of letters to users begins, whose messages are edited as their case moves on."""


class CaseLetter(StrEnum):
    """The kinds of letters of the service desk."""

    CASE = "case"
    ANSWER = "case-answer"
    OUTCOME = "case-outcome"
    HANDED = "case-handed"
    DUE = "case-due"
    CAME_BACK = "case-came-back"
    UNTOUCHED = "case-untouched"
    WEEK = "desk-week"
    HANDING = "handing"


@dataclass(frozen=True)
class CasePayload:
    """The number of a case, and its revision that the message is to show."""

    case: int
    revision: int = 0


@dataclass(frozen=True)
class CaseEventPayload:
    """The number of a case, the moment of the event that a letter is about, and the case's revision."""

    case: int
    at: Annotated[datetime, PlainSerializer(datetime.isoformat)]
    revision: int = 0


@dataclass(frozen=True)
class UntouchedPayload:
    """The number of a case, the day from which it is closed as untouched, and its revision."""

    case: int
    closes: date
    revision: int = 0


@dataclass(frozen=True)
class WeekPayload:
    """The Monday with which a week begins."""

    monday: date


def channel_letter(case: DeskCase, channel: str) -> Letter:
    """Return a case's message in the service desk's channel: the first, or an edit of it."""
    first = f"case:{case.number}"
    edits = first if case.revision else None
    return Letter(
        f"{first}:{case.revision}" if edits else first,
        channel,
        CASE.write_editable(CasePayload(case.number), edits),
        about=first,
        revision=case.revision,
        any_time=True,
    )


def answer_letter(case: DeskCase, event: CaseEvent, user: str) -> Letter:
    """Return the service desk's reply to a writer."""
    return Letter(
        _key(CaseLetter.ANSWER, case, user),
        user,
        ANSWER.write(CaseEventPayload(case.number, event.at)),
        any_time=True,
    )


def case_letter(kind: LetterKind[CasePayload], case: DeskCase, user: str, *, any_time: bool = True) -> Letter:
    """Return a letter of `kind`, whose payload is the case alone, to `user`."""
    payload = kind.write_editable(CasePayload(case.number, case.revision), None)
    return _told(_key(kind.name, case, user), case, user, payload, any_time=any_time)


def handing_letter(case: DeskCase, at: datetime) -> Letter:
    """Return the letter that hands a case over to the desk outside Slack; each hand-over has its own."""
    key = f"{handing_prefix(case.number)}{case.revision}"
    return Letter(key, EXTERNAL, HANDING.write(CaseEventPayload(case.number, at)), any_time=True)


def came_back_letter(case: DeskCase, event: CaseEvent, user: str) -> Letter:
    """Return the letter to the `user` whose case the desk outside Slack did not get."""
    payload = CAME_BACK.write_editable(CaseEventPayload(case.number, event.at, case.revision), None)
    return _told(_key(CaseLetter.CAME_BACK, case, user), case, user, payload)


def handing_prefix(number: int) -> str:
    """Return with what the keys of the letters begin that hand the case `number` over to the desk outside."""
    return f"{CaseLetter.HANDING}:{number}:"


def untouched_letters(case: DeskCase, last: date, closes: date, to: Iterable[str]) -> list[Letter]:
    """Return the notices that a case, untouched since the day `last`, is closed on the day `closes`."""
    payload = UNTOUCHED.write_editable(UntouchedPayload(case.number, closes, case.revision), None)
    prefix = f"{CaseLetter.UNTOUCHED}:{case.number}:{last}"
    return [_told(f"{prefix}:{reader}", case, reader, payload) for reader in to]


def edits_after(session: Session, case: DeskCase, event: CaseEvent) -> list[Letter]:
    """Return the edits of what users were told of a `case` before `event`, so that it says how it stands.

    What the bot itself does to a case does not touch it.
    """
    rows: defaultdict[str, list[OutboxRow]] = defaultdict(list)
    for row in letters.about(session, f"{_TOLD}:{case.number}:"):
        rows[str(row.about)].append(row)
    found = []
    for about, messages in rows.items():
        first = letter_of(messages[0])
        kind = _EDITED[first.kind]
        if kind is UNTOUCHED and event.by == HWB and case.open:
            continue
        payload = replace(kind.read(first), revision=case.revision)
        found += edits(kind, messages, payload, about)
    return found


def _told(key: str, case: DeskCase, to: str, payload: Mapping[str, Any], *, any_time: bool = False) -> Letter:
    """Return the letter with `key` to a user, whose message is edited as `case` moves on."""
    about = f"{_TOLD}:{case.number}:{key}"
    return Letter(key, to, payload, about=about, revision=0, any_time=any_time)


def week_letters(monday: date, to: Iterable[str]) -> list[Letter]:
    """Return the letters about the week from `monday`, each to a user or channel of `to`."""
    payload = WEEK.write(WeekPayload(monday))
    return [Letter(f"{CaseLetter.WEEK}:{monday}:{reader}", reader, payload) for reader in to]


def _key(kind: str, case: DeskCase, user: str) -> str:
    return f"{kind}:{case.number}:{case.revision}:{user}"


def _case(context: LetterContext, payload: CasePayload) -> Screen | None:
    """Return a case as it is now; None where it was resolved before its first letter was sent."""
    case = store.find(context.session, payload.case)
    if case is None or not (case.open or context.letter.edits):
        return None
    return _as_it_stands(context, case)


def _as_it_stands(context: LetterContext, case: DeskCase) -> Screen:
    school = schools.get(context.session, case.school) if case.school else None
    return letter_screens.in_channel(case, school, _subject(context, case), context.voice, context.today)


def _moved_on(context: LetterContext, case: DeskCase | None) -> Screen | None:
    """Return how a case stands, for a message that was sent before; None for a letter that was not."""
    return _as_it_stands(context, case) if case is not None and context.letter.edits else None


def _answer(context: LetterContext, payload: CaseEventPayload) -> Screen | None:
    """Return the service desk's reply, as it was written."""
    case = store.find(context.session, payload.case)
    if case is None:
        return None
    events = store.events(context.session, case.number)
    replies = [event.note for event in events if event.at == payload.at and event.note]
    return letter_screens.answer(case, replies[-1], context.voice) if replies else None


def _outcome(context: LetterContext, payload: CasePayload) -> Screen | None:
    """Return the outcome of a case, if it is still resolved; else, of one that was told, that it is open."""
    case = store.find(context.session, payload.case)
    if case is None or (case.open and not context.letter.edits):
        return None
    return (letter_screens.open_again if case.open else letter_screens.outcome)(case, context.voice)


def _handed(context: LetterContext, payload: CasePayload) -> Screen | None:
    """Return the notice that a case was handed over to the addressee, if they still have it."""
    case = store.find(context.session, payload.case)
    if case is None or not case.open or case.taken_by != context.letter.to:
        return _moved_on(context, case)
    by = [event.by for event in store.events(context.session, case.number) if event.to == context.letter.to]
    return letter_screens.handed(case, _subject(context, case), by[-1], context.voice)


def _due(context: LetterContext, payload: CasePayload) -> Screen | None:
    """Return the notice that the wait of a case is over, if the addressee has it and it waits no more."""
    case = store.find(context.session, payload.case)
    if case is None or not case.open or case.taken_by != context.letter.to or case.waiting_for is not None:
        return _moved_on(context, case)
    return letter_screens.due(case, _subject(context, case), context.voice)


def _came_back(context: LetterContext, payload: CaseEventPayload) -> Screen | None:
    """Return that a case came back, and why, if the addressee has it and has not handed it out again."""
    case = store.find(context.session, payload.case)
    if case is None or not case.open or case.taken_by != context.letter.to or case.waiting_for is not None:
        return _moved_on(context, case)
    events = store.events(context.session, case.number)
    said = [event.said for event in events if event.kind is EventKind.CAME_BACK and event.at == payload.at]
    desk = context.services.provisioning.knowledge.service_desk
    subject = _subject(context, case)
    return (
        letter_screens.came_back(case, subject, said[-1].values["why"], desk, context.voice) if said else None
    )


def _untouched(context: LetterContext, payload: UntouchedPayload) -> Screen | None:
    """Return the notice that a case is about to be closed and emptied, if it is still open."""
    case = store.find(context.session, payload.case)
    if case is None or not case.open or context.letter.edits:
        return _moved_on(context, case)
    return letter_screens.untouched(case, payload.closes, context.voice)


def _week(context: LetterContext, payload: WeekPayload) -> Screen:
    """Return the figures of a week."""
    return week_screens.summary(
        week_store.figures(context.session, payload.monday, context.letter.to), context.voice
    )


def _week_picture(context: LetterContext, payload: WeekPayload) -> Document:
    """Return the figures of a week as a picture."""
    from bot.desk.week_picture import document  # importing the drawing library takes its time

    return document(week_store.figures(context.session, payload.monday, context.letter.to), context.voice)


def _handing(context: LetterContext, payload: CaseEventPayload) -> ExternalMessage | None:
    """Return a case for the desk outside Slack, if it is still open."""
    case = store.find(context.session, payload.case)
    if case is None or not case.open:
        return None
    school = schools.get(context.session, case.school) if case.school else None
    return case_message(context.letter.key.replace(":", "-"), payload.at, case, school, context.voice)


def _subject(context: LetterContext, case: DeskCase) -> Subject:
    return subject(case, context.services.provisioning.knowledge, context.today)


def _school(context: LetterContext, payload: CasePayload | CaseEventPayload | UntouchedPayload) -> str | None:
    """Return the scope of a case: its school; without one, all schools, but for the user who opened it."""
    case = store.find(context.session, payload.case)
    if case is None:
        return None
    return case.school or (ANY_SCHOOL if context.letter.to == case.opened_by else EVERYWHERE)


_OUTSIDE = "the service desk outside Slack, which the settings name, is no user of Slack"
_ASKED = "a user who wrote to the service desk is answered, also one without a role"

CASE = LetterKind(
    name=CaseLetter.CASE,
    payload=CasePayload,
    screen=_case,
    reader=ReaderRight[CasePayload](Act.DESK, _school),
)
ANSWER = LetterKind(
    name=CaseLetter.ANSWER,
    payload=CaseEventPayload,
    screen=_answer,
    reader=Unconditional(_ASKED, once_had=ReaderRight[CaseEventPayload](Act.DIAGNOSE, _school)),
    bare=True,
)
OUTCOME = LetterKind(
    name=CaseLetter.OUTCOME,
    payload=CasePayload,
    screen=_outcome,
    reader=Unconditional(_ASKED, once_had=ReaderRight[CasePayload](Act.DIAGNOSE, _school)),
)
HANDED = LetterKind(
    name=CaseLetter.HANDED,
    payload=CasePayload,
    screen=_handed,
    reader=ReaderRight[CasePayload](Act.DESK, _school),
)
DUE = LetterKind(
    name=CaseLetter.DUE, payload=CasePayload, screen=_due, reader=ReaderRight[CasePayload](Act.DESK, _school)
)
CAME_BACK = LetterKind(
    name=CaseLetter.CAME_BACK,
    payload=CaseEventPayload,
    screen=_came_back,
    reader=ReaderRight[CaseEventPayload](Act.DESK, _school),
)
UNTOUCHED = LetterKind(
    name=CaseLetter.UNTOUCHED,
    payload=UntouchedPayload,
    screen=_untouched,
    reader=ReaderRight[UntouchedPayload](Act.DESK, _school),
)
WEEK = LetterKind(
    name=CaseLetter.WEEK,
    payload=WeekPayload,
    screen=_week,
    document=_week_picture,
    reader=ReaderRight(Act.DESK, lambda _, __: EVERYWHERE),
    taken_back=False,  # counts of all schools together
)
HANDING = LetterKind(
    name=CaseLetter.HANDING, payload=CaseEventPayload, external=_handing, reader=Unconditional(_OUTSIDE)
)
_EDITED: Mapping[str, LetterKind[Any]] = {
    str(kind.name): kind for kind in (OUTCOME, HANDED, DUE, CAME_BACK, UNTOUCHED)
}
"""The kinds of letters to users whose messages are edited as their case moves on, by name."""
KINDS = (CASE, ANSWER, OUTCOME, HANDED, DUE, CAME_BACK, UNTOUCHED, WEEK, HANDING)
