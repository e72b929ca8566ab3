"""The desk's channel: looked for at the start, so that no case is told nowhere."""

import logging

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from provisioning.errors import KnownError

log = logging.getLogger(__name__)
_NOT_THERE = ("channel_not_found", "is_archived", "invalid_arguments")


def require(client: WebClient, channel: str | None) -> None:
    """Raise `KnownError` where the setting names no channel that the bot is in.

    What Slack can't say now keeps nobody from starting: a letter that it refuses is told to the operators.
    """
    if channel is None:
        return
    try:
        found = client.conversations_info(channel=channel)["channel"]
    except SlackApiError as error:
        if error.response["error"] in _NOT_THERE:
            raise KnownError("desk-channel", channel=channel) from None
        log.warning("the desk's channel could not be looked at: %s", error.response["error"])
        return
    except OSError:
        return
    if found.get("is_archived") or not found.get("is_member", True):
        raise KnownError("desk-channel", channel=channel)
