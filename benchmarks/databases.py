"""The databases of a benchmark: files of SQLite, or a PostgreSQL server for its time."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, text

from benchmarks.server import server

Url = Callable[[str], str]
"""Creates a database of a name and returns its URL."""


@contextmanager
def _sqlite(home: Path) -> Iterator[Url]:
    def url(name: str) -> str:
        path = home / f"{name}.sqlite3"
        for suffix in ("", "-wal", "-shm"):
            Path(f"{path}{suffix}").unlink(missing_ok=True)
        return f"sqlite:///{path}"

    home.mkdir(parents=True, exist_ok=True)
    yield url


@contextmanager
def _postgresql(_home: Path) -> Iterator[Url]:
    with server() as template:
        engine = create_engine(template.format(name="postgres"), isolation_level="AUTOCOMMIT")

        def url(name: str) -> str:
            with engine.connect() as connection:
                connection.execute(text(f"CREATE DATABASE {name}"))
            return template.format(name=name)

        yield url
        engine.dispose()


DATABASES = {"sqlite": _sqlite, "postgresql": _postgresql}
