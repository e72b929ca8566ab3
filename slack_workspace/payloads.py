"""What Slack tells an app: the payloads of commands, interactions and events, as documented."""

import time

from slack_workspace.messages import as_slack
from slack_workspace.new_ids import dm_id, new_id
from slack_workspace.rich_text import as_rich_text
from slack_workspace.state import Conversation, Json, PostedMessage, Workspace
from slack_workspace.views import View, Views

# Slack still sends its old verification token, which no app needs in Socket Mode
VERIFICATION_TOKEN = "trial-verification-token"  # noqa: S105


def team(workspace: Workspace) -> Json:
    """Name the team as interactions do."""
    return {"id": workspace.spec.team_id, "domain": workspace.spec.team_domain}


def user(workspace: Workspace, person: str) -> Json:
    """Name a person as interactions do."""
    name = workspace.people[person].name
    return {"id": person, "username": name, "name": name, "team_id": workspace.spec.team_id}


def channel(where: Conversation) -> Json:
    """Name a conversation as interactions do."""
    return {"id": where.id, "name": "directmessage" if where.direct else where.name}


def slash_command(
    workspace: Workspace, person: str, where: Conversation, command: str, text: str, response_url: str
) -> Json:
    """Say that a person gave a slash command."""
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": workspace.spec.team_id,
        "team_domain": workspace.spec.team_domain,
        "channel_id": where.id,
        "channel_name": channel(where)["name"],
        "user_id": person,
        "user_name": workspace.people[person].name,
        "command": command,
        "text": text,
        "api_app_id": workspace.spec.bot.app_id,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": workspace.new_trigger(person),
    }


def _interaction(workspace: Workspace, kind: str, person: str) -> Json:
    return {
        "type": kind,
        "token": VERIFICATION_TOKEN,
        "api_app_id": workspace.spec.bot.app_id,
        "team": team(workspace),
        "user": user(workspace, person),
        "enterprise": None,
        "is_enterprise_install": False,
    }


def on_message(workspace: Workspace, kind: str, person: str, message: PostedMessage) -> Json:
    """Begin an interaction with something inside a message."""
    where = workspace.conversations[message.conversation]
    ephemeral = message.only_for is not None
    payload = _interaction(workspace, kind, person) | {
        "container": {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": where.id,
            "is_ephemeral": ephemeral,
        },
        "channel": channel(where),
    }
    if not ephemeral:  # Slack leaves the message itself out of these
        payload["message"] = as_slack(workspace, message)
    return payload


def on_view(views: Views, kind: str, view: View) -> Json:
    """Begin an interaction with something inside a view."""
    return _interaction(views.workspace, kind, view.person) | {
        "container": {"type": "view", "view_id": view.id},
        "view": views.as_slack(view),
    }


def view_submission(views: Views, view: View) -> Json:
    """Say that a person submitted a modal."""
    return _interaction(views.workspace, "view_submission", view.person) | {
        "trigger_id": views.workspace.new_trigger(view.person, view.id),
        "view": views.as_slack(view),
        "response_urls": [],
    }


def view_closed(views: Views, view: View, cleared: bool) -> Json:
    """Say that a person closed a modal."""
    return _interaction(views.workspace, "view_closed", view.person) | {
        "view": views.as_slack(view),
        "is_cleared": cleared,
    }


def global_shortcut(workspace: Workspace, person: str, callback_id: str) -> Json:
    """Say that a person used a global shortcut."""
    return _interaction(workspace, "shortcut", person) | {
        "callback_id": callback_id,
        "trigger_id": workspace.new_trigger(person),
        "action_ts": action_ts(),
    }


def message_shortcut(
    workspace: Workspace, person: str, callback_id: str, message: PostedMessage, response_url: str
) -> Json:
    """Say that a person used a shortcut in a message's menu."""
    return _interaction(workspace, "message_action", person) | {
        "callback_id": callback_id,
        "trigger_id": workspace.new_trigger(person),
        "action_ts": action_ts(),
        "response_url": response_url,
        "channel": channel(workspace.conversations[message.conversation]),
        "message_ts": message.ts,
        "message": as_slack(workspace, message),
    }


def event(workspace: Workspace, inner: Json) -> Json:
    """Wrap an event for the app."""
    bot = workspace.spec.bot
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": workspace.spec.team_id,
        "api_app_id": bot.app_id,
        "event": inner,
        "type": "event_callback",
        "event_id": new_id("Ev"),
        "event_time": int(workspace.spec.clock().timestamp()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": workspace.spec.team_id,
                "user_id": bot.user_id,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": new_id("EC"),
    }


def message_event(workspace: Workspace, message: PostedMessage, kind: str = "message") -> Json:
    """Say that a person wrote something (``message``) or named the app (``app_mention``)."""
    where = workspace.conversations[message.conversation]
    inner = as_slack(workspace, message) | {
        "type": kind,
        "channel": where.id,
        "event_ts": message.ts,
        "blocks": [as_rich_text(message.text)],
    }
    if kind == "message":
        inner["channel_type"] = where.kind
    return event(workspace, inner)


def home_opened(workspace: Workspace, person: str, tab: str, view: Json | None) -> Json:
    """Say that a person opened the app's Home or its direct messages."""
    inner: Json = {"type": "app_home_opened", "user": person, "channel": dm_id(person), "tab": tab}
    inner["event_ts"] = action_ts()
    if view is not None:
        inner["view"] = view
    return event(workspace, inner)


def action_ts() -> str:
    """Stamp an action with the time of day outside the workspace, as Slack's servers do."""
    return f"{time.time():.6f}"
