"""Attacks on the audit: the database refuses what alters a record, and the chain shows what was forced."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError

from bot.people import audit, audit_chain
from bot.people.audit import AuditFilter, AuditRecord
from bot.people.audit_chain import Break, Verified
from bot.people.tables import AuditRow
from provisioning.store.database import Database
from tests.builders import GLAN, NOW

pytestmark = [pytest.mark.integration, pytest.mark.both_databases]

KEY = b"a key of the audit that no database has"
LONG_AGO = datetime(2020, 9, 1, 6, 0, tzinfo=UTC)


def looks_up(database: Database, *subjects: str) -> None:
    for subject in subjects:
        audit.keep(database, AuditRecord(NOW, "U0DAI", "slack", "accounts", GLAN.number, subject, "ok"))


def subjects(database: Database) -> list[str | None]:
    with database.reading() as session:
        return [record.subject for record in reversed(audit.read(session, AuditFilter()))]


def verified(database: Database, key: bytes | None = None) -> Verified:
    with database.reading() as session:
        return audit_chain.verify(session, key)


@pytest.fixture
def written(database: Database) -> Database:
    """Dai has looked up A, B and C."""
    looks_up(database, "A", "B", "C")
    return database


def forced(database: Database, *statements: str) -> None:
    """A user with every right takes the database's refusals away, and writes what they like."""
    with database.writing() as session:
        if database.embedded:
            named = session.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars()
            for name in list(named):
                session.execute(text(f"DROP TRIGGER {name}"))
        else:
            session.execute(text("ALTER TABLE audit DISABLE TRIGGER USER"))
            session.execute(text("ALTER TABLE audit_links DISABLE TRIGGER USER"))
        for statement in statements:
            session.execute(text(statement))


_VALUES = "'2026-09-07 07:00:00+00:00', '2026-09-07 07:00:00+00:00', 'U0X', 'cli', 'faq', 'ok'"
_COLUMNS = "at, recorded_at, who, door, deed, outcome"
REFUSED = {
    "inserted or else changed": f"INSERT INTO audit (id, {_COLUMNS}) VALUES (2, {_VALUES}) "
    "ON CONFLICT (id) DO UPDATE SET who = 'U0X'",
    "another subject": "UPDATE audit SET subject = 'Z'",
    "another id": "UPDATE audit SET id = id + 100",
    "one record deleted": "DELETE FROM audit WHERE subject = 'B'",
    "all records deleted": "DELETE FROM audit",
    "a link changed": "UPDATE audit_links SET hash = previous",
    "a link deleted": "DELETE FROM audit_links WHERE number = 3",
    "a sealed id given again": f"INSERT INTO audit (id, {_COLUMNS}) VALUES (2, {_VALUES})",
}
SQLITE_ONLY = {
    "an id from before given": f"INSERT INTO audit (id, {_COLUMNS}) VALUES (0, {_VALUES})",
    "replaced": f"INSERT OR REPLACE INTO audit (id, {_COLUMNS}) VALUES (2, {_VALUES})",
    "replaced by the shorter word": f"REPLACE INTO audit (id, {_COLUMNS}) VALUES (2, {_VALUES})",
    "put in again in silence": "UPDATE OR REPLACE audit SET id = 1 WHERE id = 2",
    "a link replaced": "INSERT OR REPLACE INTO audit_links VALUES (2, 2, '', '', '')",
}
POSTGRESQL_ONLY = {
    "emptied": "TRUNCATE audit",
    "links emptied": "TRUNCATE audit_links",
    "retention of what is new": "SELECT audit_forget(ARRAY[2])",
}


def refuses(database: Database, statement: str) -> None:
    with pytest.raises(DBAPIError), database.writing() as session:
        session.execute(text(statement))
    assert subjects(database) == ["A", "B", "C"]
    assert verified(database).broken is None


@pytest.mark.parametrize("attack", REFUSED.values(), ids=REFUSED)
def test_either_database_refuses(attack: str, written: Database) -> None:
    refuses(written, attack)


@pytest.mark.parametrize("attack", SQLITE_ONLY.values(), ids=SQLITE_ONLY)
def test_sqlite_refuses(attack: str, sqlite_url: str) -> None:
    database = Database(sqlite_url)
    looks_up(database, "A", "B", "C")
    refuses(database, attack)
    database.close()


@pytest.mark.parametrize("attack", POSTGRESQL_ONLY.values(), ids=POSTGRESQL_ONLY)
def test_postgresql_refuses(attack: str, postgresql_url: str) -> None:
    database = Database(postgresql_url)
    looks_up(database, "A", "B", "C")
    refuses(database, attack)
    database.close()


def written_at(day: datetime) -> dict[str, object]:
    """A record of a day as it was."""
    who = {"who": "U0DAI", "entry_point": "slack", "action": "faq", "outcome": "ok"}
    return {"at": day, "recorded_at": day, **who}


def test_an_id_is_never_given_twice(database: Database) -> None:
    """A record as old as may be deleted, the last of all: the next record gets another id."""
    with database.writing() as session:
        session.execute(insert(AuditRow), [written_at(LONG_AGO)])
        session.execute(text("DELETE FROM audit"))
    looks_up(database, "A")
    with database.reading() as session:
        assert session.execute(text("SELECT id FROM audit")).scalars().all() == [2]


CHAINED: Sequence[tuple[str, Break]] = [
    ("UPDATE audit SET subject = 'Z' WHERE id = 2", Break(2, 2, "changed")),
    ("UPDATE audit SET at = '2020-01-01 00:00:00+00:00' WHERE id = 3", Break(3, 3, "changed")),
    ("UPDATE audit SET recorded_at = '2020-01-01 00:00:00+00:00' WHERE id = 1", Break(1, 1, "changed")),
    ("UPDATE audit SET who = 'U0X' WHERE id = 1", Break(1, 1, "changed")),
    ("DELETE FROM audit WHERE id = 2", Break(2, 2, "gone")),
    ("DELETE FROM audit_links WHERE audit = 2", Break(3, 3, "torn")),
    ("UPDATE audit_links SET hash = previous WHERE number = 1", Break(1, 1, "changed")),
    ("UPDATE audit_links SET previous = hash WHERE number = 1", Break(1, 1, "torn")),
]


@pytest.mark.parametrize(("forced_on", "expected"), CHAINED, ids=[attack for attack, _ in CHAINED])
def test_the_chain_names_the_first_broken_link(forced_on: str, expected: Break, written: Database) -> None:
    forced(written, forced_on)
    assert verified(written).broken == expected


def test_an_audit_as_it_was_written_is_whole(written: Database) -> None:
    found = verified(written)
    assert (found.first, found.last, found.checked, found.unsealed) == (1, 3, 3, 0)
    assert found.broken is None


def test_what_is_put_in_past_the_program_has_no_link(written: Database) -> None:
    forced(written, f"INSERT INTO audit (id, {_COLUMNS}) VALUES (-5, {_VALUES})")
    assert verified(written).unsealed == 1


def rewritten(database: Database) -> None:
    """A user changes a record, and computes the whole chain again, as it can be without a key."""
    forced(database, "UPDATE audit SET subject = 'Z' WHERE id = 2", "DELETE FROM audit_links")
    key = database.session_info.pop(audit_chain.KEY, None)
    audit_chain.seal_all(database)
    database.session_info[audit_chain.KEY] = key


def test_without_a_key_the_whole_chain_can_be_written_again_and_its_last_hash_tells(
    written: Database,
) -> None:
    noted = verified(written)
    rewritten(written)
    found = verified(written)
    assert found.broken is None
    assert (found.last, found.hash == noted.hash) == (noted.last, False)


def test_the_end_can_be_cut_off_and_its_number_tells(written: Database) -> None:
    forced(written, "DELETE FROM audit WHERE id = 3", "DELETE FROM audit_links WHERE audit = 3")
    assert (verified(written).broken, verified(written).last) == (None, 2)


# With a key


@pytest.fixture
def keyed(database: Database) -> Database:
    """Dai has looked up A before there was a key, and B and C since."""
    looks_up(database, "A")
    database.session_info[audit_chain.KEY] = KEY
    looks_up(database, "B", "C")
    return database


def test_with_a_key_a_chain_written_again_without_it_shows(keyed: Database) -> None:
    found = verified(keyed, KEY)
    assert (found.broken, found.checked, found.keyed) == (None, 3, 2)
    rewritten(keyed)
    assert verified(keyed, KEY).keyed == 0


def test_a_link_without_the_key_after_one_with_it(keyed: Database) -> None:
    forced(
        keyed,
        "UPDATE audit SET subject = 'Z' WHERE id = 3",
        "UPDATE audit_links SET key = '' WHERE number = 3",
    )
    assert verified(keyed, KEY).broken == Break(3, 3, "keyless")


def test_a_hash_made_with_another_key(keyed: Database) -> None:
    forced(keyed, "UPDATE audit SET subject = 'Z' WHERE id = 3", "DELETE FROM audit_links WHERE number = 3")
    keyed.session_info[audit_chain.KEY] = b"the attacker's"
    audit_chain.seal_all(keyed)
    found = verified(keyed, KEY)
    assert (found.broken, found.keyed, found.unchecked) == (None, 1, 1)


def test_without_the_key_at_hand_no_link_is_added_and_none_is_believed(keyed: Database) -> None:
    keyed.session_info.clear()
    looks_up(keyed, "D")
    found = verified(keyed)
    assert (found.checked, found.unchecked, found.unsealed) == (1, 2, 1)


# Retention and many writers


def test_the_chain_survives_retention(database: Database) -> None:
    days = [LONG_AGO + timedelta(days=day) for day in range(6)]
    with database.writing() as session:
        session.execute(insert(AuditRow), [written_at(day) for day in days])
    audit_chain.seal_all(database)
    with database.writing() as session:
        over = audit_chain.past_their_time(days[4])
        ids = session.scalars(select(AuditRow.id).where(over)).all()
        audit_chain.delete_records(session, ids)
    found = verified(database)
    assert (found.first, found.last, found.checked, found.broken) == (5, 6, 2, None)
    forced(database, "DELETE FROM audit WHERE id = 5")
    assert verified(database).broken == Break(5, 5, "gone")


def test_a_record_of_a_long_transaction_is_sealed_after_those_that_overtook_it(postgresql_url: str) -> None:
    database = Database(postgresql_url)
    with database.writing() as long:
        audit.record(long, AuditRecord(NOW, "schedule", "schedule", "run", GLAN.number, "LATE", "ok"))
        looks_up(database, "A", "B")  # nothing waits for the long transaction
    assert verified(database).unsealed == 1
    audit_chain.seal_all(database)
    found = verified(database)
    database.close()
    assert (found.checked, found.unsealed, found.broken) == (3, 0, None)


def test_many_who_write_at_once_make_one_chain(database: Database) -> None:
    def at_work(who: int) -> None:
        looks_up(database, *(f"{who}-{number}" for number in range(20)))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(at_work, range(4)))
    audit_chain.seal_all(database)
    found = verified(database)
    assert (found.last, found.checked, found.unsealed, found.broken) == (80, 80, 0, None)
