"""A run restricted to some people of one school: by the planner and journal of every run, at once.

It is not a run of the school: what it has done is done, but its other people, its slots and its last run are
as they were. So it has a status of its own, `RunStatus.PARTIAL`, which no reader of a school's runs asks for.
Where it can't be done, nothing of it is kept.
"""

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from provisioning.errors import KnownError
from provisioning.planning.proposal import Proposal
from provisioning.planning.some_people import Part
from provisioning.records.extracts import Extract
from provisioning.records.people import Key
from provisioning.records.runs import RunStatus
from provisioning.runs.clock_check import require_clock_forward
from provisioning.runs.dependencies import Provisioning, require_own
from provisioning.runs.lease import THIS_PROCESS
from provisioning.runs.school_run import dry_run, explained, in_one_transaction, propose_now, require_runnable
from provisioning.store import (
    account_changes,
    coverage,
    decisions,
    follow_ups,
    identities,
    run_lifecycle,
    run_notes,
    runs,
    schools,
)
from provisioning.store.runs import Run

Sought = Callable[[Extract], Collection[Key]]
"""Finds the people asked for in an extract, by kind and identifier: their records or rejected rows."""

MOST = 20
"""People to whom a run can be restricted."""


def provision_some(
    provisioning: Provisioning, school: str, count: int, sought: Sought, *, started_by: str
) -> Run:
    """Run provisioning for those people of `school` alone whom `sought` finds, of `count` asked for.

    A change of theirs that a safeguard holds back for the school stays held back. Raises `KnownError` where
    the school is unknown, closed, frozen, running, or last ran by a later clock, where its accounts live in
    an external directory, its extract can't be read or has none of the people, or anything else prevents it.
    """
    _require_possible(provisioning, count)

    def begin(session: Session) -> int:
        now, place = provisioning.clock.now(), schools.get(session, school)
        require_runnable(session, place, now)
        return run_lifecycle.begin(session, school, now, started_by=started_by, slot=None, only=count)

    def work(session: Session, at: datetime, extract: Extract) -> Run:
        people = _people(sought, extract)
        part = Part(propose_now(provisioning, session, extract, at, lock=True), people)
        if part.free and not provisioning.clock_set_back:
            require_clock_forward(session, school, at)
        return _apply(session, run, part, at)

    with provisioning.database.reading() as session:
        place = schools.get(session, school)
    run = provisioning.database.write(begin)
    try:
        return in_one_transaction(provisioning, place, work)
    except Exception as problem:
        return _nothing_done(provisioning, run, school, problem)
    finally:
        THIS_PROCESS.ended([run])


def dry_run_some(provisioning: Provisioning, school: str, count: int, sought: Sought) -> tuple[Run, Proposal]:
    """Return the run that `provision_some` would make now, without storing it, and its proposal.

    Raises `KnownError` as `provision_some` does, but not where the school is running or last ran by a later
    clock.
    """
    _require_possible(provisioning, count)
    planned, whole = dry_run(provisioning, school)
    if whole is None:
        assert planned.error is not None  # noqa: S101 - a dry run without a proposal has failed
        raise KnownError.saying(planned.error)
    part = Part(whole, _people(sought, whole.extract))
    proposal = part.proposal
    counts = runs.count(part.plan, part.free, len(part.held))
    run = replace(
        planned,
        status=RunStatus.PARTIAL,
        counts=counts,
        holds=proposal.holds,
        only=count,
        others=part.others,
    )
    return run, proposal


def _require_possible(provisioning: Provisioning, count: int) -> None:
    """Refuse where the accounts live in an external directory, or `count` people are too many."""
    require_own(provisioning)
    if count > MOST:
        raise KnownError("people-too-many-to-run", most=MOST)


def _people(sought: Sought, extract: Extract) -> frozenset[Key]:
    """Return the people whom `sought` finds in `extract`; none raises `KnownError`."""
    people = frozenset(sought(extract))
    if not people:
        raise KnownError("people-not-in-extract", school=extract.school)
    return people


def _nothing_done(provisioning: Provisioning, run: int, school: str, problem: Exception) -> Run:
    """Forget a run that has failed and raise its cause; return it where its end was committed after all."""
    said = explained(problem, run, school)
    with provisioning.database.writing() as session:
        try:
            stored = runs.get(session, run)
        except KnownError:
            stored = None  # another process took it for lost
        if stored is not None and stored.status is RunStatus.PARTIAL:
            return stored
        run_lifecycle.forget(session, [run])
    if isinstance(problem, KnownError):
        raise problem
    raise KnownError.saying(said) from problem


def _apply(session: Session, run: int, part: Part, now: datetime) -> Run:
    """Apply what is free of a part, keep its notes and doubts, and finish the run.

    What the school's own run would replace as a whole is only added to: for which schools it waits, the
    records that it covers, and the questions whose account it is. No refusal is forgotten.
    """
    proposal, school = part.proposal, part.whole.extract.school
    account_changes.apply(session, {run: part.free}, now)
    run_notes.note(session, {run: part.plan})
    for safeguard, used in part.used.items():
        decisions.use(session, school, safeguard, used)
    follow_ups.wait_too(session, school, part.plan.waits_for)
    if proposal.releases:
        follow_ups.put(session, {school: run})
    identities.ask(session, {school: part.plan.doubts}, now, only=part.people)
    done = {change.record.key: change.record for change in part.free}
    coverage.cover_records(session, [(school, done, part.whole.applied)])
    account_changes.see_births(session, part.plan.births)
    end = run_lifecycle.End(
        RunStatus.PARTIAL,
        runs.count(part.plan, part.free, len(part.held)),
        extract=part.whole.extract.fingerprint,
        holds=proposal.holds,
        others=part.others,
    )
    return run_lifecycle.finish(session, run, end, now)
