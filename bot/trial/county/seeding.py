"""Brings the county about: its files on disk, its accounts by nothing but real runs."""

import os
from collections.abc import Callable, Sequence
from datetime import datetime, time, timedelta

from bot.trial.county.handmade import WRITTEN_AT, handmade_list
from bot.trial.county.history import History, Saved, history
from bot.trial.county.overview import County, county_of
from bot.trial.county.saving import save
from bot.trial.county.schools import SCHOOLS, CountySchool, school_list
from bot.trial.county.summer import SummerStory, summer
from knowledge.texts import UK
from provisioning.clock import Clock, FixedClock, uk_date
from provisioning.errors import KnownError
from provisioning.manual.handmade import FILE
from provisioning.manual.upkeep import take_in
from provisioning.runs.batches import provision_batch
from provisioning.runs.dependencies import Provisioning
from provisioning.sources.school_lists import read_schools
from provisioning.store import schools

STARTED_BY = "schedule"
_RUNS = time(6, 0)


def seed(provisioning_at: Callable[[Clock], Provisioning]) -> County:
    """Fill an empty installation with the county, up to `STANDS_AT`.

    `provisioning_at` returns the caller's `Provisioning` with a clock; its database must be prepared, and the
    extracts and `schools.csv` are written to its extract folder. Raises `KnownError` where these runs exist.
    """
    past = history()
    open_with(provisioning_at(FixedClock(past.events[0].at)))
    for event in past.events:
        provisioning = provisioning_at(FixedClock(event.at))
        if isinstance(event, Saved):
            save(provisioning.extract_folder.folder, event.export, event.at)
        else:
            run(provisioning, event.schools, event.at)
    _made_by_hand(provisioning_at(FixedClock(WRITTEN_AT)), past)
    return county_of(past)


def seed_summer(
    provisioning_at: Callable[[Clock], Provisioning], until: datetime
) -> tuple[County, SummerStory]:
    """Fill an empty installation with the summer up to a morning; the story has the later exports.

    The clients run on the morning after each day with an export, and on the last morning.
    """
    past = history()
    events = summer(past)
    provisioning = provisioning_at(FixedClock(events[0].at))
    open_with(provisioning)
    _made_by_hand(provisioning, past)
    story = SummerStory(events, provisioning.extract_folder.folder)
    mornings = {_morning_after(event.at) for event in events if _morning_after(event.at) < until}
    for morning in sorted({*mornings, until}):
        story.until(morning)
        run(provisioning_at(FixedClock(morning)), [school.number for school in SCHOOLS], morning)
    return county_of(past), story


def open_with(provisioning: Provisioning, schools_here: Sequence[CountySchool] = SCHOOLS) -> None:
    """Write the list of schools into the folder of extracts, and import it."""
    provisioning.extract_folder.folder.mkdir(parents=True, exist_ok=True)
    path = provisioning.extract_folder.folder / "schools.csv"
    path.write_bytes(school_list(schools_here))
    with provisioning.database.writing() as session:
        schools.put(session, read_schools(path))


def _made_by_hand(provisioning: Provisioning, past: History) -> None:
    """Import the accounts that no MIS has, from their own file."""
    written, path = provisioning.clock.now(), provisioning.extract_folder.folder / FILE
    path.write_bytes(handmade_list(past, uk_date(written)))
    os.utime(path, (written.timestamp(), written.timestamp()))
    for problem in take_in(provisioning):
        raise problem


def run(provisioning: Provisioning, numbers: Sequence[str], at: datetime) -> None:
    """Run some schools as the schedule does; a school that can't be run raises its problem."""
    batch = provision_batch(provisioning, numbers, started_by=STARTED_BY, slot=at)
    for _, problem in batch.refused:
        raise problem
    for school in batch.elsewhere:
        raise KnownError("run-slot-taken", school=school, slot=at)


def _morning_after(moment: datetime) -> datetime:
    """Return the first six o'clock in the morning, UK time, after `moment`."""
    local = moment.astimezone(UK)
    day = local.date() + timedelta(days=local.time() >= _RUNS)
    return datetime.combine(day, _RUNS, UK)
