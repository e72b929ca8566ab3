"""Edits every message about a held run once a user has decided on it, in Slack or on the command line."""

from datetime import timedelta

from sqlalchemy.orm import Session

from bot.outbox import copies, letters
from bot.outbox.letters import Letter
from bot.runs.letters import HELD, HeldPayload, about
from bot.services import Services
from provisioning.store import hold_ends
from provisioning.store.runs import Run

_KEPT_TRUE = timedelta(days=60)
"""How long after its announcement the messages about a held run are edited."""


def tell(services: Services, school: str | None = None) -> None:
    """Edit the outdated messages about held runs of `school`, or of all schools without it."""
    now = services.clock.now()
    since = now - _KEPT_TRUE
    with services.database.reading() as session:
        announced = hold_ends.announced_since(session, since, school)
        outdated = {run.known_id for run in announced if _edits(session, run)}
    if not outdated:
        return  # without a write transaction, which would hold up a run

    def work(session: Session) -> None:
        announced = hold_ends.announced_since(session, since, school)
        told = [run for run in announced if run.known_id in outdated]
        letters.put(session, [letter for run in told for letter in _edits(session, run)], now)

    services.database.write(work)


def _edits(session: Session, run: Run) -> list[Letter]:
    told = letters.keyed(session, f"{about(run.known_id)}:")
    if not told:
        return []
    return copies.edits(HELD, told, HeldPayload(run.known_id, _state(session, run)), about(run.known_id))


def _state(session: Session, run: Run) -> str:
    """Return in a word or two what the messages about `run` say: it differs where they have to be edited."""
    end = hold_ends.end_of(session, run.known_id)
    if end is None:
        return str(run.counts["held"]) if run.error is not None else ""
    return f"{end.how} {end.run.id}"
