"""Brings the county about: its files on disk, its accounts by nothing but real runs."""

import os
from collections.abc import Callable

from bot.trial.county.handmade import WRITTEN_AT, handmade_list
from bot.trial.county.history import History, Saved, history
from bot.trial.county.overview import County, county_of
from bot.trial.county.saving import save
from bot.trial.county.schools import school_list
from provisioning.batches import provision_batch
from provisioning.clock import Clock, FixedClock
from provisioning.reviews import take_in
from provisioning.runs import Provisioning
from provisioning.sources import non_mis
from provisioning.sources.school_lists import read_schools
from provisioning.store import schools

STARTED_BY = "schedule"


def seed(house_at: Callable[[Clock], Provisioning]) -> County:
    """Fill an empty house with the county, up to `STANDS_AT`.

    `house_at` gives the caller's house by a clock; its database must be prepared, and its shelf's folder
    is where the extracts and `schools.csv` are written. A house that has had these runs before raises
    `KnownError`.
    """
    past = history()
    house = house_at(FixedClock(past.events[0].at))
    house.shelf.folder.mkdir(parents=True, exist_ok=True)
    path = house.shelf.folder / "schools.csv"
    path.write_bytes(school_list())
    with house.database.writing() as session:
        schools.put(session, read_schools(path))
    for event in past.events:
        if isinstance(event, Saved):
            save(house.shelf.folder, event.export, event.at)
        else:
            then = house_at(FixedClock(event.at))
            batch = provision_batch(then, event.schools, started_by=STARTED_BY, slot=event.at)
            for _, problem in batch.refused:
                raise problem
    _made_by_hand(house_at(FixedClock(WRITTEN_AT)), past)
    return county_of(past)


def _made_by_hand(house: Provisioning, past: History) -> None:
    path = house.shelf.folder / non_mis.FILE
    path.write_bytes(handmade_list(past))
    os.utime(path, (WRITTEN_AT.timestamp(), WRITTEN_AT.timestamp()))
    for problem in take_in(house):
        raise problem
