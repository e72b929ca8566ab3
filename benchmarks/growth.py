"""`make bench ARGS=growth`: what a county and a nation cost, the first year and the tenth, and an idle hour.

Costs of one school are counted in statements and in steps of SQLite's virtual machine: no clock blurs them.
"""

import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import click
from sqlalchemy import text

from benchmarks.costs_table import in_markdown
from benchmarks.county_years import Year, years
from benchmarks.living_bot import Minute, hour
from benchmarks.pictures import draw_growth
from benchmarks.school_costs import costs_of_a_school
from bot.service.bootstrap import knowledge
from knowledge.loading import Knowledge
from provisioning.runs.batches import provision_batch
from provisioning.store.database import Database
from tests.costs import Cost, Nation

Costs = Mapping[str, Cost]
_YEAR_OF_RUNS = text(
    "WITH RECURSIVE days (day) AS (SELECT 1 UNION ALL SELECT day + 1 FROM days WHERE day < :days) "
    "INSERT INTO runs "
    "(school, status, started_by, slot, started_at, finished_at, recorded_at, counts, holds) "
    "SELECT number, 'succeeded', 'schedule', at, at, at, at, '{}', '[]' FROM schools, "
    "(SELECT day, datetime('2025-07-09', '+' || day || ' days') || '.000000' AS at FROM days) ORDER BY day"
)


@click.command()
@click.option("--schools", default=1500, show_default=True, help="Schools of the nation, in sevens.")
@click.option("--county", default=28, show_default=True, help="Schools of the county.")
@click.option("--years", "long", default=10, type=click.IntRange(2, 10), show_default=True)
@click.option("--days", default=365, show_default=True, help="Days of runs that the nation has kept.")
@click.option("--every", default=7, show_default=True, help="Days between two runs of the county's schools.")
@click.option("--minutes", default=60, show_default=True, help="Minutes of the living bot.")
@click.option("--picture", type=click.Path(path_type=Path), default=Path("docs/images/growth.png"))
def growth(schools: int, county: int, long: int, days: int, every: int, minutes: int, picture: Path) -> None:
    """Measure a county beside a nation, ten years of a county, and an hour of a living bot; print tables."""
    known = knowledge()
    with tempfile.TemporaryDirectory(prefix="hwb-bench-") as home:
        first = _rolled_over(Path(home) / "county", county, days, known)
        costs = {f"county, {county} schools": costs_of_a_school(first)}
        lived = years(first, long, every)
        first.database.close()
        large = _rolled_over(Path(home) / "nation", schools, days, known)
        costs[f"nation, {schools} schools"] = costs_of_a_school(large)
        costs |= {f"county, year {year.number}": year.costs for year in (lived[0], lived[-1])}
        alive = hour(large, minutes)
        large.database.close()
    _print_costs(costs)
    _print_years(lived)
    _print_hour(alive)
    draw_growth(lived, alive, picture)


def _rolled_over(folder: Path, schools: int, days: int, known: Knowledge) -> Nation:
    """Return a nation with so many days of runs that retention has not touched, after a rollover."""
    made = with_days_of_runs(folder, schools, days, known)
    provision_batch(made.in_september, made.numbers, started_by="benchmark")
    return made


def with_days_of_runs(folder: Path, schools: int, days: int, known: Knowledge) -> Nation:
    """Return a nation with so many days of runs, before its rollover."""
    folder.mkdir()
    database = Database(f"sqlite:///{folder / 'hwb.sqlite3'}")
    database.prepare()
    made = Nation.made(folder, database, known, schools)
    with database.writing() as session:
        session.execute(_YEAR_OF_RUNS, {"days": days})
    return made


def _print_costs(costs: Mapping[str, Costs]) -> None:
    _print_table(
        ("about one school", *costs),
        [
            (name, *(f"{each[name].statements} / {each[name].steps:,}" for each in costs.values()))
            for name in next(iter(costs.values()))
        ],
    )


def _print_years(lived: Sequence[Year]) -> None:
    _print_table(
        ("year", "file, MB", "runs", "journal", "accounts", "covered records"),
        [(year.number, f"{year.megabytes:.1f}", *(f"{rows:,}" for rows in year.rows)) for year in lived],
    )


def _print_hour(alive: Sequence[Minute]) -> None:
    first, last = alive[0], alive[-1]
    named: Iterable[tuple[str, Callable[[Minute], float]]] = (
        ("memory, MB", lambda minute: minute.megabytes),
        ("threads", lambda minute: minute.threads),
        ("descriptors", lambda minute: minute.descriptors),
        ("statements", lambda minute: minute.statements),
        ("steps", lambda minute: minute.steps),
        ("processor, s", lambda minute: minute.processor),
    )
    _print_table(
        ("a minute of the bot", "the second", f"the last of {len(alive) + 1}", "the most"),
        [
            (name, *(f"{value:,.3g}" for value in (of(first), of(last), max(map(of, alive)))))
            for name, of in named
        ],
    )


def _print_table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    print(in_markdown(header, rows), end="\n\n")
