"""A school's year of runs with retention, and the bytes that a nation of such schools keeps."""

from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import delete, func, select, text

from provisioning.store.database import Database
from provisioning.store.run_retention import is_quiet
from provisioning.store.tables.runs import NoteRow, RunRow
from tests.bot.service.test_retention import DAY, LONG_AGO
from tests.bot.service.test_run_retention import forget_at
from tests.builders import GLAN, NOW, Schools, learner

DAYS, CHANGES_EVERY = 365, 14
ROLLOVER_WEEK = range(5)
"""The days on which the school runs every two hours; on all others once."""
NATION = 1_500
COPIES, SHIFT = 40, 100_000
"""So many schools' rows are laid beside each other to measure bytes, so far apart in their ids."""
FORTNIGHT = 14


def lived(provisioning: Schools, days: int = DAYS) -> int:
    """Let a school have `days` of its year, and return how many runs it had.

    A learner has a new class each fortnight; retention goes over it every month, and at the end.
    """
    pupils = [learner(number, admission_date=LONG_AGO) for number in range(1, 6)]
    nameless = [learner(number, surname="", admission_date=LONG_AGO) for number in range(6, 9)]
    ran = 0
    for day in range(days):
        if day % CHANGES_EVERY == 0:
            pupils[0] = replace(pupils[0], class_name=f"7{chr(ord('A') + day // CHANGES_EVERY % 26)}")
            provisioning.extracts(GLAN, *pupils, *nameless, at=NOW + day * DAY)
        for hour in range(0, 24, 2) if day in ROLLOVER_WEEK else (0,):
            assert not provisioning.runs(GLAN, at=NOW + day * DAY + timedelta(hours=hour)).failed
            ran += 1
        if day % 30 == 29:
            forget_at(provisioning, NOW + day * DAY)
    forget_at(provisioning, NOW + days * DAY)
    return ran


def lay_beside(database: Database) -> None:
    """Lay the rows of more such schools beside those of this one: of one alone, pages are half empty."""
    shifted = {"runs": ("id", "rests_on"), "run_notes": ("id", "run")}
    with database.writing() as session:
        for table, ids in shifted.items():
            names = list(session.scalars(text(f"SELECT name FROM pragma_table_info('{table}')")))
            listed = ", ".join(f'"{name}"' for name in names)
            values = ", ".join(f"{name} + {SHIFT} * :copy" if name in ids else f'"{name}"' for name in names)
            statement = f"INSERT INTO {table} ({listed}) SELECT {values} FROM {table} WHERE id < {SHIFT}"
            session.execute(text(statement), [{"copy": copy} for copy in range(1, COPIES)])


def megabytes_of_a_nation(database: Database) -> float:
    """What runs and their notes take in the file, indexes included, as many schools as a nation has."""
    measured = text(
        "SELECT sum(pgsize) FROM dbstat WHERE name IN "
        "(SELECT name FROM sqlite_master WHERE tbl_name IN ('runs', 'run_notes'))"
    )
    database.engine.dispose()
    with database.engine.connect() as connection:
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("VACUUM")
        connection.exec_driver_sql("BEGIN")
        return float(connection.execute(measured).scalar_one()) / COPIES * NATION / 1e6


@dataclass(frozen=True)
class Kept:
    """A year as retention leaves it: a school's runs and those kept, and megabytes of a nation.

    `year` is what each year adds; `fortnight` what the last two weeks have besides.
    """

    ran: int
    rows: int
    year: float
    fortnight: float


def kept_of_a_year(provisioning: Schools, days: int = DAYS) -> Kept:
    """Let a school have `days` of its year, and return what is kept."""
    ran, database = lived(provisioning, days), provisioning.database
    with database.reading() as session:
        rows = session.scalars(select(func.count()).select_from(RunRow)).one()
    lay_beside(database)
    stands = megabytes_of_a_nation(database)
    with database.writing() as session:
        session.execute(delete(NoteRow).where(NoteRow.run % SHIFT > ran - FORTNIGHT))
        session.execute(delete(RunRow).where(RunRow.id % SHIFT > ran - FORTNIGHT, is_quiet()))
    year = megabytes_of_a_nation(database)
    return Kept(ran, rows, year, stands - year)
