"""`/hwb rollover` and `/hwb dates`: the board, its pages, picture and file, a school's own stages, Home."""

import csv
import io
import struct
import urllib.request
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.people import permissions
from bot.people.permissions import Grant, Role
from bot.rollover.screens import PAGE
from knowledge.texts import Bilingual
from provisioning.clock import FixedClock
from provisioning.store import dates as date_store
from tests.bot.app_fixtures import (
    CARYS,
    ELIS,
    HELP,
    NIA,
    NOW,
    PRIVATE,
    PRYS,
    SEREN,
    WYN,
    Json,
    Room,
    buttons,
    elements,
    many_schools,
    option,
    rows,
    words,
)
from tests.builders import GLAN, NANT

MONDAY = datetime(2026, 8, 24, 9, 0, tzinfo=UTC)


@pytest.fixture
def waiting(glan: Room) -> Room:
    """Seren is still at Nant, whose client last ran in July; Glan's has run in rollover week."""
    at_nant = replace(SEREN, admission_date=date(2020, 9, 1), year_group="6", class_name="6A")
    glan.provisioning.extracts(NANT, at_nant, at=datetime(2026, 8, 20, tzinfo=UTC))
    glan.provisioning.runs(NANT, at=datetime(2026, 7, 10, 8, 0, tzinfo=UTC))
    glan.provisioning.runs(GLAN, at=MONDAY)
    return glan.at(FixedClock(MONDAY))


def in_direct_messages(room: Room, user: str) -> list[Json]:
    """The files that the bot has given to a person."""
    messages = room.server.person(user).messages(None)
    return [file for message in messages for file in message.get("files", [])]


def content(file: Json) -> bytes:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(file["url_private"]) as response:
        return bytes(response.read())


def test_an_authoritys_board(waiting: Room) -> None:
    board = waiting.answer(PRYS, "rollover")
    said = words(board)
    assert "Rollover 2026: 0 of 2 schools ready" in said
    head, glan, nant = rows(board)
    assert head == ["School", "Who acts next", "What is open", "To do first"]
    assert glan[:2] == ["Glan High (6809903)", "Previous school's client"]
    assert nant[0] == "Nant Primary (6809901)"
    assert buttons(board) == ["Refresh", "As a picture", "As a CSV file"]
    assert "Bryn" not in said  # another authority's


@pytest.mark.parametrize(
    ("role", "user", "told"),
    [
        (Role.PROVISIONING_MANAGER, ELIS, {"Glan": "You can start it", "Nant": "You"}),
        (Role.PROVISIONING_MANAGER, WYN, {"Ysgol Glan": "Gallwch chi ei gychwyn", "Ysgol Nant": "Chi"}),
        (Role.LOCAL_AUTHORITY, ELIS, {"Glan": "You can start it", "Nant": "Provisioning manager"}),
        (Role.MIS_ADMINISTRATOR, ELIS, {"Glan": "Provisioning manager", "Nant": "Provisioning manager"}),
    ],
)
def test_who_acts_next_is_told_to_the_reader_whose_move_it_is(
    glan: Room, role: Role, user: str, told: dict[str, str]
) -> None:
    """Both clients have yet to run in rollover week, and the data of Nant can't be read."""
    room = glan.at(FixedClock(MONDAY))
    with room.services.database.writing() as session:
        permissions.remove(session, WYN, None, None)
    for school in (NANT, GLAN):
        room.grant(Grant(user, role, school.number))
    board = room.answer(user, "rollover")
    assert {name: row_of(name, board)[1] for name in told} == told


def row_of(name: str, board: Json) -> list[str]:
    """The row of a school on a board."""
    return next(row for row in rows(board) if row[0].startswith(name))


def test_each_school_names_what_is_open_and_says_the_first_of_it_in_a_sentence(waiting: Room) -> None:
    assert row_of("Glan High", waiting.answer(PRYS, "rollover"))[2:] == [
        "2 open: Run after previous schools, Accounts of the intake · 1 not known: MIS end of year",
        "1 previous school has still to run",
    ]


def test_in_welsh(waiting: Room) -> None:
    waiting.grant(Grant(WYN, Role.LOCAL_AUTHORITY, "680"))
    board = waiting.answer(WYN, "trosglwyddo")
    assert "Trosglwyddo blwyddyn 2026: 0 o 2 ysgol yn barod" in words(board)
    assert "Ysgol Glan" in words(board)


def test_a_school_is_opened_in_the_boards_place(waiting: Room) -> None:
    waiting.answer(PRYS, "rollover")
    opened = waiting.choose(PRYS, "say:school")
    assert "Glan High: rollover 2026" in words(opened)


def test_ones_own_school_with_evidence_and_whom_the_intake_waits_for(waiting: Room) -> None:
    said = words(waiting.answer(CARYS, "rollover"))
    assert "Glan High: rollover 2026" in said
    assert "1 not known: MIS end of year. The first day of term is 1 September 2026" in said
    assert "The client has not run in rollover week for Nant Primary." in said
    assert (
        "*Nant Primary: 1 of the intake not released* · last run 10 Jul 09:00 · no leaving date for 1 of 1"
        in said
    )
    assert "The previous school" in said
    for private in PRIVATE:
        assert private not in said


def test_who_keeps_the_records_of_a_previous_school_reads_that_it_is_their_move(waiting: Room) -> None:
    waiting.grant(Grant(CARYS, Role.MIS_ADMINISTRATOR, NANT.number))
    said = words(waiting.answer(CARYS, f"rollover {GLAN.number}"))
    awaited = said.partition("no leaving date for 1 of 1")[2]
    assert awaited.strip().startswith("→ Your move, as the previous school's MIS administrator")
    assert "Contact the previous school" not in awaited


def test_refresh_looks_anew(waiting: Room) -> None:
    assert "Run in rollover week" in row_of("Nant Primary", waiting.answer(PRYS, "rollover"))[2]
    waiting.provisioning.runs(NANT, at=MONDAY)
    again = waiting.press(PRYS, "say:again")
    assert again is not None
    assert "Run in rollover week" not in row_of("Nant Primary", again)[2]


@pytest.mark.parametrize("line", ["rollover picture", "trosglwyddo llun"])
def test_the_picture_goes_to_the_officer_who_asked_and_to_no_channel(line: str, waiting: Room) -> None:
    *_, answer = waiting.run(PRYS, line)
    assert words(answer).startswith("I have sent it to you")
    (file,) = in_direct_messages(waiting, PRYS)
    assert file["name"] == "rollover-2026-2026-08-24.png"
    assert file["title"] == "Rollover 2026: 0 of 2 schools ready"
    assert (
        "0 of 2 schools ready: 2 open, of which 1 may mend itself at the next run. Glan High, "
        in file["alt_txt"]
    )
    png = content(file)
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">II", png[16:24]) > (960, 300)
    assert all(
        "files" not in message or not message["files"]
        for message in waiting.server.person(PRYS).messages(HELP)
    )
    assert in_direct_messages(waiting, CARYS) == []


def test_the_picture_button_leaves_the_board_where_it_is(waiting: Room) -> None:
    waiting.answer(PRYS, "rollover")
    waiting.press(PRYS, "say:picture")
    messages = waiting.server.person(PRYS).messages(HELP)
    assert any("0 of 2 schools ready" in words(message) for message in messages)
    assert len(in_direct_messages(waiting, PRYS)) == 1


def test_the_board_as_csv(waiting: Room) -> None:
    waiting.run(PRYS, "rollover csv")
    (file,) = in_direct_messages(waiting, PRYS)
    header, *rows = csv.reader(io.StringIO(content(file).decode("utf-8-sig")))
    assert header[:4] == ["School number", "School", "Local authority", "Ready"]
    assert [row[0] for row in rows] == [GLAN.number, NANT.number]
    assert {len(row) for row in rows} == {len(header)}
    text = content(file).decode()
    assert not any(private in text for private in PRIVATE)


def test_pages_and_authorities_of_fifteen_hundred_schools(here: Room) -> None:
    here.schools(
        *(replace(school, name=Bilingual("N" * 200, "E" * 200)) for school in many_schools(1000, "670"))
    )
    here.schools(*many_schools(500, "671"))
    shown = here.run(NIA, "rollover")
    assert words(shown[0]) == "The rollover board of 1,503 schools stands below, once I have looked at each."
    board = shown[-1]
    said = words(board)
    assert f"Schools 1 to {PAGE} of 1,503, worst first" in said
    assert "Next page" in buttons(board)
    assert "Previous page" not in buttons(board)
    following = here.press(NIA, "say:next")
    assert following is not None
    assert f"Schools {PAGE + 1} to {2 * PAGE} of 1,503" in words(following)
    menu = next(element for element in elements(following) if element["type"] == "static_select")
    assert len(menu["options"]) == 5  # all, and four authorities
    narrowed = here.press(NIA, "say:authority", selected_option=option("rollover 671"))
    assert narrowed is not None
    assert "of 500, worst first" in words(narrowed)


def test_key_dates_say_to_their_reader_which_are_theirs(waiting: Room) -> None:
    said = words(waiting.answer(CARYS, "dates"))
    assert "Your move, as the school's Digital Champion" in said
    assert "Whoever manages the school’s Provisioning Client" in said
    assert "Eich tro chi, fel Pencampwr Digidol yr ysgol" in words(waiting.answer(WYN, "dyddiadau"))
    assert "Your move" not in words(waiting.answer(NIA, "dates"))


def test_an_authority_that_one_does_not_look_after(waiting: Room) -> None:
    said = words(waiting.answer(PRYS, "rollover 681"))
    assert "681" in said
    assert "Bryn" not in said


def test_who_has_no_role_gets_no_board(waiting: Room) -> None:
    assert "I answer people who have a role at a school." in words(waiting.answer(ELIS, "rollover"))
    assert "You have no role at school" in words(waiting.answer(PRYS, "rollover 6819902"))


def test_home_has_a_line_and_buttons(waiting: Room) -> None:
    home = waiting.open_home(CARYS)
    assert home is not None
    assert "Rollover: 2 open: Run after previous schools, " in words(home)
    assert {"Key dates", "Rollover"} <= set(buttons(home))
    waiting.press_in_view(CARYS, "say:rollover")
    shown = words(waiting.modal(CARYS))
    assert "Glan High: rollover 2026" in shown
    assert "*Run after previous schools*" in shown


def test_outside_the_season_home_says_nothing_of_it(glan: Room) -> None:
    home = glan.at(FixedClock(datetime(2026, 12, 1, 9, 0, tzinfo=UTC))).open_home(CARYS)
    assert home is not None
    assert "Rollover:" not in words(home)


def test_dates_past_ones_struck(waiting: Room) -> None:
    said = words(waiting.answer(CARYS, "dates"))
    assert "Rollover 2026 in Newport: what comes next" in said
    assert "~21 August 2026~" in said
    assert "*24 August 2026 to 30 August 2026* · now" in said
    assert "*1 September 2026* · in 8 days" in said
    assert "Whoever manages the school’s Provisioning Client" in said


def test_once_all_dates_are_past_their_title_says_so(glan: Room) -> None:
    then = glan.at(FixedClock(datetime(2026, 9, 15, 9, 0, tzinfo=UTC)))
    assert "Rollover 2026 in Newport: all its days are past" in words(then.answer(CARYS, "dates"))
    assert "Casnewydd: mae pob dyddiad wedi mynd heibio" in words(then.answer(WYN, "dyddiadau"))


def test_dates_in_welsh_for_anybody(here: Room) -> None:
    then = here.at(FixedClock(MONDAY))
    said = words(then.answer(WYN, "dyddiadau"))
    assert "Trosglwyddo blwyddyn 2026, Casnewydd: beth sy'n dod nesaf" in said
    assert "1 Medi 2026" in said
    assert "wedi'i gyfrifo yn ôl patrwm canllaw 2020" in said
    assert "Rollover 2026: what comes next" in words(then.answer(ELIS, "dates"))


def test_dates_of_an_authoritys_own(waiting: Room) -> None:
    day = date(2026, 9, 3)
    with waiting.services.database.writing() as session:
        date_store.put(session, "680", 2026, "first_day_of_term", [day], by="test", at=NOW)
    said = words(waiting.answer(CARYS, "dates"))
    assert "*3 September 2026* · in 10 days _(set locally)_" in said
    external_directory = words(waiting.answer(NIA, "dates"))
    assert "1 September 2026" in external_directory
    assert "Dates of their own have: Newport (680)." in external_directory
    assert "3 September 2026" in words(waiting.answer(NIA, "dates 680"))
    assert "The first day of term is 3 September 2026" in words(waiting.answer(CARYS, "rollover"))
