"""How a database is connected to: the settings of SQLite and PostgreSQL, and errors that carry no values."""

from typing import Any

from sqlalchemy import URL, Connection, Engine, ExceptionContext, create_engine, event

from provisioning.store.file_upkeep import INCREMENTAL

_CACHE_KIB, _PAGES_AT_ONCE = 32 * 1024, 16_000
_IDLE_SECONDS = 60
"""How long a transaction on PostgreSQL may wait for its own process, which may be gone with its machine."""
_POSTGRESQL = "postgresql+psycopg"
_PATIENCE = {
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}
"""libpq's options, in seconds; of a statement that was sent and not acknowledged, in milliseconds."""


def with_driver(url: URL) -> URL:
    """Return `url` with the driver that is installed for PostgreSQL."""
    return url.set(drivername=_POSTGRESQL) if url.drivername in ("postgresql", "postgres") else url


def engine_for(url: URL, *, busy_seconds: float) -> Engine:
    """Return an engine for `url` whose errors carry no values: logs never have a name or a UPN.

    SQLite waits `busy_seconds` for another program that writes.
    """
    return _file_engine(url, busy_seconds) if url.get_backend_name() == "sqlite" else _server_engine(url)


def patience(url: URL) -> dict[str, int]:
    """Return for how long a connection to PostgreSQL at `url` bears silence, where `url` does not say it.

    A server that is gone without a word, as with its machine or a network, is noticed within a minute.
    """
    return {name: limit for name, limit in _PATIENCE.items() if name not in url.query}


def _file_engine(url: URL, busy_seconds: float) -> Engine:
    engine = create_engine(url, connect_args={"timeout": busy_seconds}, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _record: Any) -> None:
        # The driver would begin a transaction too late for work that reads before it writes.
        connection.isolation_level = None
        if not connection.execute("PRAGMA page_count").fetchone()[0]:
            connection.execute(INCREMENTAL)  # before anything stands in the file, or it has no effect
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA secure_delete=ON")  # what is deleted is overwritten
        connection.execute("PRAGMA synchronous=NORMAL")
        # Every school's run touches pages all over a nation's indexes: a large cache keeps them, and
        # checkpoints are rarer than one after each school.
        connection.execute(f"PRAGMA cache_size=-{_CACHE_KIB}")
        connection.execute(f"PRAGMA wal_autocheckpoint={_PAGES_AT_ONCE}")

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        if not options.get("hwb_alone"):
            connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("hwb_writes") else "BEGIN")

    return engine


def _server_engine(url: URL) -> Engine:
    engine = create_engine(url, pool_pre_ping=True, connect_args=patience(url), hide_parameters=True)

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
