"""A person's decision on a held run: what was shown is applied, or stays undone."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from knowledge.texts import Text, text
from provisioning.clock import today
from provisioning.errors import ExtractProblem
from provisioning.planning.proposal import Proposal
from provisioning.planning.safeguards import held_changes
from provisioning.records import Change, ChangeKind, Extract, Kind, RunStatus, digest
from provisioning.runs.school_run import (
    Provisioning,
    in_one_transaction,
    propose_now,
    read_extract,
    require_own,
)
from provisioning.store import accounts, decisions, run_lifecycle, runs
from provisioning.store.decisions import WHOLE_EXTRACT, Waiting
from provisioning.store.runs import Run

_CHANGES = tuple(kind.value for kind in ChangeKind)


def approve(provisioning: Provisioning, run: int, *, by: str) -> Run:
    """Apply what a run holds, if what would be applied now is what was shown (same digest).

    Otherwise it is held again and the run's error says what differs. Where a later run holds exactly the
    same, that run is the one decided on and returned. Raises `KnownError` where the run holds nothing any
    more, or the school is running; an approval that can't be carried out leaves the run held.
    """
    require_own(provisioning)
    with provisioning.database.writing() as session:
        held = run_lifecycle.take_up(session, run)
    try:
        read_extract(provisioning, held.school, today(provisioning.clock))
    except ExtractProblem:
        _put_down(provisioning, held)
        raise

    def work(session: Session, at: datetime, extract: Extract) -> Run:
        return _decide(provisioning, session, held, at, extract, by)

    return in_one_transaction(
        provisioning,
        held.known_id,
        held.school,
        work,
        failed=lambda error: _put_down(provisioning, held, error),
    )


def reject(provisioning: Provisioning, run: int, *, by: str) -> Run:
    """Leave undone what a run holds, until an extract asks for something else.

    Raises `KnownError` where the run holds nothing any more, or the school is running.
    """
    require_own(provisioning)
    with provisioning.database.writing() as session:
        held = run_lifecycle.take_up(session, run)
        run = held.known_id
        waiting = decisions.held(session, run)
        if held.extract and any(hold.safeguard == "extract-shrunk" for hold in held.holds):
            waiting.append(Waiting(held.extract, WHOLE_EXTRACT, Kind.LEARNER, ""))
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
    provisioning: Provisioning, session: Session, held: Run, now: datetime, extract: Extract, by: str
) -> Run:
    run = held.known_id
    proposed = propose_now(provisioning, session, extract, now, lock=True)
    changes = held_changes(proposed.plan, held.holds)
    shown = decisions.prints(session, run)
    if digest(shown) != digest(change.fingerprint for change in changes):
        return _hold_again(session, held, proposed, changes, shown, now)
    # What nothing holds back goes along, as in any run; what else is held now has not been shown yet.
    kinds = {kind for hold in held.holds for kind in hold.kinds}
    again = tuple(hold for hold in proposed.holds if not hold.kinds <= kinds)
    waiting = tuple(change for change in held_changes(proposed.plan, again) if change.kind not in kinds)
    left = {change.fingerprint for change in waiting}
    changes = tuple(change for change in proposed.plan.changes if change.fingerprint not in left)
    accounts.apply(session, {run: changes}, now)
    decisions.hold(session, run, waiting)
    if not waiting:
        runs.cover(session, [(extract, proposed.applied)])
    applied = runs.count(proposed.plan, changes, len(waiting))
    counts = applied | {name: held.counts[name] + applied[name] for name in _CHANGES}
    end = run_lifecycle.End(
        RunStatus.HELD if waiting else RunStatus.SUCCEEDED,
        counts,
        extract=extract.fingerprint,
        holds=again if waiting else held.holds,
        decision=run_lifecycle.RunDecision("approved", by, now),
    )
    return run_lifecycle.finish(session, run, end, now)


def _hold_again(
    session: Session,
    held: Run,
    proposed: Proposal,
    changes: Sequence[Change],
    shown: Collection[str],
    now: datetime,
) -> Run:
    """The extract or the accounts have changed since: nothing is applied that nobody has seen."""
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


def _put_down(provisioning: Provisioning, held: Run, error: Text | None = None) -> Run:
    """Leave a held run as it was, with what kept it from being decided on."""
    with provisioning.database.writing() as session:
        end = run_lifecycle.End(
            RunStatus.HELD, held.counts, extract=held.extract, holds=held.holds, error=error
        )
        return run_lifecycle.finish(session, held.known_id, end, held.finished_at or provisioning.clock.now())
