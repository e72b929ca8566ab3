"""Checks the service desk's channel at the start, so that no message about a case is lost."""

import logging

from slack_sdk import WebClient
from sqlalchemy.orm import Session

from bot.desk.case import DeskCase
from bot.people import workspaces
from bot.people.addresses import workspace_of
from bot.settings import Settings
from bot.slack_errors import SLACK_TROUBLE, code_of, reason_of
from provisioning.errors import KnownError
from provisioning.store import schools

log = logging.getLogger(__name__)
_SHARED = ("is_ext_shared", "is_pending_ext_shared")
"""The fields of a channel that people of another workspace read too, or will."""
_NOT_THERE = ("channel_not_found", "is_archived", "invalid_arguments")


def of_case(settings: Settings, session: Session, case: DeskCase) -> str | None:
    """Return the service desk's channel, if it may be told of `case`; None otherwise.

    With several workspaces it is told of the cases at schools that its workspace serves, and of those without
    a school that were opened there.
    """
    channel = settings.desk_channel
    if channel is None or not workspace_of(channel):
        return channel
    if case.school is None:
        told = workspace_of(case.opened_by) == workspace_of(channel)
    else:
        told = bool(workspaces.within(session, channel, [schools.get(session, case.school)]))
    return channel if told else None


def require(client: WebClient, channel: str | None, name: str = "desk_channel") -> None:
    """Raise `KnownError` where `channel` is set, but does not exist, is archived, or has not the bot in it.

    Nor may it be shared with another workspace, whose people have no roles. `name` is that of the setting.

    Where Slack can't tell, this passes: the operators are told of any letter that Slack refuses later.
    """
    if channel is None:
        return
    try:
        found = client.conversations_info(channel=channel)["channel"]
    except SLACK_TROUBLE as error:
        if code_of(error) in _NOT_THERE:
            raise KnownError("desk-channel", name=name, channel=channel) from None
        log.warning("the channel of %s could not be looked at: %s", name, reason_of(error))
        return
    if any(found.get(sign) for sign in _SHARED):
        raise KnownError("desk-channel-shared", name=name, channel=channel)
    if found.get("is_archived") or not found.get("is_member", True):
        raise KnownError("desk-channel", name=name, channel=channel)
