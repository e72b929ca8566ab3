"""Two workspaces of one installation: who has an equal id in the other is another person."""

from dataclasses import replace

import pytest

from bot.grants.actions import GrantAction
from bot.people import audit, permissions
from bot.people.audit import AuditFilter
from bot.people.permissions import Act, Grant, Role
from bot.people.slack_user import SlackUser
from bot.slack.context import Context
from bot.slack.voice import Voice
from provisioning.clock import uk_date
from tests.bot.app_fixtures import CARYS, DAI, ELIS, HELP, NIA, OFFICERS, PRYS, SEREN, words
from tests.bot.several.two_workspaces import FIRST, SECOND, Two
from tests.builders import BRYN, GLAN, NANT, NOW

NO_ROLE = "I answer people who have a role"


def grants(two: Two, user: str) -> set[tuple[Role, str]]:
    """The roles of a user in force, each with its scope."""
    with two.services.database.reading() as session:
        caller = permissions.caller(session, user, uk_date(NOW))
    return {(grant.role, grant.scope) for grant in caller.grants}


def test_who_asks_is_answered_by_the_role_in_their_own_workspace(two: Two) -> None:
    assert "Glan" in words(two.first.answer(CARYS, f"why-missing {SEREN.upn}"))
    refused = words(two.second.answer(CARYS, f"why-missing {SEREN.upn} {GLAN.number}"))
    assert "Glan" not in refused


def test_an_equal_id_without_a_role_has_none(two: Two) -> None:
    assert NO_ROLE in words(two.second.answer(DAI, f"why-missing {SEREN.upn}"))


def test_the_audit_tells_the_two_apart(two: Two) -> None:
    two.first.answer(CARYS, "help")
    two.second.answer(CARYS, "language cy")
    with two.services.database.reading() as session:
        who = {record.who: record.action for record in audit.read(session, AuditFilter())}
    assert who == {f"{FIRST}/{CARYS}": "help", f"{SECOND}/{CARYS}": "language"}


def test_a_class_whose_name_looks_like_an_address_is_listed(two: Two) -> None:
    two.first.provisioning.extracts(GLAN, replace(SEREN, class_name="T9/C2"))
    assert "T9/C2" in words(two.first.answer(CARYS, "missing"))
    assert SEREN.upn in words(two.first.answer(CARYS, "missing class T9/C2"))


def test_the_language_that_one_chose_is_not_the_others(two: Two) -> None:
    two.second.answer(CARYS, "language cy")
    assert "Rwy'n gweithio drwy gwestiynau" in words(two.second.answer(CARYS, "help"))
    assert "Rwy'n gweithio drwy gwestiynau" not in words(two.first.answer(CARYS, "help"))


def test_home_shows_the_schools_of_ones_own_workspace(two: Two) -> None:
    first, second = two.first.open_home(CARYS), two.second.open_home(CARYS)
    assert first is not None
    assert second is not None
    assert "Glan" in words(first)
    assert "Bryn" not in words(first)
    assert "Bryn" in words(second)
    assert "Glan" not in words(second)


def test_a_role_over_everything_is_one_over_what_the_workspace_serves(two: Two) -> None:
    assert grants(two, f"{FIRST}/{PRYS}") == {(Role.ADMINISTRATOR, "680")}
    assert grants(two, f"{SECOND}/{PRYS}") == {(Role.ADMINISTRATOR, "681")}


@pytest.mark.parametrize("scope", [BRYN.number, "681"])
def test_a_role_beyond_what_the_workspace_serves_counts_for_nothing(two: Two, scope: str) -> None:
    two.first.grant(Grant(f"{FIRST}/{ELIS}", Role.ADMINISTRATOR, scope))
    assert grants(two, f"{FIRST}/{ELIS}") == set()
    with two.services.database.reading() as session:
        assert permissions.who_may(session, Act.GRANTS, BRYN, uk_date(NOW)) == [f"{SECOND}/{PRYS}"]


def test_roles_are_listed_to_the_administrator_of_their_workspace_alone(two: Two) -> None:
    two.first.grant(Grant(f"{SECOND}/{ELIS}", Role.DIGITAL_CHAMPION, GLAN.number))
    (shown,) = two.first.server.person(PRYS).modals() or [None]
    assert shown is None
    two.first.run(PRYS, "grants")
    listed = words(two.first.modal(PRYS))
    assert f"<@{CARYS}>" in listed
    assert f"<@{ELIS}>" not in listed
    assert "Bryn" not in listed
    assert "/U0" not in listed


def test_a_role_over_everything_is_listed_and_taken_where_all_that_is_served_is_overseen(two: Two) -> None:
    two.first.grant(Grant(f"{FIRST}/{ELIS}", Role.DIGITAL_CHAMPION, "*"))
    for user in (CARYS, DAI):  # so that Elis is the first of the list
        two.first.take_away(f"{FIRST}/{user}")
    two.first.run(PRYS, "grants")
    listed = words(two.first.modal(PRYS))
    assert f"<@{ELIS}>" in listed
    two.first.press_in_view(PRYS, GrantAction.TAKE)
    assert grants(two, f"{FIRST}/{ELIS}") == set()


def test_a_role_is_taken_from_the_user_of_ones_own_workspace(two: Two) -> None:
    two.first.run(PRYS, "grants")
    modal = two.first.modal(PRYS)
    value = next(block["accessory"]["value"] for block in modal["blocks"] if f"<@{CARYS}>" in words(block))
    assert value == f"{FIRST}/{CARYS} digital-champion {GLAN.number}"
    two.first.press_in_view(PRYS, GrantAction.TAKE)
    assert grants(two, f"{FIRST}/{CARYS}") == set()
    assert grants(two, f"{SECOND}/{CARYS}") == {(Role.DIGITAL_CHAMPION, BRYN.number)}


def test_the_members_of_a_group_are_those_of_its_workspace(two: Two) -> None:
    two.first.grant(Grant(f"{FIRST}/{OFFICERS}", Role.DIGITAL_CHAMPION, NANT.number))
    two.second.answer(ELIS, "help")  # of another workspace's groups Slack is not asked
    two.first.answer(ELIS, "help")
    assert not two.sent(SECOND, "usergroups")
    assert grants(two, f"{FIRST}/{ELIS}") == {(Role.DIGITAL_CHAMPION, NANT.number)}
    assert grants(two, f"{SECOND}/{ELIS}") == set()


def test_who_has_left_one_workspace_keeps_the_roles_in_the_other(two: Two) -> None:
    two.first.live.workspace.traits[CARYS] = {"is_stranger": True}
    assert NO_ROLE in words(two.first.answer(CARYS, "missing"))
    assert grants(two, f"{FIRST}/{CARYS}") == set()
    assert grants(two, f"{SECOND}/{CARYS}") == {(Role.DIGITAL_CHAMPION, BRYN.number)}
    assert NO_ROLE not in words(two.second.answer(CARYS, "help"))


def test_a_school_of_another_workspace_is_no_school_here(two: Two) -> None:
    for line in (f"missing {BRYN.number}", f"last-run {BRYN.number}", f"board {BRYN.number}"):
        shown = words(two.first.run(NIA, line))
        assert "Bryn" not in shown, line


def test_the_schools_that_a_user_can_come_upon_are_those_that_the_workspace_serves(two: Two) -> None:
    voice = Voice(two.services.catalogue, "en")
    context = Context(two.services, SlackUser(f"{SECOND}/{NIA}"), voice)
    assert [school.number for school in context.every_school()] == [BRYN.number]


def test_a_workspace_where_the_app_is_not_installed_is_told_so(two: Two) -> None:
    two.forget(SECOND)
    messages = two.second.run(CARYS, "help", HELP)
    assert "is not installed" in words(messages)
    assert "wedi'i osod" in words(messages)
