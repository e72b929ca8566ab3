"""`hwb workspaces`, and ids in settings and commands where there are several workspaces."""

import pytest

from bot.people import workspaces
from bot.settings_loading import load_settings
from provisioning.errors import KnownError
from tests.bot.command_line import CommandLine
from tests.bot.several.two_workspaces import CLIENT_ID, FIRST, SECOND, Two

MANY = {"slack_client_id": CLIENT_ID, "slack_client_secret": "s" * 32}


@pytest.fixture
def command(two: Two, hwb: CommandLine, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    """The command line of the installation with two workspaces."""
    monkeypatch.setenv("HWB_DATABASE_URL", two.services.settings.database_url)
    monkeypatch.setenv("HWB_SLACK_CLIENT_ID", CLIENT_ID)
    monkeypatch.setenv("HWB_SLACK_CLIENT_SECRET", "s" * 32)
    return hwb


def test_it_lists_who_has_installed_the_app_and_what_each_serves(command: CommandLine) -> None:
    assert command("workspaces list --json").shape == {
        "workspaces": [
            {"workspace": SECOND, "name": None, "enterprise": None, "authorities": ["681"]},
            {"workspace": FIRST, "name": None, "enterprise": None, "authorities": ["680"]},
        ]
    }
    assert FIRST in command("workspaces list").out


def test_an_authority_is_served_by_one_workspace(command: CommandLine) -> None:
    assert command(f"workspaces serve {SECOND} --la 680").explains("680", FIRST, "workspaces leave")
    assert command(f"workspaces leave {FIRST} --la 680").status == 0
    served = command(f"workspaces serve {SECOND} --la 680 --json").shape["workspaces"]
    assert {each["workspace"]: each["authorities"] for each in served} == {SECOND: ["680", "681"], FIRST: []}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (f"workspaces serve {FIRST} --la 999", "999"),
        ("workspaces serve T0NOWHERE --la 680", "not installed in T0NOWHERE"),
        ("workspaces leave T0NOWHERE", "serves none"),
        ("grants add U0CARYS digital-champion --la 680", "does not say in which workspace"),
        ("grants add T0X/S0ALL digital-champion --la 680", "no Slack user id"),
    ],
    ids=["no authority", "not installed", "serves nothing", "a bare id", "a group's id"],
)
def test_what_can_not_be_is_refused(command: CommandLine, line: str, said: str) -> None:
    assert command(line).explains(said)


def test_a_role_is_given_to_a_user_of_a_workspace(command: CommandLine, two: Two) -> None:
    given = command(f"grants add {SECOND}/U0ELIS digital-champion --la 681 --json").shape
    assert [grant["user"] for grant in given["grants"]] == [f"{SECOND}/U0ELIS"]
    with two.services.database.reading() as session:
        assert workspaces.served_by(session, SECOND) == {"681"}


def test_with_one_workspace_there_is_nothing_to_say(hwb: CommandLine) -> None:
    assert hwb("workspaces list").explains("one workspace")


def test_with_one_workspace_an_id_names_none(hwb: CommandLine) -> None:
    assert hwb("grants add T0A/U0CARYS digital-champion --all").explains("no Slack user id")


@pytest.mark.parametrize("name", ["desk_channel", "operators_channel"])
@pytest.mark.parametrize(
    ("given", "channel", "error"),
    [
        (MANY, "C0DESK", "error.setting-needs-workspace"),
        ({}, "T0A/C0DESK", "error.setting-has-workspace"),
    ],
    ids=["bare with several", "a workspace's with one"],
)
def test_a_channel_says_its_workspace_where_there_are_several(
    name: str, given: dict[str, str], channel: str, error: str
) -> None:
    with pytest.raises(KnownError) as raised:
        load_settings({**given, name: channel}, {})
    assert raised.value.said.key == error
    assert raised.value.said.values["name"] == name


def test_a_channel_of_a_workspace_is_taken() -> None:
    assert load_settings({**MANY, "desk_channel": "T0A/C0DESK"}, {}).desk_channel == "T0A/C0DESK"
    assert load_settings({"desk_channel": "C0DESK"}, {}).desk_channel == "C0DESK"


def test_the_client_id_needs_its_secret() -> None:
    with pytest.raises(KnownError) as raised:
        load_settings({"slack_client_id": CLIENT_ID}, {})
    assert raised.value.said.key == "error.client-secret-missing"
