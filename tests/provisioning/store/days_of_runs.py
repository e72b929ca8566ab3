"""Days of runs of three schools, and what is asked about them."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import insert
from sqlalchemy.orm import Session

from provisioning.records.runs import RunStatus
from provisioning.store import run_announcements, run_interruptions, schools
from provisioning.store.database import Database
from provisioning.store.latest_runs import last_applied, last_finished, latest_of, latest_runs
from provisioning.store.tables.runs import RunRow
from provisioning.store.unchanged import unchanged_schools
from tests.builders import BRYN, GLAN, NANT, NOW

PLACES = (GLAN, NANT, BRYN)
NUMBERS = [place.number for place in PLACES]
STOPPED, FAILING = GLAN.number, NANT.number
"""A school that has run on the first day alone, and one whose runs fail since."""


def with_runs(database: Database, days: int) -> Database:
    """Fill `database` with runs of some days; the last run of the third school is held and announced."""
    begun = [(day, school) for day in range(days) for school in NUMBERS if day == 0 or school != STOPPED]
    with database.writing() as session:
        schools.put(session, PLACES)
        session.execute(insert(RunRow), [run(days, day, school) for day, school in begun])
    return database


def run(days: int, day: int, school: str) -> dict[str, object]:
    """Return the row of a school's run on a day."""
    at = NOW - timedelta(days=days - day)
    held = day == days - 1 and school == BRYN.number
    status = RunStatus.FAILED if day and school == FAILING else RunStatus.SUCCEEDED
    return {
        "school": school,
        "status": RunStatus.HELD if held else status,
        "started_by": "schedule",
        "slot": at,
        "started_at": at,
        "finished_at": at,
        "announced_at": at if held else None,
        "counts": {},
        "holds": [],
    }


QUESTIONS: dict[str, Callable[[Session], object]] = {
    "the latest runs of schools": lambda session: latest_runs(session, NUMBERS),
    "the last run of a school that has stopped": lambda session: latest_of(session, STOPPED),
    "when schools last finished a run": lambda session: last_finished(session, NUMBERS),
    "when schools last applied an extract": lambda session: last_applied(session, NUMBERS),
    "which schools are unchanged, at night": lambda session: unchanged_schools(session, NUMBERS, NOW),
    "whether a run is under way": run_interruptions.is_any_running,
    "whether a held run is to be announced": run_announcements.is_to_announce,
    "which held runs have been announced": run_announcements.announced,
}
