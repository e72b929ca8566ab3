"""The command line in many real processes that begin at one moment, and threads of one process beside them.

As a script it loads everything once and then forks a process for each job that it is given as JSON, so that
a process costs milliseconds. Each is `hwb` with its words and settings: its exit status and all that it
prints are what a person would see.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

from bot.cli.commands import COMMANDS
from bot.cli.main import main
from bot.service import bootstrap
from bot.service.sweeping import run_due
from bot.services import Services
from bot.settings_loading import load_settings
from provisioning.errors import KnownError
from provisioning.records.plans import IdentityAnswer
from provisioning.runs.approvals import approve, reject
from provisioning.runs.identities import decide
from provisioning.runs.school_run import provision
from provisioning.runs.undo import undo
from provisioning.store.database import Database
from tests.bot.command_line import Said
from tests.paths import REPOSITORY

UNFORESEEN = 70
"""The exit status of a process in which something was raised that is no known error."""


@dataclass(frozen=True)
class Job:
    """A process: the words after `hwb`, or the acts of its threads; it begins `after` so many seconds."""

    words: tuple[str, ...] = ()
    threads: tuple[tuple[str, ...], ...] = ()
    after: float = 0.0


class Race(Protocol):
    """Begins jobs at once in a folder, with settings as variables, and says how each ended."""

    def __call__(self, folder: Path, settings: Mapping[str, str], *jobs: Job) -> list[Said]: ...


@contextmanager
def races() -> Iterator[Race]:
    """The script at work."""
    command = [sys.executable, "-m", "tests.campaign.command_forks"]
    with subprocess.Popen(
        command, cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        asked, answers = process.stdin, process.stdout

        def race(folder: Path, settings: Mapping[str, str], *jobs: Job) -> list[Said]:
            order = {
                "folder": str(folder),
                "settings": dict(settings),
                "jobs": [asdict(job) for job in jobs],
            }
            print(json.dumps(order), file=asked, flush=True)
            return [Said(*said) for said in json.loads(answers.readline())]

        yield race
        asked.close()


def _act(services: Services, act: str, *what: str) -> str:
    """What a thread of the bot does, and how it ended."""
    provisioning = services.provisioning
    try:
        if act == "sweep":
            return f"{len(run_due(services).runs)} runs"
        if act == "provision":
            return provision(provisioning, what[0], started_by="thread").status.value
        if act == "undo":
            return undo(provisioning, int(what[0]), by="thread").run.status.value
        if act == "decide":
            decide(provisioning, int(what[0]), IdentityAnswer(what[1]), by="thread")
            return what[1]
        decision = {"approve": approve, "reject": reject}[act]
        return decision(provisioning, int(what[0]), by="thread").status.value
    except KnownError as error:
        return error.said.key


def _threads(acts: Sequence[Sequence[str]]) -> int:
    unforeseen = threading.Event()

    def work(services: Services, act: Sequence[str], gate: threading.Barrier) -> None:
        try:
            gate.wait()
            print(*act, _act(services, *act), flush=True)
        except Exception:
            traceback.print_exc()
            unforeseen.set()

    settings = load_settings({})
    with bootstrap.services(settings) as services:
        gate = threading.Barrier(len(acts))
        at_work = [threading.Thread(target=work, args=(services, act, gate)) for act in acts]
        for thread in at_work:
            thread.start()
        for thread in at_work:
            thread.join()
    return UNFORESEEN if unforeseen.is_set() else 0


def _carry_out(job: Mapping[str, Any]) -> int:
    time.sleep(job["after"])
    if job["threads"]:
        return _threads(job["threads"])
    sys.argv = ["hwb", *job["words"]]
    try:
        main()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else UNFORESEEN
    return 0


def _fork(job: Mapping[str, Any], order: Mapping[str, Any], gate: Sequence[int], log: Path) -> int:
    """Fork a process that waits at the gate, does a job and prints into the files of `log`."""
    process = os.fork()
    if process:
        return process
    status = UNFORESEEN
    try:
        for number, suffix in ((1, ".out"), (2, ".err")):
            os.dup2(os.open(log.with_suffix(suffix), os.O_CREAT | os.O_WRONLY), number)
        os.environ.update(order["settings"])
        os.chdir(order["folder"])
        os.close(gate[1])
        os.read(gate[0], 1)  # returns when the other end is closed everywhere
        status = _carry_out(job)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _main() -> None:
    for place in COMMANDS.values():
        place.load()
    for url in ("sqlite://", "postgresql://"):
        Database(url).close()  # loads the driver
    known = bootstrap.knowledge()
    bootstrap.knowledge = lambda **_options: known  # read once: it takes longer than most commands
    sys.modules["bot.cli.language"].Catalogue = lambda _folders: known.catalogue  # type: ignore[attr-defined]
    for line in sys.stdin:
        order = json.loads(line)
        with tempfile.TemporaryDirectory() as logs:
            gate = os.pipe()
            places = [Path(logs) / str(number) for number, _ in enumerate(order["jobs"])]
            started = [_fork(job, order, gate, log) for job, log in zip(order["jobs"], places, strict=True)]
            os.close(gate[0])
            os.close(gate[1])
            said = []
            for process, log in zip(started, places, strict=True):
                _, ended = os.waitpid(process, 0)
                printed = (log.with_suffix(suffix).read_text("utf-8") for suffix in (".out", ".err"))
                said.append((os.waitstatus_to_exitcode(ended), *printed))
        print(json.dumps(said), flush=True)


if __name__ == "__main__":
    _main()
