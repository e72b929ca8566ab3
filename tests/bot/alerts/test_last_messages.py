"""Which message a user has of an alert is read from the letters about it, on both databases."""

from datetime import date

import pytest

from bot.alerts import store
from bot.alerts.alert import Alert, Key
from bot.alerts.notification_plan import LastMessage
from bot.outbox import letters
from bot.outbox.letters import SETTLED, Letter
from bot.outbox.tables import OutboxRow
from knowledge.texts import Bilingual, Text
from provisioning.clock import uk_date
from tests.builders import NANT, NOW, Schools

pytestmark = [pytest.mark.integration, pytest.mark.both_databases]

STAGE = Key("client-ran", NANT.number, 2026)


def letter(key: str, to: str, about: str, revision: int = 0, edits: str | None = None) -> Letter:
    """A letter about an alert; one that edits names the letter that it edits."""
    return Letter(key, to, {"kind": "alert", "edits": edits}, about=about, revision=revision)


def test_the_last_message_of_each_user(provisioning: Schools) -> None:
    """U1's was sent and is to be edited, U2's waits, U3's was settled unsent; U4's is of no alert."""
    said = Text("alert", {"school": NANT.name, "ran": NOW, "others": Bilingual("two", "dau")})
    alert = Alert(STAGE, said, date(2026, 9, 1), "school", Text("run"), NOW, NOW)
    about = str(STAGE)
    with provisioning.database.writing() as session:
        store.save(session, [alert])
        first = [letter("1", "U1", about), letter("2", "U2", about), letter("3", "U3", about)]
        letters.put(session, [*first, letter("4", "U4", "2026:other")], NOW)
        letters.put(session, [letter("5", "U1", about, 1, "1"), letter("6", "U3", about, 1, "3")], NOW)
        rows = {row.key: row for row in session.query(OutboxRow)}
        rows["1"].sent_at, rows["3"].given_up_because = NOW, SETTLED
    with provisioning.database.reading() as session:
        assert store.every(session) == (alert,)
        found = store.last_messages(session, [2026])
        assert store.last_messages(session, [2025]) == {}
    assert found == {
        (STAGE, "U1"): LastMessage(1, uk_date(NOW)),
        (STAGE, "U2"): LastMessage(0, None),
    }
