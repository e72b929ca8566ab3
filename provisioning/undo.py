"""Undo: every account of a run back as the journal has it, except those that have changed since."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from provisioning.errors import KnownError
from provisioning.records import RunStatus
from provisioning.runs import NOTHING, Provisioning
from provisioning.store import decisions, journal, running, runs
from provisioning.store.decisions import Waiting
from provisioning.store.runs import Run


@dataclass(frozen=True)
class Undone:
    """The run that undid another, and the identifiers of the accounts that were left as they are now."""

    run: Run
    left: tuple[str, ...]


def undo(house: Provisioning, run: int, *, by: str) -> Undone:
    """Put back what a run changed, in one transaction and with a journal of its own.

    What was undone stays undone until an extract asks for something else, as if it had been rejected.
    Raises `KnownError` where the run is unknown, changed nothing, is itself an undo, or was undone.
    """
    with house.database.writing() as session:
        undone = _undoable(session, run)
        now = house.clock.now()
        new = running.begin(session, undone.school, now, started_by=by, slot=None, undoes=run)
        counts = dict(NOTHING)
        left: list[str] = []
        for entry in reversed(journal.of_run(session, run)):
            if not journal.put_back(session, new, entry):
                left.append(entry.identifier)
                continue
            counts[entry.kind] += 1
            waiting = Waiting(entry.fingerprint, entry.kind, entry.person, entry.identifier)
            decisions.refuse(session, undone.school, new, [waiting])
        finished = running.finish(session, new, RunStatus.SUCCEEDED, now, counts=counts)
    return Undone(finished, tuple(sorted(left)))


def _undoable(session: Session, run: int) -> Run:
    found = runs.one(session, run)
    if found.undoes is not None:
        raise KnownError("undo-of-undo", run=run, undone=found.undoes)
    by = runs.undone_by(session, run)
    if by is not None:
        raise KnownError("undo-twice", run=run, by=by)
    if not journal.of_run(session, run):
        raise KnownError("undo-nothing", run=run)
    return found
