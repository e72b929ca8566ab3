"""The names of Slack's users, as a menu shows them: asked of Slack for two seconds at most."""

from typing import Any

from slack_sdk import WebClient

from bot.people.profiles import Profiles
from tests.bot.app_fixtures import CARYS, DAI, HUW, Room

UNKNOWN = "U0NOONE"


class Slow(WebClient):
    """A client with which each look at a user takes `takes` seconds, by its own clock."""

    def __init__(self, room: Room, takes: float) -> None:
        super().__init__(token=room.app.client.token, base_url=room.app.client.base_url)
        self.takes, self.now = takes, 0.0

    def users_info(self, **fields: Any) -> Any:
        self.now += self.takes
        return super().users_info(**fields)


def names(room: Room, *users: str) -> dict[str, str]:
    return Profiles(room.services.database).names(room.app.client, users)


def test_users_have_the_names_that_slack_has(glan: Room) -> None:
    assert names(glan, CARYS, DAI, UNKNOWN) == {CARYS: "Carys", DAI: "Dai"}


def test_guests_are_not_named(glan: Room) -> None:
    glan.live.workspace.guests.add(DAI)
    assert names(glan, CARYS, DAI) == {CARYS: "Carys"}


def test_where_slack_is_slow_the_last_are_named_when_the_menu_is_opened_again(glan: Room) -> None:
    client = Slow(glan, takes=1.0)
    profiles = Profiles(glan.services.database, seconds=lambda: client.now)
    assert profiles.names(client, [CARYS, DAI, HUW]) == {CARYS: "Carys", DAI: "Dai"}
    assert profiles.names(client, [CARYS, DAI, HUW]) == {CARYS: "Carys", DAI: "Dai", HUW: "Huw"}
