"""What people do in the workspace, and what comes of it: write, command, press, choose, submit, close, open.

Each act sends the app what Slack would send and carries out the app's answer.
"""

import html
import re
from dataclasses import dataclass, field
from typing import Any

from slack_workspace import payloads
from slack_workspace.blocks import check_options, check_view, elements_of
from slack_workspace.errors import SlackError
from slack_workspace.inputs import filled, input_faults
from slack_workspace.messages import MessageDraft, draft, post
from slack_workspace.responses import Responses, answer
from slack_workspace.socket import DeliveryError, SocketMode
from slack_workspace.state import SLACKBOT, Conversation, Json, PostedMessage, Workspace, WorkspaceNote
from slack_workspace.users import as_user
from slack_workspace.views import View, Views


@dataclass(frozen=True)
class ActOutcome:
    """What a person sees of an act: nothing, an error code, or faults beside the fields of a modal.

    ``faults`` are the client's own, by InputFault; ``errors`` are the app's sentences. Both by block id.
    """

    error: str | None = None
    faults: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Live:
    """A workspace in use: its state, its app's connections, its views and its response addresses."""

    workspace: Workspace
    socket: SocketMode
    views: Views
    responses: Responses


def place(live: Live, person: str, id_: str) -> Conversation:
    """Find a conversation that a person is in; else ``channel_not_found``."""
    live.workspace.person(person)
    where = live.workspace.conversation(id_)
    if person not in where.members:
        raise SlackError("channel_not_found")
    return where


def message_for(live: Live, person: str, channel: str, ts: str) -> PostedMessage:
    """Find a message that a person can see; else ``message_not_found``."""
    message = place(live, person, channel).messages.get(ts)
    if message is None or message.only_for not in (None, person):
        raise SlackError("message_not_found")
    return message


def say(live: Live, person: str, channel: str, text: str) -> PostedMessage:
    """Write a message; the app hears of it where it is a member, and of its name as app_mention."""
    workspace, where = live.workspace, place(live, person, channel)
    if not text.strip():
        raise SlackError("no_text")
    message = post(workspace, where, person, MessageDraft(_as_typed(workspace, text)))
    if workspace.spec.bot.user_id in where.members:
        live.socket.send_event(payloads.message_event(workspace, message))
        if not where.direct and f"<@{workspace.spec.bot.user_id}>" in message.text:
            live.socket.send_event(payloads.message_event(workspace, message, "app_mention"))
    return message


def mail(live: Live, channel: str, text: str) -> PostedMessage:
    """Let an e-mail arrive in a channel: Slackbot posts it, and no person of the workspace is its author."""
    where = live.workspace.conversation(channel)
    message = post(live.workspace, where, SLACKBOT, draft({"text": html.escape(text.strip(), quote=False)}))
    if live.workspace.spec.bot.user_id in where.members:
        live.socket.send_event(payloads.message_event(live.workspace, message))
    return message


async def run_command(live: Live, person: str, channel: str, command: str, text: str) -> ActOutcome:
    """Give a slash command; an answer in its ack is shown, and a failure as Slack words it."""
    workspace, where = live.workspace, place(live, person, channel)
    if command not in {known.name for known in workspace.spec.commands}:
        _slackbot(live, person, where, f"`{html.escape(command, quote=False)}` is not a valid command.")
        return ActOutcome(error="unknown_command")
    url = live.responses.url(person, where.id)
    escaped = html.escape(text.strip(), quote=False)
    payload = payloads.slash_command(workspace, person, where, command, escaped, url)
    try:
        said = await live.socket.deliver("slash_commands", payload, answerable=True)
        if said.get("text") or said.get("blocks") or said.get("attachments"):
            answer(workspace, person, where.id, said, said.get("response_type") == "in_channel")
    except DeliveryError as error:
        _slackbot(live, person, where, f'{command} failed with the error "{error.why}"')
        return ActOutcome(error=error.why)
    except SlackError as error:
        _slackbot(live, person, where, f'{command} failed with the error "{error.code}"')
        return ActOutcome(error=error.code)
    return ActOutcome()


async def press(live: Live, person: str, target: Json, action: Json, values: Json) -> ActOutcome:
    """Use an element: ``target`` is ``{channel, ts}`` or ``{view}``, ``action`` its ids and the choice."""
    workspace = live.workspace
    block_id, action_id = action["block_id"], action["action_id"]
    payload, blocks = _acted_on(live, person, target, values, "block_actions")
    element = _element(blocks, block_id, action_id)
    done = {"type": element["type"], "action_id": action_id, "block_id": block_id}
    done |= {"action_ts": payloads.action_ts()}
    done |= {name: element[name] for name in ("text", "style", "value", "placeholder") if name in element}
    done |= {name: value for name, value in action.items() if name not in done}
    payload |= {"actions": [done], "trigger_id": workspace.new_trigger(person, target.get("view"))}
    return await _send(live, payload)


async def suggest(live: Live, person: str, target: Json, action: Json) -> Json:
    """Ask the app for the options of an external select that fit what was typed."""
    payload, blocks = _acted_on(live, person, target, {}, "block_suggestion")
    _element(blocks, action["block_id"], action["action_id"])
    payload |= {name: action.get(name, "") for name in ("block_id", "action_id", "value")}
    try:
        answered = await live.socket.deliver("interactive", payload, answerable=True)
        check_options(answered)
    except DeliveryError as error:
        return {"error": error.why}
    except SlackError as error:
        return {"error": error.code}
    return {name: answered[name] for name in ("options", "option_groups") if name in answered}


async def submit(live: Live, person: str, view_id: str, values: Json) -> ActOutcome:
    """Submit a modal and do what the app answers: errors, update, push, clear, or just close it."""
    view = _own_view(live, person, view_id)
    values = filled(view.body["blocks"], values)
    faults = input_faults(view.body["blocks"], values)
    if faults:
        return ActOutcome(faults=faults)
    view = live.views.keep_values(view, values)
    payload = payloads.view_submission(live.views, view)
    try:
        said = await live.socket.deliver("interactive", payload, answerable=True)
        return _after_submit(live, live.views.find(view_id), said)
    except DeliveryError as error:
        return ActOutcome(error=error.why)
    except SlackError as error:
        return ActOutcome(error=error.code)


async def close(live: Live, person: str, view_id: str, everything: bool = False) -> ActOutcome:
    """Close a modal (or all of them); the app hears of it if it asked to."""
    view = _own_view(live, person, view_id)
    everything = everything or bool(view.body.get("clear_on_close"))
    outcome = ActOutcome()
    for closed in reversed(live.views.close(view, everything)):
        if closed.body.get("notify_on_close"):
            outcome = await _send(live, payloads.view_closed(live.views, closed, cleared=everything))
    return outcome


async def use_shortcut(
    live: Live, person: str, callback_id: str, channel: str | None = None, ts: str | None = None
) -> ActOutcome:
    """Use a global shortcut, or one in the menu of a message."""
    if callback_id not in {known.callback_id for known in live.workspace.spec.shortcuts}:
        raise SlackError("unknown_shortcut")
    if channel is None or ts is None:
        live.workspace.person(person)
        return await _send(live, payloads.global_shortcut(live.workspace, person, callback_id))
    message = message_for(live, person, channel, ts)
    url = live.responses.url(person, message.conversation)
    return await _send(live, payloads.message_shortcut(live.workspace, person, callback_id, message, url))


def open_home(live: Live, person: str, tab: str = "home") -> None:
    """Open the app's Home (or, with ``tab="messages"``, its direct messages)."""
    live.workspace.person(person)
    view = live.views.homes.get(person)
    shown = live.views.as_slack(view) if view and tab == "home" else None
    live.socket.send_event(payloads.home_opened(live.workspace, person, tab, shown))


def choose_language(live: Live, person: str, locale: str) -> None:
    """Change the language a person set in Slack; the app hears of it as user_change."""
    live.workspace.set_locale(person, locale)
    changed = as_user(live.workspace, person, locale=True)
    inner = {"type": "user_change", "user": changed, "event_ts": payloads.action_ts()}
    live.socket.send_event(payloads.event(live.workspace, inner))


def mark_read(live: Live, person: str, channel: str) -> None:
    """Remember that a person has seen everything in a conversation."""
    where = place(live, person, channel)
    newest = max(where.messages, default="")
    if newest > live.workspace.read.get((person, where.id), ""):
        live.workspace.read[person, where.id] = newest
        live.workspace.tell(WorkspaceNote("read", {"person": person, "channel": where.id}))


async def _send(live: Live, payload: Json) -> ActOutcome:
    try:
        await live.socket.deliver("interactive", payload, answerable=payload["type"] == "block_suggestion")
    except DeliveryError as error:
        return ActOutcome(error=error.why)
    return ActOutcome()


def _after_submit(live: Live, view: View, said: Json) -> ActOutcome:
    action = said.get("response_action")
    if action == "errors":
        errors = said.get("errors")
        known = {block["block_id"] for block in view.body["blocks"] if block["type"] == "input"}
        if not isinstance(errors, dict) or not errors or not known.issuperset(errors):
            return ActOutcome(
                error="invalid_errors"
            )  # Slack shows trouble connecting where an id is not an input's
        return ActOutcome(errors={str(block): str(text) for block, text in errors.items()})
    if action == "update":
        check_view(said.get("view"), "modal")
        live.views.update(view.id, None, None, said["view"])
    elif action == "push":
        live.views.lay(view.person, said.get("view") or {})
    elif action == "clear":
        live.views.close(view, everything=True)
    elif action is None:
        live.views.close(view)
    else:
        return ActOutcome(error="invalid_response_action")
    return ActOutcome()


def _acted_on(live: Live, person: str, target: Json, values: Json, kind: str) -> tuple[Json, list[Json]]:
    """Begin the payload of an interaction, and give the blocks that hold the element."""
    if target.get("view"):
        view = _own_view(live, person, target["view"])
        view = live.views.keep_values(view, filled(view.body["blocks"], view.values | values))
        return payloads.on_view(live.views, kind, view), view.body["blocks"]
    message = message_for(live, person, str(target.get("channel")), str(target.get("ts")))
    attached = [block for attachment in message.attachments for block in attachment["blocks"]]
    blocks = [*message.blocks, *attached]
    payload = payloads.on_message(live.workspace, kind, person, message)
    if kind == "block_actions":
        payload["state"] = {"values": filled(blocks, values)}
        payload["response_url"] = live.responses.url(person, message.conversation, message.ts)
    return payload, blocks


def _own_view(live: Live, person: str, view_id: str) -> View:
    view = live.views.find(view_id)
    if view.person != person:
        raise SlackError("not_found")
    return view


def _element(blocks: list[Json], block_id: str, action_id: str) -> dict[str, Any]:
    for block in blocks:
        if block["block_id"] == block_id:
            for _, element in elements_of(block):
                if element.get("action_id") == action_id:
                    return element
    raise SlackError("action_not_found")


def _slackbot(live: Live, person: str, where: Conversation, text: str) -> None:
    post(live.workspace, where, SLACKBOT, draft({"text": text}), only_for=person)


def _as_typed(workspace: Workspace, text: str) -> str:
    """Turn what was typed into what Slack stores: escaped, and known names as ids."""
    names = {person.name: person.id for person in workspace.spec.people}
    names[workspace.spec.bot.name] = workspace.spec.bot.user_id
    stored = html.escape(text.strip(), quote=False)
    # longest first, so that @ann does not eat the start of @anna
    for name in sorted(names, key=len, reverse=True):
        stored = re.sub(rf"(?<![\w<])@{re.escape(name)}\b", f"<@{names[name]}>", stored, flags=re.IGNORECASE)
    for where in workspace.conversations.values():
        if not where.direct:
            stored = re.sub(rf"(?<![\w<])#{re.escape(where.name)}\b", f"<#{where.id}|{where.name}>", stored)
    return stored
