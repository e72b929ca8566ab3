"""The errors of the workspace."""

from collections.abc import Iterable, Sequence


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


class MissingScope(SlackError):
    """A call that Slack refuses because the bot token has none of the scopes ``needed``."""

    def __init__(self, needed: Iterable[str], provided: Iterable[str]) -> None:
        super().__init__("missing_scope")
        self.needed = ",".join(needed)
        self.provided = ",".join(provided)
