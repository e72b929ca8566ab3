"""Years of a county with retention: each has a rollover, runs without changes, and retention each month."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import text

from benchmarks import nation
from benchmarks.school_costs import costs_of_a_school
from bot.service.features import VERBS
from bot.service.retention import forget
from bot.services import Services
from bot.settings import Settings
from bot.settings_tables import RetentionSettings
from provisioning.clock import FixedClock
from provisioning.runs.batches import provision_batch
from provisioning.runs.dependencies import Provisioning
from provisioning.sources.extract_folder import ExtractFolder
from tests.costs import Cost, Nation

COUNTED = ("runs", "journal", "accounts", "covered_records")
_MONTH = 30
_SETTINGS = Settings(retention=RetentionSettings(audit=9_999))
"""Of the audit no row can be deleted that is new by the system's time, as all are here."""


@dataclass(frozen=True)
class Year:
    """A year as it ends: costs of one school, the size of the file, rows of the tables `COUNTED`."""

    number: int
    costs: dict[str, Cost]
    megabytes: float
    rows: tuple[int, ...]


def years(county: Nation, count: int, every: int) -> list[Year]:
    """Let so many years pass over a county, whose schools run every so many days."""
    return [_year(county, number, every) for number in range(1, count + 1)]


def _year(county: Nation, number: int, every: int) -> Year:
    summer = nation.JULY + number - 1
    files = county.folder / str(summer)
    for place in nation.places(county.size):
        nation.write_summer(files, place, county.size, summer)
    rollover = datetime(summer, 9, 2, 8, tzinfo=UTC)
    for day in range(0, 360, every):
        at = rollover + timedelta(days=day)
        services = _services(county, files, at)
        provision_batch(services.provisioning, county.numbers, started_by="schedule", slot=at)
        if day // _MONTH != (day + every) // _MONTH:
            _forget(services, at)
    file = county.database.file
    county.database.checkpoint()
    with county.database.reading() as session:
        rows = tuple(session.scalars(text(f"SELECT count(*) FROM {table}")).one() for table in COUNTED)
    costs = costs_of_a_school(county, services.provisioning)
    return Year(number, costs, file.stat().st_size / 1e6 if file else 0.0, rows)


def _services(county: Nation, files: Path, at: datetime) -> Services:
    """Return the services on a day, on which all extracts were written."""
    for file in files.glob("*/*.csv"):
        os.utime(file, (at.timestamp(), at.timestamp()))
    provisioning = Provisioning(county.database, ExtractFolder(files), FixedClock(at), county.knowledge)
    return Services(_SETTINGS, provisioning, lambda: VERBS)


def _forget(services: Services, at: datetime) -> None:
    """Carry out retention as of `at`: runs were recorded when they ended, by a clock that was right."""
    with services.database.writing() as session:
        session.execute(text("UPDATE runs SET recorded_at = finished_at WHERE recorded_at != finished_at"))
    forget(services, who="schedule", entry_point="schedule", now=at)
