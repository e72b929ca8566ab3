"""`/hwb missing` for a year group, a class or the intake: each group opened, looked up, and as a file."""

import csv
import io
from dataclasses import replace

import pytest

from tests.bot.app_fixtures import (
    CARYS,
    DAI,
    ELIS,
    HELP,
    HUW,
    PRYS,
    WYN,
    Json,
    Room,
    buttons,
    elements,
    option,
    rows,
    words,
)
from tests.bot.rollover.test_rollover_in_slack import content, in_direct_messages
from tests.builders import GLAN, LEARNERS_HEADER, NANT, learner, sheet, staff_member, write

SEVEN = [learner(number) for number in (1, 2)]
EIGHT = learner(3, year_group="8", class_name="8A")
NAMELESS = learner(4, surname="", class_name="7B")
NOWHERE = learner(5, year_group="", class_name="")
EQUALS = "=cmd|'/c calc'!A1"


@pytest.fixture
def glan(here: Room) -> Room:
    """Two of Year 7, one of Year 8, a member of staff; one row without a name, one without a year group."""
    here.provisioning.extracts(GLAN, *SEVEN, EIGHT, NAMELESS, NOWHERE, staff_member())
    return here


def pressed(room: Room, user: str, action: str, **chosen: object) -> Json:
    answer = room.press(user, action, **chosen)
    assert answer is not None
    return answer


@pytest.mark.parametrize(
    ("line", "count", "said"),
    [
        ("missing", 6, ""),
        ("missing year 7", 3, "Year 7: "),
        ("missing 6809903 blwyddyn 7", 3, "Year 7: "),
        ("missing 7B", 1, "Class 7B: "),
        ("missing intake", 3, "The intake: "),
        ("missing 8", 1, "Year 8: "),
    ],
)
def test_whom_words_ask_for(line: str, count: int, said: str, glan: Room) -> None:
    people = "1 person" if count == 1 else f"{count} people"
    assert f"{said}{people} on roll at Glan High without an account" in words(glan.answer(CARYS, line))


@pytest.mark.parametrize("line", ["ar-goll blwyddyn 7", "ar-goll 6809903 dosbarth 7B", "ar-goll derbyn"])
def test_in_welsh_no_english_word(line: str, glan: Room) -> None:
    said = words(glan.answer(WYN, line))
    assert "ar gofrestr Ysgol Glan heb gyfrif yno" in said
    assert not {"Year", "Class", "Open", "intake", "roll"} & set(said.replace(":", " ").split())


def test_rows_that_do_not_say_where_they_belong_have_a_place_of_their_own(glan: Room) -> None:
    answer = glan.answer(CARYS, "missing year 8")
    assert "1 person on roll" in words(answer)
    assert "1 record without an account can't be used, and no year group can be read in it" in words(answer)
    groups = [element for element in elements(answer) if element["action_id"] == "say:group"]
    assert "unplaced" in groups[-1]["value"]
    opened = pressed(glan, CARYS, "say:group")
    assert buttons(opened)[0] == "Back to all groups"


def test_an_unknown_class_is_answered_with_those_there_are(glan: Room) -> None:
    assert 'Glan High has no class "9Z"; its classes are 7A, 7B, 8A.' in words(
        glan.answer(CARYS, "missing 9Z")
    )
    assert "grwpiau blwyddyn yw 7, 8" in words(glan.answer(WYN, "ar-goll blwyddyn 12"))


def test_a_year_group_is_chosen_from_the_menu_then_a_class_of_it(glan: Room) -> None:
    answer = glan.answer(CARYS, "missing")
    (menu,) = [element for element in elements(answer) if element["action_id"] == "say:cohort"]
    assert [choice["text"]["text"] for choice in menu["options"]] == [
        "Everybody",
        "The intake",
        "Year 7",
        "Year 8",
    ]
    year = pressed(glan, CARYS, "say:cohort", selected_option=menu["options"][2])
    assert "Year 7: 3 people" in words(year)
    (menu,) = [element for element in elements(year) if element["action_id"] == "say:cohort"]
    assert [choice["text"]["text"] for choice in menu["options"]][-2:] == ["Class 7A", "Class 7B"]
    assert "Class 7B: 1 person" in words(
        pressed(glan, CARYS, "say:cohort", selected_option=menu["options"][-1])
    )


def test_no_learner_of_a_year_group_is_missing(glan: Room) -> None:
    glan.provisioning.runs(GLAN)
    assert "Year 8: everybody on roll at Glan High has an account there." in words(
        glan.answer(CARYS, "missing year 8")
    )


def test_a_group_is_opened_a_learner_looked_up_and_the_list_again(glan: Room) -> None:
    listed = rows(glan.answer(CARYS, "missing"))
    (why,) = [row[1] for row in listed if row[0] == NAMELESS.upn]
    assert why.startswith("The school's record can't be used because")  # the reason alone, said once
    opened = glan.answer(CARYS, "missing row-rejected")
    head, first = rows(opened)[:2]
    assert head == ["UPN or staff code", "Why the record is not used", "Year group", "Class"]
    assert (first[0], *first[2:]) == (NAMELESS.upn, "7", "7B")
    (menu,) = [element for element in elements(opened) if element["action_id"] == "say:person"]
    diagnosed = pressed(glan, CARYS, "say:person", selected_option=menu["options"][0])
    assert "could not be used" in words(diagnosed)
    assert diagnosed["ts"] != opened["ts"]
    visible = [words(message) for message in glan.server.person(CARYS).messages(HELP)]
    assert any(
        "Why the record is not used" in message for message in visible
    )  # the group stays beside the diagnosis
    glan.press(CARYS, "say:all-groups")
    assert "6 people" in words(glan.server.person(CARYS).messages(HELP))


@pytest.mark.parametrize(
    ("user", "rejected", "waiting"),
    [
        (CARYS, "MIS administrator", "You can start it"),
        (HUW, "You", "Provisioning manager"),
        (WYN, "Gweinyddwr MIS", "Gallwch chi ei gychwyn"),
    ],
)
def test_the_table_tells_the_readers_own_move_as_theirs_as_the_text_beneath_does(
    user: str, rejected: str, waiting: str, glan: Room
) -> None:
    answer = glan.answer(user, "missing")
    who = {row[0]: row[-1] for row in rows(answer)}
    assert (who[NAMELESS.upn], who[EIGHT.upn]) == (rejected, waiting)
    beneath = words([block for block in answer["blocks"] if block["type"] != "table"])
    assert ("You can start it" in beneath, "Your move" in beneath) == (user == CARYS, user == HUW)


@pytest.mark.parametrize(
    ("user", "count", "table", "file"),
    [
        (HUW, "60 people", "The table is too long for a message.", "Press *All as a CSV file* and I send it"),
        (WYN, "60 o bobl", "Mae'r tabl yn rhy hir i neges.", "Pwyswch *Y cyfan fel ffeil CSV*"),
    ],
)
def test_a_table_too_long_for_a_message_is_said_to_be_left_out_and_each_number_what_it_counts(
    user: str, count: str, table: str, file: str, here: Room
) -> None:
    waiting = [learner(number, class_name="7 of Mr Llewellyn-Cadwaladr") for number in range(1, 61)]
    nameless = [learner(number, surname="") for number in range(61, 99)]
    here.provisioning.extracts(GLAN, *waiting, *nameless)
    answer = here.answer(user, "missing" if user == HUW else "ar-goll")
    said = words(answer)
    assert "table" not in {block["type"] for block in answer["blocks"]}
    assert said.count(table) == 1
    assert file in said
    assert f"*{count}*: `{waiting[0].upn}`" in said


def test_a_table_that_stands_needs_no_word_about_a_file(glan: Room) -> None:
    answer = glan.answer(HUW, "missing")
    assert rows(answer) != []
    assert "too long" not in words(answer)
    glan.open_home(CARYS)
    glan.press_in_view(CARYS, "say:missing")
    assert "too long" not in words(glan.modal(CARYS)), "a modal has a list by its nature"


def test_a_long_group_is_turned_page_by_page(here: Room) -> None:
    many = [learner(number, class_name="7" + "<&>" * 10) for number in range(1, 121)]
    here.provisioning.extracts(GLAN, *many)
    overview = here.answer(CARYS, "missing")
    assert "… and 114 more" in words(overview)
    opened = pressed(here, CARYS, "say:group")
    assert "1 to 50 of 120" in words(opened)
    assert "Previous page" not in buttons(opened)
    second = pressed(here, CARYS, "say:next")
    assert "51 to 100 of 120" in words(second)
    assert many[50].upn in words(second)
    third = pressed(here, CARYS, "say:next")
    assert "101 to 120 of 120" in words(third)
    assert "Next page" not in buttons(third)
    assert "51 to 100" in words(pressed(here, CARYS, "say:previous"))
    assert "101 to 120" in words(here.answer(CARYS, "missing never-run page99"))


def test_a_row_without_upn_is_listed_and_not_asked_about(here: Room) -> None:
    here.provisioning.extracts(GLAN)
    row = [*sheet(LEARNERS_HEADER, [learner(1)])]
    row[1][0] = ""
    write(here.provisioning.folder / GLAN.number / "learners.csv", row)
    here.answer(CARYS, "missing")
    opened = pressed(here, CARYS, "say:group")
    assert "a record without a UPN" in words(opened)
    assert [element["action_id"] for element in elements(opened)] == [
        "say:all-groups",
        "say:csv",
        "request:ask",
    ]


def test_only_mis_administrators_read_on_which_line_a_record_without_upn_stands(here: Room) -> None:
    here.provisioning.extracts(GLAN)
    row = [*sheet(LEARNERS_HEADER, [learner(1)])]
    row[1][0] = ""
    write(here.provisioning.folder / GLAN.number / "learners.csv", row)
    for user, line, says in (
        (HUW, "missing", "line 2 of learners.csv"),
        (CARYS, "missing", "a record without a UPN"),
        (WYN, "ar-goll", "cofnod heb UPN"),
    ):
        shown = here.answer(user, line)
        assert says in words(shown)
        assert "learners.csv:2" not in str(shown["blocks"])
        assert ("learners.csv" in words(shown)) is (user == HUW)
    pressed(here, CARYS, "say:csv")
    assert not any("learners.csv" in cell for row in rows_of(here, CARYS) for cell in row)


def test_a_group_from_home_is_opened_in_its_modal(glan: Room) -> None:
    glan.open_home(CARYS)
    glan.press_in_view(CARYS, "say:missing")
    glan.press_in_view(CARYS, "say:group")
    assert f"• `{SEVEN[0].upn}` · Year 7 · 7A" in words(glan.modal(CARYS))  # a modal takes no table
    (menu,) = [element for element in elements(glan.modal(CARYS)) if element["action_id"] == "say:person"]
    glan.press_in_view(CARYS, "say:person", selected_option=menu["options"][0])
    glan.press_in_view(CARYS, "say:faq")
    assert len(glan.server.person(CARYS).modals()) == 3


def rows_of(room: Room, user: str) -> list[list[str]]:
    (file,) = in_direct_messages(room, user)
    assert file["name"] == "missing-6809903-2026-09-07.csv"
    return list(csv.reader(io.StringIO(content(file).decode("utf-8-sig"))))


def test_the_file_goes_to_the_digital_champion_who_asked_with_everything_but_names(here: Room) -> None:
    at_nant = replace(SEVEN[0], admission_date=SEVEN[0].admission_date.replace(year=2020), year_group="6")
    here.provisioning.extracts(NANT, at_nant)
    here.provisioning.runs(NANT)
    here.provisioning.extracts(GLAN, replace(SEVEN[0], class_name=EQUALS), NAMELESS)
    answer = here.answer(CARYS, "missing")
    assert "All as a CSV file" in buttons(answer)
    *_, said = here.run(CARYS, "missing csv")
    assert "I have sent it to you" in words(said)
    header, nameless, waits = rows_of(here, CARYS)
    assert header[:4] == ["UPN or staff code", "Kind", "Year group", "Class"]
    assert nameless[:4] == [NAMELESS.upn, "learner", "7", "7B"]
    assert "legal" in nameless[4] or "name" in nameless[4]
    assert waits[3] == f"'{EQUALS}"
    assert "still active at Nant Primary" in waits[4]
    assert waits[6] == "The previous school"
    assert not any("Evans" in cell or "Seren" in cell for row in (nameless, waits) for cell in row)
    assert in_direct_messages(here, PRYS) == []


def test_a_groups_button_makes_a_file_of_that_group_in_the_readers_language(glan: Room) -> None:
    glan.answer(WYN, "ar-goll blwyddyn 7")
    person = glan.server.person(WYN)
    (first, *_) = [
        element for element in elements(person.messages(HELP)[-1]) if element["action_id"] == "say:csv"
    ]
    assert first["value"] == "missing never-run csv year 7 6809903"
    glan.press(WYN, "say:csv")
    header, row, _ = rows_of(glan, WYN)
    assert header[0] == "UPN neu god staff"
    assert row[:2] == [SEVEN[0].upn, "dysgwr"]


@pytest.mark.parametrize("action", ["say:group", "say:csv", "say:cohort", "say:person"])
@pytest.mark.parametrize("user", [DAI, ELIS])
def test_another_users_button_opens_nothing(action: str, user: str, glan: Room) -> None:
    message = glan.answer(CARYS, "missing")
    forged = glan.pressed(CARYS, message, "say:group")
    value = {"say:person": f"why-missing {NAMELESS.upn} 6809903"}.get(action, "missing csv year 7 6809903")
    forged["user"]["id"] = user
    forged["actions"][0] |= {"action_id": action, "value": value}
    if action in ("say:cohort", "say:person"):
        forged["actions"][0]["selected_option"] = option(value)
    glan.deliver("interactive", forged)
    seen = words(glan.server.person(user).messages(HELP))
    assert NAMELESS.upn not in seen
    assert in_direct_messages(glan, user) == []


def test_a_group_that_is_empty_by_now_says_so(glan: Room) -> None:
    assert "Nobody is left in this group." in words(glan.answer(CARYS, "missing run-held"))


def test_where_the_extract_cannot_be_read_no_person_is_listed(here: Room) -> None:
    answer = here.answer(CARYS, "missing year 7")
    assert "the data from its MIS can't be read" in words(answer)
    assert buttons(answer) == ["Check again"]
