"""`make bench ARGS=queue`: what the queue costs, by the processor time of the worker and of PostgreSQL.

A rollover by the queue and a worker, and one by the embedded engine on the same PostgreSQL, in turn.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import click
from rich.console import Console
from rich.table import Table

from benchmarks.baseline import moment
from benchmarks.rollover import SEPTEMBER, Rollover, rollover
from bot.service.bootstrap import collect_rarely, knowledge
from bot.service.features import VERBS
from bot.service.queueing import call_for_follow_ups
from bot.service.queueing import worker as worker_of
from bot.service.sweeping import embedded_engine, sweep
from bot.services import Services
from bot.settings import Settings
from provisioning.clock import FixedClock
from provisioning.jobs.queue import QueueEngine
from provisioning.runs.dependencies import Provisioning
from provisioning.runs.heartbeat import heartbeat
from provisioning.sources.extract_folder import ExtractFolder
from provisioning.store.database import Database

EMBEDDED, QUEUE = "embedded", "queue"


@dataclass(frozen=True)
class Used:
    """Processor seconds of the process that runs schools, and of PostgreSQL."""

    ours: float
    server: float

    @property
    def both(self) -> float:
        """All processor time."""
        return self.ours + self.server


@click.command()
@click.option("--schools", default=105, show_default=True, help="How many schools; seven make a cluster.")
@click.option("--rounds", default=7, show_default=True, help="How often; the medians count.")
def queue(schools: int, rounds: int) -> None:
    """Compare the processor time of the queue with that of the embedded engine on PostgreSQL."""
    console, taken = Console(), dict[str, list[Used]]([(EMBEDDED, []), (QUEUE, [])])
    with tempfile.TemporaryDirectory(prefix="hwb-bench-") as home, rollover(Path(home), schools) as place:
        outcomes = []
        for number in range(rounds):
            for engine in (EMBEDDED, QUEUE) if number % 2 else (QUEUE, EMBEDDED):
                url = place.copy(engine)
                taken[engine].append(_use(place, url, engine))
                console.print(f"{engine}: {taken[engine][-1]}", style="dim")
                outcomes.append(place.found(url))
    if any(found != outcomes[0] for found in outcomes):
        raise click.ClickException(f"the outcomes differ: {outcomes}")
    console.print(_table(taken, schools))


def _use(place: Rollover, url: str, engine: str) -> Used:
    """Carry out the rollover in a process of its own, which has loaded everything before."""
    command = [sys.executable, "-m", "benchmarks.engines", url, str(place.extracts), engine]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        if process.stdin is None or process.stdout is None or process.stdout.readline() != "ready\n":
            raise click.ClickException("a process ended before it was ready")
        before = place.processor_seconds()
        print(file=process.stdin, flush=True)
        place.wait(url)
        print(file=process.stdin, flush=True)
        ours: float = json.loads(process.stdout.readline())
        process.wait()
        return Used(ours, place.processor_seconds() - before)


def _table(taken: dict[str, list[Used]], schools: int) -> Table:
    table = Table(title=f"rollover of {schools} schools, processor seconds; load {os.getloadavg()[0]:.1f}")
    for name in ("engine", "ours", "PostgreSQL", "both", "of all rounds"):
        table.add_column(name, justify="right")
    for engine, used in taken.items():
        table.add_row(
            engine,
            *(f"{median(getattr(each, name) for each in used):.2f}" for name in ("ours", "server", "both")),
            " ".join(f"{each.both:.2f}" for each in used),
        )
    pairs = zip(taken[QUEUE], taken[EMBEDDED], strict=True)
    more = [100 * (queued.both / embedded.both - 1) for queued, embedded in pairs]
    table.caption = (
        f"the queue costs {median(more):.1f} % more (rounds: {' '.join(f'{each:.1f}' for each in more)})"
    )
    return table


def _run(url: str, extracts: str, engine: str) -> None:
    database = Database(url)
    clock = FixedClock(moment(SEPTEMBER))
    provisioning = Provisioning(database, ExtractFolder(Path(extracts)), clock, knowledge())
    services = Services(Settings(), provisioning, lambda: VERBS)
    collect_rarely()  # as the bot does after its start
    print("ready", flush=True)
    sys.stdin.readline()
    before = time.process_time()
    with heartbeat(database):
        if engine == QUEUE:
            call_for_follow_ups(database, services.settings)
            worker = worker_of(services)
            worker.start()
            sweep(services, QueueEngine(database))
            sys.stdin.readline()
            worker.stop()
        else:
            sweep(services, embedded_engine(services, threading.Event()))
            sys.stdin.readline()
    print(time.process_time() - before, flush=True)
    database.close()


if __name__ == "__main__":
    _run(*sys.argv[1:])
