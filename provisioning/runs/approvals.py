"""A person's decision on a held run: what was shown is applied, or stays undone."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from functools import partial

from sqlalchemy.orm import Session

from knowledge.texts import text
from provisioning.errors import ExtractProblem
from provisioning.planning.proposal import Proposal, apply_proposals
from provisioning.planning.safeguards import EXTRACT_SHRUNK, held_changes
from provisioning.records.changes import Change, ChangeKind, digest
from provisioning.records.extracts import Extract
from provisioning.records.people import Kind
from provisioning.records.runs import Hold, RunStatus
from provisioning.runs.clock_check import require_clock_forward
from provisioning.runs.dependencies import Provisioning, require_own
from provisioning.runs.lease import THIS_PROCESS
from provisioning.runs.school_run import (
    explained,
    in_one_transaction,
    propose_now,
    require_runnable,
    status_of,
)
from provisioning.store import decisions, run_lifecycle, runs, schools
from provisioning.store.decisions import WHOLE_EXTRACT, StoredChange
from provisioning.store.freezes import SchoolFrozen
from provisioning.store.runs import Run

_CHANGES = tuple(kind.value for kind in ChangeKind)


def approve(provisioning: Provisioning, run: int, *, by: str) -> Run:
    """Apply the changes that `run` holds, if their digest is still that of the changes shown.

    Otherwise the run is held again and its error says what differs. Where a later run holds exactly those
    changes, that run is decided on and returned. Raises `KnownError` where the run holds nothing any more,
    or the school is running, closed or frozen, or last ran by a later clock, and `ExtractProblem` where the
    extract can't be read; an approval that can't be carried out leaves the run held.
    """
    require_own(provisioning)
    with provisioning.database.reading() as session:
        school = schools.get(session, runs.get(session, run).school)
        require_runnable(session, school, provisioning.clock.now())
        if not provisioning.clock_set_back:
            require_clock_forward(session, school.number, provisioning.clock.now())
    with _deciding(provisioning, run) as held:
        return in_one_transaction(provisioning, school, partial(_decide, provisioning, held, by))
    with provisioning.database.reading() as session:
        return runs.get(session, held.known_id)


@contextmanager
def _deciding(provisioning: Provisioning, run: int) -> Iterator[Run]:
    """Set a held run to running while the block decides on it.

    If the block raises, the run is held again as before, with the cause as its error. The exception is
    swallowed, except `ExtractProblem` and `SchoolFrozen`: the run is as it was, and its error is not kept.
    """
    with provisioning.database.writing() as session:
        held = run_lifecycle.resume_held(session, run)
    try:
        yield held
    except Exception as problem:
        refused = isinstance(problem, ExtractProblem | SchoolFrozen)
        error = None if refused else explained(problem, held.known_id, held.school)
        with provisioning.database.writing() as session:
            end = run_lifecycle.End(
                RunStatus.HELD, held.counts, extract=held.extract, holds=held.holds, error=error
            )
            run_lifecycle.finish(session, held.known_id, end, held.finished_at or provisioning.clock.now())
        if refused:
            raise
    finally:
        THIS_PROCESS.ended([held.known_id])


def reject(provisioning: Provisioning, run: int, *, by: str) -> Run:
    """Refuse the changes that `run` holds: later runs skip them until an extract asks for others.

    That may be said of a closed school too: it changes nothing there. Raises `KnownError` where the run holds
    nothing any more, or the school is running.
    """
    require_own(provisioning)
    with provisioning.database.writing() as session:
        held = run_lifecycle.resume_held(session, run)
        run = held.known_id
        waiting = decisions.held(session, run)
        if held.extract and any(hold.safeguard == EXTRACT_SHRUNK for hold in held.holds):
            waiting.append(StoredChange(held.extract, WHOLE_EXTRACT, Kind.LEARNER, ""))
        decisions.refuse(session, held.school, run, waiting)
        end = run_lifecycle.End(
            RunStatus.SUCCEEDED,
            held.counts,
            extract=held.extract,
            holds=held.holds,
            decision=run_lifecycle.RunDecision("rejected", by, provisioning.clock.now()),
        )
        return run_lifecycle.finish(session, run, end, held.finished_at or provisioning.clock.now())


def _decide(
    provisioning: Provisioning, held: Run, by: str, session: Session, now: datetime, extract: Extract
) -> Run:
    proposed = propose_now(provisioning, session, extract, now, lock=True)
    changes = held_changes(proposed.plan, held.holds)
    shown = decisions.prints(session, held.known_id)
    if digest(shown) != digest(change.fingerprint for change in changes):
        return _hold_again(session, held, proposed, changes, shown, now)
    approved = _approved(proposed, held.holds)
    apply_proposals(session, {held.known_id: approved}, now, held_before=True)
    applied = runs.count(approved.plan, approved.free, len(approved.held))
    end = run_lifecycle.End(
        status_of(approved),
        applied | {name: held.counts[name] + applied[name] for name in _CHANGES},
        extract=extract.fingerprint,
        holds=approved.holds or held.holds,
        decision=run_lifecycle.RunDecision("approved", by, now),
    )
    return run_lifecycle.finish(session, held.known_id, end, now)


def _approved(proposed: Proposal, approved: Sequence[Hold]) -> Proposal:
    """Return `proposed` without the holds that a person has approved.

    Changes that no safeguard holds are applied with them, as in any run; changes that other holds cover
    now have not been shown and stay held.
    """
    shown = frozenset[object]().union(*(hold.scope for hold in approved))
    holds = tuple(hold for hold in proposed.holds if not hold.scope <= shown)
    waiting = tuple(
        change
        for change in held_changes(proposed.plan, holds)
        if (change.kind, change.record.kind) not in shown
    )
    return replace(proposed, holds=holds if waiting else (), held=waiting)


def _hold_again(
    session: Session,
    held: Run,
    proposed: Proposal,
    changes: Sequence[Change],
    shown: Collection[str],
    now: datetime,
) -> Run:
    """Hold the run again, because the changes differ from those shown; its error counts the differences."""
    holds, changes = (proposed.holds, proposed.held) if proposed.holds else (held.holds, changes)
    new = {change.fingerprint for change in changes}
    decisions.hold(session, held.known_id, changes)
    end = run_lifecycle.End(
        RunStatus.HELD if changes else RunStatus.SUCCEEDED,
        {**held.counts, "held": len(changes)},
        extract=proposed.extract.fingerprint,
        holds=holds,
        error=text("run.differs", more=len(new.difference(shown)), fewer=len(set(shown) - new)),
    )
    return run_lifecycle.finish(session, held.known_id, end, now)
