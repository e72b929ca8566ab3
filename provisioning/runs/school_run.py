"""A school's run: read the extract, propose changes, apply or hold them, with a journal."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from knowledge.texts import Text, text
from provisioning import log_fields
from provisioning.clock import uk_date
from provisioning.errors import ExtractProblem, KnownError
from provisioning.planning.proposal import Proposal, ProposalRequest, apply_proposals, expected, proposals
from provisioning.planning.unchanged import basis, next_change_on
from provisioning.records.extracts import Extract
from provisioning.records.runs import RunStatus
from provisioning.records.schools import School
from provisioning.runs.clock_check import ClockProblem, require_clock_forward
from provisioning.runs.dependencies import Provisioning
from provisioning.runs.lease import THIS_PROCESS
from provisioning.store import (
    applied_files,
    follow_ups,
    freezes,
    run_lifecycle,
    runs,
    schools,
    unchanged,
)
from provisioning.store.database import is_conflict
from provisioning.store.freezes import SchoolFrozen
from provisioning.store.runs import Run
from provisioning.store.unchanged import UnchangedSchool

log = logging.getLogger(__name__)


def require_open(session: Session, school: School, day: date) -> None:
    """Refuse to run or decide at a school that is closed on a day; the error names its successor."""
    if school.is_closed(day):
        successor = schools.successor(session, school, day)
        name = "school-closed" if successor is None else "school-closed-successor"
        values = {"successor": successor.name} if successor else {}
        raise KnownError(name, school=school.name, on=school.closed_on, **values)


def require_runnable(session: Session, school: School, now: datetime) -> None:
    """Refuse to change accounts of a school that is closed, or frozen, at the moment `now`."""
    require_open(session, school, uk_date(now))
    freezes.require_unfrozen(session, school, now)


def provision(
    provisioning: Provisioning, school: str, *, started_by: str, slot: datetime | None = None
) -> Run:
    """Run provisioning for one school, without reading the extract where nothing has changed.

    `slot` is the scheduled time that the run is for; no slot is run twice. Raises `KnownError` where the
    school is unknown, frozen, already running, has had this slot, or last ran by a later clock. A run that
    fails is returned.
    """
    skipped = skip_unchanged(provisioning, [school], started_by=started_by, slot=slot)
    return skipped[0] if skipped else run_in_full(provisioning, school, started_by=started_by, slot=slot)


def run_in_full(
    provisioning: Provisioning, school: str, *, started_by: str, slot: datetime | None = None
) -> Run:
    """Run provisioning for one school as `provision` does, but always plan every record."""

    def begin(session: Session) -> tuple[School, int]:
        now, place = provisioning.clock.now(), schools.get(session, school)
        require_runnable(session, place, now)
        return place, run_lifecycle.begin(session, school, now, started_by=started_by, slot=slot)

    place, run = provisioning.database.write(begin)
    external_directory = provisioning.external_directory
    if external_directory is not None:
        return finishing_on_error(
            provisioning, run, school, lambda: external_directory.run(provisioning, run, school)
        )

    def work(session: Session, at: datetime, extract: Extract) -> Run:
        proposed = propose_now(provisioning, session, extract, at, lock=True)
        if proposed.free and not provisioning.clock_set_back:
            require_clock_forward(session, school, at)
        return apply(session, {run: proposed}, at)[0]

    return finishing_on_error(
        provisioning, run, school, lambda: in_one_transaction(provisioning, place, work)
    )


def skip_unchanged(
    provisioning: Provisioning, batch: Iterable[str], *, started_by: str, slot: datetime | None = None
) -> list[Run]:
    """Record runs for the schools of `batch` that are unchanged since the last run and have no date due.

    Their extracts are not read: the result is that of the last run (`provisioning.planning.unchanged`).
    """
    if provisioning.external_directory is not None:
        return []
    now = provisioning.clock.now()
    with provisioning.database.reading() as session:
        found = unchanged.unchanged_schools(session, batch, now)
    same = [last for last in found if _is_unchanged(provisioning, last)]
    if not same:
        return []
    try:
        with provisioning.database.writing() as session:
            same = _unfrozen(session, same, now)
            return unchanged.record_unchanged(session, same, now, started_by=started_by, slot=slot)
    except DBAPIError as error:
        if not is_conflict(error):
            raise
        return []  # another run has begun at one of them: each school's own run reports it


def _unfrozen(session: Session, found: list[UnchangedSchool], now: datetime) -> list[UnchangedSchool]:
    """Return those of the unchanged schools that are not frozen."""
    frozen = freezes.since(session, uk_date(now))
    if not frozen.every:
        return found
    places = schools.some(session, [last.school for last in found])
    numbers = frozen.frozen(places.values(), now)
    return [last for last in found if last.school not in numbers]


def _is_unchanged(provisioning: Provisioning, last: UnchangedSchool) -> bool:
    fingerprint = provisioning.extract_folder.fingerprint(last.school, last.source)
    if fingerprint is None:
        return False
    lead = provisioning.extract_folder.lead
    return basis(fingerprint, last.source, provisioning.limits, lead) == last.basis


def dry_run(provisioning: Provisioning, school: str) -> tuple[Run, Proposal | None]:
    """Return the run that would result now, without storing it, and its proposal.

    The proposal is None where the extract can't be read.
    """
    now = provisioning.clock.now()
    with provisioning.database.reading() as session:
        place = schools.get(session, school)
        require_open(session, place, uk_date(now))
        try:
            extract = provisioning.extract_folder.read(place, uk_date(now))
            applied_files.require_whole(session, extract)
        except ExtractProblem as problem:
            failed = Run(None, school, RunStatus.FAILED, now, now, "dry-run", NOTHING, error=problem.said)
            return failed, None
        proposed = propose_now(provisioning, session, extract, now)
    counts = runs.count(proposed.plan, proposed.free, len(proposed.held))
    return Run(None, school, status_of(proposed), now, now, "dry-run", counts, proposed.holds), proposed


def in_one_transaction(
    provisioning: Provisioning, school: School, work: Callable[[Session, datetime, Extract], Run]
) -> Run:
    """Read the extract of `school` and call `work` with it in one transaction.

    `work` gets the session, the time at which the extract was read, and the extract. Exceptions of either
    pass through; so does that of a freeze which has begun since the run did.
    """
    now = provisioning.clock.now()
    extract = provisioning.extract_folder.read(school, uk_date(now))

    def whole(session: Session) -> Run:
        freezes.require_unfrozen(session, school, provisioning.clock.now())
        applied_files.require_whole(session, extract)
        return work(session, now, extract)

    return provisioning.database.write(whole)


def finishing_on_error(provisioning: Provisioning, run: int, school: str, work: Callable[[], Run]) -> Run:
    """Do the `work` of a run; on an exception, finish the run as failed, with the cause as its error.

    A run that its clock forbids is refused, as is one of a school that was frozen meanwhile: nothing of it is
    kept, and the error passes through. On schedule the first fails instead: its slot has been had, and it is
    told where failed runs are.
    """
    with log_fields.about(run=run, school=school):
        try:
            return work()
        except (ClockProblem, SchoolFrozen) as problem:
            if provisioning.on_schedule and isinstance(problem, ClockProblem):
                log.warning("school %s was not run: %s", school, problem.name)
                return fail(provisioning, run, problem.said)
            with provisioning.database.writing() as session:
                run_lifecycle.forget(session, [run])
            raise
        except Exception as problem:
            return fail(provisioning, run, explained(problem, run, school))
        finally:
            THIS_PROCESS.ended([run])


def explained(problem: Exception, run: int, school: str) -> Text:
    """Return the error text of a failed run: a known error's own, otherwise a reference into the log."""
    if isinstance(problem, KnownError):
        return problem.said
    reference = log_fields.reference()
    log.error("run %s of school %s failed, reference %s", run, school, reference, exc_info=problem)
    return text("error.run-unexpected", reference=reference)


def propose_now(
    provisioning: Provisioning, session: Session, extract: Extract, now: datetime, *, lock: bool = False
) -> Proposal:
    """Return the proposal for an extract as of `now`.

    With `lock`, its accounts stay locked until the transaction ends.
    """
    return propose_all_now(provisioning, session, [extract], now, lock=lock)[0]


def propose_all_now(
    provisioning: Provisioning,
    session: Session,
    extracts: Sequence[Extract],
    now: datetime,
    *,
    lock: bool = False,
) -> list[Proposal]:
    """Return what `propose_now` returns for several extracts, each as if it were alone.

    With an external directory they are what its client is expected to do, without safeguards.
    """
    day = uk_date(now)
    places, closed = schools.with_closed(session, [extract.school for extract in extracts], day)
    authorities = {place.local_authority for place in places.values()}
    dates = provisioning.calendars(session)
    pauses = {code: dates(code).of(day.year).pauses for code in authorities}
    asked = [
        ProposalRequest(place, extract, pauses[place.local_authority], closed, provisioning.limits)
        for place, extract in ((places[extract.school], extract) for extract in extracts)
    ]
    if provisioning.external_directory is not None:
        return [expected(session, extract, day) for extract in asked]
    return proposals(session, asked, day, lock=lock)


def status_of(proposed: Proposal) -> RunStatus:
    """Return the status of a run that has applied the free changes of `proposed`."""
    return RunStatus.HELD if proposed.holds else RunStatus.SUCCEEDED


def fail(provisioning: Provisioning, run: int, error: Text) -> Run:
    """Finish `run` as failed, with nothing changed; return it as it is where its end was committed after all.

    A connection that is lost while a transaction is committed leaves open whether it was.
    """
    with provisioning.database.writing() as session:
        stored = runs.get(session, run)
        if stored.status not in (RunStatus.RUNNING, RunStatus.INTERRUPTED):
            return stored
        end = run_lifecycle.End(RunStatus.FAILED, NOTHING, error=error)
        finished = run_lifecycle.finish(session, run, end, provisioning.clock.now())
        follow_ups.failed(session, finished.school, run)
        return finished


def apply(session: Session, proposed: Mapping[int, Proposal], now: datetime) -> list[Run]:
    """Apply the proposals of runs that have begun, by run id, and finish the runs."""
    apply_proposals(session, proposed, now)
    return run_lifecycle.finish_all(session, {run: _end(proposal) for run, proposal in proposed.items()}, now)


def _end(proposed: Proposal) -> run_lifecycle.End:
    return run_lifecycle.End(
        status_of(proposed),
        runs.count(proposed.plan, proposed.free, len(proposed.held)),
        extract=proposed.extract.fingerprint,
        holds=proposed.holds,
        unchanged=_unchanged_until(proposed),
    )


def _unchanged_until(proposed: Proposal) -> tuple[str, date] | None:
    """Return the basis on which the next run has nothing to do, and until when.

    None where the next run has to plan every record.
    """
    if proposed.holds or proposed.refused:
        return None
    day = next_change_on(proposed.plan, proposed.extract)
    extract = proposed.extract
    if day is None:
        return None
    return basis(extract.fingerprint, extract.source, proposed.limits, extract.lead), day


NOTHING = dict.fromkeys(runs.COUNTS, 0)
"""The counts of a run that changed nothing."""
