"""The condition of a database: its version and clock, what its tables lack, their rows, the last ticks."""

from collections import Counter
from datetime import UTC, datetime

from sqlalchemy import func, inspect, select, text
from sqlalchemy.orm import Session

from provisioning.store.database import Database
from provisioning.store.every_table import METADATA
from provisioning.store.schema import VERSION
from provisioning.store.tables.runs import RunRow
from provisioning.store.ticks import TickRow


def server_time(session: Session) -> datetime | None:
    """Return the time by the server's clock; None of an embedded database, which has no clock of its own."""
    if session.get_bind().dialect.name == "sqlite":
        return None
    found: datetime = session.scalars(text("SELECT clock_timestamp()")).one()
    return found.astimezone(UTC)


def server_version(session: Session) -> str:
    """Return the version of SQLite or PostgreSQL, such as `16.2`."""
    found = session.connection().dialect.server_version_info or ()
    return ".".join(map(str, found))


def last_run_recorded_at(session: Session) -> datetime | None:
    """Return when the newest run was recorded, by the clock of the machine at that time."""
    newest = select(func.max(RunRow.id)).scalar_subquery()
    return session.scalar(select(RunRow.recorded_at).where(RunRow.id == newest))


def recent_run_errors(session: Session, among: int) -> Counter[str]:
    """Return how many `among` so many newest runs have failed by each known error, by its id."""
    first = select(func.max(RunRow.id) - among).scalar_subquery()
    keys = (found["key"] for found in session.scalars(select(RunRow.error).where(RunRow.id > first)) if found)
    return Counter(str(key).removeprefix("error.") for key in keys)


def lacking(database: Database) -> list[str]:
    """Return each table and column (`accounts.upn`) that this version needs and `database` has not.

    The tables are those of the modules imported by now.
    """
    with database.reading() as session:
        looked = inspect(session.connection())
        there = set(looked.get_table_names())
        found: list[str] = []
        for table in METADATA.sorted_tables:
            if table.name not in there:
                found.append(table.name)
                continue
            columns = {column["name"] for column in looked.get_columns(table.name)}
            found += [f"{table.name}.{column.name}" for column in table.c if column.name not in columns]
    return found


def revision(session: Session) -> str | None:
    """Return the revision at which the schema is."""
    found: str | None = session.scalar(text(f"SELECT version_num FROM {VERSION}"))  # noqa: S608 - a name of ours
    return found


def row_counts(session: Session) -> dict[str, int]:
    """Return how many rows each table of the modules imported by now has, by its name."""
    return {
        table.name: session.scalar(select(func.count()).select_from(table)) or 0
        for table in sorted(METADATA.tables.values(), key=lambda table: table.name)
    }


def last_ticks(session: Session) -> dict[str, datetime]:
    """Return when each work at intervals was last claimed, by its name; an embedded database notes none."""
    return {row.name: row.at for row in session.scalars(select(TickRow))}
