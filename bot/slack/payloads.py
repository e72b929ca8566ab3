"""What Slack sends, read before anything acts on it.

Slack's own payloads pass as they are. A payload of another shape is refused as a whole; what a payload of
the right shape lacks, or a choice that is none of ours, is an `Unreadable` error, which is told in words.
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from bot.slack.buttons import KitAction
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


_Id = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{2,40}$")]
_Word = Annotated[str, StringConstraints(min_length=1, max_length=500)]
_Url = Annotated[str, StringConstraints(pattern=r"^https?://[!-~]+$", max_length=2_000)]


class _Part(BaseModel):
    """A part of a payload: the fields that something reads, each of the type that Slack gives it."""

    model_config = ConfigDict(strict=True)


class _Named(_Part):
    id: str


class _User(_Part):
    id: _Id
    team_id: str | None = None
    enterprise_user: dict[str, Any] | None = None


class _Option(_Part):
    value: str


class _Used(_Part):
    value: str | None = None
    selected_option: _Option | None = None
    selected_user: str | None = None
    selected_date: str | None = None


class _Action(_Used):
    action_id: str
    block_id: str
    type: str | None = None


class _State(_Part):
    values: dict[str, dict[str, _Used]]


class _View(_Part):
    id: str
    type: str
    hash: str | None = None
    callback_id: str | None = None
    private_metadata: str | None = None
    state: _State | None = None
    team_id: str | None = None
    app_installed_team_id: str | None = None


class _File(_Part):
    mode: str | None = None
    subject: str | None = None
    plain_text: str | None = None


class _Message(_Part):
    user: str | None = None
    bot_id: str | None = None
    text: str | None = None
    files: list[_File] | None = None


class _Container(_Part):
    channel_id: str | None = None


class _Event(_Part):
    type: str
    user: _Id | _User | None = None
    bot_id: str | None = None
    subtype: str | None = None
    channel: str | dict[str, Any] | None = None
    channel_type: str | None = None
    text: str | None = None
    tab: str | None = None
    team: str | None = None
    user_team: str | None = None
    source_team: str | None = None
    enterprise_id: str | None = None


class _Authorization(_Part):
    team_id: str | None = None
    enterprise_id: str | None = None
    user_id: str | None = None
    is_enterprise_install: bool | str | None = None


class _Body(_Part):
    """A payload of any kind."""

    type: str | None = None
    command: str | None = None
    user_id: _Id | None = None
    user: _User | None = None
    text: str | None = None
    value: str | None = None
    action_id: str | None = None
    action_ts: str | None = None
    block_id: str | None = None
    callback_id: str | None = None
    trigger_id: _Word | None = None
    response_url: _Url | None = None
    channel_id: str | None = None
    channel: _Named | None = None
    container: _Container | None = None
    actions: list[_Action] | None = None
    view: _View | None = None
    message: _Message | None = None
    event: _Event | None = None
    event_id: str | None = None
    team_id: str | None = None
    team: str | _Named | None = None
    enterprise: str | _Named | None = None
    enterprise_id: str | None = None
    is_enterprise_install: bool | str | None = None
    authorizations: list[_Authorization] | None = None


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
        _Body.model_validate(found)
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
        known = _Body.model_validate(
            {name: body.get(name) for name in ("user", "response_url", "trigger_id")}
        )
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
