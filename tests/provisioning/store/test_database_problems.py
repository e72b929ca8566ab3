"""What is wrong with a database is told as what it is, in the database's own words where it has some."""

import os
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from psycopg import OperationalError
from psycopg.errors import TooManyConnections
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError

from knowledge.loading import Knowledge
from provisioning.errors import DatabaseProblem, KnownError
from provisioning.store import database_problems
from provisioning.store.database import Database
from provisioning.store.rights import try_write

pytestmark = pytest.mark.integration


def problem(work: Callable[[], object]) -> KnownError:
    with pytest.raises(KnownError) as raised:
        work()
    return raised.value


def told(work: Callable[[], object]) -> str:
    return problem(work).said.key.removeprefix("error.")


@pytest.fixture
def opened() -> Iterator[Callable[[str], Database]]:
    """Opens databases, which are closed at the end."""
    known: list[Database] = []

    def at(url: str) -> Database:
        known.append(Database(url))
        return known[-1]

    yield at
    for database in known:
        database.close()


# The embedded database


def test_a_full_disk(sqlite_url: str, opened: Callable[[str], Database]) -> None:
    """SQLite's own limit of pages says the same as a disk without room."""
    database = opened(sqlite_url)

    @event.listens_for(database.engine, "connect")
    def _limit(connection: sqlite3.Connection, _record: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages + 1}")

    def fill() -> None:
        with database.writing() as session:
            rows = ", ".join(f"('{'stem' * 20}{number}', 1)" for number in range(500))
            session.execute(text(f"INSERT INTO username_stems VALUES {rows}"))

    assert told(fill) == "database-full"
    with database.reading() as session:
        assert session.execute(text("SELECT count(*) FROM username_stems")).scalar() == 0


def test_a_file_that_is_read_only(sqlite_url: str, opened: Callable[[str], Database]) -> None:
    file = sqlite_url.removeprefix("sqlite:///")
    opened(sqlite_url).prepare()
    database = opened(f"sqlite:///file:{file}?mode=ro&uri=true")
    database.prepare()
    assert database.file == Path(file)
    assert told(lambda: try_write(database)) == "database-read-only"


@pytest.mark.parametrize(
    ("url", "file"),
    [
        ("sqlite:///file:/srv/hwb%20of%20wales.sqlite3?uri=true", "/srv/hwb of wales.sqlite3"),
        ("sqlite:///file:///srv/hwb.sqlite3?mode=rw&uri=true", "/srv/hwb.sqlite3"),
        ("sqlite:////srv/hwb.sqlite3", "/srv/hwb.sqlite3"),
        ("sqlite:///file::memory:?uri=true", None),
        ("sqlite:///:memory:", None),
        ("sqlite://", None),
    ],
)
def test_where_the_file_of_an_address_stands(
    url: str, file: str | None, opened: Callable[[str], Database]
) -> None:
    assert opened(url).file == (Path(file) if file else None)


def test_a_folder_in_which_no_file_can_be_made(opened: Callable[[str], Database]) -> None:
    assert told(opened("sqlite:////proc/hwb.sqlite3").prepare) == "database-folder"
    assert told(opened("sqlite:////proc/hwb/hwb.sqlite3").prepare) == "database-folder"


def test_a_database_that_another_program_has_locked(
    sqlite_url: str, opened: Callable[[str], Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("provisioning.store.database.BUSY_SECONDS", 0.1)
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))) as browser:
        browser.execute("BEGIN IMMEDIATE")
        assert told(lambda: try_write(opened(sqlite_url))) == "database-locked"
    try_write(opened(sqlite_url))


def test_a_damaged_database(sqlite_url: str, opened: Callable[[str], Database]) -> None:
    file = Path(sqlite_url.removeprefix("sqlite:///"))
    whole = file.read_bytes()
    file.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    assert told(opened(sqlite_url).prepare) == "database-damaged"


def empty_for(seconds: int, file: Path) -> None:
    """Make `file` empty, as if it had last been written so many `seconds` ago."""
    file.write_bytes(b"")
    then = time.time() - seconds
    os.utime(file, (then, then))


def test_a_file_that_was_emptied_is_no_new_database(
    sqlite_url: str, opened: Callable[[str], Database]
) -> None:
    """A new one would give each person a new account; the log beside it may be all that is left."""
    file = Path(sqlite_url.removeprefix("sqlite:///"))
    empty_for(120, file)
    log = Path(f"{file}-wal")
    log.write_bytes(b"what was written last")
    assert told(opened(sqlite_url).prepare) == "database-empty"
    assert told(opened(sqlite_url).migrate) == "database-empty"
    assert (file.read_bytes(), log.read_bytes()) == (b"", b"what was written last")


def test_the_file_that_another_process_has_just_made_is_taken(
    tmp_path: Path, opened: Callable[[str], Database]
) -> None:
    """Two processes that start side by side for the first time: one has made the file, and no table yet."""
    empty_for(5, tmp_path / "hwb.sqlite3")
    database = opened(f"sqlite:///{tmp_path}/hwb.sqlite3")
    database.prepare()
    try_write(database)


def another_programs(file: Path, statements: str) -> Path:
    with closing(sqlite3.connect(file)) as theirs:
        theirs.executescript(statements)
    return file


@pytest.mark.parametrize(
    "statements",
    [
        "CREATE TABLE places (url TEXT);",
        "CREATE TABLE pages (id INTEGER); CREATE TABLE alembic_version (version_num TEXT);"
        "INSERT INTO alembic_version VALUES ('a1b2c3');",
    ],
)
def test_another_programs_database_is_refused_and_left_as_it_is(
    statements: str, tmp_path: Path, opened: Callable[[str], Database]
) -> None:
    file = another_programs(tmp_path / "places.sqlite3", statements)
    file.chmod(0o644)
    whole = file.read_bytes()
    database = opened(f"sqlite:///{file}")
    assert told(database.prepare) == "database-foreign"
    assert told(database.migrate) == "database-foreign"
    assert file.read_bytes() == whole
    assert stat.S_IMODE(file.stat().st_mode) == 0o644  # its program may run as another account


def test_a_file_that_is_no_database_is_refused_and_left_as_it_is(
    tmp_path: Path, opened: Callable[[str], Database]
) -> None:
    file = tmp_path / "report.csv"
    file.write_text("school,ready\n")
    file.chmod(0o644)
    assert told(opened(f"sqlite:///{file}").prepare) == "database-none"
    assert (file.read_text(), stat.S_IMODE(file.stat().st_mode)) == ("school,ready\n", 0o644)


def test_a_link_that_leads_to_itself_is_told(tmp_path: Path, opened: Callable[[str], Database]) -> None:
    (tmp_path / "hwb.sqlite3").symlink_to(tmp_path / "hwb.sqlite3")
    assert told(opened(f"sqlite:///{tmp_path}/hwb.sqlite3").prepare).startswith("database-")


def test_a_look_at_the_file_leaves_the_locks_of_the_running_bot(
    sqlite_url: str, opened: Callable[[str], Database]
) -> None:
    """The bot looks at its database once more, another command ends: what the bot writes then is found."""
    bot = opened(sqlite_url)
    bot.prepare()
    assert bot.file is not None
    opened(sqlite_url).prepare()
    subprocess.run(
        [sys.executable, "-c", _A_COMMAND, bot.file], check=True
    )  # as the last one it ends the log
    with bot.writing() as session:
        session.execute(text("CREATE TABLE written (by_the_bot INTEGER)"))
    found = subprocess.run([sys.executable, "-c", _A_COMMAND, bot.file], check=True, stdout=subprocess.PIPE)
    assert b"written" in found.stdout


_A_COMMAND = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
print(connection.execute("SELECT name FROM sqlite_master").fetchall())
connection.close()
"""


# PostgreSQL


@pytest.mark.parametrize(
    ("told", "name", "said"),
    [
        (TooManyConnections("zu viele Verbindungen"), "database-connections", "zu viele Verbindungen"),
        (
            OperationalError("failed: FATAL:  sorry, too many clients already"),
            "database-connections",
            "sorry",
        ),
        (OperationalError("failed: FATAL:  schon zu viele Verbindungen"), "database-refused", "schon"),
        (OperationalError("failed: ВАЖНО:  уже слишком много клиентов"), "database-refused", "уже"),
    ],
)
def test_a_server_without_connections_is_quoted_in_its_language(
    told: Exception, name: str, said: str, knowledge: Knowledge
) -> None:
    """The state tells that its connections are used up; where there is none, English alone does."""
    found = database_problems.problem_of(DBAPIError(None, None, told), "D")
    assert found is not None
    sentence = knowledge.catalogue.say(found.said, "en")
    assert (found.name, said in sentence) == (name, True)
    assert "connections" in knowledge.catalogue.say(found.hint, "en").lower()


def test_a_server_that_is_gone_without_a_word_is_noticed_in_a_minute(
    postgresql_url: str, opened: Callable[[str], Database]
) -> None:
    """Thirty seconds of silence, then three questions ten seconds apart; the address may say otherwise."""

    def asked_for(url: str) -> dict[str, str]:
        with opened(url).engine.connect() as connection:
            info = connection.connection.driver_connection.info  # type: ignore[union-attr]
            return {
                name: value
                for name, value in info.get_parameters().items()
                if "alive" in name or "tcp" in name
            }

    seconds = {"keepalives_idle": "30", "keepalives_interval": "10", "keepalives_count": "3"}
    assert asked_for(postgresql_url) == seconds | {"tcp_user_timeout": "60000"}
    assert asked_for(f"{postgresql_url}&keepalives_idle=5")["keepalives_idle"] == "5"


@pytest.mark.both_databases
def test_ours_without_its_version_row(database: Database) -> None:
    with database.writing() as session:
        session.execute(text("DELETE FROM alembic_version"))
    assert told(database.prepare) == "database-versionless"
    assert told(database.migrate) == "database-versionless"


@pytest.mark.both_databases
def test_a_try_at_writing_leaves_nothing_behind(database: Database) -> None:
    try_write(database)
    try_write(database)
    with database.reading() as session:
        assert session.execute(text("SELECT count(*) FROM username_stems")).scalar() == 0


@pytest.mark.both_databases
def test_whether_it_answers(database: Database) -> None:
    assert database.alive
    with database.writing() as session:
        session.execute(text("DROP TABLE alembic_version"))
    assert not database.alive


def test_every_problem_has_its_sentence_in_both_languages(knowledge: Knowledge) -> None:
    names = {*database_problems._SQLITE.values(), *database_problems._POSTGRESQL.values()}
    values = {"database": "D", "said": "S", "seconds": 30}
    for language in ("en", "cy"):
        said = {knowledge.catalogue.say(DatabaseProblem(name, **values).said, language) for name in names}
        assert len(said) == len(names)
