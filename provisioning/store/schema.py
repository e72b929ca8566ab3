"""The schema's revision: which tables a database has, whose they are, and bringing them up to date."""

from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from provisioning.errors import KnownError

MIGRATIONS = Path(__file__).parent / "migrations"
VERSION = "alembic_version"
"""The table of the version row."""
_OURS = frozenset({"schools", "accounts", "runs"})
"""Tables that every revision has: by these a database is known as ours."""


def revisions() -> set[str]:
    """Return the revisions that this version knows; each file's name begins with its own, in their order."""
    return {path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*_*.py")}


def usable_revision(connection: Connection, shown: str, *, embedded: bool) -> str | None:
    """Return the revision that the schema is at; None where there is no schema yet.

    `shown` is the database as errors name it. Raises `KnownError` as `require_ours` does.
    """
    looked, revision = inspect(connection), None
    if looked.has_table(VERSION):
        revision = connection.scalar(text(f"SELECT version_num FROM {VERSION}"))  # noqa: S608 - a name of ours
        if revision in revisions():
            return str(revision)
    require_ours(looked.get_table_names(), revision, shown, embedded=embedded)
    return None


def require_ours(tables: Iterable[str], revision: str | None, shown: str, *, embedded: bool) -> None:
    """Refuse tables that this program can't use: a newer version's, another's, ours without a version row.

    `revision` is what the version row says. An `embedded` database is a file of ours alone; on a server,
    other programs may have tables of other names beside ours. No tables at all are not refused.
    """
    found = set(tables) - {VERSION}
    if found >= _OURS and revision not in revisions():
        raise KnownError("database-versionless" if revision is None else "database-ahead", database=shown)
    if not found >= _OURS and (revision is not None or (found and embedded)):
        raise KnownError("database-foreign", database=shown)


def upgrade(connection: Connection) -> None:
    """Bring the schema to this version's revision, in the transaction of `connection`."""
    # Nearly every start finds the schema as it must be, and importing Alembic takes its time.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
