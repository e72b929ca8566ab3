"""Checks the service desk's channel at the start, so that no message about a case is lost."""

import logging

from slack_sdk import WebClient

from bot.slack_errors import SLACK_TROUBLE, code_of, reason_of
from provisioning.errors import KnownError

log = logging.getLogger(__name__)
_SHARED = ("is_ext_shared", "is_pending_ext_shared")
"""The fields of a channel that people of another workspace read too, or will."""
_NOT_THERE = ("channel_not_found", "is_archived", "invalid_arguments")


def require(client: WebClient, channel: str | None) -> None:
    """Raise `KnownError` where `channel` is set, but does not exist, is archived, or has not the bot in it.

    Nor may it be shared with another workspace, whose people have no roles.

    Where Slack can't tell, this passes: the operators are told of any letter that Slack refuses later.
    """
    if channel is None:
        return
    try:
        found = client.conversations_info(channel=channel)["channel"]
    except SLACK_TROUBLE as error:
        if code_of(error) in _NOT_THERE:
            raise KnownError("desk-channel", channel=channel) from None
        log.warning("the desk's channel could not be looked at: %s", reason_of(error))
        return
    if any(found.get(name) for name in _SHARED):
        raise KnownError("desk-channel-shared", channel=channel)
    if found.get("is_archived") or not found.get("is_member", True):
        raise KnownError("desk-channel", channel=channel)
