"""`make bench ARGS=sweeps`: what a sweep of many schools costs on PostgreSQL, in processor time."""

import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import click
from rich.console import Console
from rich.table import Table
from sqlalchemy import create_engine, text

from benchmarks import nation
from benchmarks.baseline import moment
from benchmarks.rollover import SEPTEMBER
from benchmarks.server import processor_seconds, server
from bot.service.bootstrap import collect_rarely, knowledge
from bot.service.features import VERBS
from bot.service.sweeping import due_jobs, sweep
from bot.services import Services
from bot.settings import Settings
from knowledge.texts import Bilingual
from provisioning.clock import FixedClock
from provisioning.ids import SchoolNumber
from provisioning.jobs.queue import QueueEngine
from provisioning.records.schools import School
from provisioning.runs.dependencies import Provisioning
from provisioning.sources.extract_folder import ExtractFolder
from provisioning.store import schools as school_store
from provisioning.store.database import Database

ROUNDS = 7
_EMPTY = text("DELETE FROM procrastinate_jobs")
_RAN = text(
    "INSERT INTO runs (school, status, started_by, slot, started_at, finished_at, counts, holds) "
    "SELECT number, 'succeeded', 'benchmark', :slot, :slot, :slot, '{}', '[]' FROM schools"
)


@click.command()
@click.option("--schools", "sizes", multiple=True, type=int, default=(1500, 15000), show_default=True)
def sweeps(sizes: tuple[int, ...]) -> None:
    """Measure a sweep that finds all due, one that finds all in the queue, and one that finds nothing due."""
    table = Table(title=f"a sweep, processor ms of its process and of PostgreSQL, medians of {ROUNDS}")
    for name in ("schools", "all due", "all in the queue", "nothing due"):
        table.add_column(name, justify="right")
    with server() as url:
        engine = create_engine(url.format(name="postgres"), isolation_level="AUTOCOMMIT")
        for size in sizes:
            with engine.connect() as connection:
                connection.execute(text(f"CREATE DATABASE schools{size}"))
            table.add_row(str(size), *_measure(url.format(name=f"schools{size}"), size))
        engine.dispose()
    Console().print(table)


def _measure(url: str, size: int) -> list[str]:
    """Return what each of the three kinds of sweep costs."""
    database = Database(url)
    database.migrate()
    with database.writing() as session:
        school_store.put(session, map(_school, nation.places(size)))
    clock = FixedClock(moment(SEPTEMBER))
    provisioning = Provisioning(database, ExtractFolder(Path()), clock, knowledge())
    services = Services(Settings(), provisioning, lambda: VERBS)
    queue = QueueEngine(database)
    collect_rarely()

    def look() -> None:
        sweep(services, queue)

    found = [_cost(url, look, lambda: _empty(database)), _cost(url, look)]
    (slot,) = {job.slot for job in due_jobs(services) if hasattr(job, "slot")}
    _empty(database)
    with database.writing() as session:
        session.execute(_RAN, {"slot": slot})
    found.append(_cost(url, look))
    database.close()
    return found


def _cost(url: str, work: Callable[[], None], before: Callable[[], None] = lambda: None) -> str:
    times = []
    for _ in range(ROUNDS):
        before()
        own, server_time = time.process_time(), processor_seconds(url)
        work()
        times.append((time.process_time() - own, processor_seconds(url) - server_time))
    own, server_time = (median(each[place] for each in times) for place in (0, 1))
    return f"{own * 1000:.0f} + {server_time * 1000:.0f}"


def _empty(database: Database) -> None:
    with database.writing() as session:
        session.execute(_EMPTY)


def _school(place: nation.NationSchool) -> School:
    phase, final = ("secondary", "13") if place.secondary else ("primary", "6")
    name = f"School {place.index}"
    return School(
        SchoolNumber(place.number), Bilingual(name, name), place.number[:3], phase, final, "school", ""
    )
