"""What a cover is told as an absence begins and in each digest; what officers are told when all are away."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from bot.absence.actions import AbsenceAction
from bot.alerts import store
from bot.alerts.actions import AlertAction
from bot.alerts.monitor import AlertMonitor
from bot.alerts.morning import Digest, digests, readings
from bot.alerts.screens import alert as alert_screen
from bot.alerts.screens import digest as digest_screen
from bot.desk import store as desk
from bot.desk.case import CaseState, DeskCase, Enquiry, EnquirySource
from bot.desk.transitions import opened
from bot.outbox.sending import Sender
from bot.people.absences import Absence, first_back
from bot.people.permissions import Act, Grant, Role
from bot.requests import store as requests
from bot.requests.request import Ask, Request
from bot.service.features import LETTER_KINDS, WAITS
from bot.slack.buttons import Manner
from bot.slack.voice import Voice
from bot.undecided import Undecided, UndecidedKind
from bot.waits_for import WaitsFor
from diagnostics.tally import Standing
from knowledge.texts import UK, Text
from provisioning.clock import FixedClock
from tests.bot.absence.test_away_in_slack import BACK, say_away
from tests.bot.alerts.alert_builders import KNOWN, MONDAY, raised
from tests.bot.app_fixtures import CARYS, HUW, NIA, PRYS, WYN, Room, buttons, many_schools, words
from tests.builders import GLAN, NOW

MAIR, CERI = "U0MAIR", "U0CERI"
CHAMPION = Grant(MAIR, Role.DIGITAL_CHAMPION, GLAN.number)
OFFICE = Grant(CERI, Role.MIS_ADMINISTRATOR, GLAN.number)
MANAGER = Grant(HUW, Role.PROVISIONING_MANAGER, GLAN.number)
BEFORE_THE_DEADLINE = datetime(2026, 8, 19, 9, tzinfo=UK)
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
    assert "You cover for a colleague who is back on 21 September 2026" in said
    assert f"<@{CARYS}> is away, and back on 21 September 2026." in said
    assert "Where you may act on them, your colleague's alerts and requests go to you as well." in said
    assert "This waits for your colleague, and you may act on it:" in said
    assert "Glan High: " in said
    assert "Open" in buttons(told)


def test_the_cover_reads_in_welsh_what_the_user_has_taken(taken: Room) -> None:
    say_away(taken, CARYS, cover=WYN)
    (told,) = letters(taken, WYN)
    assert "Rydych yn dirprwyo dros gydweithiwr a fydd yn ôl ar 21 Medi 2026" in words(told)
    assert "Ysgol Glan: " in words(told)


def test_the_cover_reads_above_their_own_list_for_whom_they_cover_and_until_when(taken: Room) -> None:
    say_away(taken, CARYS, cover=HUW)
    shown = f"<@{CARYS}> is away, and back on 21 September 2026. You cover for them."
    assert shown in words(taken.answer(HUW, "mine"))
    home = taken.open_home(HUW)
    assert home is not None
    assert shown in words(home)
    assert f"<@{HUW}>" not in words(home), "no reader is told their own name"
    assert "is away" not in words(taken.answer(WYN, "mine"))


def test_the_letter_of_a_taken_alert_names_the_cover_to_others_and_says_you_to_the_cover() -> None:
    alert, voice = raised(acknowledged_by=MAIR), Voice(KNOWN.catalogue, "en")
    for reader, says in ((CERI, "You cover for them."), (MAIR, f"Covering: <@{CERI}>.")):
        shown = alert_screen(alert, GLAN, voice, MONDAY.date(), AWAY, to=reader)
        assert f"<@{MAIR}> is away, and back on 21 September 2026. {says}" in words(shown.blocks)


def test_what_is_the_absent_users_move_waits_for_the_cover_in_home_and_the_list(glan: Room) -> None:
    """The MIS end of year at Glan is its MIS administrator's to do; Prys of the authority covers."""
    alert = raised(now=NOW)
    glan.services.database.write(lambda session: store.save(session, [alert]))
    assert "Nothing waits for you." in words(glan.answer(PRYS, "mine"))
    say_away(glan, HUW, cover=PRYS)
    assert "One thing waits for you" in words(glan.answer(PRYS, "mine"))
    home = glan.open_home(PRYS)
    assert home is not None
    assert "One thing waits for you" in words(home)


def test_what_will_be_the_absent_users_move_waits_for_a_cover_of_many_schools_too(glan: Room) -> None:
    """Of so many schools it is not found out what is due within a week: only where Huw has a role."""
    room = glan.at(FixedClock(BEFORE_THE_DEADLINE))
    room.schools(*many_schools(30))
    assert "Nothing waits for you." in words(room.answer(NIA, "mine"))
    say_away(room, HUW, cover=NIA)
    (letter,) = letters(room, NIA)
    assert "Glan High: " in words(letter)
    assert "One thing waits for you" in words(room.answer(NIA, "mine"))


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


def test_the_covers_first_digest_has_the_button_to_what_it_lists() -> None:
    found = of_cover(AWAY)
    assert found is not None
    shown = digest_screen(found.day, found.sections, None, Voice(KNOWN.catalogue, "en"), overview=False)
    assert "All that is mine" in buttons({"blocks": shown.blocks})


@pytest.mark.parametrize(("role", "counted"), [(Role.LOCAL_AUTHORITY, True), (Role.DIGITAL_CHAMPION, False)])
def test_who_reads_how_many_schools_are_ready_reads_that_a_changed_count_is_news(
    role: Role, counted: bool
) -> None:
    alert = raised(who="digital-champion")
    standings = {GLAN.number: Standing(GLAN.number, open=(alert.key.kind,))}
    grants = [Grant(MAIR, role, GLAN.number)]
    (made,) = digests([alert], [], standings, {GLAN.number: GLAN}, grants, {}, MONDAY).digests
    voice = Voice(KNOWN.catalogue, "en")
    shown = digest_screen(made.day, made.sections, None, voice, overview=False, counted=made.counted)
    assert ("or the counts of your schools have changed" in words(shown.blocks)) is counted


def test_what_was_told_before_is_a_number_with_the_button_that_lists_it() -> None:
    """On Tuesday another alert is new."""
    kinds = ("mis-end-of-year", "staff-complete")
    first, second = (raised(kind) for kind in kinds)
    schools, grants = {GLAN.number: GLAN}, [OFFICE]
    monday = digests([first], [], {}, schools, grants, {}, MONDAY)
    tuesday = MONDAY + timedelta(days=1)
    (made,) = digests([first, second], [], {}, schools, grants, monday.told, tuesday).digests
    voice = Voice(KNOWN.catalogue, "en")
    shown = digest_screen(made.day, made.sections, None, voice, overview=False)
    assert "Still yours, told before: 1" in words(shown.blocks)
    assert "All that is mine" in buttons({"blocks": shown.blocks})
    assert Manner.INSTEAD not in (AlertAction.MINE.manner, AlertAction.BOARD.manner), "the digest stays"
    (before,) = monday.digests
    shown = digest_screen(before.day, before.sections, None, voice, overview=False)
    assert "All that is mine" not in buttons({"blocks": shown.blocks})


ASKED = WaitsFor(MAIR, GLAN.number, Text("request.waits", {"count": 2}), "request:1", Act.RUN)
HELPED = WaitsFor(MAIR, GLAN.number, Text("desk.about", {"number": 4, "subject": "?"}), "case:4", Act.DESK)


@pytest.mark.parametrize(
    ("cover", "told"),
    [
        (Role.MIS_ADMINISTRATOR, []),
        (Role.PROVISIONING_MANAGER, ["request:1"]),
        (Role.SERVICE_DESK, ["case:4"]),
        (Role.LOCAL_AUTHORITY, ["request:1", "case:4"]),
    ],
)
def test_of_requests_and_cases_the_cover_reads_what_they_may_act_on(cover: Role, told: list[str]) -> None:
    grants = [CHAMPION, Grant(CERI, cover, GLAN.number)]
    found = readings([], [], {}, {GLAN.number: GLAN}, grants, MONDAY.date(), [], AWAY, [ASKED, HELPED])
    (reading,) = (reading for reading in found if reading.user == CERI)
    assert [matter.of for matter in reading.covered] == [
        waits for waits in (ASKED, HELPED) if waits.key in told
    ]
    assert {matter.away for matter in reading.covered} <= {MAIR}


def test_a_held_run_that_waited_for_the_user_is_the_covers_to_decide() -> None:
    held = Undecided(UndecidedKind.HELD, GLAN.number, Text("held.waits", {"count": 12}), MONDAY, (3,))
    away = {HUW: Absence(HUW, BACK, CERI)}
    for role, decides in ((Role.MIS_ADMINISTRATOR, False), (Role.LOCAL_AUTHORITY, True)):
        grants = [MANAGER, Grant(CERI, role, GLAN.number)]
        made = digests([], [], {}, {GLAN.number: GLAN}, grants, {}, MONDAY, undecided=[held], away=away)
        assert (CERI in {digest.user for digest in made.digests}) is decides


def test_a_request_and_a_case_of_the_user_stand_in_the_covers_digest(glan: Room) -> None:
    case = DeskCase(0, NOW, CARYS, "en", school=GLAN.number, taken_by=NIA, state=CaseState.TAKEN)
    ask = Ask(CARYS, GLAN.number, 2, NOW)
    request = Request(GLAN.number, "never-run", NOW, (ask,), (NIA,))
    with glan.services.database.writing() as session:
        desk.add(session, case, opened(CARYS, NOW), Enquiry(NOW, CARYS, EnquirySource.DIAGNOSIS, "en"))
        requests.save(session, request)
    say_away(glan, NIA, cover=PRYS)
    AlertMonitor(glan.services, waits=WAITS).evaluate()
    said = words(letters(glan, PRYS)[-1])
    assert f"<@{NIA}> *is away and you cover: 2 new to do*" in said
    assert "Glan High: Please run the client, for 2 people" in said
    assert "Glan High: Case 1" in said
    home = glan.open_home(PRYS)
    assert home is not None
    for shown in (glan.answer(PRYS, "mine"), home):  # the third is the authority's own
        assert "3 things wait for you" in words(shown), "as the digest counts them"
        assert "Case 1" in words(shown)
        assert "Please run the client, for 2 people" in words(shown)
    with glan.services.database.writing() as session:
        requests.save(session, replace(requests.every_open(session)[0], taken_by=NIA, to=(NIA, PRYS)))
    assert "3 things wait for you" in words(glan.answer(PRYS, "mine")), "what Nia has taken is Prys's, too"
