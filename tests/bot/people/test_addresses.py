"""The keys of Slack addresses: alone where there is one workspace, with it where there are several."""

import pytest

from bot.people.addresses import SlackAddress, read_address, workspace_of
from bot.slack.edges import ForeignAddressError, bare, keyed, team_of


@pytest.mark.parametrize("key", ["U0ANN", "T0ONE/U0ANN", "T0ONE/S0ALL", "C0DESK", "outside", "hwb"])
def test_a_key_is_read_and_written_alike(key: str) -> None:
    assert SlackAddress.of(key).key == key


@pytest.mark.parametrize(
    ("key", "kind"), [("T1/U2", "user"), ("W2", "user"), ("T1/S2", "group"), ("T1/C2", "channel")]
)
def test_what_an_address_is_shows_in_its_id(key: str, kind: str) -> None:
    found = SlackAddress.of(key)
    assert [found.is_user, found.is_group, found.is_channel] == [
        kind == name for name in ("user", "group", "channel")
    ]


def test_the_address_of_another_transport_is_in_no_workspace() -> None:
    assert workspace_of("outside") == ""


@pytest.mark.parametrize("given", ["U0 ANN", "T1/T2/U3", "/U0ANN", "E1/U0ANN", "ann", "T1/", "T1"])
def test_what_is_no_address_is_not_taken_for_one(given: str) -> None:
    assert read_address(given) is None


BODY = {
    "user": {"id": "U1", "team_id": "T1"},
    "channel": {"id": "C1"},
    "actions": [{"type": "users_select", "selected_user": "U2", "value": "grants U9"}],
    "view": {"state": {"values": {"to": {"to": {"selected_user": "U3"}}}}, "private_metadata": "U4"},
    "message": {"user": "U5", "text": "ask <@U6|ann> and <!subteam^S7>", "blocks": [{"user": "U8"}]},
}


def test_what_comes_in_gets_keys_where_people_and_channels_are_named() -> None:
    found = keyed(BODY, "T1")
    assert found["user"]["id"] == "T1/U1"
    assert found["channel"]["id"] == "T1/C1"
    assert found["actions"][0]["selected_user"] == "T1/U2"
    assert found["view"]["state"]["values"]["to"]["to"]["selected_user"] == "T1/U3"
    assert found["message"]["user"] == "T1/U5"
    assert found["message"]["text"] == "ask <@T1/U6|ann> and <!subteam^T1/S7>"


def test_what_the_bot_itself_put_into_a_button_or_form_stays() -> None:
    found = keyed(BODY, "T1")
    assert found["actions"][0]["value"] == "grants U9"
    assert found["view"]["private_metadata"] == "U4"
    assert found["message"]["blocks"] == [{"user": "U8"}]


def test_what_goes_out_has_bare_ids_and_mentions() -> None:
    call = {
        "channel": "T0ONE/C0DESK",
        "text": "<@T0ONE/U0ANN> took it",
        "blocks": [{"value": "grants T0ONE/U0ANN"}],
    }
    assert bare(call, "T0ONE") == {
        "channel": "C0DESK",
        "text": "<@U0ANN> took it",
        "blocks": [{"value": "grants T0ONE/U0ANN"}],
    }


@pytest.mark.parametrize(
    "call",
    [{"channel": "T0TWO/C0DESK"}, {"users": "T0TWO/U0ANN"}, {"blocks": [{"value": "grants T0TWO/U0ANN"}]}],
    ids=["a channel", "a user", "a button"],
)
def test_what_is_of_another_workspace_is_not_sent(call: dict[str, object]) -> None:
    with pytest.raises(ForeignAddressError):
        bare(call, "T0ONE")


def test_a_user_of_another_workspace_is_not_named() -> None:
    assert bare("<@T0TWO/U0ANN> had it", "T0ONE") == "– had it"


def test_words_with_a_slash_stay() -> None:
    assert bare("TGCH/CYMRAEG and and/or", "T1") == "TGCH/CYMRAEG and and/or"


@pytest.mark.parametrize(
    "part",
    [
        {"type": "raw_text", "text": "T9/C2"},
        {"type": "raw_text", "text": "T0TWO/U0ANN"},
        {"value": "missing class T9/C2"},
    ],
    ids=["a class", "what a user has typed", "a button that asks for a class"],
)
def test_words_that_look_like_an_address_stay(part: dict[str, object]) -> None:
    assert bare({"blocks": [part]}, "T0ONE") == {"blocks": [part]}


@pytest.mark.parametrize(
    ("body", "team"),
    [
        ({"team_id": "T1", "user_id": "U1"}, "T1"),
        ({"team": {"id": "T1"}, "user": {"id": "U1", "team_id": "T2"}}, "T1"),
        ({"team": None, "enterprise": {"id": "E1"}, "user": {"id": "U1", "team_id": "T1"}}, "T1"),
        (
            {"team": None, "view": {"app_installed_team_id": "E1", "team_id": "T1"}, "user": {"id": "U1"}},
            "T1",
        ),
        ({"view": {"app_installed_team_id": "T1"}, "team": {"id": "T2"}}, "T1"),
        ({"authorizations": [{"team_id": None, "enterprise_id": "E1"}], "team_id": "T1"}, "T1"),
        ({"authorizations": [{"team_id": "T1"}], "team_id": "T2"}, "T1"),
        ({"enterprise": {"id": "E1"}, "team": {"id": "E1"}, "user": {"id": "U1"}}, None),
        ({}, None),
    ],
    ids=[
        "a command",
        "a button in a shared channel",
        "a form, in an organisation",
        "a view, in an organisation",
        "a form of a shared channel",
        "an event, in an organisation",
        "an event of a shared channel",
        "only the organisation",
        "nothing",
    ],
)
def test_the_workspace_is_the_one_in_which_the_user_acts(body: dict[str, object], team: str | None) -> None:
    assert team_of(body) == team
