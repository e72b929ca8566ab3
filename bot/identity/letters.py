"""The letter about accounts in doubt, to the users who may decide at the school; edited as they decide."""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy.orm import Session

from bot.identity import screens
from bot.outbox import copies, letters
from bot.outbox.kinds import LetterContext, LetterKind, ReaderRight
from bot.outbox.letters import Letter
from bot.outbox.tables import OutboxRow
from bot.people import permissions
from bot.people.permissions import Act
from bot.services import Services
from bot.slack.blocks import Screen
from provisioning.clock import uk_date
from provisioning.store import identities, schools
from provisioning.store.identities import Standing

_KEPT_TRUE = timedelta(days=60)
"""How long a message about accounts in doubt is edited."""


@dataclass(frozen=True)
class DoubtsPayload:
    """The number of a school with accounts in doubt, and the newest question when it was put in.

    `state` differs where there is something to edit; letters of earlier versions have neither.
    """

    school: str
    newest: int = 0
    state: str = ""


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
        if letters.told(session, _about(number)).isdisjoint(letter.to for letter in wanted):
            found += wanted
    return found


def _letters(session: Session, school: str, newest: int, day: date) -> list[Letter]:
    """Return a letter about a school's doubts, the `newest` included, to each who may decide on `day`."""
    deciders = permissions.who_may(session, Act.DECIDE, schools.get(session, school), day)
    state = _state(identities.standing(session).get(school, Standing()))
    payload = DOUBTS.write_editable(DoubtsPayload(school, newest, state), None)
    about = f"{_about(school)}{newest}"
    return [Letter(f"{about}:{user}", user, payload, about, 0) for user in deciders]


def tell(services: Services, school: str = "") -> None:
    """Edit the outdated messages about accounts in doubt at `school`, or at all schools without it."""
    now = services.clock.now()

    def outdated(session: Session) -> list[Letter]:
        stands = identities.standing(session)
        by_subject: defaultdict[str, list[OutboxRow]] = defaultdict(list)
        for row in letters.about(session, _about(school)):
            if row.created_at >= now - _KEPT_TRUE:
                by_subject[str(row.about)].append(row)
        found = []
        for about, rows in by_subject.items():
            told = DOUBTS.read(letters.letter_of(rows[0]))
            payload = replace(told, state=_state(stands.get(told.school, Standing())))
            found += copies.edits(DOUBTS, rows, payload, about)
        return found

    with services.database.reading() as session:
        if not outdated(session):
            return  # without a write transaction, which would hold up a run
    services.database.write(lambda session: letters.put(session, outdated(session), now))


def _about(school: str) -> str:
    """Return how the subjects of letters about accounts in doubt begin: of a school, or of all."""
    return f"identity:{school}:" if school else "identity:"


def _state(stands: Standing) -> str:
    return f"{stands.waiting} {stands.same} {stands.decided_at or ''}"


def _doubts(context: LetterContext, payload: DoubtsPayload) -> Screen | None:
    """Return how many accounts are in doubt at the school, and what was decided since the first letter.

    None where all had been decided, or the records put right, before that was sent.
    """
    session, school = context.session, schools.get(context.session, payload.school)
    waiting = identities.waiting(session, payload.school)
    first = letters.posted(session, context.letter.edits) if context.letter.edits else None
    if first is None:
        return screens.news(school, len(waiting), context.voice) if waiting else None
    decided = identities.decided(session, payload.school, first.created_at)
    return screens.news(school, len(waiting), context.voice, decided)


DOUBTS = LetterKind(
    name="identity",
    payload=DoubtsPayload,
    screen=_doubts,
    reader=ReaderRight(Act.DECIDE, lambda _, payload: payload.school),
)
KINDS = (DOUBTS,)
