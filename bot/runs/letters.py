"""The letter about a held run, to the users who may decide it."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from bot import hours
from bot.outbox import letters
from bot.outbox.kinds import LetterContext, LetterKind, ReaderRight
from bot.outbox.letters import Letter
from bot.people import permissions
from bot.people.permissions import Act
from bot.runs import screens
from bot.services import Services
from bot.slack.blocks import Screen
from provisioning.clock import uk_date
from provisioning.records.runs import RunStatus
from provisioning.store import run_announcements, runs, schools


@dataclass(frozen=True)
class HeldPayload:
    """The number of a held run."""

    run: int


def announce(services: Services) -> None:
    """Put letters about held runs that are not announced yet into the outbox, for users who may decide.

    A run is marked as announced in the transaction of its letters, so each user gets a single letter.
    """
    now = services.clock.now()

    def work(session: Session) -> None:
        day = uk_date(now)
        for run in run_announcements.to_announce(session, now):
            school = schools.get(session, run.school)
            dates = services.provisioning.calendar(session, school.local_authority).of(day.year)
            urgent = hours.cannot_wait(day, dates)
            payload = HELD.write(HeldPayload(run.id or 0))
            deciders = permissions.who_may(session, Act.DECIDE, school, day)
            put = [Letter(f"held:{run.id}:{user}", user, payload, any_time=urgent) for user in deciders]
            letters.put(session, put, now)

    with services.database.reading() as session:
        if not run_announcements.is_to_announce(session):
            return
    services.database.write(work)


def announce_again(services: Services) -> None:
    """Put letters about held runs, of which no user who was told may decide any more, to those who may."""
    now = services.clock.now()
    with services.database.reading() as session:
        if not _untold(session, uk_date(now)):
            return
    services.database.write(lambda session: letters.put(session, _untold(session, uk_date(now)), now))


def _untold(session: Session, day: date) -> list[Letter]:
    """Return letters about the announced runs of which no user has a letter who may decide on `day`."""
    found = []
    for run, ids in run_announcements.announced(session):
        deciders = permissions.who_may(session, Act.DECIDE, schools.get(session, run.school), day)
        told = {user for id_ in ids for user in letters.told(session, f"held:{id_}:")}
        if not told & set(deciders):
            payload = HELD.write(HeldPayload(run.id or 0))
            found += [Letter(f"held:{run.id}:{user}", user, payload) for user in deciders]
    return found


def _held(context: LetterContext, payload: HeldPayload) -> Screen | None:
    """Return the screen of a held run; None where it is not held any more."""
    run = runs.get(context.session, payload.run)
    if run.status is not RunStatus.HELD:
        return None
    return screens.held(schools.get(context.session, run.school), run, context.voice)


HELD = LetterKind(
    name="held",
    payload=HeldPayload,
    screen=_held,
    reader=ReaderRight(Act.DECIDE, lambda context, payload: runs.get(context.session, payload.run).school),
)
KINDS = (HELD,)
