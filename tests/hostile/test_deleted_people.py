"""Deleted people: after retention their names stand in no byte of the database's files."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from alembic import command as alembic
from alembic.config import Config
from sqlalchemy import text

from bot.outbox import letters
from bot.outbox.letters import Letter
from bot.service.features import VERBS
from bot.service.retention import forget
from bot.services import Services
from bot.settings import Settings
from provisioning.store.database import Database
from provisioning.store.schema import MIGRATIONS
from tests.builders import NOW, Schools

pytestmark = pytest.mark.integration

NAME = "Blodeuwedd-Arianrhod"
OTHERS = 400
"""Letters about others, so that hers stand in pages of their own."""


def files_of(database: Database) -> list[Path]:
    assert database.file is not None
    return sorted(database.file.parent.glob(f"{database.file.name}*"))


def found_in(database: Database, name: str = NAME) -> list[str]:
    """The files of the database in which a name stands."""
    return [path.name for path in files_of(database) if name.encode() in path.read_bytes()]


def written_to(database: Database, at: datetime) -> None:
    """Letters in which she is named have been sent, between others'."""
    with database.writing() as session:
        for number in range(OTHERS):
            who = NAME if number % 40 == 0 else "Dylan"
            letters.put(session, [Letter(f"k{number}", "U0CARYS", {"who": f"{who} {number}" * 20})], at)
        session.execute(text("UPDATE outbox SET sent_at = created_at, recorded_at = created_at"))


def retention(provisioning: Schools, now: datetime) -> None:
    settings = Settings(database_url=str(provisioning.database.url))
    services = Services(settings, provisioning.at(NOW), lambda: VERBS)
    forget(services, who="schedule", entry_point="schedule", now=now)


def test_after_retention_a_name_stands_in_no_file(provisioning: Schools) -> None:
    written_to(provisioning.database, NOW)
    assert found_in(provisioning.database)
    retention(provisioning, NOW + timedelta(days=181))
    assert found_in(provisioning.database) == []


def test_what_another_program_still_looks_at_is_overwritten_the_next_time(
    provisioning: Schools, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("provisioning.store.database.BUSY_SECONDS", 0.1)
    written_to(provisioning.database, NOW)
    database = Database(str(provisioning.database.url))
    with provisioning.database.reading() as look:
        look.execute(text("SELECT count(*) FROM outbox")).scalar()
        with database.writing() as session:
            session.execute(text("DELETE FROM outbox"))
        database.scrub()  # neither waits for ever, nor fails
        assert found_in(database)
    database.scrub()
    database.close()
    assert found_in(provisioning.database) == []


def test_what_an_earlier_version_deleted_is_overwritten_at_the_upgrade(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'old.sqlite3'}")
    with database.engine.execution_options(hwb_writes=True).begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        alembic.upgrade(config, "0022")
    raw = database.engine.raw_connection()
    raw.cursor().execute("PRAGMA secure_delete=OFF")
    raw.cursor().execute(
        "INSERT INTO audit (at, who, door, deed, subject, outcome) "
        "VALUES ('2026-01-01 09:00:00.000000', 'U0DAI', 'cli', 'faq', 'KEPT', 'ok')"
    )
    for number in range(200):
        raw.cursor().execute("INSERT INTO username_stems VALUES (?, 1)", [f"{NAME}{number}" * 9])
    raw.cursor().execute("DELETE FROM username_stems")
    raw.close()
    assert found_in(database)
    database.prepare()
    assert found_in(database) == []
    with database.reading() as session:
        kept = session.execute(text("SELECT subject, recorded_at FROM audit")).one()
    database.close()
    assert tuple(kept) == ("KEPT", "2026-01-01 09:00:00.000000")
