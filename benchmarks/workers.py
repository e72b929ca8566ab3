"""`make bench ARGS=workers`: a rollover shared by 1, 2 and 4 `hwb work` on one PostgreSQL, and a picture."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import click
import psutil
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from rich.console import Console
from rich.table import Table
from sqlalchemy import create_engine, text

from benchmarks.rollover import SEPTEMBER, Rollover, rollover

COUNTS = (1, 2, 4)
_READY = "Runs schools"
_BAR, _DOT = "#0072B2", "#D55E00"


@dataclass(frozen=True)
class Shared:
    """A rollover by several workers: seconds by the clock, processor seconds of workers and of PostgreSQL."""

    seconds: float
    workers: float
    server: float


@click.command()
@click.option("--schools", default=210, show_default=True, help="How many schools; seven make a cluster.")
@click.option("--rounds", default=3, show_default=True, help="How often; the medians count.")
@click.option("--picture", type=click.Path(path_type=Path), default=Path("docs/images/workers.png"))
def workers(schools: int, rounds: int, picture: Path) -> None:
    """Share a rollover among 1, 2 and 4 workers; all must come to what one process comes to."""
    console, taken = Console(), dict[int, list[Shared]]((count, []) for count in COUNTS)
    with tempfile.TemporaryDirectory(prefix="hwb-bench-") as home, rollover(Path(home), schools) as place:
        expected = None
        for _ in range(rounds):
            for count in COUNTS:
                url = place.copy(f"workers{count}")
                taken[count].append(_share(place, url, count))
                console.print(f"{count} workers: {taken[count][-1]}", style="dim")
                found = place.found(url)
                expected = expected or found
                if found != expected or (found["slots"], found["blocked"]) != (schools, 0):
                    raise click.ClickException(f"{count} workers made {found}, expected {expected}")
    console.print(_table(taken, schools))
    _draw(taken, schools, picture)


def _share(place: Rollover, url: str, count: int) -> Shared:
    """Let workers begin at one moment, and wait until the rollover is whole."""
    with ExitStack() as stack:
        with _held_shut(url):
            at_work = [stack.enter_context(_worker(place, url)) for _ in range(count)]
            for process in at_work:
                _wait_until_ready(process)
            busy, server = _used(at_work), place.processor_seconds()
        began = time.monotonic()
        place.wait(url)
        took = time.monotonic() - began
        return Shared(took, _used(at_work) - busy, place.processor_seconds() - server)


@contextmanager
def _held_shut(url: str) -> Iterator[None]:
    """Let no sweep find out what is due while the block lasts."""
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("LOCK TABLE follow_ups IN ACCESS EXCLUSIVE MODE"))
        yield
    engine.dispose()


@contextmanager
def _worker(place: Rollover, url: str) -> Iterator["subprocess.Popen[str]"]:
    variables = {
        "HWB_DATABASE_URL": url,
        "HWB_EXTRACTS": str(place.extracts),
        "HWB_AT": SEPTEMBER,
        "HWB_LANG": "en",
        "PYTHONUNBUFFERED": "1",
        "PYTHONPATH": str(Path(__file__).parents[1]),
    }
    command = [sys.executable, "-m", "bot", "work"]
    with subprocess.Popen(
        command,
        env={**os.environ, **variables},
        cwd=place.files,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        yield process
        process.terminate()


def _wait_until_ready(process: "subprocess.Popen[str]") -> None:
    if process.stdout is None or not any(_READY in line for line in process.stdout):
        raise click.ClickException("a worker ended before it was ready")


def _used(processes: list["subprocess.Popen[str]"]) -> float:
    return float(sum(sum(psutil.Process(each.pid).cpu_times()[:2]) for each in processes))


def _table(taken: dict[int, list[Shared]], schools: int) -> Table:
    table = Table(
        title=f"rollover of {schools} schools, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    )
    for name in ("workers", "seconds", "of all rounds", "processor: workers, s", "PostgreSQL, s"):
        table.add_column(name, justify="right")
    for count, shares in taken.items():
        table.add_row(
            str(count),
            f"{median(share.seconds for share in shares):.1f}",
            " ".join(f"{share.seconds:.1f}" for share in shares),
            f"{median(share.workers for share in shares):.1f}",
            f"{median(share.server for share in shares):.1f}",
        )
    return table


def _draw(taken: dict[int, list[Shared]], schools: int, to: Path) -> None:
    """Draw the seconds by the number of workers: the median as a bar, each round as a dot."""
    figure = Figure(figsize=(6, 3.4), dpi=144, facecolor="white")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    names = [f"{count} worker{'s' if count > 1 else ''}" for count in taken]
    middles = [median(share.seconds for share in shares) for shares in taken.values()]
    bars = axes.bar(names, middles, color=_BAR, width=0.55)
    axes.bar_label(bars, [f"{seconds:.1f} s" for seconds in middles], label_type="center", color="white")
    for place, shares in enumerate(taken.values()):
        axes.plot([place] * len(shares), [share.seconds for share in shares], "o", color=_DOT, markersize=5)
    axes.set_ylabel("seconds")
    axes.set_ylim(bottom=0)
    axes.set_title(f"Rollover of {schools} schools, {os.cpu_count()} cores with PostgreSQL", fontsize=10)
    axes.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    to.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(to, facecolor="white", metadata={"Software": None})
