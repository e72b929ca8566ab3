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
    """One method of the Web API."""

    run: Callable[[Live, Call], Json]
    needs: Needs = Needs.BOT


METHODS: Final[Mapping[str, Method]] = {
    "api.test": Method(general.api_test, Needs.NOTHING),
    "apps.connections.open": Method(general.connections_open, Needs.APP),
    "auth.test": Method(general.auth_test),
    "bots.info": Method(general.bots_info),
    "chat.delete": Method(chat.delete),
    "chat.getPermalink": Method(chat.get_permalink),
    "chat.postEphemeral": Method(chat.post_ephemeral),
    "chat.postMessage": Method(chat.post_message),
    "chat.update": Method(chat.update),
    "conversations.history": Method(conversations.history),
    "conversations.info": Method(conversations.info),
    "conversations.list": Method(conversations.list_all),
    "conversations.members": Method(conversations.members),
    "conversations.open": Method(conversations.open_dm),
    "conversations.replies": Method(conversations.replies),
    "files.completeUploadExternal": Method(files.complete_upload),
    "files.getUploadURLExternal": Method(files.get_upload_url),
    "reactions.add": Method(chat.add_reaction),
    "reactions.remove": Method(chat.remove_reaction),
    "team.info": Method(general.team_info),
    "usergroups.list": Method(users.usergroups),
    "usergroups.users.list": Method(users.usergroup_users),
    "users.info": Method(users.info),
    "users.list": Method(users.list_all),
    "users.lookupByEmail": Method(users.lookup_by_email),
    "views.open": Method(views.open_view),
    "views.publish": Method(views.publish),
    "views.push": Method(views.push),
    "views.update": Method(views.update),
}
