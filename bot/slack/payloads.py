"""What Slack sends, read before anything acts on it.

Slack's own payloads pass as they are. A payload of another shape is refused as a whole; what a payload of
the right shape lacks, or a choice that is none of ours, is an `Unreadable` error, which is told in words.
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from pydantic import ValidationError

from bot.slack.buttons import KitAction
from bot.slack.payload_shapes import Body
from knowledge.visible import seen
from provisioning.errors import KnownError

E = TypeVar("E", bound=StrEnum)
UNREADABLE = "unreadable"
"""The action in the audit."""
_DEEPEST = 40
"""How deep the parts of a payload may lie; Slack's lie far less deep."""


class Unreadable(KnownError, KeyError):
    """A payload that lacks something, or has something else than the bot's own elements send."""

    def __init__(self) -> None:
        super().__init__("request-unreadable")


class Payload(dict[str, Any]):
    """A payload or a part of it; what it lacks raises `Unreadable`."""

    def __missing__(self, key: str) -> Any:
        """Raise `Unreadable`."""
        raise Unreadable


def one_of(choices: type[E], value: str) -> E:
    """Return the member of `choices` with a value; where there is none, raise `Unreadable`."""
    try:
        return choices(value)
    except ValueError:
        raise Unreadable from None


def day(written: str) -> date:
    """Return the day that a form has; what is none raises `Unreadable`."""
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise Unreadable from None


def read(body: object) -> Payload | None:
    """Return the payload `body` as listeners read it; None for one that can't even be answered.

    One that can't be read, but says who waits and where an answer can be shown, is returned as an old button
    of that user.
    """
    found = _part(body, 0)
    if not isinstance(found, Payload):
        return None
    found.pop("response_urls", None)  # nothing of the bot's asks for them, and Bolt trips over several
    try:
        Body.model_validate(found)
    except ValidationError:
        return _to_be_answered(found)
    return found if _is_of_a_kind(found) else _to_be_answered(found)


def _is_of_a_kind(body: Payload) -> bool:
    """Return whether a payload has what its kind needs for a listener to be found, and an answer a place."""
    if (event := body.get("event")) is not None:
        where = event.get("channel")
        said = event["type"] not in ("app_mention", "message") or (isinstance(where, str) and where != "")
        return body.get("type") == "event_callback" and "actions" not in body and said
    if body.get("command") is not None:
        return body.get("user_id") is not None and body.get("response_url") is not None
    if body.get("user") is None or body.get("type") is None or body.get("user_id") is not None:
        return False
    if body["type"] == "block_actions":
        place = body.get("view") is not None or body.get("response_url") is not None
        return bool(body.get("actions")) and place
    form = body["type"] != "view_submission" or (body.get("view") or {}).get("hash") is not None
    return "actions" not in body and form


def _to_be_answered(body: Payload) -> Payload | None:
    """Return the press of an old button by the user of `body`, answered where `body` says."""
    try:
        known = Body.model_validate({name: body.get(name) for name in ("user", "response_url", "trigger_id")})
    except ValidationError:
        return None
    if known.user is None or (known.response_url or known.trigger_id) is None:
        return None
    action = Payload(action_id=KitAction.UNREADABLE.value, block_id=UNREADABLE, value="", type="button")
    kept = {name: body[name] for name in ("user", "response_url", "trigger_id") if body.get(name)}
    return Payload(kept, type="block_actions", actions=[action])


def _part(value: object, depth: int) -> Any:
    """Return a part of a payload: objects as `Payload`, words without what can't be seen."""
    if depth > _DEEPEST:
        return None
    if isinstance(value, Mapping):
        return Payload({seen(str(name)): _part(inside, depth + 1) for name, inside in value.items()})
    if isinstance(value, list):
        return [_part(inside, depth + 1) for inside in value]
    return seen(value) if isinstance(value, str) else value
