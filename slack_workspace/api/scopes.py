"""The scopes of the bot token: whether the app's manifest has the one that a call needs."""

from typing import Final

from slack_workspace.api.call import Call
from slack_workspace.errors import MissingScope, SlackError
from slack_workspace.live import Live

FAMILIES: Final = ("channels", "groups", "im", "mpim")
_FAMILY_OF_TYPE: Final = dict(zip(("public_channel", "private_channel", "im", "mpim"), FAMILIES, strict=True))


def require(live: Live, scope: str, call: Call) -> None:
    """Raise MissingScope where the manifest has not the `scope` that a method needs for this `call`.

    For a ``*`` the conversation decides, or the ``types`` that are to be listed; where there is no such
    conversation, the scope of any family will do.
    """
    manifest = live.workspace.spec.manifest
    if manifest is None or not scope:
        return
    every = with_families(scope)
    if not set(every) & set(manifest.scopes):
        raise MissingScope(every, manifest.scopes)
    if "*" in scope:
        wanted = [scope.replace("*", family) for family in _families(live, call)]
        if lacking := [name for name in wanted if name not in manifest.scopes]:
            raise MissingScope(lacking, manifest.scopes)


def with_families(scope: str) -> tuple[str, ...]:
    """Return the scopes of which a method needs one: `scope`, or each that it stands for with a ``*``."""
    return tuple(scope.replace("*", family) for family in FAMILIES) if "*" in scope else (scope,)


def _families(live: Live, call: Call) -> list[str]:
    if not call.text("channel"):
        types = (call.text("types") or "public_channel").split(",")
        return [_FAMILY_OF_TYPE[name] for name in types if name in _FAMILY_OF_TYPE]
    try:
        return [live.workspace.conversation(call.text("channel")).family]
    except SlackError:
        return []
