"""What work costs in numbers that no slow machine blurs, on a made-up nation of two sizes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import event

from benchmarks import nation
from knowledge.loading import Knowledge
from provisioning.clock import FixedClock
from provisioning.runs.batches import provision_batch
from provisioning.runs.dependencies import Provisioning
from provisioning.sources import school_lists
from provisioning.sources.extract_folder import ExtractFolder
from provisioning.store import schools
from provisioning.store.database import Database

JULY, SEPTEMBER = datetime(2026, 7, 10, 8, tzinfo=UTC), datetime(2026, 9, 2, 8, tzinfo=UTC)
GROWS_AT_MOST = 1.2
"""So much may what is done about a single school cost in a nation ten times as large."""


class Cost(NamedTuple):
    """What the database was given to do: statements, and the steps of SQLite's virtual machine."""

    statements: int
    steps: int


@contextmanager
def counted(database: Database) -> Iterator[Callable[[], Cost]]:
    """Count what `database` is given in a block; the function tells the cost so far, on a server no steps."""
    statements, steps = [0], [0]

    def one_more(counter: list[int], *_: Any) -> None:
        counter[0] += 1

    def out(connection: Any, *_: Any) -> None:
        connection.set_progress_handler(partial(one_more, steps), 1)

    def back(connection: Any, *_: Any) -> None:
        connection.set_progress_handler(None, 1)

    listeners: dict[str, Callable[..., None]] = {"before_cursor_execute": partial(one_more, statements)}
    if database.embedded:
        listeners |= {"checkout": out, "checkin": back}
    for name, listener in listeners.items():
        event.listen(database.engine, name, listener)
    yield lambda: Cost(statements[0], steps[0])
    for name, listener in listeners.items():
        event.remove(database.engine, name, listener)


def cost(database: Database, work: Callable[[], object]) -> Cost:
    """What `work` costs the second time, when what is kept for the process is there."""
    work()
    with counted(database) as so_far:
        work()
        return so_far()


@dataclass(frozen=True)
class Nation:
    """A nation of so many schools, provisioned in July; its September extracts are there too."""

    folder: Path
    database: Database
    knowledge: Knowledge
    size: int

    @classmethod
    def made(cls, folder: Path, database: Database, knowledge: Knowledge, size: int) -> "Nation":
        """Make up a nation in `folder`, and run all its schools once."""
        nation.write(folder, size)
        listed = school_lists.read_schools(folder / "schools.csv")
        with database.writing() as session:
            schools.put(session, listed)
        made = cls(folder, database, knowledge, size)
        provision_batch(made.in_july, made.numbers, started_by="test")
        return made

    @property
    def numbers(self) -> list[str]:
        """The numbers of its schools; the seventh is the first secondary."""
        return [place.number for place in nation.places(self.size)]

    @property
    def in_july(self) -> Provisioning:
        """Its services in July, when no person is missing."""
        return self._at("july", JULY)

    @property
    def in_september(self) -> Provisioning:
        """Its services in September, before any school has run: the intake waits, and so do new staff."""
        return self._at("september", SEPTEMBER)

    def _at(self, extracts: str, moment: datetime) -> Provisioning:
        files = ExtractFolder(self.folder / extracts)
        return Provisioning(self.database, files, FixedClock(moment), self.knowledge)


def rows_touched(database: Database, table: str, work: Callable[[], object]) -> int:
    """Return how many rows of `table` PostgreSQL reads or passes over in the queries of `work`."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.startswith(("SELECT", "WITH")):
            asked.append((statement, parameters))

    event.listen(database.engine, "before_cursor_execute", note)
    work()
    event.remove(database.engine, "before_cursor_execute", note)
    touched = 0
    with database.engine.connect() as connection:
        for statement, parameters in asked:
            explained = f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}"
            plan = connection.exec_driver_sql(explained, parameters).scalar_one()
            touched += sum(
                (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]
                for node in nodes(plan[0]["Plan"])
                if node.get("Relation Name") == table
            )
    return int(touched)


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the nodes of a plan of PostgreSQL's, each before those below it."""
    yield plan
    for part in plan.get("Plans", ()):
        yield from nodes(part)
