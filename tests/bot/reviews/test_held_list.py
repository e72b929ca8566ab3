"""A list that would end many accounts made by hand at once: reviewers are asked, and one of them decides."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.outbox.sending import Sender
from bot.people import audit
from bot.people.audit import AuditFilter
from bot.reviews.letters import daily
from bot.service.features import LETTER_KINDS
from provisioning.clock import FixedClock
from provisioning.manual.handmade import FILE
from provisioning.records.accounts import Status
from provisioning.store import listings
from tests.bot.app_fixtures import CARYS, DAI, PRYS, WYN, Room, buttons, words
from tests.builders import GLAN, NANT, School, write

HEADER = ["school", "username", "name", "kind", "expires_on", "last_signed_in"]
SUMMER, AUTUMN = datetime(2026, 8, 26, 8, 0, tzinfo=UTC), datetime(2026, 9, 7, 9, 0, tzinfo=UTC)
SAID = "Glan High: the new list of accounts made by hand would end 6 of 8 accounts at once"


def rows(school: School, ended: int) -> list[list[str]]:
    """Eight supply teachers of a school, of whom the first `ended` have a date that has passed."""
    ends = ["2026-08-31" if number < ended else "2027-07-31" for number in range(8)]
    name = school.name.en.split()[0]
    return [
        [school.number, f"Supply{name}{number}@hwbcymru.net", f"Sally {name}", "non-mis", end, ""]
        for number, end in enumerate(ends)
    ]


def housekeeping(room: Room, at: datetime, *listed: list[str]) -> Room:
    """The daily housekeeping at a moment, with a new list where `listed` has rows; letters are delivered."""
    if listed:
        write(room.provisioning.folder / FILE, [HEADER, *listed], at)
    then = room.at(FixedClock(at))
    daily(then.services)
    Sender(then.services, then.app.client, LETTER_KINDS).deliver()
    return then


@pytest.fixture
def held(here: Room) -> Room:
    """In September a list comes that would end six of the eight accounts of Glan."""
    housekeeping(here, SUMMER, *rows(GLAN, 0), *rows(NANT, 0))
    return housekeeping(here, AUTUMN, *rows(GLAN, 6), *rows(NANT, 0))


def letters(room: Room, user: str) -> list[str]:
    return [words(message["blocks"]) for message in room.server.person(user).messages()]


def active(room: Room, school: School = GLAN) -> int:
    return sum(account.status is Status.ACTIVE for account in room.provisioning.accounts(school))


def test_each_reviewer_of_the_school_is_asked_once_with_numbers_and_without_names(held: Room) -> None:
    housekeeping(held, AUTUMN + timedelta(days=1))
    (letter,) = letters(held, CARYS)
    assert SAID in letter
    assert "Nobody was ended, and nothing of the list (`non_mis.csv`) was taken in." in letter
    assert "Sally" not in letter
    (message,) = held.server.person(CARYS).messages()
    assert buttons(message) == ["Take it in", "Leave it out", "Review accounts"]
    (welsh,) = letters(held, WYN)
    assert "byddai'r rhestr newydd o gyfrifon a grëwyd â llaw yn dod â 6 o 8 cyfrif i ben ar unwaith" in welsh
    assert letters(held, DAI) == letters(held, PRYS) == []
    assert active(held) == 8


def test_taken_in_the_accounts_end_and_all_letters_say_who_decided(held: Room) -> None:
    held.press(CARYS, "review:accept-list", None)
    for user in (CARYS, WYN):
        (message, *_) = held.server.person(user).messages()
        said = words(message["blocks"])
        assert f"<@{CARYS}>" in said
        assert len(buttons(message)) == 1
    assert (
        "the list of accounts made by hand has been taken in. 6 accounts will end" in letters(held, CARYS)[0]
    )
    housekeeping(held, AUTUMN + timedelta(days=1))
    assert active(held) == 2
    assert any("6 accounts made by hand at Glan High have ended" in said for said in letters(held, CARYS))
    with held.services.database.reading() as session:
        found = audit.read(session, AuditFilter(action="accept-list"))
    assert {(record.who, record.school, record.outcome) for record in found} == {
        (CARYS, GLAN.number, "begun"),
        (CARYS, GLAN.number, "accepted"),
    }


def test_left_out_nobody_ends_and_it_can_still_be_taken_in(held: Room) -> None:
    held.press(WYN, "review:refuse-list", None)
    later = housekeeping(held, AUTUMN + timedelta(days=1))
    assert active(later) == 8
    (letter,) = letters(later, CARYS)
    assert "would end 6 of 8 at once is left out" in letter
    later.press(CARYS, "review:accept-list", None)
    assert "has been taken in" in letters(later, CARYS)[0]
    assert "wedi" not in letters(later, CARYS)[0]
    assert "cymerwyd y rhestr" in letters(later, WYN)[0]


def test_held_at_two_schools_it_waits_for_both(here: Room) -> None:
    housekeeping(here, SUMMER, *rows(GLAN, 0), *rows(NANT, 0))
    then = housekeeping(here, AUTUMN, *rows(GLAN, 6), *rows(NANT, 5))
    assert "Nant Primary: the new list" in letters(then, DAI)[0]
    then.press(CARYS, "review:accept-list", None)
    assert "It is held back at another school too" in letters(then, CARYS)[0]
    then.press(DAI, "review:accept-list", None)
    housekeeping(here, AUTUMN + timedelta(days=1))
    assert (active(here), active(here, NANT)) == (2, 3)


def test_a_list_that_has_been_replaced_is_not_decided_on(held: Room) -> None:
    write(held.provisioning.folder / FILE, [HEADER, *rows(GLAN, 7), *rows(NANT, 0)], AUTUMN)
    for action in ("review:accept-list", "review:refuse-list"):
        said = words(held.press(CARYS, action, None) or {})
        assert "is no longer held" in said
    assert active(held) == 8


def test_a_list_that_is_taken_in_late_is_of_the_day_on_which_it_was_seen(held: Room) -> None:
    late = held.at(FixedClock(AUTUMN + timedelta(days=5)))
    late.press(CARYS, "review:accept-list", None)
    with held.services.database.reading() as session:
        taken = listings.taken(session)
    assert taken is not None
    assert taken.as_of == AUTUMN
