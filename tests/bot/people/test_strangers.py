"""A user who is no person of this workspace has no role, no answer, no letter, nothing handed over."""

from typing import Any

import pytest
from slack_sdk import WebClient

from bot.outbox import letters
from bot.outbox.letters import Letter
from bot.outbox.sending import Sender
from bot.people import audit, permissions
from bot.people.audit import AuditFilter
from bot.people.leavers import Leavers
from bot.people.permissions import Act, Grant, Role
from bot.people.presence import is_from_elsewhere, is_outsider
from bot.people.profiles import Profiles
from bot.people.user_groups import UserGroups
from bot.runs.letters import HELD, HeldPayload
from bot.service.features import LETTER_KINDS
from provisioning.clock import uk_date
from tests.bot.app_fixtures import CARYS, ELIS, HELP, NIA, OFFICERS, SEREN, Json, Room, elements, words
from tests.builders import GLAN, NOW

TEAM = "T0TRIAL"
OF_SLACK: dict[str, dict[str, Any]] = {
    "deactivated": {"deleted": True},
    "a guest": {"is_restricted": True},
    "a guest of one channel": {"is_restricted": True, "is_ultra_restricted": True},
    "a stranger by Slack Connect": {"is_stranger": True, "team_id": "T0OTHER"},
    "of another workspace": {"team_id": "T0OTHER"},
    "of another workspace of another organisation": {
        "team_id": "T0OTHER",
        "enterprise_user": {"teams": ["T0OTHER"]},
    },
    "a bot": {"is_bot": True},
    "a workflow": {"is_workflow_bot": True},
}
"""What Slack says of users who are no people of the workspace."""
NOBODIES = pytest.mark.parametrize("said", OF_SLACK.values(), ids=OF_SLACK.keys())
REFUSED = "I answer people who have a role at a school"


@NOBODIES
def test_who_is_nobody(said: dict[str, Any]) -> None:
    assert is_outsider({"id": CARYS, "team_id": TEAM, **said}, TEAM)


@pytest.mark.parametrize(
    "said",
    [
        {"team_id": TEAM, "deleted": False, "is_restricted": False, "is_stranger": False, "is_bot": False},
        {"team_id": TEAM, "is_admin": True, "is_owner": True},
        {"team_id": "T0SISTER", "enterprise_user": {"teams": [TEAM, "T0SISTER"]}},
        {},
    ],
    ids=["a person", "an owner", "of a sister workspace in this one too", "nothing said"],
)
def test_who_is_here(said: dict[str, Any]) -> None:
    assert not is_outsider({"id": CARYS, **said}, TEAM)


def test_slacks_own_bot_is_nobody_although_its_object_does_not_say_so() -> None:
    assert is_outsider({"id": "USLACKBOT", "is_bot": False, "team_id": TEAM}, TEAM)


def refusals(room: Room, user: str) -> list[str]:
    with room.services.database.reading() as session:
        return [
            record.outcome for record in audit.read(session, AuditFilter(who=user, action=audit.OUTSIDER))
        ]


def first_button(shown: Json) -> str:
    """The id of a message's first button."""
    return next(str(element["action_id"]) for element in elements(shown) if element["type"] == "button")


@NOBODIES
def test_a_command_of_theirs_is_refused_in_words_and_audited(glan: Room, said: dict[str, Any]) -> None:
    glan.live.workspace.traits[CARYS] = said
    for line in (f"why-missing {SEREN.upn}", "help", "faq learner-missing"):
        assert REFUSED in words(glan.answer(CARYS, line))
    assert refusals(glan, CARYS) == ["refused"] * 3
    with glan.services.database.reading() as session:
        assert not permissions.caller(session, CARYS, uk_date(NOW)).grants


@NOBODIES
def test_a_button_of_theirs_is_refused_in_words_and_audited(glan: Room, said: dict[str, Any]) -> None:
    (shown,) = glan.run(CARYS, "missing")
    pressed = glan.pressed(CARYS, shown, first_button(shown))
    glan.live.workspace.traits[CARYS] = said
    changed = {"type": "user_change", "user": {"id": CARYS, "team_id": TEAM, **said}}
    glan.deliver(
        "events_api", {"type": "event_callback", "event": changed, "team_id": TEAM, "event_id": "Ev1"}
    )
    glan.deliver("interactive", pressed)
    assert refusals(glan, CARYS) == ["refused"]
    assert (
        REFUSED in words(glan.server.person(CARYS).messages(HELP)[-1]) or glan.server.person(CARYS).modals()
    )


@NOBODIES
def test_a_message_of_theirs_is_refused_in_words_and_audited(glan: Room, said: dict[str, Any]) -> None:
    glan.live.workspace.traits[CARYS] = said
    (answer,) = glan.say(CARYS, "why is somebody missing?")
    assert REFUSED in words(answer)
    assert refusals(glan, CARYS) == ["refused"]


def test_their_home_shows_the_refusal(glan: Room) -> None:
    glan.live.workspace.traits[CARYS] = {"is_stranger": True}
    home = glan.open_home(CARYS)
    assert home is not None
    assert REFUSED in words(home)
    assert refusals(glan, CARYS) == ["refused"]


def test_a_button_that_comes_from_another_workspace_is_refused_before_slack_is_asked(glan: Room) -> None:
    (shown,) = glan.run(CARYS, "missing")
    pressed = glan.pressed(CARYS, shown, first_button(shown))
    pressed["user"]["team_id"] = "T0OTHER"
    glan.deliver("interactive", pressed)
    assert refusals(glan, CARYS) == ["refused"]


@pytest.mark.parametrize(
    ("body", "elsewhere"),
    [
        ({"user": {"id": CARYS, "team_id": TEAM}}, False),
        ({"user": {"id": CARYS, "team_id": "T0OTHER"}}, True),
        ({"user": {"id": CARYS}}, False),
        ({"user": CARYS}, False),
        ({"event": {"user": CARYS, "user_team": "T0OTHER"}}, True),
        ({"event": {"user": CARYS, "source_team": "T0OTHER"}}, True),
        ({"event": {"user": CARYS, "user_team": TEAM, "source_team": TEAM}}, False),
        ({"enterprise": {"id": "E0"}, "user": {"id": CARYS, "team_id": "T0SISTER"}}, False),
        ({"enterprise_id": "E0", "event": {"user": CARYS, "user_team": "E0"}}, False),
        ({"user_id": CARYS}, False),
    ],
)
def test_what_a_request_says_of_its_users_workspace(body: dict[str, Any], elsewhere: bool) -> None:
    assert is_from_elsewhere(body, TEAM) is elsewhere
    assert not is_from_elsewhere(body, None)


@pytest.fixture
def client(here: Room) -> WebClient:
    return here.app.client


@NOBODIES
def test_a_member_of_a_user_group_who_is_nobody_counts_nowhere(
    here: Room, client: WebClient, said: dict[str, Any]
) -> None:
    here.grant(Grant(OFFICERS, Role.LOCAL_AUTHORITY, "680"))
    here.live.workspace.traits[ELIS] = said
    UserGroups(here.services.database).refresh(client)
    Leavers(here.services.database, here.services.clock).check(client)
    with here.services.database.reading() as session:
        assert ELIS not in {grant.user for grant in permissions.in_force(session, uk_date(NOW))}
        assert ELIS not in permissions.who_may(session, Act.DECIDE, GLAN, uk_date(NOW))
        assert NIA in permissions.who_may(session, Act.DECIDE, GLAN, uk_date(NOW))
        assert not permissions.caller(session, ELIS, uk_date(NOW)).grants


def test_who_comes_back_has_the_roles_of_the_user_group_again(here: Room, client: WebClient) -> None:
    here.grant(Grant(OFFICERS, Role.LOCAL_AUTHORITY, "680"))
    here.live.workspace.traits[ELIS] = {"is_restricted": True}
    assert REFUSED in words(here.answer(ELIS, "missing"))
    here.live.workspace.traits.clear()
    assert not Profiles(here.services.database).is_outsider(client, ELIS)
    with here.services.database.reading() as session:
        UserGroups(here.services.database).refresh(client)
        assert permissions.is_here(session, ELIS)


@NOBODIES
def test_no_letter_is_sent_to_them(here: Room, client: WebClient, said: dict[str, Any]) -> None:
    here.live.workspace.traits[NIA] = said
    letter = Letter("held", NIA, HELD.write(HeldPayload(1)), any_time=True)
    here.services.database.write(lambda session: letters.put(session, [letter], NOW))
    Sender(here.services, client, LETTER_KINDS).deliver()
    assert here.server.person(NIA).messages() == []
    with here.services.database.reading() as session:
        row = letters.posted(session, "held")
        assert row is not None
        assert row.given_up_because == ("user_deleted" if "deleted" in said else "user_is_outsider")
        assert letters.unreachable(session, NOW) == {NIA}
        assert NIA not in {grant.user for grant in permissions.in_force(session, uk_date(NOW))}


def test_a_user_whom_slack_does_not_know_is_nobody(here: Room, client: WebClient) -> None:
    here.grant(Grant("U0NOBODY", Role.SERVICE_DESK, "*"))
    assert Profiles(here.services.database).is_outsider(client, "U0NOBODY")
    with here.services.database.reading() as session:
        assert "U0NOBODY" not in {grant.user for grant in permissions.in_force(session, uk_date(NOW))}


def test_while_slack_can_not_be_asked_what_was_known_holds(here: Room, client: WebClient) -> None:
    here.live.workspace.traits[CARYS] = {"is_stranger": True}
    assert Profiles(here.services.database).is_outsider(client, CARYS)
    here.server.fail_next("users.info", times=9, status=500)
    assert Profiles(here.services.database).is_outsider(client, CARYS)  # also after a start
    with here.services.database.reading() as session:
        assert not permissions.caller(session, CARYS, uk_date(NOW)).grants
    assert REFUSED in words(here.answer(CARYS, "missing", HELP))
