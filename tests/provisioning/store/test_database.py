"""The database: created and migrated on first use, and refused in words where it can't be used."""

import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import event, inspect, text
from sqlalchemy.exc import IntegrityError, OperationalError, StatementError

from bot.service.every_table import METADATA
from provisioning.errors import KnownError
from provisioning.store.database import Database
from provisioning.store.schema import MIGRATIONS, revisions
from provisioning.store.tables.runs import RunRow

pytestmark = [pytest.mark.integration, pytest.mark.both_databases]


ON_POSTGRESQL = "ix_outbox_key_begins"
"""The index that only PostgreSQL needs."""


def of_ours(database: Database, _item: Any, name: str | None, kind: str, *_rest: Any) -> bool:
    """Whether a table is ours: the queue's are Procrastinate's, and compared in test_queue_schema.py."""
    if kind == "index" and name == ON_POSTGRESQL:
        return not database.embedded
    return kind != "table" or not str(name).startswith("procrastinate_")


def test_the_migrations_make_what_the_tables_say(database: Database) -> None:
    with database.engine.connect() as connection:
        opts = {"compare_type": True, "include_object": partial(of_ours, database)}
        context = MigrationContext.configure(connection, opts=opts)
        assert compare_metadata(context, METADATA) == []


def test_the_newest_migration_is_the_one_whose_file_has_the_highest_number(database: Database) -> None:
    """Whether a schema is up to date is told by the files' names, without importing the migrations."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    scripts = ScriptDirectory.from_config(config)
    assert {script.revision for script in scripts.walk_revisions()} == revisions()
    assert scripts.get_current_head() == max(revisions())


def test_it_is_made_on_first_use_with_its_folder(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'data' / 'deep' / 'hwb.sqlite3'}")
    database.prepare()
    database.prepare()
    assert "accounts" in inspect(database.engine).get_table_names()
    database.close()


@pytest.fixture
def new(tmp_path: Path) -> Iterator[Database]:
    """A database of which nothing is there yet."""
    database = Database(f"sqlite:///{tmp_path / 'new.sqlite3'}")
    yield database
    database.close()


def test_a_migration_that_breaks_off_leaves_nothing_half_made(new: Database) -> None:
    def break_off(_connection: Any, _cursor: Any, sql: str, *_rest: Any) -> None:
        if "CREATE TABLE journal" in sql:
            raise InterruptedError

    event.listen(new.engine, "before_cursor_execute", break_off)
    with pytest.raises(InterruptedError):
        new.prepare()
    event.remove(new.engine, "before_cursor_execute", break_off)
    assert inspect(new.engine).get_table_names() == []
    new.prepare()
    assert "journal" in inspect(new.engine).get_table_names()


def test_two_that_find_it_empty_do_not_get_in_each_others_way(new: Database) -> None:
    """The other writes while this one is about to migrate; a look taken before would be out of date."""
    other, about_to_write, outcomes = Database(new.url.render_as_string()), threading.Event(), []

    def notice(_connection: Any, _cursor: Any, sql: str, *_rest: Any) -> None:
        if sql.startswith(("BEGIN IMMEDIATE", "CREATE TABLE", "\nCREATE TABLE")):
            about_to_write.set()

    def migrate() -> None:
        try:
            new.migrate()
        except KnownError as error:
            outcomes.append(error)

    event.listen(new.engine, "before_cursor_execute", notice)
    this = threading.Thread(target=migrate)
    with other.writing() as session:
        session.execute(text("CREATE TABLE passing (id INTEGER)"))
        session.execute(text("DROP TABLE passing"))
        this.start()
        about_to_write.wait()
    this.join()
    assert outcomes == []
    other.close()
    assert "journal" in inspect(new.engine).get_table_names()


def test_migrating_again_changes_nothing(new: Database) -> None:
    new.migrate()
    new.migrate()
    assert "journal" in inspect(new.engine).get_table_names()


def problem(database: Database) -> str:
    with pytest.raises(KnownError) as raised:
        database.prepare()
    return raised.value.said.key


def test_a_newer_versions_database_is_refused(database: Database) -> None:
    with database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert problem(database) == "error.database-ahead"


def test_a_database_in_no_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    database = Database(f"sqlite:///{tmp_path / 'file' / 'hwb.sqlite3'}")
    assert problem(database) == "error.database-folder"
    database.close()


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "hwb.sqlite3").write_text("number,name\n" * 100)
    database = Database(f"sqlite:///{tmp_path / 'hwb.sqlite3'}")
    assert problem(database) == "error.database-none"
    database.close()


@pytest.mark.parametrize(
    "url", ["", "hwb.sqlite3", "nonsense://x/y", "sqlite://x:y@z/hwb.sqlite3", "oracle://localhost/hwb"]
)
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(KnownError) as raised:
        Database(url)
    assert raised.value.said.key == "error.database-url"


def test_writing_is_all_or_nothing(database: Database) -> None:
    twice = "INSERT INTO username_stems VALUES ('a', 1), ('b', 1), ('a', 2)"
    with suppress(IntegrityError), database.writing() as session:
        session.execute(text("INSERT INTO username_stems VALUES ('c', 1)"))
        session.execute(text(twice))
    with database.reading() as session:
        assert session.execute(text("SELECT count(*) FROM username_stems")).scalar() == 0


def test_reading_changes_nothing(database: Database) -> None:
    with database.reading() as session:
        session.execute(text("INSERT INTO username_stems VALUES ('a', 1)"))
    with database.reading() as session:
        assert session.execute(text("SELECT count(*) FROM username_stems")).scalar() == 0


def test_a_look_sees_one_state_while_others_write(database: Database) -> None:
    with database.reading() as look:
        assert look.execute(text("SELECT count(*) FROM username_stems")).scalar() == 0
        with database.writing() as session:
            session.execute(text("INSERT INTO username_stems VALUES ('a', 1)"))
        assert look.execute(text("SELECT count(*) FROM username_stems")).scalar() == 0


def test_a_run_of_a_school_that_is_not_there_is_refused_by_the_tables(database: Database) -> None:
    row = {
        "status": "running",
        "started_by": "test",
        "started_at": datetime.now(UTC),
        "counts": {},
        "holds": [],
    }
    with pytest.raises(IntegrityError), database.writing() as session:
        session.add(RunRow(school="6609999", **row))


def test_a_time_without_a_zone_never_reaches_the_tables(database: Database) -> None:
    naive = datetime(2026, 9, 7, 8, 0)  # noqa: DTZ001 - that is the point
    row = {"status": "running", "started_by": "test", "counts": {}, "holds": []}
    with pytest.raises((StatementError, OperationalError)), database.writing() as session:
        session.add(RunRow(school="6609999", started_at=naive, **row))
