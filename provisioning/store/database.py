"""The database: an engine from a URL, sessions, and the schema's version."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.orm import Session

from provisioning.errors import KnownError

_MIGRATIONS = Path(__file__).parent / "migrations"
_BUSY_SECONDS = 30


class Database:
    """A database by its URL, such as `sqlite:///data/hwb.sqlite3`."""

    def __init__(self, url: str) -> None:
        try:
            self.url = make_url(url)
            self.engine = _engine(self.url.render_as_string(hide_password=False))
        except (ArgumentError, ImportError):  # the latter: no driver for that kind of database
            raise KnownError("database-url") from None

    @property
    def embedded(self) -> bool:
        """Whether it is a SQLite file of our own, which is created and migrated on first use."""
        return self.url.get_backend_name() == "sqlite"

    def prepare(self) -> None:
        """Make the schema current on an embedded database; elsewhere refuse one that is not."""
        try:
            if self.embedded and self.url.database not in (None, "", ":memory:"):
                Path(str(self.url.database)).parent.mkdir(parents=True, exist_ok=True)
            with self.engine.connect() as connection:
                current = MigrationContext.configure(connection).get_current_revision()
        except (OSError, SQLAlchemyError):
            raise KnownError("database-unreachable", database=self._shown()) from None
        scripts = ScriptDirectory.from_config(_config())
        if current == scripts.get_current_head():
            return
        if current is not None and current not in {script.revision for script in scripts.walk_revisions()}:
            raise KnownError("database-ahead", database=self._shown())
        if not self.embedded:
            raise KnownError("database-behind", database=self._shown())
        self.migrate()

    def migrate(self) -> None:
        """Bring the schema to the newest version: all of it or nothing, and one process at a time."""
        with self.engine.execution_options(hwb_writes=True).begin() as connection:
            command.upgrade(_config(connection), "head")

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees one state of the store and changes nothing."""
        with Session(self.engine) as session:
            yield session
            session.rollback()

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session whose work becomes true all at once at its end, or not at all on an error."""
        with Session(self.engine.execution_options(hwb_writes=True)) as session, session.begin():
            yield session

    def close(self) -> None:
        """Let go of all connections."""
        self.engine.dispose()

    def _shown(self) -> str:
        return self.url.render_as_string(hide_password=True)


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def _engine(url: str) -> Engine:
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True)
    engine = create_engine(url, connect_args={"timeout": _BUSY_SECONDS})

    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _record: Any) -> None:
        # The driver's own way of opening transactions is too late for one that reads before it writes.
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA synchronous=NORMAL")

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("hwb_writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine
