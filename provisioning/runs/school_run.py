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
from provisioning.planning.proposal import Asked, Draft, drafts, expected
from provisioning.planning.unchanged import asks_on, basis
from provisioning.records import Extract, RunStatus
from provisioning.sources.extract_folder import Shelf
from provisioning.store import accounts, decisions, run_lifecycle, runs, schools, unchanged
from provisioning.store.database import Database, is_conflict
from provisioning.store.runs import Run
from provisioning.store.unchanged import Rest

log = logging.getLogger(__name__)


class Elsewhere(Protocol):
    """How a school is run whose accounts live elsewhere, where another's client changes them."""

    def run(self, house: "Provisioning", run: int, school: str) -> Run:
        """Do the work of a run that has begun, and finish it."""
        ...

    def refresh(self, house: "Provisioning") -> int:
        """Look whether there is news of the accounts; says of how many schools it could not be read."""
        ...


@dataclass(frozen=True)
class Provisioning:
    """All that a run needs: where accounts and extracts are, what time it is, what the guide says.

    Where accounts live `elsewhere`, those held here mirror them, and nothing of ours changes any.
    """

    database: Database
    shelf: Shelf
    clock: Clock
    knowledge: Knowledge
    elsewhere: Elsewhere | None = None
    local_dates: Local = field(default_factory=dict)

    def calendar(self, session: Session, authority: str) -> Calendar:
        """The key dates in force in a local authority; ones that do not fit together are a known error."""
        return calendar(self.knowledge.calendar, self.local_dates, session, authority)


def require_own(house: Provisioning) -> None:
    """Refuse to change accounts that live elsewhere."""
    if house.elsewhere is not None:
        raise KnownError("accounts-elsewhere")


def read(house: Provisioning, school: str, day: date, source: str | None = None) -> Extract:
    """A school's extract as it stands on a day, in the format that the school has."""
    if source is None:
        with house.database.reading() as session:
            source = schools.one(session, school).source
    return house.shelf.read(school, day, source)


def provision(house: Provisioning, school: str, *, started_by: str, slot: datetime | None = None) -> Run:
    """Run provisioning for one school: all that is not held back, or nothing.

    `slot` is the scheduled time that the run is for, so that no slot is run twice. Raises `KnownError`
    where the school is unknown, already running, or has had this slot. A run that fails is returned.
    """
    rested = rest(house, [school], started_by=started_by, slot=slot)
    return rested[0] if rested else look(house, school, started_by=started_by, slot=slot)


def look(house: Provisioning, school: str, *, started_by: str, slot: datetime | None = None) -> Run:
    """The same with a look at every record, whether anything has changed or not."""
    with house.database.writing() as session:
        source = schools.one(session, school).source
        run = run_lifecycle.begin(session, school, house.clock.now(), started_by=started_by, slot=slot)

    elsewhere = house.elsewhere
    if elsewhere is not None:
        return guarded(house, run, school, lambda: elsewhere.run(house, run, school))

    def work(session: Session, at: datetime, extract: Extract) -> Run:
        return apply(session, {run: draft_now(house, session, extract, at, lock=True)}, at)[0]

    return carry_out(house, run, school, work, source=source)


def rest(
    house: Provisioning, batch: Iterable[str], *, started_by: str, slot: datetime | None = None
) -> list[Run]:
    """The runs of those schools where nothing has changed since the last run, and no date has come.

    They find what the run before left, without a look at every record (`provisioning.planning.unchanged`).
    """
    if house.elsewhere is not None:
        return []
    now = house.clock.now()
    with house.database.reading() as session:
        found = unchanged.rests(session, batch, now)
    same = [one for one in found if _is_unchanged(house, one)]
    if not same:
        return []
    try:
        with house.database.writing() as session:
            return unchanged.rest(session, same, now, started_by=started_by, slot=slot)
    except DBAPIError as error:
        if not is_conflict(error):
            raise
        return []  # somebody else has begun a run there: each school's own run will say so


def _is_unchanged(house: Provisioning, one: Rest) -> bool:
    fingerprint = house.shelf.fingerprint(one.school, one.source)
    return fingerprint is not None and basis(fingerprint, one.source) == one.basis


def dry_run(house: Provisioning, school: str) -> tuple[Run, Draft | None]:
    """What a run would do now, as a run that is never stored, and its draft; None where there can be none."""
    now = house.clock.now()
    with house.database.reading() as session:
        source = schools.one(session, school).source
        try:
            extract = house.shelf.read(school, uk_date(now), source)
        except ExtractProblem as problem:
            failed = Run(None, school, RunStatus.FAILED, now, now, "dry-run", NOTHING, error=problem.said)
            return failed, None
        drafted = draft_now(house, session, extract, now)
    counts = runs.count(drafted.plan, drafted.free, len(drafted.held))
    return Run(None, school, status_of(drafted), now, now, "dry-run", counts, drafted.holds), drafted


def carry_out(
    house: Provisioning,
    run: int,
    school: str,
    work: Callable[[Session, datetime, Extract], Run],
    failed: Callable[[Text], Run] | None = None,
    source: str | None = None,
) -> Run:
    """Do a run's work in one transaction; where it can't be done, nothing is and the run says why.

    `failed` ends such a run; without it, as failed. `source` is the school's format, where it is known.
    """

    def in_one_transaction() -> Run:
        now = house.clock.now()
        extract = read(house, school, uk_date(now), source)
        return house.database.write(lambda session: work(session, now, extract))

    return guarded(house, run, school, in_one_transaction, failed)


def guarded(
    house: Provisioning,
    run: int,
    school: str,
    work: Callable[[], Run],
    failed: Callable[[Text], Run] | None = None,
) -> Run:
    """Do a run's work; a run in which something goes wrong ends by `failed`, or as failed."""
    try:
        return work()
    except KnownError as problem:
        error = problem.said
    except Exception:
        reference = secrets.token_hex(4)
        log.exception("run %s of school %s failed, reference %s", run, school, reference)
        error = text("error.run-unexpected", reference=reference)
    return failed(error) if failed else fail(house, run, error)


def draft_now(
    house: Provisioning, session: Session, extract: Extract, now: datetime, *, lock: bool = False
) -> Draft:
    """What an extract asks for at this moment; with `lock`, nobody changes these accounts meanwhile."""
    return drafts_now(house, session, [extract], now, lock=lock)[0]


def drafts_now(
    house: Provisioning, session: Session, extracts: Sequence[Extract], now: datetime, *, lock: bool = False
) -> list[Draft]:
    """The same for several extracts, each as if it were alone.

    Of accounts elsewhere it is what their client may be expected to do; nothing of ours holds that back.
    """
    day = uk_date(now)
    places = schools.some(session, [extract.school for extract in extracts])
    authorities = {place.local_authority for place in places.values()}
    pauses = {code: house.calendar(session, code).of(day.year).pauses for code in authorities}
    asked = [
        Asked(place, extract, pauses[place.local_authority])
        for place, extract in ((places[extract.school], extract) for extract in extracts)
    ]
    if house.elsewhere is not None:
        return [expected(session, one, day) for one in asked]
    return drafts(session, asked, day, lock=lock)


def status_of(drafted: Draft) -> RunStatus:
    """How a run ends that has applied a draft's free changes."""
    return RunStatus.HELD if drafted.holds else RunStatus.SUCCEEDED


def fail(house: Provisioning, run: int, error: Text) -> Run:
    """Finish a run that came to nothing."""
    with house.database.writing() as session:
        end = run_lifecycle.End(RunStatus.FAILED, NOTHING, error=error)
        return run_lifecycle.finish(session, run, end, house.clock.now())


def apply(session: Session, drafted: Mapping[int, Draft], now: datetime) -> list[Run]:
    """Apply the drafts of runs that have begun, and finish these."""
    accounts.apply(session, {run: one.free for run, one in drafted.items()}, now)
    runs.note(session, {run: one.plan for run, one in drafted.items()})
    for run, one in drafted.items():
        if one.held:
            decisions.hold(session, run, one.held)
    settled = (one for one in drafted.values() if not one.holds and not one.refused)
    runs.cover(session, [(one.extract, one.applied) for one in settled])
    return run_lifecycle.finish_all(session, {run: _end(one) for run, one in drafted.items()}, now)


def _end(drafted: Draft) -> run_lifecycle.End:
    return run_lifecycle.End(
        status_of(drafted),
        runs.count(drafted.plan, drafted.free, len(drafted.held)),
        extract=drafted.extract.fingerprint,
        holds=drafted.holds,
        rest=_until(drafted),
    )


def _until(drafted: Draft) -> tuple[str, date] | None:
    """On which basis the next run will find nothing to do, and until when; None where it has to look."""
    if drafted.holds or drafted.refused:
        return None
    day = asks_on(drafted.plan, drafted.extract)
    return None if day is None else (basis(drafted.extract.fingerprint, drafted.extract.source), day)


NOTHING = dict.fromkeys(runs.COUNTS, 0)
"""The counts of a run that changed nothing."""
