"""The desk's channel: checked at the start, silent where none is set; letters of deleted cases."""

from typing import cast

import pytest
from slack_sdk import WebClient

from bot.desk import channel as channels
from bot.desk.actions import DeskAction
from bot.desk.letters import CaseLetter
from bot.outbox import letters
from bot.outbox.letters import Letter
from bot.outbox.sending import Sender
from bot.service.features import LETTER_KINDS
from bot.settings_loading import load_settings
from provisioning.errors import KnownError
from tests.bot.app_fixtures import (
    CARYS,
    HELP,
    QUIET,
    Room,
)
from tests.bot.desk.desk_room import LINE, deliver, in_channel
from tests.builders import NOW


def test_nothing_is_said_in_a_channel_where_none_is_set(glan: Room) -> None:
    glan.run(CARYS, LINE)
    glan.press(CARYS, DeskAction.ASK, HELP)
    deliver(glan)
    assert in_channel(glan) == []
    assert glan.server.person(CARYS).messages(QUIET) == []


@pytest.mark.parametrize("channel", [None, HELP])
def test_a_channel_that_the_bot_is_in_will_do(here: Room, channel: str | None) -> None:
    channels.require(here.app.client, channel)


@pytest.mark.parametrize("channel", [QUIET, "C0NOWHERE"])
def test_a_channel_that_is_not_there_or_not_the_bots_is_refused(here: Room, channel: str) -> None:
    with pytest.raises(KnownError) as refused:
        channels.require(here.app.client, channel)
    assert refused.value.said.values == {"name": "desk_channel", "channel": channel}


@pytest.mark.parametrize("shared", ["is_ext_shared", "is_pending_ext_shared"])
def test_a_channel_that_strangers_read_is_refused(here: Room, shared: str) -> None:
    class Shared:
        def conversations_info(self, channel: str) -> dict[str, object]:
            return {"channel": {"id": channel, "is_member": True, shared: True}}

    with pytest.raises(KnownError) as refused:
        channels.require(cast(WebClient, Shared()), HELP)
    assert refused.value.said.key == "error.desk-channel-shared"


def test_a_slack_that_has_trouble_does_not_keep_the_bot_from_starting(here: Room) -> None:
    here.server.fail_next("conversations.info", status=500)
    channels.require(here.app.client, "C0NOWHERE")


@pytest.mark.parametrize("given", ["#desk", "desk", "c0desk", "C", "C0DESK; DROP"])
def test_what_is_no_id_is_refused_by_the_settings(given: str) -> None:
    with pytest.raises(KnownError) as refused:
        load_settings({"desk_channel": given}, {})
    assert refused.value.said.values["name"] == "desk_channel"


def test_letters_about_a_case_that_has_been_deleted_are_settled(desk: Room) -> None:
    """A letter that could never be worded would be tried again for ever."""
    desk.run(CARYS, LINE)
    with desk.services.database.writing() as session:
        payloads = [{"kind": kind, "case": 99, "edits": None, "at": NOW.isoformat()} for kind in KINDS]
        letters.put(
            session,
            [Letter(str(payload["kind"]), CARYS, payload, any_time=True) for payload in payloads],
            NOW,
        )
    assert Sender(desk.services, desk.app.client, LETTER_KINDS).deliver() == len(KINDS)
    assert Sender(desk.services, desk.app.client, LETTER_KINDS).deliver() == 0
    assert desk.server.person(CARYS).messages() == []


KINDS = (CaseLetter.CASE, CaseLetter.ANSWER, CaseLetter.OUTCOME, CaseLetter.HANDED, CaseLetter.DUE)
