"""The letter about accounts in doubt, to the users who may decide at the school."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from bot.identity import screens
from bot.outbox import letters
from bot.outbox.kinds import LetterContext, LetterKind, ReaderRight
from bot.outbox.letters import Letter
from bot.people import permissions
from bot.people.permissions import Act
from bot.services import Services
from bot.slack.blocks import Screen
from provisioning.clock import uk_date
from provisioning.store import identities, schools


@dataclass(frozen=True)
class DoubtsPayload:
    """The number of a school with accounts in doubt."""

    school: str


def announce(services: Services) -> None:
    """Put letters about new accounts in doubt into the outbox, for users who may decide at the school.

    The doubts are marked as announced in the transaction of their letters, so each user gets a single letter.
    """
    now = services.clock.now()

    def work(session: Session) -> None:
        day = uk_date(now)
        for number, newest in identities.to_announce(session, now).items():
            letters.put(session, _letters(session, number, newest, day), now)

    with services.database.reading() as session:
        if not identities.is_to_announce(session):
            return
    services.database.write(work)


def announce_again(services: Services) -> None:
    """Put letters about doubts, of which no user who was told may decide any more, to those who may."""
    now = services.clock.now()
    with services.database.reading() as session:
        if not _untold(session, uk_date(now)):
            return
    services.database.write(lambda session: letters.put(session, _untold(session, uk_date(now)), now))


def _untold(session: Session, day: date) -> list[Letter]:
    """Return letters about the schools of whose doubts no user has a letter who may decide on `day`."""
    found = []
    newest = {question.school: question.id for question in identities.announced(session)}
    for number, id_ in newest.items():
        wanted = _letters(session, number, id_, day)
        if letters.told(session, f"identity:{number}:").isdisjoint(letter.to for letter in wanted):
            found += wanted
    return found


def _letters(session: Session, school: str, newest: int, day: date) -> list[Letter]:
    """Return a letter about a school's doubts, the `newest` included, to each who may decide on `day`."""
    deciders = permissions.who_may(session, Act.DECIDE, schools.get(session, school), day)
    payload = DOUBTS.write(DoubtsPayload(school))
    return [Letter(f"identity:{school}:{newest}:{user}", user, payload) for user in deciders]


def _doubts(context: LetterContext, payload: DoubtsPayload) -> Screen | None:
    """Return how many accounts are in doubt at the school; None where all have been decided."""
    waiting = identities.waiting(context.session, payload.school)
    if not waiting:
        return None
    return screens.news(schools.get(context.session, payload.school), len(waiting), context.voice)


DOUBTS = LetterKind(
    name="identity",
    payload=DoubtsPayload,
    screen=_doubts,
    reader=ReaderRight(Act.DECIDE, lambda _, payload: payload.school),
)
KINDS = (DOUBTS,)
