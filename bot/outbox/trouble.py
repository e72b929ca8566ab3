"""The letter to the operators about an address that can't be reached, or a letter that can't be made."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.outbox.kinds import ANY_SCHOOL, LetterContext, LetterKind, ReaderRight
from bot.outbox.letters import NOT_MADE, UNREACHABLE, Letter
from bot.outbox.transports.external import EXTERNAL
from bot.people.permissions import Act
from bot.slack.blocks import Screen, escape, section


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


def trouble_letters(letter: Letter, why: str, operators: Iterable[str]) -> list[Letter]:
    """Return a letter to each of the `operators` about `letter`, which was given up because of `why`.

    Its key lets an operator be told of an address that is gone, or of any other reason, once.
    """
    about = letter.to if why in UNREACHABLE else why
    payload = TROUBLE.write(Trouble(letter.to, why))
    return [Letter(f"trouble:{about}:{user}", user, payload) for user in operators if user != letter.to]


def _screen(context: LetterContext, trouble: Trouble) -> Screen:
    voice = context.voice
    if trouble.to == EXTERNAL:
        said = voice.plain("handing.trouble", why=trouble.why)
        return Screen(said, [section(escape(said))])
    who = f"<#{trouble.to}>" if trouble.to.startswith("C") else f"<@{trouble.to}>"
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
KINDS = (TROUBLE, NOT_MADE_KIND)
