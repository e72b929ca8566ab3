"""What people do at the Service Desk in Slack: ask, open a case, press, send a form."""

from typing import Any

from bot.desk import store
from bot.desk.actions import DeskAction
from bot.desk.case import DeskCase
from bot.outbox.sending import Sender
from bot.service.features import LETTER_KINDS
from tests.bot.app_fixtures import (
    CARYS,
    HELP,
    NIA,
    SEREN,
    Json,
    Room,
    option,
    words,
)
from tests.builders import GLAN

LINE = f"why-missing {SEREN.upn} {GLAN.number}"


def ask(room: Room, user: str = CARYS, line: str = LINE) -> str:
    """Press the button to the desk under `user`'s answer to `line`; the text that `user` is shown."""
    room.run(user, line)
    said = room.press(user, DeskAction.ASK, HELP)
    deliver(room)
    assert said is not None
    told = [message for message in room.server.person(user).messages(HELP) if message["ephemeral"]][-1]
    return words(told)


def deliver(room: Room) -> None:
    Sender(room.services, room.app.client, LETTER_KINDS).deliver()


def case(room: Room, number: int = 1) -> DeskCase:
    with room.services.database.reading() as session:
        return store.get(session, number)


def deeds(room: Room, number: int = 1) -> list[str]:
    with room.services.database.reading() as session:
        return [event.kind.value for event in store.events(session, number)]


def in_channel(room: Room) -> list[Json]:
    """The desk's messages in its channel."""
    messages: list[Json] = room.server.person(NIA).messages(HELP)
    return [message for message in messages if message["blocks"][0]["block_id"].startswith("outbox:case:")]


def open_case(room: Room, user: str) -> Json:
    """Press the first case's button in the channel as `user`; the modal that opens."""
    (message,) = in_channel(room)
    assert room.server.person(user).press(DeskAction.OPEN, HELP, message["ts"]).error is None
    room.later.settle()
    return room.modal(user)


def press(room: Room, user: str, action: str, **chosen: Any) -> str:
    """Use the element `action` of the case's modal as `user`; the words of the modal afterwards."""
    room.press_in_view(user, action, **chosen)
    return words(room.modal(user))


def send(room: Room, user: str, values: dict[str, Json]) -> str:
    """Send the open form with `values` as `user`; the words of the modal under it afterwards."""
    outcome = room.server.person(user).submit({name: {name: value} for name, value in values.items()})
    assert (outcome.error, outcome.errors) == (None, {})
    room.later.settle()
    return words(room.modal(user))


def menu(value: str) -> Json:
    return {"type": "static_select", "selected_option": option(value)}


def day(value: str | None) -> Json:
    return {"type": "datepicker", "selected_date": value}


def forged(room: Room, user: str, action: str, value: str, view_id: str) -> Json:
    """Send a button that the modal `view_id` need not have; `user`'s top modal afterwards."""
    view = next(modal for modal in room.server.person(user).modals() if modal["id"] == view_id)
    done: Json = {"action_id": action, "block_id": f"case:{value}:moves", "type": "button", "value": value}
    if action == DeskAction.HAND_OVER:
        done = {"action_id": action, "block_id": f"case:{value}:moves", **menu(user)}
    payload = {
        "type": "block_actions",
        "user": {"id": user, "username": user, "team_id": "T0TRIAL"},
        "team": {"id": "T"},
        "container": {"type": "view", "view_id": view_id},
        "view": view,
        "actions": [done],
        "trigger_id": room.live.workspace.new_trigger(user, view_id),
    }
    room.deliver("interactive", payload)
    return room.modal(user)
