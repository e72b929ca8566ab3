"""`make bench ARGS=answers`: acknowledgements and answers in Slack, beside an empty Bolt app's.

The real bot is asked over Socket Mode in the trial's county. In turn with it, in the same run, an app is
asked whose only handler acknowledges and answers. Either has its own process and workspace.
"""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import click
import psutil
from rich.console import Console
from rich.table import Table

from benchmarks.answering import BOT, EMPTY, settings_in
from bot.service.bootstrap import knowledge, services
from bot.service.serve_cli import without_proxy_for_localhost
from bot.trial.county import STANDS_AT, county
from bot.trial.opening import give_roles, seeded
from bot.trial.play import Play
from bot.trial.spec import spec_for
from bot.trial.suggestions import HELP_CHANNEL
from provisioning.clock import MovableClock
from slack_workspace import WorkspaceServer, WorkspaceSpec, acts
from slack_workspace.server import HOST

AT_ONCE = 20
_ABOUT_ONE = "why-missing"
_IDLE = 0.05
"""Seconds of the processor in one second, below which an app is idle."""
_LONGEST = 60.0
"""Seconds for which an answer is waited for."""


@dataclass
class Line:
    """What is asked, and what it took: seconds to the acknowledgement and to the answer, of each time.

    `busy` is the processor time of the app's process, in seconds a question.
    """

    name: str
    user: str
    texts: tuple[str, ...]
    acks: list[float] = field(default_factory=list)
    answers: list[float] = field(default_factory=list)
    busy: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Questions:
    """What was asked one at a time, the first apart, with the empty app's, and what was asked at once."""

    first: Line
    singly: tuple[Line, ...]
    empty: Line
    rush: Line
    beside: Line


class Asked:
    """An app in a workspace; questions are put on the workspace's own loop, which tells the times."""

    def __init__(self, server: WorkspaceServer, process: "subprocess.Popen[str]") -> None:
        self._server, self._process = server, psutil.Process(process.pid)
        self._live = server._live
        self._deliver, self._use = self._live.socket.deliver, self._live.responses.use
        vars(self._live.socket)["deliver"] = self._timed_delivery
        vars(self._live.responses)["use"] = self._timed_use
        self._acks: list[float] = []
        self._answered: dict[str, asyncio.Future[float]] = {}

    def until_idle(self) -> None:
        """Wait until the app has done what it does at its start."""
        before = -1.0
        while (used := sum(self._process.cpu_times()[:2])) - before > _IDLE:
            before = used
            time.sleep(1)

    def ask(self, line: Line, at_once: int = 1) -> None:
        """Ask a line's questions, `at_once` of them together, and note what they took."""
        before = sum(self._process.cpu_times()[:2])
        self._acks.clear()
        line.answers += self._server.on_loop(self._ask(line, at_once))
        line.acks += self._acks
        line.busy.append((sum(self._process.cpu_times()[:2]) - before) / at_once)

    async def _ask(self, line: Line, at_once: int) -> list[float]:
        begun = time.perf_counter()
        self._answered.clear()
        texts = [line.texts[place % len(line.texts)] for place in range(at_once)]
        acts_of = (acts.run_command(self._live, line.user, HELP_CHANNEL, "/hwb", text) for text in texts)
        for outcome in await asyncio.gather(*acts_of):
            if outcome.error:
                raise click.ClickException(f"{line.name}: {outcome.error}")
        async with asyncio.timeout(_LONGEST):
            return [at - begun for at in await asyncio.gather(*self._answered.values())]

    async def _timed_delivery(self, kind: str, payload: Any, *more: Any, **named: Any) -> Any:
        if kind == "slash_commands":
            key = payload["response_url"].rsplit("/", 1)[1]
            self._answered[key] = asyncio.get_running_loop().create_future()
        begun = time.perf_counter()
        said = await self._deliver(kind, payload, *more, **named)
        self._acks.append(time.perf_counter() - begun)
        return said

    def _timed_use(self, key: str, args: Any) -> None:
        self._use(key, args)
        answered = self._answered.get(key)
        if answered is not None and not answered.done():
            answered.set_result(time.perf_counter())


def _lines() -> tuple[Line, ...]:
    """Return what is asked of the bot."""
    plants = county().plants
    first = next(plant for plant in plants if plant.question == _ABOUT_ONE)
    asked = [plant for plant in plants if (plant.question, plant.person) == (_ABOUT_ONE, first.person)]
    who = first.person
    return (
        Line("ask, the first", who, (f"ask pupil {first.identifier} isn't in the portal",)),
        Line("help", who, ("help",)),
        Line("why-missing", who, tuple(f"{_ABOUT_ONE} {plant.identifier}" for plant in asked)),
        Line("missing", who, ("missing",)),
        Line("rollover of a school", who, ("rollover",)),
    )


@click.command()
@click.option("--rounds", default=60, show_default=True, help="How often each is asked one at a time.")
@click.option("--rushes", default=6, show_default=True, help=f"How often {AT_ONCE} are asked at once.")
def answers(rounds: int, rushes: int) -> None:
    """Ask the bot and an empty app in turn, one at a time and many at once; prints medians."""
    found = ask_in_turn(rounds, rushes)
    console = Console(width=110)
    console.print(_table("one at a time", [found.first, *found.singly], found.empty))
    console.print(_table(f"{AT_ONCE} at once", [found.rush], found.beside))


def ask_in_turn(rounds: int, rushes: int) -> Questions:
    """Ask the bot and an empty app in turn, `rounds` times one at a time and `rushes` times many at once."""
    without_proxy_for_localhost(f"http://{HOST}")
    with tempfile.TemporaryDirectory(prefix="hwb-bench-") as home, ExitStack() as stack:
        folder = Path(home)
        spec = _seed(folder)
        ours, theirs = (stack.enter_context(_app(name, folder, spec)) for name in (BOT, EMPTY))
        first, *singly = _lines()
        empty = Line("empty", first.user, ("help",))
        theirs.ask(Line("to warm up", first.user, ("help",)), AT_ONCE)
        ours.until_idle()
        ours.ask(first)
        for line in singly:  # what is made once is made
            ours.ask(Line(line.name, line.user, line.texts), len(line.texts))
        for _ in range(rounds):
            for line in singly:
                ours.ask(line)
                theirs.ask(empty)
        rush, beside = (Line(name, first.user, singly[1].texts) for name in (singly[1].name, empty.name))
        for _ in range(rushes):
            ours.ask(rush, AT_ONCE)
            theirs.ask(beside, AT_ONCE)
    return Questions(first, tuple(singly), empty, rush, beside)


def _seed(folder: Path) -> WorkspaceSpec:
    """Seed the trial's county in `folder`; return its workspace."""
    clock = MovableClock(STANDS_AT)
    with services(settings_in(folder), clock, knowledge()) as built:
        found, story = seeded(built, None)
        give_roles(built, found)
        clock.set(STANDS_AT)
        return spec_for(found, built, clock, Play(built, clock, story))


@contextmanager
def _app(name: str, folder: Path, spec: WorkspaceSpec) -> Iterator[Asked]:
    """Connect the app `name` to a workspace of its own for a block."""
    with WorkspaceServer(spec) as server:
        command = [sys.executable, "-m", "benchmarks.answering", name, str(folder)]
        command += [server.bot_token, server.app_token, server.api_url]
        with subprocess.Popen(command, stdin=subprocess.PIPE, text=True) as process:
            if not server.wait_for_app(60):
                raise click.ClickException(f"the app {name} did not connect")
            yield Asked(server, process)
            assert process.stdin is not None  # noqa: S101 - it was asked for
            process.stdin.close()
            process.wait(30)


def _table(title: str, lines: list[Line], empty: Line) -> Table:
    table = Table(
        title=f"{title}: ms, median and 95th of 100; {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    )
    table.add_column("asked")
    for name in ("times", "ack", "95th", "to empty's", "answer", "95th", "processor", "to empty's"):
        table.add_column(name, justify="right")
    for line in (*lines, empty):
        busy = sum(line.busy) / len(line.busy)
        table.add_row(
            line.name,
            str(len(line.acks)),
            *_ms(line.acks),
            f"{median(line.acks) / median(empty.acks):.2f}",
            *_ms(line.answers),
            f"{busy * 1000:.1f}",
            f"{busy / (sum(empty.busy) / len(empty.busy)):.1f}",
        )
    return table


def _ms(taken: list[float]) -> tuple[str, str]:
    """Return the median and the 95th of 100 of some seconds, in milliseconds."""
    high = quantiles(taken, n=20)[-1] if len(taken) > 1 else taken[0]
    return f"{median(taken) * 1000:.1f}", f"{high * 1000:.1f}"
