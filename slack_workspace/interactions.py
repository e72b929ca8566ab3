"""Interactions: a person presses, chooses, submits or closes, or uses a shortcut.

Each sends the app what Slack would send and carries out the app's answer.
"""

from typing import Any

from slack_workspace import feedback, payloads
from slack_workspace.blocks import check_options, check_view, elements_of
from slack_workspace.errors import SlackError
from slack_workspace.inputs import filled, input_faults
from slack_workspace.live import ActOutcome, Live, message_for
from slack_workspace.socket import DeliveryError
from slack_workspace.state import Json
from slack_workspace.views import View


async def press(live: Live, person: str, target: Json, action: Json, values: Json) -> ActOutcome:
    """Use an element: ``target`` is ``{channel, ts}`` or ``{view}``, ``action`` its ids and the choice."""
    workspace = live.workspace
    block_id, action_id = action["block_id"], action["action_id"]
    payload, blocks = _acted_on(live, person, target, values, "block_actions")
    element = _element(blocks, block_id, action_id)
    done = {"type": element["type"], "action_id": action_id, "block_id": block_id}
    done |= {"action_ts": payloads.action_ts()}
    done |= {name: element[name] for name in ("text", "style", "value", "placeholder") if name in element}
    if element["type"] == "feedback_buttons":
        done |= feedback.pressed(element, action.get("value"))
    done |= {name: value for name, value in action.items() if name not in done}
    payload |= {"actions": [done], "trigger_id": workspace.new_trigger(person, target.get("view"))}
    return await _send(live, payload)


async def suggest(live: Live, person: str, target: Json, action: Json) -> Json:
    """Ask the app for the options of an external select that fit what was typed."""
    payload, blocks = _acted_on(live, person, target, {}, "block_suggestion")
    _element(blocks, action["block_id"], action["action_id"])
    payload |= {name: action.get(name, "") for name in ("block_id", "action_id", "value")}
    try:
        answered = await live.ask_app("interactive", payload)
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
        said = await live.ask_app("interactive", payload)
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


async def _send(live: Live, payload: Json) -> ActOutcome:
    try:
        await live.ask_app("interactive", payload, answerable=payload["type"] == "block_suggestion")
    except DeliveryError as error:
        return ActOutcome(error=error.why)
    return ActOutcome()


def _after_submit(live: Live, view: View, said: Json) -> ActOutcome:
    action = said.get("response_action")
    if action == "errors":
        errors = said.get("errors")
        known = {block["block_id"] for block in view.body["blocks"] if block["type"] == "input"}
        if not isinstance(errors, dict) or not errors or not known.issuperset(errors):
            # Slack shows trouble connecting where an id is not an input's
            return ActOutcome(error="invalid_errors")
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
    """Begin the payload of a ``kind`` of interaction with ``target``; give it and the target's blocks."""
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
