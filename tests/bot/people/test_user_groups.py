"""Roles by a Slack user group, and roles that end because a person has left Slack or is only a guest."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from slack_sdk import WebClient

from bot.people import audit, permissions
from bot.people.audit import AuditFilter, AuditRecord
from bot.people.leavers import Leavers
from bot.people.permissions import Act, Grant, Role
from bot.people.user_groups import UserGroups
from provisioning.clock import today, uk_date
from slack_workspace import UserGroup, payloads
from tests.bot.app_fixtures import CARYS, ELIS, NIA, OFFICERS, PRYS, SEREN, WYN, Room, words
from tests.builders import GLAN, NANT, NOW

TO_THE_GROUP = Grant(OFFICERS, Role.PROVISIONING_MANAGER, GLAN.number)


class Hours:
    """The time as it is, which a test lets go by."""

    def __init__(self) -> None:
        self.now = datetime(2026, 9, 7, 8, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **span: int) -> None:
        self.now += timedelta(**span)


@pytest.fixture
def client(here: Room) -> WebClient:
    return here.app.client


@pytest.fixture
def hours() -> Hours:
    return Hours()


@pytest.fixture
def groups(here: Room, hours: Hours) -> UserGroups:
    return UserGroups(here.services.database, hours)


def may(room: Room, user: str) -> bool:
    with room.services.database.reading() as session:
        return permissions.caller(session, user, today(room.services.clock)).may(Act.UNDO, GLAN)


def calls(room: Room, method: str) -> int:
    return [name for name, _ in room.live.workspace.calls].count(method)


def test_members_of_a_group_have_its_role_when_they_come(glan: Room) -> None:
    assert "I answer people" in words(glan.answer(ELIS, "missing"))
    glan.grant(TO_THE_GROUP)
    assert "2 people on roll" in words(glan.answer(ELIS, "missing"))
    assert "I answer people" in words(glan.answer("U0IDRIS", "missing"))


def test_members_are_told_and_asked_as_people(glan: Room, groups: UserGroups, client: WebClient) -> None:
    glan.grant(TO_THE_GROUP, Grant(OFFICERS, Role.ADMINISTRATOR, "*"))
    groups.refresh(client)
    with glan.services.database.reading() as session:
        deciders = permissions.who_may(session, Act.DECIDE, GLAN, uk_date(NOW))
        operators = permissions.operators(session, uk_date(NOW))
    assert {ELIS, NIA, PRYS} == set(deciders)
    assert operators == [ELIS, NIA]


def test_a_group_without_a_role_is_not_asked_about(here: Room, groups: UserGroups, client: WebClient) -> None:
    groups.refresh(client)
    assert calls(here, "usergroups.users.list") == 0


def test_slack_is_asked_once_in_ten_minutes(
    here: Room, groups: UserGroups, client: WebClient, hours: Hours
) -> None:
    here.grant(TO_THE_GROUP)
    groups.refresh(client)
    hours.pass_(minutes=9)
    groups.refresh(client)
    assert calls(here, "usergroups.users.list") == 1
    hours.pass_(minutes=1)
    groups.refresh(client)
    assert calls(here, "usergroups.users.list") == 2


def test_a_member_who_leaves_the_group_loses_its_role(
    here: Room, groups: UserGroups, client: WebClient, hours: Hours
) -> None:
    here.grant(TO_THE_GROUP)
    groups.refresh(client)
    assert may(here, ELIS)
    here.live.workspace.deactivated.add(ELIS)
    hours.pass_(minutes=10)
    groups.refresh(client)
    assert not may(here, ELIS)
    assert may(here, NIA)


def test_what_was_known_counts_for_a_day_when_slack_cannot_be_asked(
    here: Room, groups: UserGroups, client: WebClient, hours: Hours
) -> None:
    here.grant(TO_THE_GROUP)
    groups.refresh(client)
    here.live.workspace.groups.clear()
    hours.pass_(hours=23, minutes=59)
    groups.refresh(client)
    assert may(here, ELIS)
    hours.pass_(minutes=1)
    groups.refresh(client)
    assert not may(here, ELIS)


def test_slack_that_fails_is_not_asked_by_everybody_who_comes(
    here: Room, groups: UserGroups, client: WebClient, hours: Hours
) -> None:
    here.live.workspace.groups.clear()
    here.grant(TO_THE_GROUP)
    for _ in range(5):
        groups.refresh(client)
    assert calls(here, "usergroups.users.list") == 1
    hours.pass_(minutes=1)
    groups.refresh(client)
    assert calls(here, "usergroups.users.list") == 2


def test_a_group_whose_role_was_taken_is_forgotten(here: Room, groups: UserGroups, client: WebClient) -> None:
    here.grant(TO_THE_GROUP)
    groups.refresh(client)
    here.take_away(OFFICERS)
    groups.refresh(client)
    here.grant(TO_THE_GROUP)
    assert not may(here, ELIS)


def ended(room: Room, user: str) -> list[AuditRecord]:
    with room.services.database.reading() as session:
        assert not [grant for grant in permissions.every(session) if grant.user == user]
        return audit.read(session, AuditFilter(action="role-ended", subject=user))


@pytest.mark.parametrize("how", ["deactivated", "guests"])
def test_a_deactivated_user_or_guest_gets_no_answer_and_has_no_role_any_more(how: str, glan: Room) -> None:
    getattr(glan.live.workspace, how).add(CARYS)
    assert "I answer people" in words(glan.answer(CARYS, f"why-missing {SEREN.upn}"))
    assert ended(glan, CARYS) == [
        AuditRecord(NOW, "slack", "slack", "role-ended", GLAN.number, CARYS, "digital-champion")
    ]


def test_a_guest_in_a_group_gets_no_answer_either(glan: Room) -> None:
    glan.grant(TO_THE_GROUP)
    glan.live.workspace.guests.add(ELIS)
    assert "I answer people" in words(glan.answer(ELIS, "missing"))


def told(room: Room, user: str, **said: Any) -> None:
    """Send Slack's event that a person has changed."""
    workspace = room.live.workspace
    event = {"type": "user_change", "user": {"id": user, "deleted": False, **said}}
    room.deliver(
        "events_api",
        {
            "type": "event_callback",
            "team_id": workspace.spec.team_id,
            "api_app_id": workspace.spec.bot.app_id,
            "event_id": f"Ev{user}",
            "event_time": 0,
            "event": event,
            "authorizations": [{"team_id": workspace.spec.team_id, "user_id": workspace.spec.bot.user_id}],
        },
    )


@pytest.mark.parametrize("how", ["deleted", "is_restricted", "is_ultra_restricted"])
def test_roles_end_as_soon_as_slack_says_that_the_user_has_left_or_is_a_guest(how: str, here: Room) -> None:
    told(here, CARYS, **{how: True})
    assert ended(here, CARYS)


def test_a_new_locale_ends_no_role(here: Room) -> None:
    told(here, CARYS, locale="cy-GB")
    with here.services.database.reading() as session:
        assert permissions.caller(session, CARYS, uk_date(NOW)).grants


def test_the_daily_look_finds_who_has_left(here: Room, client: WebClient, hours: Hours) -> None:
    leavers = Leavers(here.services.database, here.services.clock, hours)
    leavers.check(client)
    asked = calls(here, "users.info")
    assert asked == 7
    here.live.workspace.deactivated |= {CARYS, WYN}
    hours.pass_(hours=23)
    leavers.check(client)
    assert calls(here, "users.info") == asked
    hours.pass_(hours=1)
    leavers.check(client)
    assert ended(here, CARYS)
    assert ended(here, WYN)


def test_a_look_takes_no_more_than_a_few_at_once(here: Room, client: WebClient, hours: Hours) -> None:
    leavers = Leavers(here.services.database, here.services.clock, hours)
    here.grant(*(Grant(f"U0NOBODY{number}", Role.SERVICE_DESK, "*") for number in range(30)))
    leavers.check(client)
    assert calls(here, "users.info") == 20
    for _ in range(2):
        leavers.check(client)
    with here.services.database.reading() as session:
        assert not [grant for grant in permissions.every(session) if grant.user.startswith("U0NOBODY")]
        assert [grant for grant in permissions.every(session) if grant.scope == NANT.number]


def group_changed(room: Room, group: str) -> None:
    """Send Slack's event that a user group has other members."""
    inner = {"type": "subteam_members_changed", "subteam_id": group, "added_users": [], "removed_users": []}
    room.deliver("events_api", payloads.event(room.live.workspace, inner))


def test_who_leaves_a_group_loses_its_role_as_soon_as_slack_says_so(here: Room) -> None:
    here.grant(TO_THE_GROUP)
    group_changed(here, OFFICERS)
    assert may(here, ELIS)
    here.live.workspace.groups[OFFICERS] = UserGroup(OFFICERS, "officers", "Officers", (NIA,))
    group_changed(here, OFFICERS)
    assert not may(here, ELIS)
    assert may(here, NIA)


def test_a_changed_group_without_a_role_is_not_asked_about(here: Room) -> None:
    group_changed(here, OFFICERS)
    assert calls(here, "usergroups.users.list") == 0


def test_where_slack_cannot_be_asked_what_was_known_stays(here: Room) -> None:
    here.grant(TO_THE_GROUP)
    group_changed(here, OFFICERS)
    here.live.workspace.groups.clear()
    group_changed(here, OFFICERS)
    assert may(here, ELIS)
