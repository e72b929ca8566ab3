"""Keys of Slack addresses at the edges, where an installation has several workspaces.

What Slack sends names users, groups and channels by bare ids; `keyed` makes keys of them (see
`bot.people.addresses`). What is sent to Slack has bare ids again, by `bare`, and none of another workspace.
"""

import re
from collections.abc import Mapping
from typing import Any

from bot.people.addresses import SlackAddress, workspace_of

_ID = re.compile(r"[UWSCGD][A-Z0-9]{1,31}")
_KEY = re.compile(r"T[A-Z0-9]{4,31}/[UWSCGD][A-Z0-9]{3,31}")
"""A key; Slack's ids are longer than what schools call their classes (`T1/C2`)."""
_NAMED = re.compile(r"<(@|#|!subteam\^)([UWSCGD][A-Z0-9]{1,31})(?=[|>])")
_NAMED_BY_KEY = re.compile(r"<(@|#|!subteam\^)(T[A-Z0-9]{1,31})/([UWSCGD][A-Z0-9]{1,31})(?:\|[^<>]{0,80})?>")
_IDS = frozenset({"channel", "channel_id", "selected_user", "subteam_id", "user", "user_id"})
"""The fields of a payload that hold an id, or an object with one."""
_LISTS = frozenset({"channels", "selected_users", "usergroups", "users"})
"""The fields that hold several."""
_OURS = frozenset({"action_id", "block_id", "callback_id", "external_id", "private_metadata", "value"})
"""The fields of a call that Slack sends back as they are."""
_WORDS = frozenset({"accessibility_label", "alt_text", "initial_comment", "initial_value", "text", "title"})
"""The fields of a call that people read: but for mentions, what looks like an address there is none."""
_LEFT = frozenset({"attachments", "authorizations", "blocks", "metadata"})
"""The parts of a payload that nothing reads."""
_ANOTHER = "–"
"""What stands for a user of another workspace in a text."""


class ForeignAddressError(ValueError):
    """Something of one workspace was to be sent into another."""


def team_of(body: Mapping[str, Any]) -> str | None:
    """Return the id of the workspace in which the user of a payload acts; None where it does not say.

    With an installation for a whole organisation some fields name that (`E...`), and some are null: see
    https://docs.slack.dev/enterprise/developing-for-enterprise-orgs.
    """
    view, event = _part(body, "view"), _part(body, "event")
    authorized: list[Mapping[str, Any]] = body.get("authorizations") or [{}]
    said = (
        view.get("app_installed_team_id"),
        _id(body.get("team")),
        authorized[0].get("team_id"),
        body.get("team_id"),
        _part(body, "user").get("team_id"),
        view.get("team_id"),
        event.get("team"),
    )
    return next((team for team in said if isinstance(team, str) and team.startswith("T")), None)


def keyed(part: Any, workspace: str) -> Any:
    """Return a `part` of a payload, or of Slack's answer, with keys in place of ids."""
    if isinstance(part, list):
        return [keyed(inside, workspace) for inside in part]
    if not isinstance(part, Mapping):
        return part
    found = type(part)() if isinstance(part, dict) else {}
    for name, value in part.items():
        found[name] = _keyed_field(name, value, workspace)
    return found


def bare(part: Any, workspace: str) -> Any:
    """Return a `part` of a call with bare ids, as a `workspace` knows them.

    A mention of a user of another workspace becomes a dash. Another address of one, also in the value of a
    button, raises `ForeignAddressError`.
    """
    if isinstance(part, str):
        return _bare_text(part, workspace)
    if isinstance(part, Mapping):
        return {name: _bare_field(str(name), value, workspace) for name, value in part.items()}
    if isinstance(part, list | tuple):
        return [bare(inside, workspace) for inside in part]
    return part


def workspace_in(part: Mapping[str, Any]) -> str | None:
    """Return the workspace of the address to which a call with the fields `part` goes; None without one."""
    for name in ("channel", "channel_id", "user", "users", "user_id", "usergroup"):
        value = part.get(name)
        if isinstance(value, str) and (workspace := workspace_of(value)):
            return workspace
    return None


def _keyed_field(name: str, value: Any, workspace: str) -> Any:
    if name in _LEFT:
        return value
    if isinstance(value, str):
        if name in _IDS and _ID.fullmatch(value):
            return SlackAddress(value, workspace).key
        return _keyed_text(value, workspace) if name == "text" else value
    if name in _IDS and isinstance(value, Mapping):
        return _with_key(value, workspace)
    if name in _LISTS and isinstance(value, list):
        return [_keyed_item(inside, workspace) for inside in value]
    return keyed(value, workspace)


def _keyed_item(item: Any, workspace: str) -> Any:
    if isinstance(item, str):
        return SlackAddress(item, workspace).key if _ID.fullmatch(item) else item
    return _with_key(item, workspace) if isinstance(item, Mapping) else item


def _with_key(part: Mapping[str, Any], workspace: str) -> Any:
    """Return an object of Slack's with the key as its id."""
    found, id_ = keyed(part, workspace), part.get("id")
    if isinstance(id_, str) and _ID.fullmatch(id_):
        found["id"] = SlackAddress(id_, workspace).key
    return found


def _keyed_text(text: str, workspace: str) -> str:
    return _NAMED.sub(lambda found: f"<{found[1]}{workspace}/{found[2]}", text)


def _bare_field(name: str, value: Any, workspace: str) -> Any:
    if name in _OURS and isinstance(value, str):
        for key in filter(_KEY.fullmatch, value.split()):
            _require(key, workspace)
        return value
    if name in _WORDS and isinstance(value, str):
        return _bare_mentions(value, workspace)
    return bare(value, workspace)


def _bare_text(text: str, workspace: str) -> str:
    if _KEY.fullmatch(text):
        _require(text, workspace)
        return SlackAddress.of(text).id
    return _bare_mentions(text, workspace)


def _bare_mentions(text: str, workspace: str) -> str:
    def named(found: re.Match[str]) -> str:
        return f"<{found[1]}{found[3]}>" if found[2] == workspace else _ANOTHER

    return _NAMED_BY_KEY.sub(named, text) if "/" in text else text


def _require(key: str, workspace: str) -> None:
    if workspace_of(key) != workspace:
        raise ForeignAddressError("an address of another workspace was to be sent")


def _part(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = body.get(name)
    return found if isinstance(found, Mapping) else {}


def _id(part: Any) -> Any:
    return part.get("id") if isinstance(part, Mapping) else part
