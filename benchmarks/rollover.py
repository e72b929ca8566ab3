"""A nation's rollover on PostgreSQL, which can be carried out again and again."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from sqlalchemy import Engine, create_engine, text

from benchmarks import nation
from benchmarks.server import processor_seconds, server
from benchmarks.step import Task, outcome, prepare, take

JULY, SEPTEMBER = "2026-07-20T06:00:00+00:00", "2026-09-01T06:00:00+00:00"
_BEFORE = "before"
_LOOK, _LONGEST = 0.05, 900.0
"""Seconds between two looks whether a rollover is whole, and after which it is given up."""
_LEFT = text(
    "SELECT :schools - (SELECT count(*) FROM runs WHERE slot IS NOT NULL AND status = 'succeeded') "
    "+ (SELECT count(*) FROM runs WHERE status = 'running') + (SELECT count(*) FROM follow_ups) "
    "+ (SELECT count(*) FROM procrastinate_jobs)"
)
_BLOCKED = text(
    "SELECT sum(CAST(counts ->> 'blocked' AS integer)) FROM runs "
    "WHERE id IN (SELECT max(id) FROM runs GROUP BY school)"
)


@dataclass(frozen=True)
class Rollover:
    """A nation in a server's database `before`, whose learners' schools have not run since July."""

    files: Path
    schools: int
    url: str
    server: Engine

    @property
    def extracts(self) -> Path:
        """The folder of the extracts of September."""
        return self.files / "september"

    def copy(self, name: str) -> str:
        """Return the URL of a new database that is as it was before."""
        with self.server.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {_BEFORE} STRATEGY file_copy"))
            connection.execute(text("CHECKPOINT"))
        return self.url.format(name=name)

    def processor_seconds(self) -> float:
        """Return the processor time that the server and all its processes have used so far."""
        return processor_seconds(self.url)

    def wait(self, url: str) -> None:
        """Wait until every school has had its slot, and nothing is under way or in the queue."""
        give_up = time.monotonic() + _LONGEST
        engine = create_engine(url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            while connection.execute(_LEFT, {"schools": self.schools}).scalar_one():
                if time.monotonic() > give_up:
                    raise click.ClickException("the rollover did not become whole")
                time.sleep(_LOOK)
        engine.dispose()

    def found(self, url: str) -> dict[str, Any]:
        """Return what has come of the rollover: the directory, runs for the slot, learners left blocked."""
        engine = create_engine(url)
        with engine.connect() as connection:
            slots = connection.execute(text("SELECT count(*) FROM runs WHERE slot IS NOT NULL")).scalar_one()
            blocked = connection.execute(_BLOCKED).scalar_one()
        engine.dispose()
        return {**outcome(url), "slots": slots, "blocked": blocked}


@contextmanager
def rollover(home: Path, schools: int) -> Iterator[Rollover]:
    """Make a nation in files under `home` and in a server of its own, loaded in July."""
    files = home / f"nation{schools}"
    if not files.exists():
        nation.write(files, schools)
    with server() as url:
        engine = create_engine(url.format(name="postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {_BEFORE}"))
            # Its work would fall into any of the rounds.
            connection.execute(text("ALTER SYSTEM SET autovacuum = off"))
            connection.execute(text("SELECT pg_reload_conf()"))
        before = url.format(name=_BEFORE)
        prepare(before, files / "schools.csv")
        take(Task("provision", "ours", before, str(files / "july"), JULY, schools))
        once = create_engine(before, isolation_level="AUTOCOMMIT")
        with once.connect() as connection:
            connection.execute(text("VACUUM ANALYZE"))
        once.dispose()
        yield Rollover(files, schools, url, engine)
        engine.dispose()
