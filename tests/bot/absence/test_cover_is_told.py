"""What a cover is told as an absence begins and in each digest; what officers are told when all are away."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from bot.absence.actions import AbsenceAction
from bot.alerts import store
from bot.alerts.morning import Digest, digests
from bot.alerts.screens import digest as digest_screen
from bot.outbox.sending import Sender
from bot.people.absences import Absence, first_back
from bot.people.permissions import Grant, Role
from bot.service.features import LETTER_KINDS
from bot.slack.voice import Voice
from diagnostics.tally import Standing
from tests.bot.absence.test_away_in_slack import BACK, say_away
from tests.bot.alerts.alert_builders import KNOWN, MONDAY, raised
from tests.bot.app_fixtures import CARYS, HUW, PRYS, WYN, Room, buttons, words
from tests.builders import GLAN, NOW

MAIR, CERI = "U0MAIR", "U0CERI"
CHAMPION = Grant(MAIR, Role.DIGITAL_CHAMPION, GLAN.number)
OFFICE = Grant(CERI, Role.MIS_ADMINISTRATOR, GLAN.number)
MANAGER = Grant(HUW, Role.PROVISIONING_MANAGER, GLAN.number)
AWAY = {MAIR: Absence(MAIR, BACK, CERI)}


def letters(room: Room, user: str) -> list[Any]:
    """Send what waits, and return the messages of a user."""
    Sender(room.services, room.app.client, LETTER_KINDS).deliver()
    return list(room.server.person(user).messages())


@pytest.fixture
def taken(glan: Room) -> Room:
    """Carys has taken an alert of Glan High."""
    alert = raised(now=NOW, acknowledged_by=CARYS)
    glan.services.database.write(lambda session: store.save(session, [alert]))
    return glan


def test_the_cover_is_told_what_the_user_has_taken_and_can_open_it(taken: Room) -> None:
    say_away(taken, CARYS, cover=HUW)
    (told,) = letters(taken, HUW)
    said = words(told)
    assert "You cover for a colleague until 21 September 2026" in said
    assert f"<@{CARYS}> is away until 21 September 2026." in said
    assert "This waits for your colleague, and you may act on it:" in said
    assert "Glan High: " in said
    assert "Open" in buttons(told)


def test_the_cover_reads_in_welsh_what_the_user_has_taken(taken: Room) -> None:
    say_away(taken, CARYS, cover=WYN)
    (told,) = letters(taken, WYN)
    assert "Rydych yn dirprwyo dros gydweithiwr tan 21 Medi 2026" in words(told)
    assert "Ysgol Glan: " in words(told)


def test_a_cover_reads_nothing_of_an_absence_that_is_over_before_the_letter_is_sent(taken: Room) -> None:
    say_away(taken, CARYS, cover=WYN)
    taken.answer(CARYS, "mine")
    taken.press(CARYS, AbsenceAction.BACK)
    assert letters(taken, WYN) == []


def test_the_officer_is_told_once_when_the_last_of_a_schools_people_is_away(glan: Room) -> None:
    say_away(glan, CARYS, until=date(2026, 9, 28))
    say_away(glan, HUW, until=date(2026, 9, 28))
    assert letters(glan, PRYS) == []
    say_away(glan, WYN)
    (told,) = letters(glan, PRYS)
    assert "Glan High: all its people are away" in words(told)
    assert "The first of them is back on 21 September 2026." in words(told)


@pytest.mark.parametrize(
    ("away", "back"),
    [
        ({}, None),
        ({MAIR: Absence(MAIR, BACK)}, None),
        ({MAIR: Absence(MAIR, BACK), CERI: Absence(CERI, date(2026, 9, 14))}, date(2026, 9, 14)),
        ({MAIR: Absence(MAIR, BACK, HUW), CERI: Absence(CERI, BACK)}, None),
        ({MAIR: Absence(MAIR, BACK, "U0STRANGER"), CERI: Absence(CERI, BACK)}, BACK),
    ],
    ids=["all there", "one there", "all away", "a cover with a role", "a cover without one"],
)
def test_when_the_first_of_a_schools_people_is_back(away: Mapping[str, Absence], back: date | None) -> None:
    assert first_back(GLAN, [CHAMPION, OFFICE, MANAGER], away) == back


def of_cover(away: Mapping[str, Absence]) -> Digest | None:
    """The digest of Ceri, who has an MIS administrator's role, after Mair has taken an alert."""
    alert = raised(acknowledged_by=MAIR)
    standings = {GLAN.number: Standing(GLAN.number, open=(alert.key.kind,))}
    schools = {GLAN.number: GLAN}
    made = digests([alert], [], standings, schools, [CHAMPION, OFFICE], {}, MONDAY, away=away)
    return next((digest for digest in made.digests if digest.user == CERI), None)


@pytest.mark.parametrize(
    ("language", "says"),
    [("en", "is away and you cover: 1 new to do"), ("cy", "i ffwrdd a chi'n dirprwyo: 1 newydd i'w wneud")],
)
def test_the_covers_digest_lists_what_the_user_has_and_says_whose_it_is(language: Any, says: str) -> None:
    assert of_cover({}) is None
    found = of_cover(AWAY)
    assert found is not None
    voice = Voice(KNOWN.catalogue, language)
    said = words(digest_screen(found.day, found.sections, None, voice, overview=False).blocks)
    assert f"<@{MAIR}> *{says}*" in said
    assert found.schools == (GLAN.number,)
