"""The errors of the workspace."""

from collections.abc import Sequence


class WorkspaceError(Exception):
    """The workspace cannot be built or started; the message says why, the hint what to do."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(f"{message} {hint}")
        self.message = message
        self.hint = hint


class SlackError(Exception):
    """A call that Slack answers with ``ok: false``: its error code and, for bad blocks, the details."""

    def __init__(self, code: str, details: Sequence[str] = ()) -> None:
        super().__init__(code, *details)
        self.code = code
        self.details = tuple(details)
