"""What is kept of usernames for good tells no name, and still no username is given out twice."""

from pathlib import Path

import pytest
from alembic import command as alembic
from alembic.config import Config
from sqlalchemy import text

from provisioning.errors import KnownError
from provisioning.store import stem_keys
from provisioning.store.database import Database
from provisioning.store.schema import MIGRATIONS
from provisioning.store.usernames import give_out

pytestmark = [pytest.mark.integration, pytest.mark.both_databases]

KEY = b"a key of the usernames that no database has"
EIRLYS = ("Blodeuwedd", "Eirlys")


def given(database: Database) -> str:
    with database.writing() as session:
        return give_out(session, [EIRLYS])[0].partition("@")[0]


def kept(database: Database) -> dict[str, int]:
    with database.reading() as session:
        rows = session.execute(text("SELECT stem, given_out FROM username_stems")).all()
    return {row[0]: row[1] for row in rows}


def with_key(database: Database, key: bytes | None) -> Database:
    database.session_info[stem_keys.KEY] = key
    return database


def test_the_stem_that_was_given_out_is_not_there_to_be_read(database: Database) -> None:
    assert given(database) == "BlodeuweddE"
    (stem,) = kept(database)
    assert "blodeuwedd" not in stem.casefold()
    assert len(stem) == 32
    assert given(database) == "BlodeuweddE2"


def test_each_database_has_a_secret_of_its_own(tmp_path: Path) -> None:
    found = []
    for name in ("one", "another"):
        database = Database(f"sqlite:///{tmp_path / name}.sqlite3")
        database.prepare()
        given(database)
        found.append(set(kept(database)))
        database.close()
    assert not found[0] & found[1]


def test_a_key_of_the_settings_hashes_what_was_kept_before_it(database: Database) -> None:
    given(database)
    without = kept(database)
    stem_keys.adopt(with_key(database, KEY))
    assert set(kept(database)).isdisjoint(without)
    assert list(kept(database).values()) == [1]
    stem_keys.adopt(database)
    assert given(database) == "BlodeuweddE2"
    assert list(kept(database).values()) == [2]


@pytest.mark.parametrize("key", [None, b"another key of the usernames, made in haste"])
def test_without_the_key_that_was_used_no_username_is_given_out(
    database: Database, key: bytes | None
) -> None:
    stem_keys.adopt(with_key(database, KEY))
    with_key(database, key)
    with pytest.raises(KnownError, match="username-key-other"):
        stem_keys.adopt(database)
    with pytest.raises(KnownError, match="username-key-other"):
        given(database)


def test_a_key_that_was_set_and_not_yet_taken_gives_out_nothing(database: Database) -> None:
    """A process that has not been started anew must not count usernames that another knows under the key."""
    with pytest.raises(KnownError, match="username-key-other"):
        given(with_key(database, KEY))


def test_what_an_earlier_version_kept_in_plain_text_is_hashed_at_the_upgrade(
    database: Database, tmp_path: Path
) -> None:
    old = Database(f"sqlite:///{tmp_path / 'old.sqlite3'}") if database.embedded else database
    with old.engine.execution_options(hwb_writes=True).begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        if not old.embedded:  # the test's database is new already
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
        alembic.upgrade(config, "0026")
        connection.execute(text("INSERT INTO username_stems VALUES ('blodeuwedde', 7), ('puwm', 1)"))
    old.migrate()
    assert sorted(kept(old).values()) == [1, 7]
    assert not {"blodeuwedde", "puwm"} & set(kept(old))
    assert given(old) == "BlodeuweddE8"
    if old.file is not None:
        for file in (old.file, old.file.with_name(f"{old.file.name}-wal")):
            assert not file.exists() or b"blodeuwedd" not in file.read_bytes()
        old.close()
