"""A Slack workspace on one's own machine: Web API, Socket Mode and a page, on 127.0.0.1 only.

It knows nothing of the app it serves: give it a WorkspaceSpec, start a WorkspaceServer, and connect an
unchanged slack-bolt app with its ``api_url``, ``bot_token`` and ``app_token``.
"""

from slack_workspace.errors import WorkspaceError
from slack_workspace.live import ActOutcome
from slack_workspace.manifest import Manifest
from slack_workspace.oauth import Credentials
from slack_workspace.server import WorkspaceServer
from slack_workspace.spec import (
    DM,
    HOME,
    Channel,
    Control,
    Shortcut,
    SlashCommand,
    Suggestion,
    UserGroup,
    WorkspaceBot,
    WorkspacePerson,
    WorkspaceSpec,
    WorkspaceText,
)
from slack_workspace.state import Timing, Workspace
from slack_workspace.visit import Visit

__all__ = [
    "DM",
    "HOME",
    "ActOutcome",
    "Channel",
    "Control",
    "Credentials",
    "Manifest",
    "Shortcut",
    "SlashCommand",
    "Suggestion",
    "Timing",
    "UserGroup",
    "Visit",
    "Workspace",
    "WorkspaceBot",
    "WorkspaceError",
    "WorkspacePerson",
    "WorkspaceServer",
    "WorkspaceSpec",
    "WorkspaceText",
]
