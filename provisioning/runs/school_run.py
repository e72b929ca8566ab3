"""Runs: the shell that reads, drafts, applies or holds, and journals, for one school."""

import logging
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from knowledge.keydates import Calendar, Local
from knowledge.loading import Knowledge
from knowledge.texts import Text, text
from provisioning.calendars import calendar
from provisioning.clock import Clock, uk_date
from provisioning.errors import ExtractProblem, KnownError
from provisioning.planning.proposal import Proposal, ProposalRequest, apply_drafts, expected, proposals
from provisioning.planning.unchanged import basis, next_change_on
from provisioning.records import Extract, RunStatus, School
from provisioning.sources.extract_folder import ExtractFolder
from provisioning.store import run_lifecycle, runs, schools, unchanged
from provisioning.store.database import Database, is_conflict
from provisioning.store.runs import Run
from provisioning.store.unchanged import UnchangedSchool

log = logging.getLogger(__name__)


class ExternalDirectory(Protocol):
    """How a school is run whose accounts live elsewhere, where another's client changes them."""

    def run(self, provisioning: "Provisioning", run: int, school: str) -> Run:
        """Do the work of a run that has begun, and finish it."""
        ...

    def refresh(self, provisioning: "Provisioning") -> int:
        """Look whether there is news of the accounts; says of how many schools it could not be read."""
        ...


@dataclass(frozen=True)
class Provisioning:
    """All that a run needs: where accounts and extracts are, what time it is, what the guide says.

    Where accounts live `elsewhere`, those held here mirror them, and nothing of ours changes any.
    """

    database: Database
    extract_folder: ExtractFolder
    clock: Clock
    knowledge: Knowledge
    external_directory: ExternalDirectory | None = None
    local_dates: Local = field(default_factory=dict)

    def calendar(self, session: Session, authority: str) -> Calendar:
        """The key dates in force in a local authority; ones that do not fit together are a known error."""
        return calendar(self.knowledge.calendar, self.local_dates, session, authority)


def require_own(provisioning: Provisioning) -> None:
    """Refuse to change accounts that live elsewhere."""
    if provisioning.external_directory is not None:
        raise KnownError("accounts-elsewhere")


def require_open(session: Session, school: School, day: date) -> None:
    """Refuse to run a school that is closed on a day; the error names the school that takes its place."""
    if school.is_closed(day):
        successor = schools.some(session, [school.successor or ""]).get(school.successor or "")
        name = "school-closed" if successor is None else "school-closed-successor"
        values = {"successor": successor.name} if successor else {}
        raise KnownError(name, school=school.name, on=school.closed_on, **values)


def read_extract(provisioning: Provisioning, school: str, day: date) -> Extract:
    """A school's extract as it stands on a day, the school given by its number."""
    with provisioning.database.reading() as session:
        found = schools.one(session, school)
    return provisioning.extract_folder.read(found, day)


def provision(
    provisioning: Provisioning, school: str, *, started_by: str, slot: datetime | None = None
) -> Run:
    """Run provisioning for one school: all that is not held back, or nothing.

    `slot` is the scheduled time that the run is for, so that no slot is run twice. Raises `KnownError`
    where the school is unknown, already running, or has had this slot. A run that fails is returned.
    """
    rested = skip_unchanged(provisioning, [school], started_by=started_by, slot=slot)
    return rested[0] if rested else run_in_full(provisioning, school, started_by=started_by, slot=slot)


def run_in_full(
    provisioning: Provisioning, school: str, *, started_by: str, slot: datetime | None = None
) -> Run:
    """The same with a look at every record, whether anything has changed or not."""
    with provisioning.database.writing() as session:
        place = schools.one(session, school)
        require_open(session, place, uk_date(provisioning.clock.now()))
        run = run_lifecycle.begin(session, school, provisioning.clock.now(), started_by=started_by, slot=slot)

    external_directory = provisioning.external_directory
    if external_directory is not None:
        return finishing_on_error(
            provisioning, run, school, lambda: external_directory.run(provisioning, run, school)
        )

    def work(session: Session, at: datetime, extract: Extract) -> Run:
        return apply(session, {run: propose_now(provisioning, session, extract, at, lock=True)}, at)[0]

    return finishing_on_error(
        provisioning, run, school, lambda: in_one_transaction(provisioning, place, work)
    )


def skip_unchanged(
    provisioning: Provisioning, batch: Iterable[str], *, started_by: str, slot: datetime | None = None
) -> list[Run]:
    """The runs of those schools where nothing has changed since the last run, and no date has come.

    They find what the run before left, without a look at every record (`provisioning.planning.unchanged`).
    """
    if provisioning.external_directory is not None:
        return []
    now = provisioning.clock.now()
    with provisioning.database.reading() as session:
        found = unchanged.unchanged_schools(session, batch, now)
    same = [one for one in found if _is_unchanged(provisioning, one)]
    if not same:
        return []
    try:
        with provisioning.database.writing() as session:
            return unchanged.record_unchanged(session, same, now, started_by=started_by, slot=slot)
    except DBAPIError as error:
        if not is_conflict(error):
            raise
        return []  # somebody else has begun a run there: each school's own run will say so


def _is_unchanged(provisioning: Provisioning, one: UnchangedSchool) -> bool:
    fingerprint = provisioning.extract_folder.fingerprint(one.school, one.source)
    return fingerprint is not None and basis(fingerprint, one.source) == one.basis


def dry_run(provisioning: Provisioning, school: str) -> tuple[Run, Proposal | None]:
    """What a run would do now, as a run that is never stored, and its draft; None where there can be none."""
    now = provisioning.clock.now()
    with provisioning.database.reading() as session:
        place = schools.one(session, school)
        require_open(session, place, uk_date(now))
        try:
            extract = provisioning.extract_folder.read(place, uk_date(now))
        except ExtractProblem as problem:
            failed = Run(None, school, RunStatus.FAILED, now, now, "dry-run", NOTHING, error=problem.said)
            return failed, None
        proposed = propose_now(provisioning, session, extract, now)
    counts = runs.count(proposed.plan, proposed.free, len(proposed.held))
    return Run(None, school, status_of(proposed), now, now, "dry-run", counts, proposed.holds), proposed


def in_one_transaction(
    provisioning: Provisioning, school: School, work: Callable[[Session, datetime, Extract], Run]
) -> Run:
    """Read a school's extract, once, and do a run's `work` with it in one transaction: all of it or nothing.

    `work` is given the moment at which the extract was read, too. Raises what reading or working raises.
    """
    now = provisioning.clock.now()
    extract = provisioning.extract_folder.read(school, uk_date(now))
    return provisioning.database.write(lambda session: work(session, now, extract))


def finishing_on_error(provisioning: Provisioning, run: int, school: str, work: Callable[[], Run]) -> Run:
    """Do a run's work; a run in which something goes wrong ends as failed, and says why."""
    try:
        return work()
    except Exception as problem:
        return fail(provisioning, run, explained(problem, run, school))


def explained(problem: Exception, run: int, school: str) -> Text:
    """What a run says of what went wrong: a known error's own words, else a reference into the log."""
    if isinstance(problem, KnownError):
        return problem.said
    reference = secrets.token_hex(4)
    log.error("run %s of school %s failed, reference %s", run, school, reference, exc_info=problem)
    return text("error.run-unexpected", reference=reference)


def propose_now(
    provisioning: Provisioning, session: Session, extract: Extract, now: datetime, *, lock: bool = False
) -> Proposal:
    """What an extract asks for at this moment; with `lock`, nobody changes these accounts meanwhile."""
    return propose_all_now(provisioning, session, [extract], now, lock=lock)[0]


def propose_all_now(
    provisioning: Provisioning,
    session: Session,
    extracts: Sequence[Extract],
    now: datetime,
    *,
    lock: bool = False,
) -> list[Proposal]:
    """The same for several extracts, each as if it were alone.

    Of accounts elsewhere it is what their client may be expected to do; nothing of ours holds that back.
    """
    day = uk_date(now)
    places, closed = schools.with_closed(session, [extract.school for extract in extracts], day)
    authorities = {place.local_authority for place in places.values()}
    pauses = {code: provisioning.calendar(session, code).of(day.year).pauses for code in authorities}
    asked = [
        ProposalRequest(place, extract, pauses[place.local_authority], closed)
        for place, extract in ((places[extract.school], extract) for extract in extracts)
    ]
    if provisioning.external_directory is not None:
        return [expected(session, one, day) for one in asked]
    return proposals(session, asked, day, lock=lock)


def status_of(proposed: Proposal) -> RunStatus:
    """How a run ends that has applied a draft's free changes."""
    return RunStatus.HELD if proposed.holds else RunStatus.SUCCEEDED


def fail(provisioning: Provisioning, run: int, error: Text) -> Run:
    """Finish a run that came to nothing."""
    with provisioning.database.writing() as session:
        end = run_lifecycle.End(RunStatus.FAILED, NOTHING, error=error)
        return run_lifecycle.finish(session, run, end, provisioning.clock.now())


def apply(session: Session, proposed: Mapping[int, Proposal], now: datetime) -> list[Run]:
    """Apply the drafts of runs that have begun, and finish these."""
    apply_drafts(session, proposed, now)
    return run_lifecycle.finish_all(session, {run: _end(one) for run, one in proposed.items()}, now)


def _end(proposed: Proposal) -> run_lifecycle.End:
    return run_lifecycle.End(
        status_of(proposed),
        runs.count(proposed.plan, proposed.free, len(proposed.held)),
        extract=proposed.extract.fingerprint,
        holds=proposed.holds,
        rest=_until(proposed),
    )


def _until(proposed: Proposal) -> tuple[str, date] | None:
    """On which basis the next run will find nothing to do, and until when; None where it has to look."""
    if proposed.holds or proposed.refused:
        return None
    day = next_change_on(proposed.plan, proposed.extract)
    return None if day is None else (basis(proposed.extract.fingerprint, proposed.extract.source), day)


NOTHING = dict.fromkeys(runs.COUNTS, 0)
"""The counts of a run that changed nothing."""
