"""One step of a benchmark in a process of its own, so that its peak memory is its own."""

import hashlib
import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import text

from benchmarks import baseline, nation
from benchmarks.raw import raw
from bot.service.bootstrap import collect_rarely, knowledge
from diagnostics.walk import diagnose
from knowledge.ids import Question
from provisioning.clock import FixedClock
from provisioning.records.runs import RunStatus
from provisioning.runs.batches import provision_batch
from provisioning.runs.dependencies import Provisioning
from provisioning.sources import school_lists
from provisioning.sources.extract_folder import ExtractFolder
from provisioning.store import schools
from provisioning.store.database import Database

QUESTIONS = 40
"""How many learners a diagnosis is asked about."""


@dataclass(frozen=True)
class Cost:
    """What a step took: seconds, the peak memory of its process in MB, and its processor seconds."""

    seconds: float
    peak: float
    processor: float = 0.0


@dataclass(frozen=True)
class Task:
    """A step: what is done, by side (`ours`, `baseline`), to which database, with which files and clock.

    Schools of `before` are run first and not measured: the bot's process has run other schools.
    """

    what: str
    side: str
    url: str
    extracts: str
    at: str
    schools: int
    only: tuple[str, ...] = ()
    before: tuple[str, ...] = ()


def take(job: Task) -> Cost:
    """Carry out a step in a new process."""
    return Cost(**_ask(job))


def outcome(url: str) -> dict[str, Any]:
    """Return what a database holds, found out in a new process:
    a child's peak memory begins at its parent's.
    """
    return _ask(Task("outcome", "", url, "", "", 0))


def _ask(job: Task) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.step", json.dumps(vars(job))]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def outcome_here(url: str) -> dict[str, Any]:
    """Return what `outcome` returns, found out in this process: rows by table, and hashes of who is where."""
    database = Database(url)
    with database.reading() as session:
        counts = {
            row[0]: row[1]
            for row in session.execute(text("SELECT kind, count(*) FROM journal GROUP BY kind"))
        }
        accounts = hashlib.sha256()
        for row in session.execute(text(_WHO)):
            accounts.update(repr(tuple(row)).encode())
        covered = session.execute(text("SELECT count(*) FROM covered_records")).scalar()
        stems = session.execute(text("SELECT sum(given_out) FROM username_stems")).scalar()
        prints = hashlib.sha256()
        for row in session.execute(text("SELECT fingerprint FROM journal ORDER BY fingerprint")):
            prints.update(row[0].encode())
    database.close()
    return {
        "journal": counts,
        "accounts": accounts.hexdigest(),
        "covered": covered,
        "usernames": int(stems or 0),
        "fingerprints": prints.hexdigest(),
    }


_WHO = (
    "SELECT school, kind, upn, staff_code, status, year_group, class_name, surname, forename, "
    "released_from, arrived_from, CAST(date_of_birth AS TEXT) FROM accounts "
    "ORDER BY kind, upn, school, staff_code"
)


def prepare(url: str, listed: Path) -> None:
    """Make a database with the current schema and the nation's schools."""
    database = Database(url)
    database.migrate()
    with database.writing() as session:
        schools.put(session, school_lists.read_schools(listed))
    database.close()


def _provisioning(job: Task) -> Provisioning:
    return Provisioning(
        Database(job.url),
        ExtractFolder(Path(job.extracts)),
        FixedClock(baseline.moment(job.at)),
        knowledge(check_templates=False),
    )


def _provision(job: Task) -> Callable[[], None]:
    provisioning = _provisioning(job)
    numbers = job.only or tuple(place.number for place in nation.places(job.schools))

    def run(schools: tuple[str, ...]) -> None:
        batch = provision_batch(provisioning, schools, started_by="benchmark")
        bad = [run for run in batch.runs if run.status is not RunStatus.SUCCEEDED]
        if bad or batch.refused:
            raise SystemExit(
                f"{len(bad)} runs did not succeed, {len(batch.refused)} refused; first: {bad[:1]}"
            )

    if job.before:
        run(job.before)
    return lambda: run(numbers)


def _baseline(job: Task) -> Callable[[], None]:
    database = raw(job.url)

    def run(schools: tuple[str, ...]) -> None:
        baseline.provision(database, Path(job.extracts), baseline.moment(job.at), schools)

    if job.before:
        run(job.before)
    return lambda: run(job.only)


def _parse(job: Task) -> Callable[[], None]:
    def work() -> None:
        baseline.parse(Path(job.extracts))

    return work


def _why(job: Task) -> Callable[[], None]:
    provisioning = _provisioning(job)
    place = nation.places(nation.PRIMARIES + 1)[-1]
    asked = nation.learners_of(place)[:: len(nation.learners_of(place)) // QUESTIONS]
    diagnose(provisioning, Question.WHY_MISSING, asked[0], place.number)

    def work() -> None:
        for upn in asked:
            diagnose(provisioning, Question.WHY_MISSING, upn, place.number)

    return work


WORK = {
    ("provision", "ours"): _provision,
    ("provision", "baseline"): _baseline,
    ("parse", "baseline"): _parse,
    ("why", "ours"): _why,
}


def main() -> None:
    """Carry out the step that the argument tells and print what it took."""
    told = json.loads(sys.argv[1])
    job = Task(**{**told, "only": tuple(told["only"]), "before": tuple(told["before"])})
    if job.what == "outcome":
        print(json.dumps(outcome_here(job.url)))
        return
    work = WORK[job.what, job.side](job)
    collect_rarely()  # as the bot does after its start
    times, used = [], []
    for _ in range(5 if job.what in ("why", "parse") else 1):
        begun, at_work = time.perf_counter(), time.process_time()
        work()
        times.append(time.perf_counter() - begun)
        used.append(time.process_time() - at_work)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    took = {"seconds": statistics.median(times), "peak": peak, "processor": statistics.median(used)}
    print(json.dumps(took))


if __name__ == "__main__":
    main()
