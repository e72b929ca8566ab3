"""`python -m benchmarks`: a table of our times beside the baseline's.

`processor`, `workers`, `queue`, `sweeps`, `answers`, `hot`, `growth` and `costs` after it are measurements
of their own.
"""

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

import click
from rich.console import Console
from rich.table import Table

from benchmarks import nation
from benchmarks.answers import answers, ask_in_turn
from benchmarks.costs import costs
from benchmarks.databases import DATABASES, Url
from benchmarks.engines import queue
from benchmarks.growth import growth
from benchmarks.hot import hot
from benchmarks.peers import NAMES, absent, take_peer
from benchmarks.processor import processor
from benchmarks.starts import take_start
from benchmarks.step import QUESTIONS, Cost, Task, outcome, prepare, take
from benchmarks.sweeps import sweeps
from benchmarks.workers import workers

JULY, DAY_AFTER, SEPTEMBER, AUTUMN = (
    f"2026-{day}T06:00:00+00:00" for day in ("07-20", "07-21", "09-01", "09-08")
)
SINGLES = 5
"""The number of schools that are run singly; the median counts."""
REACH = 1.4
"""The ratio to the baseline that steps which change something are to reach."""
CLUSTER = nation.PRIMARIES + 1
PEER_SCHOOLS = 2 * CLUSTER
"""The number of schools that other libraries are given: one of them takes a second for 1,000 rows."""


@dataclass(frozen=True)
class Result:
    """A row of the table: a step's cost on a database, the baseline's cost, and the target ratio, if any."""

    database: str
    step: str
    ours: Cost
    baseline: Cost | None = None
    target: float = 0.0

    @property
    def ratio(self) -> float | None:
        """Our time divided by the baseline's."""
        return self.ours.seconds / self.baseline.seconds if self.baseline else None


@dataclass(frozen=True)
class Setup:
    """A nation to provision: its files, its size, and the databases of ours and of the baseline."""

    database: str
    files: Path
    schools: int
    ours: str
    baseline: str

    def take(
        self,
        what: str,
        side: str,
        extracts: str,
        at: str,
        only: tuple[str, ...] = (),
        before: tuple[str, ...] = (),
    ) -> Cost:
        """Carry out a step for the schools of `only` (or all), after those of `before`; returns its cost."""
        url = self.ours if side == "ours" else self.baseline
        return take(Task(what, side, url, str(self.files / extracts), at, self.schools, only, before))


@click.group(invoke_without_command=True)
@click.option(
    "--schools",
    type=click.IntRange(min=14),
    default=1500,
    show_default=True,
    help="How many schools; seven make a cluster.",
)
@click.option("--database", default="both", type=click.Choice(["sqlite", "postgresql", "both"]))
@click.option("--rounds", default=1, show_default=True, help="How often; the medians count.")
@click.option("--folder", type=click.Path(path_type=Path), help="Where to work; else a temporary one.")
@click.pass_context
def main(ctx: click.Context, schools: int, database: str, rounds: int, folder: Path | None) -> None:
    """Provision a made-up nation, and compare with the least raw work for an equal outcome."""
    if ctx.invoked_subcommand is not None:
        return
    console = Console()
    if absent():
        console.print(f"{' and '.join(absent())} are left out: install the extra `bench` to see them")
    with ExitStack() as stack:
        home = folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hwb-bench-")))
        names = list(DATABASES) if database == "both" else [database]
        urls = {name: stack.enter_context(DATABASES[name](home)) for name in names}
        taken: list[list[Result]] = []
        for request in range(rounds):
            lines: list[Result] = []
            for name, url in urls.items():
                for line in _measure(name, url, home, schools, request):
                    console.print(
                        f"{request + 1}: {line.database}, {line.step}: {line.ours.seconds:.2f} s", style="dim"
                    )
                    lines.append(line)
            taken.append([*lines, *_in_slack()])
    console.print(_table([_middle(same) for same in zip(*taken, strict=True)], schools))


def _measure(name: str, url: Url, home: Path, schools: int, request: int) -> Iterator[Result]:
    """Measure a database, from empty to autumn."""
    place = _place(name, url, home, schools, f"r{request}")
    for step, extracts, at in (("first load", "july", JULY), ("rollover", "september", SEPTEMBER)):
        ours = place.take("provision", "ours", extracts, at)
        baseline = place.take("provision", "baseline", extracts, at)
        _compare(place)
        yield Result(name, step, ours, baseline, REACH)
        if step == "first load":
            unchanged = place.take("provision", "ours", "july", DAY_AFTER)
            yield Result(
                name, "nothing changed", unchanged, place.take("parse", "baseline", "july", JULY), 1.5
            )
    yield from _one_school(place)
    small = _place(name, url, home, CLUSTER, f"s{request}")
    small.take("provision", "ours", "july", JULY)
    small.take("provision", "ours", "september", SEPTEMBER)
    asked = [size.take("why", "ours", "september", SEPTEMBER) for size in (place, small)]
    each = [Cost(taken.seconds / QUESTIONS, taken.peak) for taken in asked]
    yield Result(name, "why-missing, beside one cluster", each[0], each[1], 1.5)
    quarter = _place(name, url, home, max(CLUSTER, schools // 4), f"q{request}")
    quarter.take("provision", "ours", "july", JULY)
    fewer = quarter.take("provision", "ours", "september", SEPTEMBER)
    yield Result(name, f"rollover of {quarter.schools} schools", fewer)
    if name == "sqlite":
        yield from _starts(place)
        yield from _beside_peers(_place(name, url, home, PEER_SCHOOLS, f"p{request}"), request)


def _starts(place: Setup) -> Iterator[Result]:
    """Measure commands in a new process, by the processor's seconds."""
    settings = {"HWB_DATABASE_URL": place.ours, "HWB_EXTRACTS": str(place.files / "september")}
    yield Result(place.database, "`hwb --version`, processor", take_start("--version"))
    secondary = next(school.number for school in nation.places(place.schools) if school.secondary)
    missing = take_start("missing", "--school", secondary, settings=settings)
    yield Result(place.database, "`hwb missing`, processor", missing)


def _beside_peers(place: Setup, request: int) -> Iterator[Result]:
    """Measure both steps beside each library that is installed, by the processor's seconds."""
    libraries = [library for library in NAMES if NAMES[library] not in absent()]
    for step, extracts, at in (("first load", "july", JULY), ("rollover", "september", SEPTEMBER)):
        ours = _by_processor(place.take("provision", "ours", extracts, at))
        for library in libraries:
            path = place.files.parent / f"{library}{request}.sqlite3"
            theirs = _by_processor(take_peer(library, path, place.files / extracts))
            yield Result(place.database, f"{step} of {place.schools} schools, {NAMES[library]}", ours, theirs)


def _by_processor(cost: Cost) -> Cost:
    return replace(cost, seconds=cost.processor)


def _in_slack() -> Iterator[Result]:
    """Measure what is answered in Slack beside an empty app, as `answers` does."""
    asked = ask_in_turn(rounds=20, rushes=1)
    for what, times in (("acknowledged", "acks"), ("answered", "answers")):
        for line in asked.singly:
            ours, empty = (Cost(median(getattr(each, times)), 0.0) for each in (line, asked.empty))
            yield Result("Slack", f"{line.name}, {what}", ours, empty)


def _one_school(place: Setup) -> Iterator[Result]:
    """Measure secondaries in which all learners are in a new class, each run singly in a nation:
    in a process that has run another school, as the bot has, and in a new process, as a command is.
    """
    schools = nation.places(place.schools)
    primaries = [school for school in schools if not school.secondary][:SINGLES]
    secondaries = [school for school in schools if school.secondary][: 2 * SINGLES]
    for school in (*primaries, *secondaries):
        nation.write_new_classes(place.files / "autumn", school, place.schools)
    half = len(secondaries) // 2
    ran = [
        (secondary.number, (primary.number,))
        for secondary, primary in zip(secondaries[:half], primaries, strict=False)
    ]
    yield _singly(place, "one school", ran, REACH)
    yield _singly(
        place, "one school, new process", [(secondary.number, ()) for secondary in secondaries[half:]]
    )
    _compare(place)


def _singly(
    place: Setup, step: str, schools: Sequence[tuple[str, tuple[str, ...]]], target: float = 0.0
) -> Result:
    """Run each of `schools` (with those to run before it, unmeasured) on both sides; the medians count."""
    ours, baseline = (
        [place.take("provision", side, "autumn", AUTUMN, (number,), before) for number, before in schools]
        for side in ("ours", "baseline")
    )
    return Result(place.database, step, _median(ours), _median(baseline), target)


def _place(name: str, url: Url, home: Path, schools: int, mark: str) -> Setup:
    files = home / f"nation{schools}"
    if not files.exists():
        nation.write(files, schools)
    place = Setup(name, files, schools, url(f"{mark}_ours"), url(f"{mark}_baseline"))
    for side in (place.ours, place.baseline):
        prepare(side, files / "schools.csv")
    return place


def _compare(place: Setup) -> None:
    """Refuse to go on where both sides' outcomes differ."""
    ours, baseline = outcome(place.ours), outcome(place.baseline)
    if ours != baseline:
        raise click.ClickException(f"the outcomes differ:\nours     {ours}\nbaseline {baseline}")


def _median(taken: list[Cost]) -> Cost:
    return Cost(median(each.seconds for each in taken), median(each.peak for each in taken))


def _middle(same: tuple[Result, ...]) -> Result:
    """Return the median of a row over several rounds."""
    baselines = [line.baseline for line in same if line.baseline]
    return replace(
        same[0],
        ours=_median([line.ours for line in same]),
        baseline=_median(baselines) if baselines else None,
    )


def _table(lines: list[Result], schools: int) -> Table:
    learners = sum(len(nation.learners_of(place)) for place in nation.places(schools))
    staff = sum(place.staff for place in nation.places(schools))
    table = Table(
        title=f"{schools:,} schools, {learners:,} learners, {staff:,} staff; {os.cpu_count()} cores"
    )
    table.add_column("database")
    table.add_column("step")
    for name in ("ours, s", "baseline, s", "ratio", "target", "peak, MB"):
        table.add_column(name, justify="right")
    for line in lines:
        table.add_row(line.database, line.step, _seconds(line.ours), *_beside(line), _peak(line.ours))
    return table


def _beside(line: Result) -> tuple[str, str, str]:
    if line.baseline is None or line.ratio is None:
        return "", "", ""
    if not line.target:
        return _seconds(line.baseline), f"{line.ratio:.2f}", ""
    met = "green" if line.ratio <= line.target else "red"
    return _seconds(line.baseline), f"[{met}]{line.ratio:.2f}[/]", f"{line.target:.1f}"


def _peak(taken: Cost) -> str:
    return f"{taken.peak:.0f}" if taken.peak else ""


def _seconds(taken: Cost) -> str:
    return f"{taken.seconds:.3g}" if taken.seconds < 100 else f"{taken.seconds:.0f}"


for command in (processor, workers, queue, sweeps, answers, hot, growth, costs):
    main.add_command(command)

if __name__ == "__main__":
    main()
