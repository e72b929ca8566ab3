"""The letter about a held run, to the users who may decide it; edited as soon as it is decided."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from bot import hours
from bot.outbox import letters
from bot.outbox.kinds import LetterContext, LetterKind, ReaderRight
from bot.outbox.letters import Letter
from bot.people import permissions
from bot.people.permissions import Act
from bot.runs import decided_screens
from bot.services import Services
from bot.slack.blocks import Screen
from provisioning.clock import uk_date
from provisioning.records.runs import RunStatus
from provisioning.runs.held_grounds import held_grounds
from provisioning.store import hold_ends, run_announcements, runs, schools
from provisioning.store.runs import Run


@dataclass(frozen=True)
class HeldPayload:
    """The number of a held run, and in an edit what has become of it, in a word."""

    run: int
    state: str = ""


def announce(services: Services) -> None:
    """Put letters about held runs that are not announced yet into the outbox, for users who may decide.

    A run is marked as announced in the transaction of its letters, so each user gets a single letter.
    """
    now = services.clock.now()

    def work(session: Session) -> None:
        day = uk_date(now)
        for run in run_announcements.to_announce(session, now):
            letters.put(session, _letters(services, session, run, day), now)

    with services.database.reading() as session:
        if not run_announcements.is_to_announce(session):
            return
    services.database.write(work)


def announce_again(services: Services) -> None:
    """Put letters about held runs, of which no user who was told may decide any more, to those who may."""
    now = services.clock.now()
    with services.database.reading() as session:
        if not _untold(services, session, uk_date(now)):
            return
    services.database.write(
        lambda session: letters.put(session, _untold(services, session, uk_date(now)), now)
    )


def _untold(services: Services, session: Session, day: date) -> list[Letter]:
    """Return letters about the announced runs of which no user has a letter who may decide on `day`."""
    found = []
    for run, ids in run_announcements.announced(session):
        wanted = _letters(services, session, run, day)
        told = {user for id_ in ids for user in letters.told(session, f"{about(id_)}:")}
        if told.isdisjoint(letter.to for letter in wanted):
            found += wanted
    return found


def _letters(services: Services, session: Session, run: Run, day: date) -> list[Letter]:
    """Return a letter about a held `run` to each who may decide on `day`; in rollover week at any time."""
    school = schools.get(session, run.school)
    dates = services.provisioning.calendar(session, school.local_authority).of(day.year)
    urgent, of_run = hours.cannot_wait(day, dates), about(run.known_id)
    payload = HELD.write_editable(HeldPayload(run.known_id), None)
    deciders = permissions.who_may(session, Act.DECIDE, school, day)
    return [Letter(f"{of_run}:{user}", user, payload, of_run, 0, any_time=urgent) for user in deciders]


def about(run: int) -> str:
    """Return what the letters about a held run are about, with which their keys begin."""
    return f"held:{run}"


def _held(context: LetterContext, payload: HeldPayload) -> Screen | None:
    """Return a held run, or in an edit what became of it; None where it ended before its first letter."""
    run = runs.get(context.session, payload.run)
    school, voice = schools.get(context.session, run.school), context.voice
    end = hold_ends.end_of(context.session, payload.run)
    if end is not None:
        if not context.letter.edits:
            return None
        accounts_are_here = context.services.provisioning.external_directory is None
        may_undo = accounts_are_here and context.may(Act.UNDO, school.number)
        return decided_screens.ended(school, end, voice, may_undo=may_undo, may_decide=True)
    if run.status is not RunStatus.HELD:
        return None
    grounds = held_grounds(context.services.provisioning, context.session, run)
    return decided_screens.held_again(school, run, voice, grounds)


HELD = LetterKind(
    name="held",
    payload=HeldPayload,
    screen=_held,
    reader=ReaderRight(Act.DECIDE, lambda context, payload: runs.get(context.session, payload.run).school),
)
KINDS = (HELD,)
