"""The menu of people to whom something can be handed: those who may act on it, by name and role.

Slack's own menu of users has everybody of the workspace. This one asks the bot for its options when it is
opened, and again for what is typed into it.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from slack_bolt import Ack
from slack_sdk import WebClient

from bot.people.addresses import workspace_of
from bot.people.permissions import Caller, Grant
from bot.slack import limits
from bot.slack.blocks import Block, option, plain
from bot.slack.context import Context
from bot.slack.fit import cut
from bot.slack.request import Bot
from bot.slack.voice import Voice

Handed = Callable[[Caller, str], list[Grant]]
"""Returns the grants by which users may act on what the block with an id is about; none for a caller who may
not themselves."""


def colleague_select(action: str, placeholder: str) -> Block:
    """Return the menu."""
    return {
        "type": "external_select",
        "action_id": action,
        "placeholder": plain(placeholder),
        "min_query_length": 0,
    }


def chosen(action: Mapping[str, Any]) -> str:
    """Return the user chosen in the menu, or in Slack's menu of users, which older messages have."""
    picked = action.get("selected_option")
    return str(picked["value"] if picked else action.get("selected_user"))


def options_of(bot: Bot, handed: Handed) -> Callable[..., None]:
    """Return a listener that finds the menu's options; Slack waits three seconds for them."""

    def find(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        user = body["user"]["id"]
        voice = bot.voice_at_once(user)
        caller = Context(bot.services, user, voice, outsider=bot.is_outsider_at_once(user, body)).caller()
        grants = [
            grant
            for grant in handed(caller, str(body["block_id"]))
            if workspace_of(grant.user) == workspace_of(user)
        ]
        names = bot.profiles.names(client, dict.fromkeys(grant.user for grant in grants))
        ack(options=options(grants, names, str(body["value"]), voice))

    return find


def options(grants: Iterable[Grant], names: Mapping[str, str], typed: str, voice: Voice) -> list[Block]:
    """Return the people who have `grants`, with name and roles, by name, where that has what was `typed`.

    `names` are by user; who has none there is left out.
    """
    roles: dict[str, dict[str, None]] = {}
    for grant in grants:
        roles.setdefault(grant.user, {})[voice.plain(f"role.{grant.role}")] = None
    lines = [(f"{names[user]} · {', '.join(held)}", user) for user, held in roles.items() if user in names]
    found = [(line, user) for line, user in sorted(lines) if typed.casefold() in line.casefold()]
    return [option(cut(line, limits.OPTION_TEXT), user) for line, user in found[: limits.SELECT_OPTIONS]]
