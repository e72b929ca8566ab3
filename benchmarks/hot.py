"""`make bench ARGS=hot`: what fill factors do for PostgreSQL's tables, over three rollovers."""

import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import click
from rich.console import Console
from sqlalchemy import Engine, create_engine, text

from benchmarks import nation
from benchmarks.server import processor_seconds, server
from benchmarks.step import Task, prepare, take

FIRST = nation.JULY
TABLES = ("accounts", "covered_records")
_UPDATED = text(
    "SELECT relname, n_tup_upd, n_tup_hot_upd FROM pg_stat_user_tables WHERE relname = ANY(:tables)"
)
_SIZES = text("SELECT pg_relation_size(CAST(:table AS regclass)), pg_indexes_size(CAST(:table AS regclass))")


@dataclass(frozen=True)
class Table:
    """A table after the rollovers: its HOT share of updates, its bytes, its indexes' bytes and those anew."""

    hot: float
    heap: int
    indexes: int
    anew: int


@dataclass(frozen=True)
class Tried:
    """A fill factor: processor seconds of a rollover (our process's and PostgreSQL's), and the tables."""

    ours: float
    server: float
    tables: Mapping[str, Table]


@click.command()
@click.option("--schools", default=105, show_default=True, help="How many schools; seven make a cluster.")
@click.option("--rollovers", default=3, show_default=True)
@click.option("--fill", "fills", type=click.IntRange(10, 100), multiple=True, default=(100, 80, 50, 45))
def hot(schools: int, rollovers: int, fills: tuple[int, ...]) -> None:
    """Load a nation and let summers pass over it, with each fill factor of accounts and covered records."""
    console = Console()
    summers = range(FIRST, FIRST + rollovers)
    with tempfile.TemporaryDirectory(prefix="hwb-bench-") as folder, server() as url:
        files = Path(folder)
        nation.write_summers(files, schools, summers)
        without_autovacuum(url, [f"fill{fill}" for fill in fills])
        print(
            "| fill factor | table | HOT | table, MB | indexes, MB | anew, MB | ours, s | PostgreSQL's, s |"
        )
        print("|---|---|---|---|---|---|---|---|")
        for fill in fills:
            found = tried(url.format(name=f"fill{fill}"), files, schools, summers, fill)
            for name, table in found.tables.items():
                print(f"| {fill} | {_line(name, table)} | {found.ours:.1f} | {found.server:.1f} |")
    console.print(f"{schools} schools, {rollovers} rollovers, load {os.getloadavg()[0]:.1f}", style="dim")


def _line(name: str, table: Table) -> str:
    sizes = (f"{size / 1e6:.1f}" for size in (table.heap, table.indexes, table.anew))
    return f"`{name}` | {100 * table.hot:.0f} % | {' | '.join(sizes)}"


def without_autovacuum(url: str, names: Sequence[str]) -> None:
    """Make databases of these names on the server of `url`, which from then on vacuums nothing by itself.

    Its work would fall into any of the rollovers; each is vacuumed after, as it would be in time.
    """
    engine = create_engine(url.format(name="postgres"), isolation_level="AUTOCOMMIT")
    _do(engine, "ALTER SYSTEM SET autovacuum = off")
    _do(engine, "SELECT pg_reload_conf()")
    for name in names:
        _do(engine, f"CREATE DATABASE {name}")
    engine.dispose()


def tried(url: str, files: Path, schools: int, summers: range, fill: int | None) -> Tried:
    """Load a nation and let summers pass over it; without `fill` the fill factors are the product's."""
    prepare(url, files / "schools.csv")
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    if fill is not None:
        for table in TABLES:
            _do(engine, f"ALTER TABLE {table} SET (fillfactor = {fill})")
    at = f"{FIRST}-07-20T06:00:00+00:00"
    take(Task("provision", "ours", url, str(files / "july"), at, schools))
    _do(engine, "VACUUM ANALYZE")
    _do(engine, "SELECT pg_stat_reset()")
    took = []
    for summer in summers:
        before = processor_seconds(url)
        at = f"{summer}-09-01T06:00:00+00:00"
        cost = take(Task("provision", "ours", url, str(files / str(summer)), at, schools))
        took.append((cost.processor, processor_seconds(url) - before))
        _do(engine, "VACUUM ANALYZE")
    tables = {table: _measured(engine, table) for table in TABLES}
    engine.dispose()
    return Tried(median(ours for ours, _ in took), median(theirs for _, theirs in took), tables)


def _measured(engine: Engine, table: str) -> Table:
    with engine.connect() as connection:
        updated = {
            row[0]: row[2] / max(1, row[1]) for row in connection.execute(_UPDATED, {"tables": [*TABLES]})
        }
        heap, indexes = connection.execute(_SIZES, {"table": table}).one()
        connection.execute(text(f"REINDEX TABLE {table}"))
        return Table(updated[table], heap, indexes, connection.execute(_SIZES, {"table": table}).one()[1])


def _do(engine: Engine, statement: str) -> None:
    with engine.connect() as connection:
        connection.execute(text(statement))
