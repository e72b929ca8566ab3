"""What waits at schools for a decision: held runs and accounts in doubt, as every list tells them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from knowledge.texts import Text
from provisioning.store import identities, run_announcements


class UndecidedKind(StrEnum):
    """What is to be decided."""

    HELD = "held"
    DOUBTS = "doubts"


@dataclass(frozen=True)
class Undecided:
    """What waits at the school with the number `school`; `ids` are the run's, or those of the doubts."""

    kind: UndecidedKind
    school: str
    said: Text
    since: datetime
    ids: tuple[int, ...]


def held_runs(session: Session) -> list[Undecided]:
    """Return the held runs that wait for a decision."""
    return [
        Undecided(
            UndecidedKind.HELD,
            run.school,
            Text("held.waits", {"count": run.counts["held"]}),
            run.finished_at or run.started_at,
            (run.known_id,),
        )
        for run in run_announcements.undecided(session)
    ]


def doubts(session: Session) -> list[Undecided]:
    """Return the accounts in doubt that wait for a decision, by school."""
    return [
        Undecided(
            UndecidedKind.DOUBTS,
            school,
            Text("identity.waits", {"count": len(waits.ids)}),
            waits.since,
            waits.ids,
        )
        for school, waits in identities.waiting_at(session).items()
    ]


def undecided(session: Session) -> list[Undecided]:
    """Return all that waits for a decision."""
    return [*held_runs(session), *doubts(session)]
