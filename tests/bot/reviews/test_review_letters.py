"""Accounts made by hand that end: reviewers are warned a week before, told afterwards, and can undo it."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.outbox.sending import Sender
from bot.people import audit
from bot.people.audit import AuditFilter
from bot.reviews.letters import daily
from bot.service.features import LETTER_KINDS
from provisioning.clock import FixedClock
from provisioning.manual import reviews
from provisioning.manual.handmade import FILE, Term
from provisioning.records.accounts import Status
from provisioning.records.people import Kind
from tests.bot.app_fixtures import CARYS, DAI, Json, Room, buttons, words
from tests.builders import GLAN, write

LAST_DAY = datetime(2026, 9, 10, 9, 0, tzinfo=UTC)
ROWS = [
    ["school", "username", "name", "kind", "expires_on", "last_signed_in"],
    [GLAN.number, "ArallA@hwbcymru.net", "Ann Arall", "non-mis", "2026-12-18", ""],
    [GLAN.number, "SupplyS@hwbcymru.net", "Sally Supply", "non-mis", "2026-09-10", ""],
    [GLAN.number, "LlywG@hwbcymru.net", "Gwen Llyw", "governor", "2026-09-10", ""],
]


@pytest.fixture
def september(here: Room) -> Room:
    """Glan has three accounts that were made by hand; two of them last until 10 September."""
    write(here.provisioning.folder / FILE, ROWS, LAST_DAY - timedelta(days=9))
    return here


def morning(room: Room, days: int) -> Room:
    """The daily housekeeping at nine, so many days after 10 September; letters are delivered."""
    then = room.at(FixedClock(LAST_DAY + timedelta(days=days)))
    daily(then.services)
    Sender(then.services, then.app.client, LETTER_KINDS).deliver()
    return then


def letters(room: Room, user: str = CARYS) -> list[str]:
    return [words(message["blocks"]) for message in room.server.person(user).messages()]


def shown(message: Json | None) -> Json:
    assert message is not None
    return message


def statuses(room: Room) -> dict[str, Status]:
    return {
        account.username.partition("@")[0]: account.status for account in room.provisioning.accounts(GLAN)
    }


def test_reviewers_are_warned_a_week_before_with_names_and_day_once(september: Room) -> None:
    assert letters(morning(september, -8)) == []
    for days in (-7, -6, -1):
        (letter,) = letters(morning(september, days))
    assert "2 accounts made by hand at Glan High will end after 10 September 2026" in letter
    assert "*Sally Supply*  `SupplyS@hwbcymru.net`" in letter
    assert "*Gwen Llyw*" in letter
    assert "Ann Arall" not in letter
    assert letters(september, DAI) == []
    (message,) = september.server.person(CARYS).messages()
    assert buttons(message) == ["Review non-MIS accounts", "Review governor accounts"]
    assert "Sally" not in message["text"]


def test_an_account_that_is_new_in_the_list_is_warned_of_by_itself(september: Room) -> None:
    morning(september, -7)
    new = [GLAN.number, "NewyddN@hwbcymru.net", "Non Newydd", "non-mis", "2026-09-10", ""]
    write(september.provisioning.folder / FILE, [*ROWS, new], LAST_DAY - timedelta(days=6))
    _, letter = letters(morning(september, -3))
    assert "Non Newydd" in letter
    assert "Sally" not in letter


def test_an_account_that_is_kept_is_no_news(september: Room) -> None:
    then = september.at(FixedClock(LAST_DAY - timedelta(days=7)))
    daily(then.services)
    provisioning = then.services.provisioning
    for kind, name in ((Kind.NON_MIS, "SupplyS"), (Kind.GOVERNOR, "LlywG")):
        account = reviews.find(provisioning, GLAN.number, kind, name)
        reviews.keep(provisioning, account, Term.SIX_MONTHS, by="U0WYN")
    Sender(then.services, then.app.client, LETTER_KINDS).deliver()
    assert letters(then) == []


def test_on_its_last_day_an_account_works(september: Room) -> None:
    assert set(statuses(morning(september, 0)).values()) == {Status.ACTIVE}


def test_when_they_have_ended_there_is_one_message_and_an_audit_record_of_each(september: Room) -> None:
    for days in (1, 2):
        then = morning(september, days)
    assert statuses(then) == {
        "ArallA": Status.ACTIVE,
        "SupplyS": Status.INACTIVE,
        "LlywG": Status.INACTIVE,
    }
    (letter,) = letters(then)
    assert "2 accounts made by hand at Glan High have ended" in letter
    assert "*Sally Supply*" in letter
    with then.services.database.reading() as session:
        found = audit.read(session, AuditFilter(action="account-ended"))
    assert {(record.who, record.school, record.subject, record.outcome) for record in found} == {
        ("schedule", GLAN.number, "SUPPLYS@HWBCYMRU.NET", "expired"),
        ("schedule", GLAN.number, "LLYWG@HWBCYMRU.NET", "expired"),
    }


def test_an_ending_is_undone_from_the_message(september: Room) -> None:
    then = morning(september, 1)
    said = words(shown(then.press(CARYS, "review:undo-ending", None)))
    assert "has been undone" in said
    assert list(statuses(then).values()).count(Status.ACTIVE) == 2
    assert list(statuses(morning(september, 2)).values()).count(Status.ACTIVE) == 2


def test_the_review_stays_open_until_a_reviewer_has_looked(september: Room) -> None:
    then = morning(september, 1)
    assert "0 of 1 reviewed" in words(then.answer(CARYS, "review governors"))
    assert "It has ended by itself" in words(then.choose(CARYS, "review:details"))
    said = words(shown(then.press(CARYS, "review:seen", None)))
    assert "2 accounts may stay ended" in said
    assert "1 of 1 reviewed" in words(then.answer(CARYS, "review governors"))
    with then.services.database.reading() as session:
        found = audit.read(session, AuditFilter(action="review-seen"))
    assert {record.who for record in found} == {CARYS}
