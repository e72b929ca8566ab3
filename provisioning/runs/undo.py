"""Undo: restore the accounts of a run from the journal, except those that have changed since."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from provisioning.clock import uk_date
from provisioning.errors import KnownError
from provisioning.records.runs import RunStatus
from provisioning.runs.dependencies import Provisioning, require_own
from provisioning.runs.school_run import NOTHING, require_open
from provisioning.store import decisions, journal, run_lifecycle, runs, schools
from provisioning.store.decisions import StoredChange
from provisioning.store.runs import Run


@dataclass(frozen=True)
class Undone:
    """The run that undid another, and the identifiers of the accounts that it left unchanged."""

    run: Run
    left: tuple[str, ...]


def undo(provisioning: Provisioning, run: int, *, by: str) -> Undone:
    """Undo the changes of `run`, as a run of its own in one transaction with a journal.

    The undo of a run of some people is restricted like it: the school has not run by either.
    The undone changes count as rejected: later runs skip them until an extract asks for others.
    Raises `KnownError` where the run is unknown, changed nothing, is itself an undo, or was undone, and where
    the school is closed.
    """
    require_own(provisioning)
    return provisioning.database.write(lambda session: _undo(session, run, provisioning.clock.now(), by))


def _undo(session: Session, run: int, now: datetime, by: str) -> Undone:
    undone = _undoable(session, run)
    require_open(session, schools.get(session, undone.school), uk_date(now))
    new = run_lifecycle.begin(
        session, undone.school, now, started_by=by, slot=None, undoes=run, only=undone.only
    )
    back, left = journal.put_back(session, run, new)
    counts = dict(NOTHING)
    for entry in back:
        counts[entry.kind] += 1
    decisions.refuse(
        session,
        undone.school,
        new,
        [StoredChange(entry.fingerprint, entry.kind, entry.person, entry.identifier) for entry in back],
    )
    status = RunStatus.SUCCEEDED if undone.only is None else RunStatus.PARTIAL
    finished = run_lifecycle.finish(session, new, run_lifecycle.End(status, counts), now)
    return Undone(finished, tuple(sorted({entry.identifier for entry in left})))


def _undoable(session: Session, run: int) -> Run:
    # Locked: of two concurrent undos, the second finds the run undone.
    found = runs.run_of(runs.row_of(session, run, lock=True))
    if found.undoes is not None:
        raise KnownError("undo-of-undo", run=run, undone=found.undoes)
    by = runs.undone_by(session, run)
    if by is not None:
        raise KnownError("undo-twice", run=run, by=by)
    if not journal.of_run(session, run):
        raise KnownError("undo-forgotten" if found.undoable else "undo-nothing", run=run)
    return found
