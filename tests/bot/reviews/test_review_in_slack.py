"""The review of accounts made by hand, in Slack: the list, details, decisions, the way back, and who may."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.people.permissions import Grant, Role
from provisioning.clock import FixedClock
from provisioning.manual import upkeep
from provisioning.manual.handmade import FILE
from provisioning.records.accounts import Status
from provisioning.runs.dependencies import Provisioning
from provisioning.store.runs import Run
from tests.bot.app_fixtures import (
    CARYS,
    DAI,
    ELIS,
    HELP,
    HUW,
    PRYS,
    QUIET,
    WYN,
    Json,
    Room,
    buttons,
    elements,
    opened,
    option,
    rows,
    words,
)
from tests.builders import GLAN, write

AUGUST = datetime(2026, 8, 26, 8, 0, tzinfo=UTC)
NAMES = ("Sally Supply", "Ann Arall", "Gwen Llyw")
ROWS = [
    ["school", "username", "name", "kind", "expires_on", "last_signed_in"],
    [GLAN.number, "ArallA@hwbcymru.net", "Ann Arall", "non-mis", "2026-12-18", "2026-08-20"],
    [GLAN.number, "SupplyS@hwbcymru.net", "Sally <Supply>", "non-mis", "2026-09-10", "2026-06-01"],
    [GLAN.number, "LlywG@hwbcymru.net", "Gwen Llyw", "governor", "", ""],
]


@pytest.fixture
def august(here: Room) -> Room:
    """A Wednesday in August, when Glan has three accounts that were made by hand."""
    write(here.provisioning.folder / FILE, ROWS, AUGUST)
    return here.at(FixedClock(AUGUST))


def statuses(room: Room) -> dict[str, Status]:
    return {
        account.username.partition("@")[0]: account.status for account in room.provisioning.accounts(GLAN)
    }


def shown(message: Json | None) -> Json:
    assert message is not None
    return message


def test_a_review_that_is_due_within_a_week_waits_for_the_champion_as_in_the_digest(august: Room) -> None:
    august.answer(CARYS, "review")
    said = words(august.answer(CARYS, "mine"))
    assert "*Due by 31 August 2026* · 2 non-MIS accounts are to be reviewed · Glan High" in said
    assert "*Due by 31 August 2026* · 1 governor account is to be reviewed · Glan High" in said
    august.press(CARYS, "alert:school")
    assert "Glan High: how ready it is" in words(august.modal(CARYS))
    assert "to be reviewed" not in words(august.answer(HUW, "mine"))
    earlier = august.at(FixedClock(AUGUST - timedelta(days=3)))
    assert "to be reviewed" not in words(earlier.answer(CARYS, "mine"))


def test_how_far_the_reviews_are(august: Room) -> None:
    answer = august.answer(CARYS, "review")
    said = words(answer)
    assert "Accounts made by hand at Glan High" in said
    assert "Non-MIS accounts: 0 of 2 reviewed\n2 accounts are due for review" in said
    assert "Governor accounts: 0 of 1 reviewed\n1 account is due for review" in said
    assert not [name for name in NAMES if name in said]
    assert buttons(answer) == ["Open", "Open"]
    assert "Non-MIS accounts at Glan High" in words(shown(august.press(CARYS, "say:review-non-mis")))


@pytest.mark.parametrize("line", ["review non-mis", "adolygu dim mis", f"review Non MIS at {GLAN.number}"])
def test_the_list(line: str, august: Room) -> None:
    answer = august.answer(CARYS, line)
    said = words(answer)
    assert "*Non-MIS accounts at Glan High*\n0 of 2 reviewed" in said
    assert rows(answer) == [
        ["Name", "Review", "End", "Sign-in", "Username"],
        [
            "Ann Arall",
            "end of year",
            "18 December 2026",
            "20 August 2026",
            "ArallA@hwbcymru.net",
        ],
        [
            "Sally <Supply>",
            "end of year · ends soon · not signed in",
            "10 September 2026",
            "1 June 2026",
            "SupplyS@hwbcymru.net",
        ],
    ]


def test_the_details(august: Room) -> None:
    august.answer(CARYS, "review non-mis")
    answer = august.choose(CARYS, "review:details")
    said = words(answer)
    assert "*Ann Arall*" in said
    assert "It has yet to be reviewed at the end of this academic year." in said
    assert buttons(answer) == ["Deactivate", "Deactivate on 18 December 2026", "Back to the list"]
    (keep,) = (element for element in elements(answer) if element["type"] == "static_select")
    assert [choice["text"]["text"] for choice in keep["options"]] == [
        "1 month, until 18 December 2026",
        "3 months, until 18 December 2026",
        "6 months, until 26 February 2027",
        "To the end of the academic year, 31 August 2027",
    ]
    assert "0 of 2 reviewed" in words(shown(august.press(CARYS, "say:review")))


def test_the_guides_own_question_names_the_account(august: Room) -> None:
    account = "ArallA@hwbcymru.net (Ann Arall)"
    for user, question, answers in (
        (
            CARYS,
            f"Are you sure you wish to deactivate this user account: {account} at Glan High?",
            ("Yes", "Cancel"),
        ),
        (
            WYN,
            f"Ydych chi'n siŵr eich bod am ddadactifadu'r cyfrif defnyddiwr hwn: {account} yn Ysgol Glan?",
            ("Ydw", "Canslo"),
        ),
    ):
        august.answer(user, "review non-mis")
        answer = august.choose(user, "review:details")
        (asks,) = (
            element["confirm"] for element in elements(answer) if element["action_id"] == "review:deactivate"
        )
        assert asks["text"]["text"] == question
        assert (asks["confirm"]["text"], asks["deny"]["text"]) == answers


def test_keep_and_undo(august: Room) -> None:
    august.answer(CARYS, "review non-mis")
    august.choose(CARYS, "review:details")
    kept = shown(august.press(CARYS, "review:keep", selected_option=option("year")))
    said = words(kept)
    assert f"`ArallA@hwbcymru.net`: Kept until 31 August 2027 (<@{CARYS}>, 26 Aug 09:00)" in said
    assert "1 of 2 reviewed" in said
    assert buttons(kept) == ["Undo"]
    assert [row[1] for row in rows(kept)[1:]] == [
        "end of year · ends soon · not signed in",
        "Kept until 31 August 2027",
    ]
    undone = words(shown(august.press(CARYS, "review:undo")))
    assert "The decision on ArallA@hwbcymru.net has been undone." in undone
    assert "0 of 2 reviewed" in undone


def test_deactivate_until_it_is_done(august: Room) -> None:
    august.answer(CARYS, "review non-mis")
    for _ in range(2):
        august.choose(CARYS, "review:details")
        answer = shown(august.press(CARYS, "review:deactivate"))
    assert "2 of 2 reviewed" in words(answer)
    assert "All of them are reviewed." in words(answer)
    assert statuses(august) == {
        "ArallA": Status.INACTIVE,
        "SupplyS": Status.INACTIVE,
        "LlywG": Status.ACTIVE,
    }


def test_at_its_date(august: Room) -> None:
    august.answer(CARYS, "review non-mis")
    august.choose(CARYS, "review:details")
    assert "To end on 18 December 2026" in words(shown(august.press(CARYS, "review:at-date")))
    assert statuses(august)["ArallA"] is Status.ACTIVE


def test_pressed_twice_it_is_said_to_be_done(august: Room) -> None:
    august.answer(CARYS, "review non-mis")
    details = august.choose(CARYS, "review:details")
    again = august.pressed(CARYS, details, "review:deactivate")
    august.press(CARYS, "review:deactivate")
    august.deliver("interactive", again)
    message = august.server.person(CARYS).messages(HELP)[-1]
    assert "is inactive already" in words(message)


def test_governors_with_the_reminder_whom_to_ask(august: Room) -> None:
    answer = august.answer(CARYS, "review governors")
    assert "Gwen Llyw" in words(answer)
    details = words(august.choose(CARYS, "review:details"))
    for said in (words(answer), details):
        assert "ask your school's Headteacher and/or Clerk to the Governing Body" in said


def test_in_welsh(august: Room) -> None:
    said = words(august.answer(WYN, "adolygu llywodraethwyr"))
    assert "*Cyfrifon llywodraethwyr yn Ysgol Glan*\n0 o 1 wedi'u hadolygu" in said
    august.answer(WYN, "adolygu dim-mis")
    details = august.choose(WYN, "review:details")
    assert "Hyd ddiwedd y flwyddyn academaidd, 31 Awst 2027" in words(details)


def test_a_school_without_such_accounts(august: Room) -> None:
    assert "has no accounts that were made by hand" in words(august.answer(DAI, "review"))
    assert "Nant Primary has no governor accounts." in words(august.answer(DAI, "review governors"))


def test_a_file_that_cannot_be_read_is_told_beside_what_is_known(august: Room) -> None:
    august.answer(CARYS, "review")
    write(august.provisioning.folder / FILE, [["school"]])
    said = words(august.answer(CARYS, "review non-mis"))
    assert "The list may be out of date. The list of accounts made by hand can't be used." in said
    assert "Ann Arall" in said


def test_more_accounts_than_fit(august: Room) -> None:
    more = [
        [GLAN.number, f"Visitor{chr(97 + n // 26)}{chr(97 + n % 26)}", f"Visitor {n}", "non-mis", "", ""]
        for n in range(60)
    ]
    write(august.provisioning.folder / FILE, [*ROWS, *more], AUGUST)
    answer = august.answer(CARYS, "review non-mis")
    assert len(rows(answer)) == 1 + 20
    assert "… and 42 more" in words(answer)


# Home


def test_home_shows_how_far_they_are_and_opens_the_review_in_a_modal(august: Room) -> None:
    upkeep.take_in(august.services.provisioning)
    home = shown(august.open_home(CARYS))
    assert "Non-MIS accounts: 0 of 2 reviewed\nGovernor accounts: 0 of 1 reviewed" in words(home)
    august.press_in_view(CARYS, "say:review")
    august.press_in_view(CARYS, "say:review-governor")
    assert buttons(august.modal(CARYS)) == ["View Details"]  # a modal takes no table
    august.press_in_view(CARYS, "review:details")
    august.press_in_view(CARYS, "review:deactivate")
    assert "All of them are reviewed." in words(august.modal(CARYS))
    assert statuses(august)["LlywG"] is Status.INACTIVE
    home = shown(august.open_home(CARYS))
    assert "Governor accounts" not in words(home)


def test_home_says_nothing_of_them_in_winter_and_to_a_user_who_does_not_review(august: Room) -> None:
    upkeep.take_in(august.services.provisioning)
    winter = shown(august.at(FixedClock(AUGUST + timedelta(days=120))).open_home(CARYS))
    assert "reviewed" not in words(winter)
    assert "Review accounts" in buttons(winter)
    for user in (HUW, PRYS):
        home = shown(august.open_home(user))
        assert "reviewed" not in words(home)
        assert "Review accounts" not in buttons(home)


# Who may


@pytest.mark.parametrize("user", [HUW, PRYS])
def test_others_are_told_who_reviews(user: str, august: Room) -> None:
    said = words(august.answer(user, "review non-mis"))
    assert said == "Accounts made by hand are reviewed by a Digital Champion or an administrator."


def test_nor_may_strangers_or_the_champion_of_another_school(august: Room) -> None:
    assert "I answer people who have a role" in words(august.answer(ELIS, "review"))
    assert "You have no role at school" in words(august.answer(DAI, f"review non-mis {GLAN.number}"))


def test_an_administrator_reviews_everywhere(august: Room) -> None:
    august.grant(Grant(ELIS, Role.ADMINISTRATOR, "*"))
    assert "Which one do you mean?" in words(august.answer(ELIS, "review governors"))
    assert "Gwen Llyw" in words(august.answer(ELIS, f"review governors {GLAN.number}"))


@pytest.mark.parametrize("action", ["review:details", "review:deactivate", "review:at-date", "review:keep"])
def test_an_old_button_does_nothing_for_a_former_reviewer(action: str, august: Room) -> None:
    august.answer(CARYS, "review non-mis")
    if action != "review:details":
        august.choose(CARYS, "review:details")
    august.take_away(CARYS)
    if action == "review:details":
        august.choose(CARYS, action)
    else:
        chosen: dict[str, Any] = {"selected_option": option("1m")} if action == "review:keep" else {}
        august.press(CARYS, action, **chosen)
    assert "I answer people who have a role at a school." in words(august.modal(CARYS))
    assert set(statuses(august).values()) == {Status.ACTIVE}


def test_names_are_for_one_pair_of_eyes(august: Room) -> None:
    august.answer(CARYS, "review non-mis")
    august.choose(CARYS, "review:details")
    august.press(CARYS, "review:deactivate")
    for user in (WYN, PRYS, DAI):
        assert august.server.person(user).messages(HELP) == []
    assert august.answer(CARYS, "review non-mis", QUIET)["ephemeral"]


# Where accounts live in the portal


class Elsewhere:
    """The portal."""

    def run(self, provisioning: Provisioning, run: int, school: str) -> Run:
        raise NotImplementedError

    def refresh(self, provisioning: Provisioning) -> int:
        return 0


def test_the_portals_own_steps_in_place_of_a_button_that_could_not_act(august: Room) -> None:
    upkeep.take_in(august.services.provisioning)
    there = replace(august.services.provisioning, external_directory=Elsewhere())
    room = opened(replace(august.services, provisioning=there), august.provisioning, august.server)
    room.answer(CARYS, "review non-mis")
    details = room.choose(CARYS, "review:details")
    said = words(details)
    assert "These accounts are changed in the User Management Portal, not here:" in said
    assert "View Users &gt; View Non-MIS" in said
    assert "Manage User &gt; Deactivate" in said
    assert buttons(details) == ["I have done this in the portal", "Back to the list"]
    noted = words(shown(room.press(CARYS, "review:in-portal")))
    assert "Reviewed in the portal" in noted
    assert "1 of 2 reviewed" in noted
    assert statuses(room)["ArallA"] is Status.ACTIVE


def test_a_value_that_no_button_of_ours_carries(august: Room) -> None:
    august.answer(CARYS, "review non-mis")
    details = august.choose(CARYS, "review:details")
    forged = august.pressed(CARYS, details, "review:deactivate")
    forged["actions"][0]["value"] = "4711"
    august.deliver("interactive", forged)
    assert "This is no longer there, or it belongs to a school" in words(august.modal(CARYS))
    assert set(statuses(august).values()) == {Status.ACTIVE}
