"""Whether a database lets us do what runs do: tried, and taken back."""

from sqlalchemy import Table, insert, text
from sqlalchemy.orm import Session

from provisioning.store.database import Database
from provisioning.store.every_table import METADATA
from provisioning.store.tables.accounts import UsernameStemRow
from provisioning.store.tables.base import ADDED_TO_ONLY

_STEM = "hwb-check"
"""A stem that no name has."""


def try_write(database: Database) -> None:
    """Write a row into `database` and take it back; on a server, try every right that `hwb serve` needs.

    Raises `KnownError` for what is missing. The tables tried are those of the modules imported by now.
    """
    with database.trying() as session:
        session.execute(insert(UsernameStemRow).values(stem=_STEM, given_out=0))
        if not database.embedded:
            for table in METADATA.sorted_tables:
                _try_rights(session, table)
            session.execute(text("SELECT audit_forget('{}')"))  # none: retention's way to delete of the audit


def _try_rights(session: Session, table: Table) -> None:
    """Try the rights to a table, on no row, and to its sequence; PostgreSQL says what is missing."""
    name, column = (
        table.name,
        session.connection().dialect.identifier_preparer.quote(next(iter(table.c)).name),
    )
    needed = [f"INSERT INTO {name} SELECT * FROM {name} WHERE false"]  # noqa: S608 - names of ours
    if table.info != ADDED_TO_ONLY:
        needed += [
            f"UPDATE {name} SET {column} = {column} WHERE false",  # noqa: S608
            f"DELETE FROM {name} WHERE false",  # noqa: S608
        ]
    for statement in needed:
        session.execute(text(statement))
    if "id" in table.c:
        # An id is drawn only where the right to it is missing: drawing is never taken back.
        session.execute(
            text(
                "SELECT nextval(sequence) "
                "FROM (SELECT pg_get_serial_sequence(:name, 'id') AS sequence) AS found "
                "WHERE sequence IS NOT NULL AND NOT has_sequence_privilege(sequence, 'USAGE')"
            ),
            {"name": name},
        )
