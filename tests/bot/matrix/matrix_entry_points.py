"""What Slack sends when a person types, presses, chooses or sends something in the room of the matrix.

Nothing of it needs to have been shown before: every press is of something that the presser may never have
seen, beside a message or in a modal that says nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from slack_workspace import payloads as slack
from slack_workspace.messages import draft, post
from slack_workspace.new_ids import dm_id
from slack_workspace.state import PostedMessage
from slack_workspace.views import View
from tests.bot.app_fixtures import HELP, ROOM_BOT, Json, Room
from tests.bot.matrix.matrix import Element, EntryPoint

_BLOCKS = [{"type": "section", "text": {"type": "plain_text", "text": "Something"}}]


@dataclass
class Hand:
    """What `user` does in the room; `there` notes what was shown before and is no answer."""

    room: Room
    user: str
    there: Callable[[], None]
    live: Any = field(init=False)

    def __post_init__(self) -> None:
        self.live = self.room.live

    def use(self, element: Element, payload: Json) -> None:
        """Do what an element is there for."""
        _BY_ENTRY_POINT[element.entry_point](self, element.name, payload)

    def type(self, _name: str, payload: Json) -> None:
        self.room.server.person(self.user).command(f"/hwb {payload['text']}", HELP)
        self.room.later.settle()

    def press_in_message(self, _name: str, payload: Json) -> None:
        body = slack.on_message(self.live.workspace, "block_actions", self.user, self._message())
        body["response_url"] = self.live.responses.url(self.user, HELP, body["container"]["message_ts"])
        self._act(body, payload)

    def press_in_modal(self, _name: str, payload: Json) -> None:
        self._act(slack.on_view(self.live.views, "block_actions", self._modal()), payload)

    def press_at_home(self, _name: str, payload: Json) -> None:
        home = self.live.views.publish(self.user, None, {"type": "home", "blocks": _BLOCKS})
        self.there()
        self._act(slack.on_view(self.live.views, "block_actions", home), payload)

    def send_form(self, name: str, payload: Json) -> None:
        fields = [_field(block, value) for block, value in payload["values"].items()]
        self._modal(blocks=fields, callback_id=name, private_metadata=payload["about"])
        values = {block: {block: value} for block, value in payload["values"].items()}
        outcome = self.room.server.person(self.user).submit(values)
        assert (outcome.error, outcome.faults) == (None, {})
        self.room.later.settle()

    def use_shortcut(self, name: str, payload: Json) -> None:
        message, url = self._message(payload["text"]), self.live.responses.url(self.user, HELP)
        workspace = self.live.workspace
        self.room.deliver("interactive", slack.message_shortcut(workspace, self.user, name, message, url))

    def use_global_shortcut(self, name: str, _payload: Json) -> None:
        self.room.deliver("interactive", slack.global_shortcut(self.live.workspace, self.user, name))

    def open_home(self, _name: str, payload: Json) -> None:
        event = slack.home_opened(self.live.workspace, self.user, payload["tab"], None)
        self.room.deliver("events_api", event)

    def name_the_bot(self, name: str, payload: Json) -> None:
        self._write(HELP, f"<@{ROOM_BOT.user_id}> {payload['text']}", name)

    def write(self, name: str, payload: Json) -> None:
        self._write(dm_id(self.user), payload["text"], name)

    def suggest(self, name: str, _payload: Json) -> None:
        body = slack.on_message(self.live.workspace, "block_suggestion", self.user, self._message())
        self.room.deliver("interactive", body | {"block_id": "x", "action_id": name, "value": "68"})

    def _act(self, body: Json, action: Json) -> None:
        trigger = self.live.workspace.new_trigger(self.user, body.get("view", {}).get("id"))
        self.room.deliver("interactive", body | {"actions": [action], "trigger_id": trigger})

    def _write(self, where: str, text: str, kind: str) -> None:
        workspace = self.live.workspace
        written = post(workspace, workspace.conversations[where], self.user, draft({"text": text}))
        self.there()
        self.room.deliver("events_api", slack.message_event(workspace, written, kind))

    def _message(self, text: str = "Something") -> PostedMessage:
        workspace = self.live.workspace
        where = workspace.conversations[HELP]
        shown = post(workspace, where, ROOM_BOT.user_id, draft({"text": text}), only_for=self.user)
        self.there()
        return shown

    def _modal(self, **more: Any) -> View:
        title = {"type": "plain_text", "text": "A modal"}
        body = {"type": "modal", "title": title, "submit": title, "blocks": _BLOCKS, **more}
        shown: View = self.live.views.open(self.live.workspace.new_trigger(self.user), body)
        self.there()
        return shown


_BY_ENTRY_POINT: Mapping[EntryPoint, Callable[[Hand, str, Json], None]] = {
    EntryPoint.TYPED: Hand.type,
    EntryPoint.MESSAGE: Hand.press_in_message,
    EntryPoint.MODAL: Hand.press_in_modal,
    EntryPoint.HOME: Hand.press_at_home,
    EntryPoint.FORM: Hand.send_form,
    EntryPoint.SHORTCUT: Hand.use_shortcut,
    EntryPoint.ANYWHERE: Hand.use_global_shortcut,
    EntryPoint.OPENED: Hand.open_home,
    EntryPoint.MENTION: Hand.name_the_bot,
    EntryPoint.WRITTEN: Hand.write,
    EntryPoint.OPTIONS: Hand.suggest,
}


def _field(name: str, value: Json) -> Json:
    """An input that can hold a value."""
    chosen = value.get("selected_option")
    element = {"type": value["type"], "action_id": name} | ({"options": [chosen]} if chosen else {})
    label = {"type": "plain_text", "text": name}
    return {"type": "input", "block_id": name, "label": label, "element": element}
