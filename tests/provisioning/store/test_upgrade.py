"""The upgrade from an earlier schema, with records in it, on both databases."""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic import command as alembic
from alembic.config import Config
from sqlalchemy import text

from bot.people import audit_chain
from provisioning.store.database import Database
from provisioning.store.schema import MIGRATIONS
from tests import postgres_server
from tests.postgres_server import administer

pytestmark = pytest.mark.integration

EARLIER = "0022"
NOW = datetime.now(UTC)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without tables that is this test's alone."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'old.sqlite3'}"
        return
    server, name = request.getfixturevalue("postgresql_server"), f"hwb_{uuid.uuid4().hex}"
    administer(server, f"CREATE DATABASE {name} TEMPLATE template0")
    yield postgres_server.url(server, name)
    administer(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def old(empty_url: str) -> Iterator[Database]:
    """A database of an earlier version: an audit of two records, and a username."""
    database = Database(empty_url)
    with database.engine.execution_options(hwb_writes=True).begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        alembic.upgrade(config, EARLIER)
        for subject, at in (("KEPT", NOW - timedelta(days=9)), ("LATER", NOW + timedelta(days=9_999))):
            connection.execute(
                text(
                    "INSERT INTO audit (at, who, door, deed, subject, outcome) "
                    "VALUES (:at, 'U0DAI', 'cli', 'faq', :subject, 'ok')"
                ),
                {
                    "at": at.replace(tzinfo=None).isoformat(" ") if database.embedded else at,
                    "subject": subject,
                },
            )
        connection.execute(text("INSERT INTO username_stems VALUES ('blodeuwedde', 7)"))
    yield database
    database.close()


def test_the_records_of_the_audit_are_kept_and_none_is_dated_in_the_future(old: Database) -> None:
    old.migrate()
    with old.reading() as session:
        found = session.execute(text("SELECT subject, recorded_at FROM audit ORDER BY id")).all()
    recorded = {row[0]: datetime.fromisoformat(str(row[1])) for row in found}
    assert list(recorded) == ["KEPT", "LATER"]
    latest = datetime.now(UTC) + timedelta(seconds=1)
    assert {at.replace(tzinfo=at.tzinfo or UTC) <= latest for at in recorded.values()} == {True}


def test_the_records_of_before_are_sealed_after_it(old: Database) -> None:
    old.migrate()
    audit_chain.seal_all(old)
    with old.reading() as session:
        found = audit_chain.verify(session, None)
    assert (found.checked, found.unsealed, found.broken) == (2, 0, None)
