"""The letter to the operators about an address that can't be reached."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.outbox.kinds import LetterContext, LetterKind, ReaderRight
from bot.outbox.letters import UNREACHABLE, Letter
from bot.outbox.transports.external import EXTERNAL
from bot.people.permissions import Act
from bot.slack.blocks import Screen, escape, section


@dataclass(frozen=True)
class Trouble:
    """An address that could not be reached, and the transport's reason."""

    to: str
    why: str


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


TROUBLE = LetterKind(name="trouble", payload=Trouble, screen=_screen, reader=ReaderRight(Act.GRANTS))
KINDS = (TROUBLE,)
