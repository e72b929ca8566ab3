"""`make bench ARGS=costs`: every row of "Costs that stay flat", measured.

A nation is measured beside a county, and the first year of the county beside its last.
"""

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import click
from rich.console import Console

from benchmarks.costs_of_a_nation import after_the_rollover, before_the_rollover, of_lists
from benchmarks.costs_of_a_store import of_retention, of_runs, on_postgresql
from benchmarks.costs_table import faults, put_into, tables
from benchmarks.county_years import years
from benchmarks.growth import with_days_of_runs
from bot.service.bootstrap import knowledge
from knowledge.loading import Knowledge
from tests.costs import Cost

PARTS = ("nation", "runs", "postgresql", "retention")
PAGE = Path("docs/performance.md")
_NATION, _COUNTY, _CLUSTER = 1500, 28, 7
_ROWS = 1_000_000
_SERVER = "postgresql"


@dataclass(frozen=True)
class Size:
    """How much is made to measure it.

    Schools of the nation, the county and the nation on PostgreSQL; days of runs that nation and county have,
    of a school's year, and of three schools with runs alone; years of the county with so many days between
    two runs; minutes of an idle bot; rows past their time; whether all runs and accounts are listed.
    """

    schools: int
    county: int
    on_postgresql: int = 105
    days: int = 365
    year: int = 365
    long: int = 1000
    years: int = 10
    every: int = 45
    minutes: int = 60
    rows: int = _ROWS
    lists: bool = True

    @classmethod
    def of(cls, schools: int) -> "Size":
        """Return the size of a nation, with a tenth of its schools in the county, but 28 at most."""
        county = min(_COUNTY, max(1, schools // 10 // _CLUSTER) * _CLUSTER)
        return cls(schools, county, min(105, schools), rows=_ROWS * schools // _NATION)


@dataclass
class Measured:
    """What has been measured so far: figures of rows, and costs about one school in pairs."""

    figures: dict[str, dict[str, float]] = field(default_factory=dict)
    nations: dict[str, tuple[Cost, Cost]] = field(default_factory=dict)
    years: dict[str, tuple[Cost, Cost]] = field(default_factory=dict)


@click.command()
@click.option(
    "--schools", type=click.IntRange(min=_CLUSTER), default=_NATION, show_default=True, help="In sevens."
)
@click.option("--database", default="both", type=click.Choice(["sqlite", "postgresql", "both"]))
@click.option("--part", "chosen", type=click.Choice(PARTS), multiple=True, help="What to measure; else all.")
@click.option("--write", is_flag=True, help=f"Put what was measured into {PAGE}; other rows stay.")
@click.pass_context
def costs(ctx: click.Context, schools: int, database: str, chosen: tuple[str, ...], write: bool) -> None:
    """Measure the costs that stay flat; exit status 1 where one does not, or has not reached what was set."""
    among = {"sqlite": set(PARTS) - {_SERVER}, "postgresql": {_SERVER}, "both": set(PARTS)}[database]
    parts = [part for part in chosen or PARTS if part in among]
    if not parts:
        raise click.UsageError(f"no part of --part is measured with --database {database}")
    if write and schools != _NATION:
        raise click.UsageError(f"--write puts the figures of {_NATION} schools into {PAGE}, and no others")
    if write:
        put_into(PAGE.read_text(encoding="utf-8"), {}, {}, {})  # refused now, not after all has been measured
    console = Console(stderr=True)
    measured = measure(Size.of(schools), knowledge(), parts, lambda told: console.print(told, style="dim"))
    found = measured.figures, measured.nations, measured.years
    print(*tables(*found), sep="\n\n")
    if write:
        PAGE.write_text(put_into(PAGE.read_text(encoding="utf-8"), *found), encoding="utf-8")
    missed = faults(*found)
    for fault in missed:
        print(f"\nNot reached: {fault}")
    ctx.exit(bool(missed))


def measure(size: Size, known: Knowledge, parts: list[str], tell: Callable[[str], object]) -> Measured:
    """Measure `parts` of the table at a `size`; `tell` is told of each when it has been measured."""
    measured = Measured()
    with tempfile.TemporaryDirectory(prefix="hwb-bench-") as folder:
        home = Path(folder)
        works: dict[str, Callable[[], object]] = {
            "nation": lambda: _measure_nations(measured, size, known, home),
            "runs": lambda: measured.figures.update(of_runs(home, known, size.year, size.long)),
            "retention": lambda: measured.figures.update(of_retention(home, known, size.rows)),
            "postgresql": lambda: measured.figures.update(on_postgresql(home, size.on_postgresql)),
        }
        for part in parts:
            begun = time.perf_counter()
            works[part]()
            tell(f"{part}: measured in {time.perf_counter() - begun:.0f} s")
    return measured


def _measure_nations(measured: Measured, size: Size, known: Knowledge, home: Path) -> None:
    county = with_days_of_runs(home / "county", size.county, size.days, known)
    nation = with_days_of_runs(home / "nation", size.schools, size.days, known)
    for figures, beside in (
        before_the_rollover(county, nation),
        after_the_rollover(county, nation, size.minutes),
    ):
        measured.figures |= figures
        measured.nations |= beside
    if size.lists:
        measured.figures |= of_lists(nation)
    nation.database.close()
    lived = years(county, size.years, size.every)
    county.database.close()
    first, last = lived[0].costs, lived[-1].costs
    measured.years |= {name: (first[name], last[name]) for name in first}
