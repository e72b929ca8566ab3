"""Tells those who may decide that a run holds something: by direct message, once for what is held."""

from sqlalchemy.orm import Session

from bot import hours
from bot.outbox import letters
from bot.outbox.letters import Letter
from bot.people import permissions
from bot.people.permissions import Act
from bot.services import Services
from provisioning.clock import uk_date
from provisioning.store import run_lifecycle, schools


def announce(services: Services) -> None:
    """Put a letter into the outbox for everybody who may decide on a held run that nobody was told of.

    A run counts as announced in the same transaction in which its letters are put in: nobody is told twice,
    and nobody not at all.
    """
    now = services.clock.now()

    def work(session: Session) -> None:
        day = uk_date(now)
        for run in run_lifecycle.to_announce(session, now):
            school = schools.get(session, run.school)
            dates = services.provisioning.calendar(session, school.local_authority).of(day.year)
            urgent = hours.cannot_wait(day, dates)
            letters.put(
                session,
                [
                    Letter(f"held:{run.id}:{user}", user, {"kind": "held", "run": run.id}, any_time=urgent)
                    for user in permissions.who_may(session, Act.DECIDE, school, day)
                ],
                now,
            )

    with services.database.reading() as session:
        if not run_lifecycle.is_to_announce(session):
            return
    services.database.write(work)
