"""The letter to the operators about runs that no worker takes, because their site has none."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from bot.outbox import letters
from bot.outbox.kinds import ANY_SCHOOL, LetterContext, LetterKind, ReaderRight
from bot.outbox.letters import Letter
from bot.outbox.transports.external import EXTERNAL
from bot.outbox.trouble import operators_for
from bot.people.permissions import Act
from bot.services import Services
from bot.settings import Settings
from bot.slack.blocks import Screen, escape, section
from provisioning.clock import today
from provisioning.jobs.unserved import unserved, worker_for


@dataclass(frozen=True)
class NoWorker:
    """The `site` whose runs wait; None for the schools without one."""

    site: str | None


def tell_operators(services: Services) -> None:
    """Put a letter to each operator about each site without a worker into the outbox, once a day."""
    if services.database.embedded:
        return
    day = today(services.clock)
    letters.put_new(
        services.database, lambda session: _letters(services.settings, session, day), services.clock.now()
    )


def _letters(settings: Settings, session: Session, day: date) -> list[Letter]:
    sites = unserved(session)
    return [
        Letter(f"no-worker:{site or ''}:{day}:{user}", user, NO_WORKER.write(NoWorker(site)))
        for user in (operators_for(settings, session, EXTERNAL, day) if sites else ())
        for site in sites
    ]


def _screen(context: LetterContext, missing: NoWorker) -> Screen | None:
    """Return the screen; None where a worker has come meanwhile."""
    if context.services.database.embedded or missing.site not in unserved(context.session):
        return None
    said = context.voice.plain("alert.no-worker", worker=worker_for(missing.site))
    return Screen(said, [section(f":warning: {escape(said)}")])


NO_WORKER = LetterKind(
    name="no-worker",
    payload=NoWorker,
    screen=_screen,
    reader=ReaderRight(Act.GRANTS, lambda _, __: ANY_SCHOOL),
    taken_back=False,
)
KINDS = (NO_WORKER,)
