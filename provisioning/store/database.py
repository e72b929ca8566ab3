"""The database: an engine from a URL, sessions, and the schema's version."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    ExceptionContext,
    create_engine,
    event,
    func,
    inspect,
    select,
    text,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.orm import Session

from provisioning.errors import KnownError

log = logging.getLogger(__name__)
T = TypeVar("T")

_MIGRATIONS = Path(__file__).parent / "migrations"
_BUSY_SECONDS = 30
_CONNECT_SECONDS = 10
_CACHE_KIB, _PAGES_AT_ONCE = 32 * 1024, 16_000
_IDLE_SECONDS = 60
"""How long a transaction on PostgreSQL may wait for its own process, which may be gone with its machine."""
_TRIES = 5
_POSTGRESQL = "postgresql+psycopg"
_MIGRATING = 0x487762
"""The number of PostgreSQL's advisory lock under which one process at a time migrates."""


class Database:
    """A database by its URL: `sqlite:///data/hwb.sqlite3`, `postgresql://user:password@host/hwb`."""

    def __init__(self, url: str) -> None:
        try:
            self.url = _with_driver(make_url(url))
            self.engine = _engine(self.url)
        except ImportError as missing:
            raise KnownError("database-driver" if missing.name == "psycopg" else "database-url") from None
        except ArgumentError:
            raise KnownError("database-url") from None
        self.session_info: dict[str, Any] = {}
        """What is at hand in the `info` of every session that writes."""

    @property
    def embedded(self) -> bool:
        """Whether it is a SQLite file of our own, which is created and migrated on first use."""
        return self.url.get_backend_name() == "sqlite"

    def prepare(self) -> None:
        """Migrate an embedded database to the newest schema; raise `KnownError` where another is behind."""
        try:
            if self.embedded and self.url.database not in (None, "", ":memory:"):
                Path(str(self.url.database)).parent.mkdir(parents=True, exist_ok=True)
            with self.engine.connect() as connection:
                current = _version(connection)
        except (OSError, SQLAlchemyError):
            raise self._unreachable() from None
        if current == max(_revisions()):
            return
        self._refuse_newer(current)
        if not self.embedded:
            raise KnownError("database-behind", database=self._shown())
        self.migrate()

    def migrate(self) -> None:
        """Migrate the schema to the newest version, in one transaction and one process at a time."""
        with self._reached(), self.engine.execution_options(hwb_writes=True).begin() as connection:
            if not self.embedded:
                connection.execute(select(func.pg_advisory_xact_lock(_MIGRATING)))
            self._refuse_newer(_version(connection))
            _upgrade(connection)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a session that sees one state of the store and changes nothing."""
        # SQLite shows one state in any transaction.
        engine = (
            self.engine if self.embedded else self.engine.execution_options(isolation_level="REPEATABLE READ")
        )
        with self._reached(), Session(engine) as session:
            yield session
            session.rollback()

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Open a session whose work is committed at its end, or rolled back on an error."""
        engine = self.engine.execution_options(hwb_writes=True)
        with self._reached(), Session(engine, info=self.session_info) as session, session.begin():
            yield session

    def write(self, work: Callable[[Session], T]) -> T:
        """Do `work` in a `writing` session; start again, up to 5 times in all, on a conflict."""
        for _ in range(_TRIES - 1):
            try:
                with self.writing() as session:
                    return work(session)
            except DBAPIError as error:
                if not is_conflict(error):
                    raise
                # The server's own message would quote the conflicting values.
                log.info("begun anew after a conflict: %s", getattr(error.orig, "sqlstate", "unknown"))
        with self.writing() as session:
            return work(session)

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    def _shown(self) -> str:
        return self.url.render_as_string(hide_password=True)

    def _unreachable(self) -> KnownError:
        return KnownError("database-unreachable", database=self._shown())

    def _refuse_newer(self, current: str | None) -> None:
        if current is not None and current not in _revisions():
            raise KnownError("database-ahead", database=self._shown())

    @contextmanager
    def _reached(self) -> Iterator[None]:
        """Turn a lost connection, at the start or during the block, into a `KnownError`."""
        try:
            yield
        except DBAPIError as error:
            # No statement: the connection was lost while connecting or committing, unless it is a conflict.
            if error.connection_invalidated or (error.statement is None and not is_conflict(error)):
                raise self._unreachable() from None
            raise


def is_conflict(error: DBAPIError) -> bool:
    """Return whether `error` is a conflict with another transaction, so that a retry may succeed.

    On PostgreSQL: a deadlock, a serialisation failure, or a row that another transaction inserted meanwhile.
    SQLite has one writer at a time.
    """
    return getattr(error.orig, "sqlstate", None) in ("40P01", "40001", "23505")


def _with_driver(url: URL) -> URL:
    return url.set(drivername=_POSTGRESQL) if url.drivername in ("postgresql", "postgres") else url


def _version(connection: Connection) -> str | None:
    """Return the revision that the schema is at; None where there is no schema yet."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return version


def _revisions() -> set[str]:
    """Return the revisions that this version knows; each file's name begins with its own, in their order."""
    return {path.name.partition("_")[0] for path in (_MIGRATIONS / "versions").glob("[0-9]*_*.py")}


def _upgrade(connection: Connection) -> None:
    # Nearly every start finds the schema as it must be, and importing Alembic takes its time.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _engine(url: URL) -> Engine:
    """Return an engine whose errors carry no values: logs never have a name or a UPN."""
    if url.get_backend_name() != "sqlite":
        return _server_engine(url)
    engine = create_engine(url, connect_args={"timeout": _BUSY_SECONDS}, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _record: Any) -> None:
        # The driver would begin a transaction too late for work that reads before it writes.
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA synchronous=NORMAL")
        # Every school's run touches pages all over a nation's indexes: a large cache keeps them, and
        # checkpoints are rarer than one after each school.
        connection.execute(f"PRAGMA cache_size=-{_CACHE_KIB}")
        connection.execute(f"PRAGMA wal_autocheckpoint={_PAGES_AT_ONCE}")

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("hwb_writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _server_engine(url: URL) -> Engine:
    patience = {} if "connect_timeout" in url.query else {"connect_timeout": _CONNECT_SECONDS}
    engine = create_engine(url, pool_pre_ping=True, connect_args=patience, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _record: Any) -> None:
        # Else what a lost or sleeping machine has locked would stay locked, for hours where no word comes.
        connection.execute(f"SET idle_in_transaction_session_timeout = '{_IDLE_SECONDS}s'")
        connection.commit()

    @event.listens_for(engine, "handle_error")
    def _on_error(context: ExceptionContext) -> None:
        # PostgreSQL adds the row in question as a detail, which no engine option hides.
        told, raised = context.original_exception, context.sqlalchemy_exception
        diagnosis = getattr(told, "diag", None)
        if raised is not None and diagnosis is not None and diagnosis.sqlstate:
            data = diagnosis.sqlstate.startswith("22")  # its first line quotes the value
            told.args = (diagnosis.sqlstate if data else diagnosis.message_primary,)
            raised.args = (f"({type(told).__name__}) {told.args[0]}",)

    return engine
