"""The outbox in the store: a key is put in once, and a letter is in one sender's hands at a time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.alerts import store
from bot.alerts.alert import Alert, Key
from bot.alerts.letters import alert_letter
from bot.alerts.notification_plan import LastMessage, Message
from bot.outbox import letters
from bot.outbox.letters import CLAIM, SETTLED, Letter
from knowledge.texts import Bilingual, Text
from provisioning.store.database import Database

pytestmark = pytest.mark.both_databases

NOW = datetime(2026, 8, 24, 7, 0, tzinfo=UTC)
SOON = NOW + timedelta(seconds=1)
ALERT = Alert(
    Key("intake-matched", "6809903", 2026),
    Text(
        "alert.title",
        {"school": Bilingual("Glan", "Glan"), "stage": Text("a"), "n": 1, "on": date(2026, 8, 1)},
    ),
    date(2026, 8, 30),
    "previous-school",
    Text("b"),
    NOW,
    NOW,
)


def letter(key: str = "digest:U0A:2026-08-24", **fields: object) -> Letter:
    return Letter(key, "U0A", {"kind": "digest", "words": "ŵ"}, **fields)  # type: ignore[arg-type]


def put(database: Database, *found: Letter) -> None:
    database.write(lambda session: letters.put(session, found, NOW))


def claim(database: Database, moment: datetime = NOW, office_open: bool = True) -> letters.Claimed | None:
    return database.write(lambda session: letters.claim(session, moment, office_open=office_open))


def test_a_key_is_put_in_once_however_often_and_by_several_writers_at_once(database: Database) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: put(database, letter(), letter("b")), range(8)))
    assert [claimed.letter.key for claimed in (claim(database), claim(database)) if claimed] == [
        "digest:U0A:2026-08-24",
        "b",
    ]
    assert claim(database) is None


def test_racing_senders_never_have_the_same_letter(database: Database) -> None:
    put(database, *(letter(str(number)) for number in range(12)))
    with ThreadPoolExecutor(4) as pool:
        taken = list(pool.map(lambda _: claim(database), range(16)))
    keys = [claimed.letter.key for claimed in taken if claimed is not None]
    assert len(keys) == len(set(keys))
    while (claimed := claim(database)) is not None:
        keys.append(claimed.letter.key)
    assert sorted(keys, key=int) == [str(number) for number in range(12)]


def test_a_claim_that_ends_is_taken_up_again_and_its_letter_is_doubtful(database: Database) -> None:
    put(database, letter())
    first = claim(database)
    assert first is not None
    assert (first.doubtful, first.attempts) == (False, 0)
    assert claim(database, NOW + CLAIM - timedelta(seconds=1)) is None
    again = claim(database, NOW + CLAIM)
    assert again is not None
    assert (again.id, again.doubtful, again.attempts) == (first.id, True, 1)


@pytest.mark.parametrize("doubtful", [False, True])
def test_what_is_postponed_comes_when_it_is_time(database: Database, doubtful: bool) -> None:
    put(database, letter())
    first = claim(database)
    assert first is not None
    later = NOW + timedelta(seconds=30)
    database.write(lambda session: letters.postpone(session, first.id, later, doubtful=doubtful))
    assert claim(database, SOON) is None
    again = claim(database, later)
    assert again is not None
    assert again.doubtful is doubtful


def test_what_is_for_office_hours_waits_and_does_not_hold_up_what_is_not(database: Database) -> None:
    put(database, letter("a"), letter("b", any_time=True))
    found = claim(database, office_open=False)
    assert found is not None
    assert found.letter.key == "b"
    assert claim(database, office_open=False) is None


def test_what_is_sent_or_given_up_is_done(database: Database) -> None:
    put(database, letter("a"), letter("b"))
    first, second = claim(database), claim(database)
    assert first is not None
    assert second is not None
    database.write(lambda session: letters.sent(session, first.id, NOW, "D0A", "1.0"))
    database.write(lambda session: letters.give_up(session, second.id, "user_deleted"))
    put(database, letter("a"), letter("b"))
    assert claim(database, NOW + timedelta(days=1)) is None
    with database.reading() as session:
        assert letters.unreachable(session, NOW) == {"U0A"}
        assert letters.unreachable(session, SOON) == frozenset()


def test_what_was_settled_unsent_can_be_put_in_anew(database: Database) -> None:
    put(database, letter())
    first = claim(database)
    assert first is not None
    database.write(lambda session: letters.give_up(session, first.id, SETTLED))
    put(database, letter())
    assert claim(database) is not None


def test_an_alert_is_kept_as_it_is_and_there_is_one(database: Database) -> None:
    def save(_: int) -> None:
        database.write(lambda session: store.save(session, [ALERT]))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(save, range(8)))
    with database.reading() as session:
        assert store.every(session) == (ALERT,)
        assert store.find(session, ALERT.key) == ALERT


def test_who_has_been_told_what(database: Database) -> None:
    posted, edited = Message(ALERT, "U0A"), Message(store_revision(3), "U0A", edits=True)
    database.write(lambda session: store.save(session, [ALERT]))
    put(database, alert_letter(posted))
    with database.reading() as session:
        assert store.last_messages(session, [2026]) == {(ALERT.key, "U0A"): LastMessage(0)}
    first = claim(database)
    assert first is not None
    database.write(lambda session: letters.sent(session, first.id, NOW, "D0A", "1.0"))
    put(database, alert_letter(edited))
    with database.reading() as session:
        assert store.last_messages(session, [2026]) == {(ALERT.key, "U0A"): LastMessage(3, date(2026, 8, 24))}
        assert store.last_messages(session, [2025]) == {}


def test_what_was_settled_unsaid_does_not_count_as_told(database: Database) -> None:
    put(
        database,
        alert_letter(Message(ALERT, "U0A")),
        alert_letter(Message(store_revision(1), "U0A", True)),
    )
    first = claim(database)
    assert first is not None
    database.write(lambda session: letters.give_up(session, first.id, SETTLED))
    with database.reading() as session:
        assert store.last_messages(session, [2026]) == {}


def store_revision(number: int) -> Alert:
    """The alert a few changes later."""
    return Alert(**{**vars(ALERT), "revision": number})


def test_letters_are_found_by_the_beginning_of_their_key(database: Database) -> None:
    put(database, letter("held:1:U0A"), letter("held:10:U0A"), letter("held:1:U0B"), letter("HELD:1:U0C"))
    put(database, letter("100%:U0A"), letter("100:U0A"))
    with database.reading() as session:
        assert [row.key for row in letters.keyed(session, "held:1:")] == ["held:1:U0A", "held:1:U0B"]
        assert [row.key for row in letters.keyed(session, "100%")] == ["100%:U0A"]
