"""Clients of Slack's Web API where an installation has several workspaces.

They take keys of addresses, send bare ids with the token of the addresses' workspace, and make keys of what
Slack answers (see `bot.slack.edges`). What belongs to another workspace is refused, not sent.
"""

from collections.abc import Mapping
from typing import Any

from slack_bolt import Respond
from slack_sdk.web import SlackResponse
from slack_sdk.webhook import WebhookResponse

from bot.slack.client import LimitedClient
from bot.slack.edges import ForeignAddressError, bare, keyed, workspace_in
from bot.slack.installations import Installations, NotInstalledError

_BODIES = ("data", "params", "json")
_OF_ORGANISATION = frozenset({"usergroups.list", "usergroups.users.list"})
"""The methods to which the token of an organisation's installation has to name the workspace."""


class WorkspaceClient(LimitedClient):
    """A client that speaks to one `workspace`; `whole` is whether its token is an organisation's."""

    def __init__(self, workspace: str, *, whole: bool = False, **options: Any) -> None:
        super().__init__(**options)
        self.workspace, self._whole = workspace, whole

    def api_call(self, api_method: str, **call: Any) -> SlackResponse:
        """Call a method with bare ids; an address of another workspace raises `ForeignAddressError`."""
        for name in _BODIES:
            if isinstance(call.get(name), Mapping):
                call[name] = bare(call[name], self.workspace)
        if self._whole and api_method in _OF_ORGANISATION:
            call["params"] = {**(call.get("params") or {}), "team_id": self.workspace}
        answer = super().api_call(api_method, **call)
        if isinstance(answer.data, dict):
            answer.data = keyed(answer.data, self.workspace)
        return answer

    def __deepcopy__(self, _memo: object) -> "WorkspaceClient":
        """Return this client: Bolt copies a request with its client for each listener."""
        return self


class EveryWorkspace(LimitedClient):
    """A client that hands each call to the client of the workspace that it is addressed to.

    A call without an address raises `ForeignAddressError`; where the app is not installed, one raises
    `NotInstalledError`.
    """

    def __init__(self, installations: Installations, **options: Any) -> None:
        super().__init__(**options)
        self.installations = installations

    def of(self, workspace: str, enterprise: str = "") -> WorkspaceClient:
        """Return the client of a `workspace`; where the app is not installed, raise `NotInstalledError`."""
        bot = self.installations.bot(workspace, enterprise)
        if bot is None:
            raise NotInstalledError
        return WorkspaceClient(
            workspace,
            whole=bool(bot.is_enterprise_install),
            token=bot.bot_token,
            base_url=self.base_url,
            retry_handlers=self.retry_handlers,
        )

    def api_call(self, api_method: str, **call: Any) -> SlackResponse:
        """Call a method in the workspace of the address among its fields."""
        found = (workspace_in(call[name]) for name in _BODIES if isinstance(call.get(name), Mapping))
        workspace = next(filter(None, found), None)
        if workspace is None:
            raise ForeignAddressError(f"{api_method} names no workspace")
        return self.of(workspace).api_call(api_method, **call)

    def files_upload_v2(self, **upload: Any) -> SlackResponse:
        """Upload a file into the channel that is named."""
        workspace = workspace_in(upload)
        if workspace is None:
            raise ForeignAddressError("a file's channel names no workspace")
        return self.of(workspace).files_upload_v2(**upload)

    def without_retries(self) -> "EveryWorkspace":
        """Return such a client that tries each call once."""
        return EveryWorkspace(self.installations, base_url=self.base_url, retry_handlers=[])


class WorkspaceRespond(Respond):
    """Bolt's `respond`, with bare ids in what is shown."""

    def __init__(self, workspace: str, **options: Any) -> None:
        super().__init__(**options)
        self._workspace = workspace

    def __call__(self, *given: Any, **said: Any) -> WebhookResponse:
        """Send a message to the response address."""
        return super().__call__(*bare(given, self._workspace), **bare(said, self._workspace))
