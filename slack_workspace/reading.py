"""What comes in from outside: JSON that is not too deep, and bodies that are not too large."""

import json
from typing import Any

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAX_BODY = 8 << 20
"""Bytes of a request; Slack's views and messages are far smaller, and so are the files of a trial."""
MAX_FRAME = 1 << 20
"""Bytes of a frame of a socket."""
MAX_DEPTH = 64
"""Levels of JSON within each other; a view of Slack has about ten."""


def read_json(text: str | bytes) -> Any:
    """Return what JSON says; raise `ValueError` where it can't be read or is too deep."""
    try:
        said = json.loads(text)
    except RecursionError:
        raise ValueError("too deep") from None
    level = [said]
    for _ in range(MAX_DEPTH):
        level = [part for whole in level if isinstance(whole, dict | list) for part in _parts(whole)]
        if not level:
            return said
    raise ValueError("too deep")


def _parts(whole: dict[str, Any] | list[Any]) -> list[Any]:
    return list(whole.values()) if isinstance(whole, dict) else whole


class BodyLimit:
    """Refuses requests with a body larger than `MAX_BODY`, by what they say and by what they send."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer 413."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        taken: list[Message] = []
        size = 0
        while not taken or taken[-1].get("more_body"):
            message = await receive()
            size += len(message.get("body", b""))
            if size > MAX_BODY:
                await JSONResponse({"ok": False, "error": "request_too_large"}, 413)(scope, receive, send)
                return
            taken.append(message)

        async def again() -> Message:
            return taken.pop(0) if taken else await receive()

        await self._app(scope, again, send)
