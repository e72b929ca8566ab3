"""`make bench ARGS=processor`: processor time, ours beside the baseline's, where other work keeps cores busy.

Both sides run in this process, in turn, each round from empty databases; PostgreSQL's own time is added.
"""

import os
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from statistics import median

import click
from rich.console import Console
from rich.table import Table

from benchmarks import nation
from benchmarks.databases import DATABASES, Url
from benchmarks.server import processor_seconds
from benchmarks.step import WORK, Task, outcome_here, prepare
from bot.service.bootstrap import collect_rarely

STEPS = (
    ("first load", "july", "2026-07-20T06:00:00+00:00"),
    ("rollover", "september", "2026-09-01T06:00:00+00:00"),
)
SIDES = ("ours", "baseline")
Taken = defaultdict[tuple[str, str, str], list[float]]
"""Processor seconds of each round, by database, step and side."""


@click.command()
@click.option("--schools", default=105, show_default=True, help="How many schools; seven make a cluster.")
@click.option("--database", default="both", type=click.Choice([*DATABASES, "both"]))
@click.option("--rounds", default=5, show_default=True, help="How often; the medians count.")
def processor(schools: int, database: str, rounds: int) -> None:
    """Compare our processor time with the baseline's, in one process."""
    console, taken = Console(), Taken(list)
    names = list(DATABASES) if database == "both" else [database]
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hwb-bench-")))
        nation.write(home / "nation", schools)
        urls = {name: stack.enter_context(DATABASES[name](home)) for name in names}
        collect_rarely()  # as the bot does after its start
        for number in range(rounds):
            for name, url in urls.items():
                for step, side, seconds in _round(url, home / "nation", schools, number):
                    taken[name, step, side].append(seconds)
    console.print(_table(taken, schools))


def _round(url: Url, files: Path, schools: int, number: int) -> Iterator[tuple[str, str, float]]:
    """Yield what each step takes on each side, from new databases."""
    urls = {side: url(f"{side}{number}") for side in SIDES}
    for at in urls.values():
        prepare(at, files / "schools.csv")
    for step, extracts, at in STEPS:
        for side in SIDES if number % 2 else SIDES[::-1]:
            work = WORK["provision", side](
                Task("provision", side, urls[side], str(files / extracts), at, schools)
            )
            yield step, side, _used(urls[side], work)
    ours, baseline = (outcome_here(urls[side]) for side in SIDES)
    if ours != baseline:
        raise click.ClickException(f"the outcomes differ:\nours     {ours}\nbaseline {baseline}")


def _used(url: str, work: Callable[[], None]) -> float:
    """Return the processor seconds that `work` takes here and in the server of `url`, if it has one."""
    before = _so_far(url)
    work()
    return _so_far(url) - before


def _so_far(url: str) -> float:
    server = 0.0 if url.startswith("sqlite") else processor_seconds(url)
    return time.process_time() + server


def _table(taken: Taken, schools: int) -> Table:
    table = Table(title=f"{schools} schools, processor seconds; load {os.getloadavg()[0]:.1f}")
    for name in ("database", "step", "ours, s", "baseline, s", "ratio", "of all rounds"):
        table.add_column(name, justify="right")
    for database, step in dict.fromkeys((database, step) for database, step, _ in taken):
        ours, baseline = (taken[database, step, side] for side in SIDES)
        ratios = [mine / least for mine, least in zip(ours, baseline, strict=True)]
        of_all = " ".join(f"{ratio:.2f}" for ratio in ratios)
        table.add_row(
            database, step, f"{median(ours):.3g}", f"{median(baseline):.3g}", f"{median(ratios):.2f}", of_all
        )
    return table
