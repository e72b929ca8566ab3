"""The database: sessions, the schema's version, and what stays in an embedded database's files."""

import logging
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit

from sqlalchemy import Connection, func, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.orm import Session

from provisioning.errors import DatabaseProblem, KnownError
from provisioning.masking import without_secrets
from provisioning.store.database_problems import BUSY_SECONDS, problem_of
from provisioning.store.engines import engine_for, with_driver
from provisioning.store.file_upkeep import empty_log, give_back, make_anew
from provisioning.store.first_look import require_no_others, require_not_emptied
from provisioning.store.private_files import make_folder, make_private
from provisioning.store.schema import revisions, upgrade, usable_revision

log = logging.getLogger(__name__)
T = TypeVar("T")

_TRIES = 5
_LOOKS_AGAIN = 0.05
"""Seconds between two looks whether others are still at work."""
_SECURE_SINCE = "0027"
"""The revision since which no name stands in an embedded database's file after it was deleted."""
_MIGRATING = 0x487762
"""The number of PostgreSQL's advisory lock under which one process at a time migrates."""


class Database:
    """A database by its URL: `sqlite:///data/hwb.sqlite3`, `postgresql://user:password@host/hwb`."""

    made_anew = False
    """Whether there were no tables yet, so that `prepare` or `migrate` made them."""

    def __init__(self, url: str) -> None:
        try:
            self.url = with_driver(make_url(url))
            self.engine = engine_for(self.url, busy_seconds=BUSY_SECONDS)
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

    @property
    def file(self) -> Path | None:
        """The full place of an embedded database's file; None on a server or in memory."""
        named = (self.url.database if self.embedded else None) or ":memory:"
        if "uri" in self.url.query:  # SQLite's own: file:data/hwb.sqlite3
            named = unquote(urlsplit(named).path)
        return None if named == ":memory:" else Path(named).absolute()

    def prepare(self) -> None:
        """Migrate an embedded database to the newest schema; raise `KnownError` where another is behind."""
        self._own_files()
        with self._reached(), self.engine.connect() as connection:
            current = self._revision(connection)
        if current == max(revisions()):
            return
        if not self.embedded:
            raise KnownError("database-new" if current is None else "database-behind", database=self.shown)
        self.migrate()

    def migrate(self) -> None:
        """Migrate the schema to the newest version, in one transaction and one process at a time."""
        self._own_files()
        with self._reached(), self.engine.execution_options(hwb_writes=True).begin() as connection:
            if not self.embedded:
                connection.execute(select(func.pg_advisory_xact_lock(_MIGRATING)))
            current = self._revision(connection)
            new = current is None
            upgrade(connection)
        if self.embedded and current is not None and current < _SECURE_SINCE:
            self._overwrite_deleted()
        self.made_anew = new and (self.file is not None or not self.embedded)

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
    def asking(self) -> Iterator[Session]:
        """Open a session for a single statement that reads: no transaction is begun and ended around it."""
        alone = {"hwb_alone": True} if self.embedded else {"isolation_level": "AUTOCOMMIT"}
        with self._reached(), Session(self.engine.execution_options(**alone)) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Open a session whose work is committed at its end, or rolled back on an error."""
        engine = self.engine.execution_options(hwb_writes=True)
        with self._reached(), Session(engine, info=self.session_info) as session, session.begin():
            yield session

    @contextmanager
    def trying(self) -> Iterator[Session]:
        """Open a session that writes, and takes back at its end what it has written."""
        engine = self.engine.execution_options(hwb_writes=True)
        with self._reached(), Session(engine) as session:
            yield session
            session.rollback()

    @property
    def alive(self) -> bool:
        """Whether the database answers now, and is one of ours."""
        try:
            with self.engine.connect() as connection:
                connection.execute(text("SELECT version_num FROM alembic_version"))
        except SQLAlchemyError:
            return False
        return True

    @property
    def at_head(self) -> bool:
        """Whether the database answers now, and its schema is this version's."""
        try:
            with self.engine.connect() as connection:
                current = connection.scalar(text("SELECT version_num FROM alembic_version"))
        except SQLAlchemyError:
            return False
        return bool(current == max(revisions()))

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

    def checkpoint(self) -> None:
        """Bring an embedded database's write-ahead log into its file, so that a plain copy has what is done.

        The log is emptied where no other connection is at work; none is kept waiting. An error is logged, as
        nothing is lost.
        """
        if self.file is not None:
            empty_log(self.engine)

    def scrub(self) -> None:
        """Empty an embedded database's write-ahead log, so that what was deleted stands in no file any more.

        Deleted rows are overwritten in the file itself (`secure_delete`). To be called after people's data
        was deleted. What another connection still reads is waited for, and then left for the next time.
        """
        until = time.monotonic() + BUSY_SECONDS
        while self.file is not None and not empty_log(self.engine):
            if time.monotonic() > until:
                log.warning("the write-ahead log was not emptied: another program reads the database")
                return
            time.sleep(_LOOKS_AGAIN)

    def shrink(self) -> None:
        """Give what is free in an embedded database's file back to the disk, but for some megabytes."""
        if self.file is not None:
            give_back(self.engine)

    def _overwrite_deleted(self) -> None:
        """Make the file anew, without what earlier versions deleted in it and left to be read."""
        connection = self.engine.raw_connection()
        try:
            make_anew(connection.cursor().execute)
        except sqlite3.Error as error:
            log.warning("what was deleted before stays in the file: %s", type(error).__name__)
        finally:
            connection.close()
        self.scrub()

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    @property
    def shown(self) -> str:
        """The address as errors show it, without its password."""
        return without_secrets(self.url.render_as_string(hide_password=False))

    def _own_files(self) -> None:
        """Make an embedded database's folder and file where they are missing, closed to other accounts."""
        try:
            if self.file is not None:
                require_not_emptied(self.file, self.shown)
                require_no_others(self.file, self.shown)
                make_folder(self.file.parent)
                make_private(self.file)
        except (OSError, RuntimeError):  # the latter of a link that leads to itself
            raise DatabaseProblem("database-folder", database=self.shown) from None

    def _revision(self, connection: Connection) -> str | None:
        return usable_revision(connection, self.shown, embedded=self.embedded)

    @contextmanager
    def _reached(self) -> Iterator[None]:
        """Turn an error of the database as a whole, such as a lost connection, into a `DatabaseProblem`."""
        try:
            yield
        except DBAPIError as error:
            told = problem_of(error, self.shown)
            # No statement: the connection was lost while connecting or committing, unless it is a conflict.
            if told is None and (
                error.connection_invalidated or (error.statement is None and not is_conflict(error))
            ):
                told = DatabaseProblem("database-unreachable", database=self.shown)
            if told is None:
                raise
            raise told from None


def is_conflict(error: DBAPIError) -> bool:
    """Return whether `error` is a conflict with another transaction, so that a retry may succeed.

    On PostgreSQL: a deadlock, a serialisation failure, or a row that another transaction inserted meanwhile.
    SQLite has one writer at a time.
    """
    return getattr(error.orig, "sqlstate", None) in ("40P01", "40001", "23505")
