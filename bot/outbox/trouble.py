"""The letters to the operators: an address can't be reached, a letter can't be made, letters wait."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from bot.outbox import letters
from bot.outbox.kinds import ANY_SCHOOL, LetterContext, LetterKind, ReaderRight
from bot.outbox.letters import NOT_MADE, UNREACHABLE, Letter
from bot.outbox.transports.external import EVENTS, EXTERNAL
from bot.people import permissions
from bot.people.addresses import SlackAddress, workspace_of
from bot.people.permissions import Act
from bot.settings import Settings
from bot.slack.blocks import Screen, escape, section
from bot.slack_answers import CODES

_GONE = "http-410"
"""The reason of a webhook whose receiver says that it takes nothing any more."""


@dataclass(frozen=True)
class Trouble:
    """An address that could not be reached, and the transport's reason."""

    to: str
    why: str


@dataclass(frozen=True)
class NotMadePayload:
    """The kind of a letter that could not be made, and its number (id) in the outbox."""

    of: str
    number: int


@dataclass(frozen=True)
class Waiting:
    """The code of Slack's because of which letters wait."""

    why: str


def operators_for(settings: Settings, session: Session, to: str, day: date) -> list[str]:
    """Return who is told on a `day` of trouble with the address `to`: the administrators in its workspace.

    With several workspaces, of what is in none of them the operators' channel is told, if there is one.
    """
    if settings.many_workspaces and not workspace_of(to):
        return [settings.operators_channel] if settings.operators_channel else []
    return permissions.operators(session, day, workspace_of(to))


def trouble_letters(letter: Letter, why: str, operators: Iterable[str], day: date) -> list[Letter]:
    """Return a letter to each of the `operators` about `letter`, given up on a `day` because of `why`.

    Its key lets an operator be told of an address that is gone, or of any other reason, once; of events that
    their receiver has not taken, once a day.
    """
    about = letter.to if why in UNREACHABLE else why
    about = f"{EVENTS}:{day}" if letter.to == EVENTS else about
    payload = TROUBLE.write(Trouble(letter.to, why))
    return [Letter(f"trouble:{about}:{user}", user, payload) for user in operators if user != letter.to]


def _screen(context: LetterContext, trouble: Trouble) -> Screen:
    voice = context.voice
    if trouble.to in (EXTERNAL, EVENTS):
        of_events = "events.gone" if trouble.why == _GONE else "events.trouble"
        said = voice.plain("handing.trouble" if trouble.to == EXTERNAL else of_events, why=trouble.why)
        return Screen(said, [section(escape(said))])
    who = f"<#{trouble.to}>" if SlackAddress.of(trouble.to).is_channel else f"<@{trouble.to}>"
    said = voice.plain("alert.trouble", why=trouble.why)
    return Screen(said, [section(f":warning: {who}: {escape(said)}")])


def not_made_letters(letter: Letter, number: int, operators: Iterable[str]) -> list[Letter]:
    """Return a letter to each of the `operators` about `letter`, the `number` of which could not be made.

    It says nothing of the contents. An operator is told of a kind once, and of none of these two kinds.
    """
    kind = str(letter.payload.get("kind"))
    if kind in (TROUBLE.name, NOT_MADE_KIND.name):
        return []
    payload = NOT_MADE_KIND.write(NotMadePayload(kind, number))
    return [Letter(f"{NOT_MADE}:{kind}:{user}", user, payload) for user in operators]


def _not_made(context: LetterContext, payload: NotMadePayload) -> Screen:
    said = context.voice.plain("outbox.not-made", number=payload.number, kind=payload.of)
    return Screen(said, [section(f":warning: {escape(said)}")])


def waiting_letters(
    session: Session, letter: Letter, code: str, operators: Iterable[str], day: date
) -> list[Letter]:
    """Return a letter to each of the `operators` about `letter`, which waits because Slack has said `code`.

    An operator is told of a code once a day, and of none while an earlier such letter still waits; of a
    letter of this kind, never.
    """
    if letter.payload.get("kind") == WAITING.name:
        return []
    found = []
    for user in operators:
        prefix = f"{WAITING.name}:{code}:{user}:"
        if all(row.sent_at or row.given_up_because for row in letters.keyed(session, prefix)):
            found.append(Letter(f"{prefix}{day}", user, WAITING.write(Waiting(code))))
    return found


def _waiting(context: LetterContext, payload: Waiting) -> Screen:
    name = "outbox.locked-out" if payload.why in CODES else "outbox.unknown-code"
    said = context.voice.plain(name, why=payload.why)
    return Screen(said, [section(f":warning: {escape(said)}")])


TROUBLE = LetterKind(
    name="trouble",
    payload=Trouble,
    screen=_screen,
    reader=ReaderRight(Act.GRANTS, lambda _, __: ANY_SCHOOL),
    taken_back=False,
)
NOT_MADE_KIND = LetterKind(
    name=NOT_MADE,
    payload=NotMadePayload,
    screen=_not_made,
    reader=ReaderRight(Act.GRANTS, lambda _, __: ANY_SCHOOL),
    taken_back=False,
)
WAITING = LetterKind(
    name="waiting",
    payload=Waiting,
    screen=_waiting,
    reader=ReaderRight(Act.GRANTS, lambda _, __: ANY_SCHOOL),
    taken_back=False,
)
KINDS = (TROUBLE, NOT_MADE_KIND, WAITING)
