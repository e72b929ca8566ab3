"""Real processes that run provisioning at the same moment, or are killed at a chosen one.

As a script it loads everything once and then forks a process for each job that it is given as JSON, so
that a process costs milliseconds. A killed process ends by SIGKILL in the middle of its work: nothing
of Python's, of the driver's or of ours gets to run after it.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import event

from diagnostics.sought_person import people_sought
from knowledge.loading import Knowledge, load_knowledge
from provisioning.clock import FixedClock
from provisioning.errors import KnownError
from provisioning.records.runs import RunStatus
from provisioning.runs.approvals import approve, reject
from provisioning.runs.batches import provision_batch
from provisioning.runs.dependencies import Provisioning
from provisioning.runs.school_run import provision
from provisioning.runs.some_people import provision_some
from provisioning.runs.undo import undo
from provisioning.sources.extract_folder import ExtractFolder
from provisioning.store.database import Database
from tests.paths import REPOSITORY

ROOT = REPOSITORY


@dataclass(frozen=True)
class Job:
    """One process: what it does, and where it is killed, as (statement | commit | committed, which one).

    A batch is told by the numbers of its schools, a space between them; a run of one person alone by the
    school's number and the identifier.
    """

    act: str
    what: str | int
    at: str
    slot: str | None = None
    kill: tuple[str, int] | None = None


KILLED = "killed"


Run = Callable[..., list[str]]
"""Starts jobs at once; says what became of each: a run's status, an error's key, or KILLED."""


@contextmanager
def forks() -> Iterator[Callable[[str, Path], Run]]:
    """The script at work, for any database and folder of extracts."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.provisioning.runs.forking"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        asked, answers = process.stdin, process.stdout

        def run(database_url: str, extracts: Path, *jobs: Job) -> list[str]:
            order = {
                "database": database_url,
                "extracts": str(extracts),
                "jobs": [asdict(job) for job in jobs],
            }
            print(json.dumps(order), file=asked, flush=True)
            outcomes: list[str] = json.loads(answers.readline())
            return outcomes

        yield lambda database_url, extracts: partial(run, database_url, extracts)
        asked.close()


def _kill_at(database: Database, kind: str, which: int) -> None:
    """Let this process end when it has come to a point."""
    seen = 0

    def count(*_anything: Any) -> None:
        nonlocal seen
        seen += 1
        if seen == which:
            os.kill(os.getpid(), signal.SIGKILL)

    if kind == "committed":
        commit: Callable[[Any], None] = database.engine.dialect.do_commit

        def committed(connection: Any) -> None:
            commit(connection)
            count()

        database.engine.dialect.do_commit = committed  # type: ignore[method-assign]
    else:
        event.listen(database.engine, {"statement": "before_cursor_execute", "commit": "commit"}[kind], count)


def _carry_out(job: dict[str, Any], known: Knowledge, database_url: str, extracts: str) -> str:
    database = Database(database_url)
    provisioning = Provisioning(
        database, ExtractFolder(Path(extracts)), FixedClock(datetime.fromisoformat(job["at"])), known
    )
    if job["kill"]:
        _kill_at(database, *job["kill"])
    try:
        if job["act"] == "provision":
            slot = datetime.fromisoformat(job["slot"]) if job["slot"] else None
            return provision(provisioning, job["what"], started_by="test", slot=slot).status.value
        if job["act"] == "only":
            school, person = job["what"].split()
            sought = partial(people_sought, [person])
            return provision_some(provisioning, school, 1, sought, started_by="test").status.value
        if job["act"] == "batch":
            slot = datetime.fromisoformat(job["slot"]) if job["slot"] else None
            batch = provision_batch(provisioning, job["what"].split(), started_by="test", slot=slot)
            return " ".join(sorted(run.school for run in batch.runs if run.status is RunStatus.SUCCEEDED))
        if job["act"] == "undo":
            return undo(provisioning, job["what"], by="test").run.status.value
        return {"approve": approve, "reject": reject}[job["act"]](
            provisioning, job["what"], by="test"
        ).status.value
    except KnownError as error:
        return error.said.key
    finally:
        database.close()


def _fork(job: dict[str, Any], gate: Sequence[int], *provisioning: Any) -> tuple[int, int]:
    """A process that waits at the gate, does a job and says what became of it: its id and its voice."""
    voice, mouth = os.pipe()
    process = os.fork()
    if process:
        os.close(mouth)
        return process, voice
    try:
        os.close(gate[1])
        os.read(gate[0], 1)  # returns when the other end is closed everywhere
        os.write(mouth, _carry_out(job, *provisioning).encode())
    except BaseException as error:
        os.write(mouth, f"raised {error!r}".encode())
    finally:
        os._exit(0)


def _main() -> None:
    known = load_knowledge()
    for url in ("sqlite://", "postgresql://"):
        Database(url).close()  # loads the driver
    for line in sys.stdin:
        order = json.loads(line)
        gate = os.pipe()
        started = [_fork(job, gate, known, order["database"], order["extracts"]) for job in order["jobs"]]
        os.close(gate[0])
        os.close(gate[1])
        outcomes = []
        for process, voice in started:
            with os.fdopen(voice) as heard:
                said = heard.read()
            _, status = os.waitpid(process, 0)
            outcomes.append(KILLED if os.WIFSIGNALED(status) else said)
        print(json.dumps(outcomes), flush=True)


if __name__ == "__main__":
    _main()
