"""Costs of runs and of retention on a small database, and of changes on PostgreSQL."""

from functools import partial
from pathlib import Path

from sqlalchemy import create_engine, text

from benchmarks import nation
from benchmarks.hot import FIRST, TABLES, tried, without_autovacuum
from benchmarks.server import server
from knowledge.loading import Knowledge
from provisioning.store.database import Database
from provisioning.store.run_interruptions import interrupt_lost
from tests.bot.service.beside_writers import retention_beside_a_writer
from tests.bot.service.year_of_runs import DAYS, kept_of_a_year
from tests.builders import NOW, Schools
from tests.costs import cost, rows_touched
from tests.provisioning.store.days_of_runs import QUESTIONS, with_runs

Measured = dict[str, dict[str, float]]
_DAYS = 1000
_SUMMERS = 3
_NIGHT, _STOPPED = "which schools are unchanged, at night", "the last run of a school that has stopped"


def of_runs(home: Path, knowledge: Knowledge, year: int = DAYS, long: int = _DAYS) -> Measured:
    """Return the figures of a `year` of days of a school, and of what is asked after `long`, days of runs."""
    database = _new(home, "year")
    kept = kept_of_a_year(Schools(database, home / "year", knowledge), year)
    database.close()
    starts, nights = [], []
    for count in (long // 10, long):
        database = with_runs(_new(home, f"days{count}"), count)
        starts.append(cost(database, partial(interrupt_lost, database, NOW)))
        nights.append(cost(database, partial(_ask, database, _NIGHT)))
        database.close()
    return {
        "year-of-runs": {"megabytes": kept.year, "fortnight": kept.fortnight},
        "start": {
            "statements": starts[1].statements,
            "steps": starts[1].steps,
            "more": starts[1].steps - starts[0].steps,
        },
        "night": {"steps": nights[1].steps},
    }


def of_retention(home: Path, knowledge: Knowledge, rows: int) -> Measured:
    """Return the figures of `rows` past their time that go beside another writer; times by the clock."""
    database = _new(home, "past")
    beside = retention_beside_a_writer(Schools(database, home / "past", knowledge), rows)
    database.close()
    lots, waits = beside.lots, beside.waits
    return {
        "lot": {"median": 1000 * lots[len(lots) // 2], "most": 1000 * lots[99 * len(lots) // 100]},
        "wait": {
            "seconds": waits[-1],
            "rows": beside.deleted,
            "records": len(waits),
            "median": 1000 * waits[len(waits) // 2],
        },
        "file": {
            "after": beside.after / 1e6,
            "full": beside.before / 1e6,
            "percent": 100 * beside.after / beside.before,
        },
    }


def on_postgresql(home: Path, schools: int) -> Measured:
    """Return the figures of a PostgreSQL server: a school that has stopped, and three rollovers."""
    summers, files = range(FIRST, FIRST + _SUMMERS), home / "hot"
    nation.write_summers(files, schools, summers)
    with server() as url:
        without_autovacuum(url, ["stopped", "hot"])
        stopped = Database(url.format(name="stopped"))
        stopped.migrate()
        with_runs(stopped, _DAYS)
        analysing = create_engine(stopped.url, isolation_level="AUTOCOMMIT")
        with analysing.connect() as connection:
            connection.execute(text("ANALYZE runs"))
        analysing.dispose()
        read = rows_touched(stopped, "runs", lambda: _ask(stopped, _STOPPED))
        stopped.close()
        found = tried(url.format(name="hot"), files, schools, summers, None).tables
    return {
        "stopped": {"rows": read},
        "hot": {table: 100 * found[table].hot for table in TABLES},
        "indexes": {table: found[table].indexes / found[table].anew for table in TABLES},
    }


def _ask(database: Database, question: str) -> None:
    with database.reading() as session:
        QUESTIONS[question](session)


def _new(home: Path, name: str) -> Database:
    database = Database(f"sqlite:///{home / name}.sqlite3")
    database.prepare()
    return database
