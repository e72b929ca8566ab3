"""Roles given and taken away in Slack: the list, the form, who may, and what the audit has of it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from bot.grants import screens
from bot.grants.actions import GrantAction
from bot.people import audit, permissions
from bot.people.audit import AuditFilter
from bot.people.permissions import EVERYWHERE, Grant, Role
from bot.slack.voice import Voice
from knowledge.loading import Knowledge
from provisioning.clock import uk_date
from tests.bot.app_fixtures import (
    CARYS,
    DAI,
    ELIS,
    HELP,
    NIA,
    OFFICERS,
    PRYS,
    WYN,
    Room,
    TurnedClock,
    buttons,
    elements,
    many_schools,
    option,
    words,
)
from tests.bot.menu_options import suggested
from tests.builders import GLAN, NANT, NOW

LAST_DAY = uk_date(NOW) + timedelta(days=30)
PAST = "That day is over: choose today or a later day."


@pytest.fixture
def room(glan: Room) -> Room:
    """Nia looks after the bot; Wyn looks after it for local authority 680, in Welsh."""
    glan.grant(Grant(NIA, Role.ADMINISTRATOR, EVERYWHERE), Grant(WYN, Role.ADMINISTRATOR, "680"))
    return glan


def held(room: Room, user: str) -> list[Grant]:
    with room.services.database.reading() as session:
        return [grant for grant in permissions.every(session) if grant.user == user]


def recorded(room: Room, deed: str) -> list[tuple[str, str | None, str | None, str]]:
    with room.services.database.reading() as session:
        found = audit.read(session, AuditFilter(action=deed))
    return [(record.who, record.school, record.subject, record.outcome) for record in found]


def fill_in(
    room: Room,
    user: str,
    *,
    to: str | None = None,
    group: str | None = None,
    role: Role = Role.MIS_ADMINISTRATOR,
    place: str = NANT.number,
    until: date | None = None,
    meanwhile: Callable[[], object] = lambda: None,
) -> Any:
    """Open the form from the list, fill it in and send it; `meanwhile` happens before its work begins."""
    room.run(user, "grants")
    room.press_in_view(user, GrantAction.GIVE)
    day = until.isoformat() if until else None
    chosen = option(group) if group else None
    values = {
        "person": {"person": {"type": "users_select", "selected_user": to}},
        "group": {"group": {"type": "static_select", "selected_option": chosen}},
        "role": {"role": {"type": "static_select", "selected_option": option(role.value)}},
        GrantAction.PLACE: {GrantAction.PLACE: {"type": "external_select", "selected_option": option(place)}},
        "until": {"until": {"type": "datepicker", "selected_date": day}},
    }
    outcome = room.server.person(user).submit(values)
    meanwhile()
    room.later.settle()
    return outcome


def test_the_verb_opens_the_list(room: Room) -> None:
    assert room.run(NIA, "grants") == []
    said = words(room.modal(NIA))
    assert "9 roles" in said
    assert f"<@{CARYS}>\nDigital Champion · Glan High (6809903)" in said
    assert f"<@{NIA}>\nAdministrator · everywhere" in said
    assert "all schools of Newport (680)" in said


def test_the_welsh_word_of_earlier_versions_is_understood(room: Room) -> None:
    assert room.run(NIA, "caniatadau") == []
    assert "9 roles" in words(room.modal(NIA))


def test_in_welsh_and_only_what_one_gives_roles_for(room: Room) -> None:
    room.schools(*many_schools(2))
    room.grant(Grant(ELIS, Role.DIGITAL_CHAMPION, "6702001"))
    room.run(WYN, "rolau")
    said = words(room.modal(WYN))
    assert "Pencampwr Digidol · Ysgol Glan (6809903)" in said
    assert "holl ysgolion Casnewydd (680)" in said
    assert NIA not in said
    assert ELIS not in said
    assert not any(english in said for english in ("role", "Take away", "until", "everywhere"))


@pytest.mark.parametrize("user", [CARYS, DAI, PRYS])
def test_others_are_told_who_gives_roles(user: str, room: Room) -> None:
    assert words(room.answer(user, "grants")) == "Roles are given and taken away by an administrator."
    assert recorded(room, "grants") == [(user, None, None, "refused")]


def test_a_user_without_a_role_is_told_nothing_of_it(room: Room) -> None:
    assert "I answer people who have a role" in words(room.answer(ELIS, "grants"))


def test_home_has_the_button_for_administrators_alone(room: Room) -> None:
    home = room.open_home(NIA)
    assert home is not None
    assert "Roles" in buttons(home)
    room.press_in_view(NIA, "say:grants")
    assert "9 roles" in words(room.modal(NIA))
    other = room.open_home(CARYS)
    assert other is not None
    assert "Roles" not in buttons(other)


def test_the_roles_of_one_person_and_of_one_school(room: Room) -> None:
    room.run(NIA, "grants")
    room.press_in_view(NIA, GrantAction.OF, selected_user=DAI)
    said = words(room.modal(NIA))
    assert "1 role" in said
    assert "Nant Primary" in said
    room.press_in_view(NIA, GrantAction.AT, selected_option=option(NANT.number))
    said = words(room.modal(NIA))
    assert f"<@{DAI}>" in said
    assert f"<@{PRYS}>" in said
    assert f"<@{CARYS}>" not in said


def test_many_roles_are_turned_over_page_by_page(room: Room) -> None:
    room.grant(*(Grant(f"U0NEW{number:03}", Role.MIS_ADMINISTRATOR, NANT.number) for number in range(45)))
    room.run(NIA, "grants")
    assert "54 roles" in words(room.modal(NIA))
    seen = set()
    for _ in range(3):
        modal = room.modal(NIA)
        seen |= {element["value"] for element in elements(modal) if element["action_id"] == GrantAction.TAKE}
        if "Next page" in buttons(modal):
            room.press_in_view(NIA, "say:grants-on")
    assert len(seen) == 54
    assert "Previous page" in buttons(room.modal(NIA))


def test_a_page_past_the_end_is_the_last_one(room: Room) -> None:
    room.grant(*(Grant(f"U0NEW{number:03}", Role.MIS_ADMINISTRATOR, NANT.number) for number in range(16)))
    room.run(NIA, "grants p9")
    modal = room.modal(NIA)
    taken = [element for element in elements(modal) if element["action_id"] == GrantAction.TAKE]
    assert ("25 roles" in words(modal), len(taken)) == (True, 5)
    (back,) = [element for element in elements(modal) if element["action_id"] == GrantAction.BACK]
    assert back["value"] == "grants p1"


def test_the_roles_of_a_person_stand_under_one_name(room: Room) -> None:
    room.grant(Grant(DAI, Role.MIS_ADMINISTRATOR, NANT.number))
    room.run(NIA, "grants")
    said = words(room.modal(NIA))
    assert said.count(f"<@{DAI}>") == 1
    roles = "Digital Champion · Nant Primary (6809901)", "MIS administrator · Nant Primary (6809901)"
    assert said.index(f"<@{DAI}>") < said.index(roles[0]) < said.index(roles[1])


def test_the_roles_over_a_school_are_those_of_its_authority_whatever_its_number(room: Room) -> None:
    """A school keeps its number when another authority takes it over."""
    moved = replace(NANT, local_authority="661")
    there, gone = Grant(ELIS, Role.ADMINISTRATOR, "661"), Grant(WYN, Role.ADMINISTRATOR, "680")
    assert screens.wanted([there, gone], moved.number, screens.Places.of([moved])) == [there]
    assert screens.wanted([there, gone], "680", screens.Places.of([moved])) == [gone]


def test_an_authority_whose_name_is_not_known_is_told_by_its_code(everything: Knowledge) -> None:
    voice = Voice(everything.catalogue, "en")
    assert screens.Places.of([]).said("680", voice) == "all schools of Newport (680)"
    assert screens.Places.of([]).said("999", voice) == "all schools of local authority 999"


def test_a_role_is_given_until_a_day(room: Room) -> None:
    fill_in(room, NIA, to=ELIS, until=LAST_DAY)
    assert held(room, ELIS) == [Grant(ELIS, Role.MIS_ADMINISTRATOR, NANT.number, LAST_DAY)]
    assert "Given: MIS administrator · Nant Primary (6809901) · until 7 October 2026" in words(
        room.modal(NIA)
    )
    assert recorded(room, "role-given") == [
        (NIA, NANT.number, ELIS, "mis-administrator until 2026-10-07"),
    ]
    assert "I answer people" not in words(room.answer(ELIS, "last-run"))


def test_a_role_is_given_to_a_user_group_and_its_members_have_it_at_once(room: Room) -> None:
    room.run(NIA, "grants")
    room.press_in_view(NIA, GrantAction.GIVE)
    (menu,) = [element for element in elements(room.modal(NIA)) if element["action_id"] == "group"]
    assert [(choice["value"], choice["text"]["text"]) for choice in menu["options"]] == [
        (OFFICERS, "@officers")
    ]
    fill_in(room, NIA, group=OFFICERS)
    assert held(room, OFFICERS) == [Grant(OFFICERS, Role.MIS_ADMINISTRATOR, NANT.number)]
    assert f"<!subteam^{OFFICERS}>" in words(room.modal(NIA))
    assert "I answer people" not in words(room.answer(ELIS, "last-run"))


@pytest.mark.parametrize(
    ("given", "block", "said"),
    [
        ({}, "person", "Choose either a person or a user group."),
        ({"to": ELIS, "group": OFFICERS}, "person", "Choose either a person or a user group."),
        ({"to": ELIS, "until": uk_date(NOW) - timedelta(days=1)}, "until", PAST),
    ],
)
def test_a_form_that_is_not_right_says_so_at_once(
    given: dict[str, Any], block: str, said: str, room: Room
) -> None:
    outcome = fill_in(room, NIA, **given)
    assert outcome.errors == {block: said}
    assert held(room, ELIS) == []


@pytest.mark.parametrize("place", ["681", "9999999", "999", EVERYWHERE])
def test_no_role_is_given_for_places_that_are_not_ones_own(place: str, room: Room) -> None:
    fill_in(room, WYN, to=ELIS, place=place)
    assert held(room, ELIS) == []
    assert "Gall gweinyddwr roi a thynnu rolau." in words(room.modal(WYN))
    assert recorded(room, "role-given") == [(WYN, place, ELIS, "refused")]


def test_a_day_that_is_over_by_midnight_is_told_and_gives_no_role(room: Room) -> None:
    clock = TurnedClock(NOW)
    late = room.at(clock)
    fill_in(late, NIA, to=ELIS, until=uk_date(NOW), meanwhile=lambda: clock.turn(timedelta(days=1)))
    assert PAST in words(late.modal(NIA))
    assert held(late, ELIS) == []


def test_no_role_is_given_for_a_place_that_is_none(room: Room) -> None:
    fill_in(room, NIA, to=ELIS, place="9999999")
    assert held(room, ELIS) == []
    assert "9999999" in words(room.modal(NIA))


def test_a_guest_gets_no_role(room: Room) -> None:
    room.live.workspace.guests.add(ELIS)
    fill_in(room, NIA, to=ELIS)
    assert held(room, ELIS) == []
    assert "a guest, a bot, or of another workspace" in words(room.modal(NIA))


def test_the_places_that_one_can_choose(room: Room) -> None:
    def found(user: str, typed: str) -> list[str]:
        return list(suggested(room, user, GrantAction.PLACE, GrantAction.PLACE, typed).values())

    assert found(NIA, "") == ["*", "680", "681", "6809901", "6809903", "6819902"]
    assert found(WYN, "") == ["680", "6809901", "6809903"]
    assert found(NIA, "nant") == [NANT.number]
    assert found(NIA, "newport") == ["680"], "an authority is found by its name"
    assert found(CARYS, "") == []


def take(room: Room, user: str, grant: Grant) -> None:
    """Press the button of a grant in the person's list."""
    modal = room.modal(user)
    (block,) = [block for block in modal["blocks"] if screens.key_of(grant) in str(block.get("accessory"))]
    payload = {
        "type": "block_actions",
        "user": {"id": user, "team_id": "T0TRIAL"},
        "team": {"id": "T0TRIAL", "domain": "trial"},
        "api_app_id": room.live.workspace.spec.bot.app_id,
        "trigger_id": room.live.workspace.new_trigger(user),
        "view": modal,
        "actions": [{**block["accessory"], "block_id": block["block_id"]}],
    }
    room.deliver("interactive", payload)


CARYS_AT_GLAN = Grant(CARYS, Role.DIGITAL_CHAMPION, GLAN.number)


def test_a_role_is_taken_away_with_a_question_first(room: Room) -> None:
    room.run(NIA, "grants")
    modal = room.modal(NIA)
    (asked,) = [
        element for element in elements(modal) if element.get("value") == screens.key_of(CARYS_AT_GLAN)
    ]
    assert asked["confirm"]["title"]["text"] == "Take this role away?"
    take(room, NIA, CARYS_AT_GLAN)
    assert held(room, CARYS) == []
    assert "Taken away: Digital Champion · Glan High (6809903)" in words(room.modal(NIA))
    assert recorded(room, "role-taken") == [(NIA, GLAN.number, CARYS, "digital-champion")]
    assert "I answer people" in words(room.answer(CARYS, "missing"))


def test_taken_away_twice_says_so(room: Room) -> None:
    room.run(NIA, "grants")
    with room.services.database.writing() as session:
        permissions.remove(session, CARYS, None, None)
    take(room, NIA, CARYS_AT_GLAN)
    assert "That role has been taken away already." in words(room.modal(NIA))


def test_the_last_administrator_stays(room: Room) -> None:
    room.take_away(WYN)
    room.run(NIA, "grants")
    take(room, NIA, Grant(NIA, Role.ADMINISTRATOR, EVERYWHERE))
    assert "This is the last administrator's role" in words(room.modal(NIA))
    assert Grant(NIA, Role.ADMINISTRATOR, EVERYWHERE) in held(room, NIA)
    assert recorded(room, "role-taken") == []


def test_an_administrator_who_gives_up_the_role_sees_no_more_roles(room: Room) -> None:
    room.run(WYN, "grants")
    assert CARYS in words(room.modal(WYN))
    take(room, WYN, Grant(WYN, Role.ADMINISTRATOR, "680"))
    assert CARYS not in words(room.modal(WYN))


def test_a_former_administrator_takes_nothing_away(room: Room) -> None:
    room.run(NIA, "grants")
    room.take_away(NIA)
    take(room, NIA, CARYS_AT_GLAN)
    assert held(room, CARYS)
    assert "I answer people" in words(room.modal(NIA))


def test_a_forged_button_takes_nothing_away(room: Room) -> None:
    shown = room.answer(CARYS, "faq")
    payload = room.on_message(CARYS, shown, "block_actions", "say:faq")
    value = f"{DAI} digital-champion {NANT.number}"
    payload["actions"] = [{"type": "button", "action_id": GrantAction.TAKE, "block_id": "x", "value": value}]
    room.deliver("interactive", payload)
    assert held(room, DAI)
    said = words(room.server.person(CARYS).messages(HELP)[-1])
    assert "Roles are given and taken away by an administrator." in said
