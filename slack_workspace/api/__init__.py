"""The Web API: Slack's methods by name, and what each needs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

from slack_workspace.api import chat, conversations, files, general, users, views
from slack_workspace.api.call import Call
from slack_workspace.live import Live
from slack_workspace.state import Json


class Needs(Enum):
    """The token that a method takes."""

    BOT = "xoxb"
    APP = "xapp"
    NOTHING = ""


@dataclass(frozen=True)
class Method:
    """One method of the Web API, and the scope that a bot token needs for it; the empty string for none.

    ``*`` in a scope stands for the family of the conversation: ``channels``, ``groups`` or ``im``.
    """

    run: Callable[[Live, Call], Json]
    scope: str = ""
    needs: Needs = Needs.BOT


METHODS: Final[Mapping[str, Method]] = {
    "api.test": Method(general.api_test, needs=Needs.NOTHING),
    "apps.connections.open": Method(general.connections_open, needs=Needs.APP),
    "auth.test": Method(general.auth_test),
    "bots.info": Method(general.bots_info, "users:read"),
    "chat.delete": Method(chat.delete, "chat:write"),
    "chat.getPermalink": Method(chat.get_permalink),
    "chat.postEphemeral": Method(chat.post_ephemeral, "chat:write"),
    "chat.postMessage": Method(chat.post_message, "chat:write"),
    "chat.update": Method(chat.update, "chat:write"),
    "conversations.history": Method(conversations.history, "*:history"),
    "conversations.info": Method(conversations.info, "*:read"),
    "conversations.list": Method(conversations.list_all, "*:read"),
    "conversations.members": Method(conversations.members, "*:read"),
    "conversations.open": Method(conversations.open_dm, "im:write"),
    "conversations.replies": Method(conversations.replies, "*:history"),
    "files.completeUploadExternal": Method(files.complete_upload, "files:write"),
    "files.getUploadURLExternal": Method(files.get_upload_url, "files:write"),
    "reactions.add": Method(chat.add_reaction, "reactions:write"),
    "reactions.remove": Method(chat.remove_reaction, "reactions:write"),
    "team.info": Method(general.team_info, "team:read"),
    "usergroups.list": Method(users.usergroups, "usergroups:read"),
    "usergroups.users.list": Method(users.usergroup_users, "usergroups:read"),
    "users.info": Method(users.info, "users:read"),
    "users.list": Method(users.list_all, "users:read"),
    "users.lookupByEmail": Method(users.lookup_by_email, "users:read.email"),
    "views.open": Method(views.open_view),
    "views.publish": Method(views.publish),
    "views.push": Method(views.push),
    "views.update": Method(views.update),
}
