"""A Slack workspace on one's own machine: Web API, Socket Mode and a page, on 127.0.0.1 only.

It knows nothing of the app it serves: give it a WorkspaceSpec, start a WorkspaceServer, and connect an
unchanged slack-bolt app with its ``api_url``, ``bot_token`` and ``app_token``.
"""

from slack_workspace.acts import Outcome
from slack_workspace.errors import WorkspaceError
from slack_workspace.server import WorkspaceServer
from slack_workspace.spec import (
    DM,
    HOME,
    Bot,
    Channel,
    Control,
    Person,
    Shortcut,
    SlashCommand,
    Suggestion,
    Text,
    UserGroup,
    WorkspaceSpec,
)
from slack_workspace.state import Timing, Workspace
from slack_workspace.visit import Visit

__all__ = [
    "DM",
    "HOME",
    "Bot",
    "Channel",
    "Control",
    "Outcome",
    "Person",
    "Shortcut",
    "SlashCommand",
    "Suggestion",
    "Text",
    "Timing",
    "UserGroup",
    "Visit",
    "Workspace",
    "WorkspaceError",
    "WorkspaceServer",
    "WorkspaceSpec",
]
