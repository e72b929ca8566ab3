"""Several workspaces at the app's edge: each request gets keys, and the client of its workspace."""

from collections.abc import Callable
from typing import Any

from slack_bolt import App, BoltContext, BoltRequest, BoltResponse

from bot.slack.edges import keyed, team_of
from bot.slack.installations import Installations
from bot.slack.workspace_client import EveryWorkspace, WorkspaceRespond


def authorizing(installations: Installations) -> Callable[..., Any]:
    """Return the function by which Bolt finds the token for a request; None refuses it.

    The workspace is the one in which the user acts, also with an organisation's installation. A request that
    does not say where that is, is of no known workspace.
    """

    def authorize(context: BoltContext, enterprise_id: str | None) -> Any:
        team = context.get(_TEAM)
        return installations.authorize(enterprise_id, team) if team else None

    return authorize


_TEAM = "workspace"
"""The name of the workspace's id in the context of a request."""


def before_authorize(
    body: dict[str, Any], context: BoltContext, next_: Callable[[], BoltResponse]
) -> BoltResponse:
    """Note the workspace in which the user of a request acts."""
    context[_TEAM] = team_of(body)
    return next_()


def register(app: App, client: EveryWorkspace) -> None:
    """Let every listener of `app` see keys, and a client that speaks to the request's workspace alone."""

    def enter(request: BoltRequest, context: BoltContext, next_: Callable[[], BoltResponse]) -> BoltResponse:
        team, result = context.get(_TEAM), context.authorize_result
        if team and result is not None and result.bot_token:
            request.body = keyed(request.body, team)
            context["client"] = client.of(team, context.enterprise_id or "")
            context["respond"] = WorkspaceRespond(team, response_url=context.response_url)
        return next_()

    app.use(enter)
