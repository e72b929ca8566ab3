"""What became of what a run held: decided by a person, taken back since, or asked by no later run."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from provisioning.records.runs import RunStatus
from provisioning.store import runs
from provisioning.store.decisions import hold_alike
from provisioning.store.runs import Run, run_of
from provisioning.store.tables.decisions import IdentityDecisionRow, RefusalRow
from provisioning.store.tables.runs import RunRow

_COUNT = [status for status in RunStatus if not status.came_to_nothing]
"""The statuses of runs that take the place of an earlier one, if they are of all people."""


class HoldEnd(StrEnum):
    """How a hold ended."""

    APPROVED = "approved"
    REJECTED = "rejected"
    UNDONE = "undone"
    """It was approved, and the run was undone since."""
    UNDONE_LAPSED = "undone-lapsed"
    """It was approved and undone, and the undo does not keep later runs from asking any more."""
    LAPSED = "lapsed"
    """It was rejected, and the rejection does not stand any more."""
    REPLACED = "replaced"
    """No person decided: a later run of the school holds something else, or nothing."""


@dataclass(frozen=True)
class EndedHold:
    """The end of a hold: `run` is the run that was decided on, or the one that took its place.

    `undone` is the run that undid it.
    """

    how: HoldEnd
    run: Run
    undone: Run | None = None

    @property
    def taken_back(self) -> Run | None:
        """The run whose rejection or undo a person took back; None where none did, or it stands.

        Where the school's records ask for something else now, that stands no more without a person.
        """
        refusing = self.undone or self.run
        lapsed = self.how in (HoldEnd.LAPSED, HoldEnd.UNDONE_LAPSED)
        return refusing if lapsed and refusing.taken_back_at is not None else None

    @property
    def left(self) -> int:
        """How many changes of the run the undo left as they are, because the accounts have changed since."""
        return self.run.changed - self.undone.changed if self.undone else 0


def end_of(session: Session, run: int) -> EndedHold | None:
    """Return what became of what `run` holds; None where it waits for a decision, or is being decided.

    Where a later run of the school holds exactly those changes, a decision on that one counts for both.
    """
    shown = runs.get(session, run)
    for found in _since(session, shown):
        if found.decision is not None:
            return _decided(session, found)
        if found.status is RunStatus.RUNNING:
            return None
        if found.status is not RunStatus.HELD or not hold_alike(session, found.known_id, run):
            return EndedHold(HoldEnd.REPLACED, found)
    return None


class Mark(NamedTuple):
    """The newest run with its start, as an id may be given again; how many runs are held; what is refused.

    `refused` and `decided` have how many refusals and decided doubts there are, with the newest of each.
    """

    newest: tuple[int, datetime] | None
    held: int
    refused: tuple[int, int | None]
    decided: tuple[int, datetime | None]


def announced_since(session: Session, since: datetime, school: str | None = None) -> list[Run]:
    """Return the runs announced as held since a moment, oldest first; only those of `school`, if given."""
    query = select(RunRow).where(RunRow.status.in_(_COUNT), RunRow.announced_at >= since)
    if school is not None:
        query = query.where(RunRow.school == school)
    return [run_of(row) for row in session.scalars(query.order_by(RunRow.id))]


def mark(session: Session) -> Mark:
    """Return a mark that is another as soon as messages about decisions may say what is not so."""
    last = select(func.max(RunRow.id)).scalar_subquery()
    newest = session.execute(select(RunRow.id, RunRow.started_at).where(RunRow.id == last)).first()
    held = session.scalars(select(func.count()).where(RunRow.status == RunStatus.HELD)).one()
    refused = session.execute(select(func.count(RefusalRow.run), func.max(RefusalRow.run))).one()
    at = IdentityDecisionRow.at
    decided = session.execute(select(func.count(at), func.max(at))).one()
    return Mark(
        None if newest is None else (newest[0], newest[1]),
        held,
        (refused[0], refused[1]),
        (decided[0], decided[1]),
    )


def _since(session: Session, shown: Run) -> Iterator[Run]:
    """Return a run and the school's runs after it, oldest first, without those that came to nothing.

    Runs of some people are left out too: they leave what is held as it is.
    """
    found: Run | None = shown
    while found is not None:
        yield found
        query = (
            select(RunRow)
            .where(RunRow.school == shown.school, RunRow.id > found.known_id, RunRow.status.in_(_COUNT))
            .where(RunRow.only.is_(None))
        )
        row = session.scalars(query.order_by(RunRow.id).limit(1)).first()
        found = run_of(row) if row else None


def _decided(session: Session, run: Run) -> EndedHold:
    if run.decision == HoldEnd.REJECTED:
        return EndedHold(HoldEnd.REJECTED if _stands(session, run.known_id) else HoldEnd.LAPSED, run)
    by = runs.undone_by(session, run.known_id)
    if by is None:
        return EndedHold(HoldEnd.APPROVED, run)
    how = HoldEnd.UNDONE if _stands(session, by) else HoldEnd.UNDONE_LAPSED
    return EndedHold(how, run, runs.get(session, by))


def _stands(session: Session, run: int) -> bool:
    """Return whether any change still stands as refused that the rejection, or undo, of `run` has refused."""
    refused = select(RefusalRow.run).where(RefusalRow.run == run).limit(1)
    return session.scalars(refused).first() is not None
