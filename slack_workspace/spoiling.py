"""Answers to the app that meet a trouble on their way; `slack_workspace.troubles` decides which."""

import asyncio
from typing import Final

from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from slack_workspace.troubles import Fate, Trouble

_LINE: Final = "slack_workspace.line"
PAGE: Final = (
    "<!DOCTYPE html><html><head><title>Access to this site was filtered</title></head>"
    "<body><p>The category of this site is Chat. Ask your web administrator.</p></body></html>"
)
"""What a school's web filter may answer in Slack's place."""


class LineNoting:
    """Notes the line of each request in its scope, so that an answer can end it in the middle."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through."""
        cycle = getattr(send, "__self__", None)  # uvicorn's own object for this request
        await self._app({**scope, _LINE: getattr(cycle, "transport", None)}, receive, send)


class _Broken(Response):
    """An answer of which no more than half is sent before its line ends; `silent`: nothing of it."""

    def __init__(self, whole: bytes, *, silent: bool) -> None:
        super().__init__(whole, media_type="application/json")
        self._silent = silent

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send what is sent, and end the line."""
        if not self._silent:
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            half = bytes(self.body)[: len(self.body) // 2]
            await send({"type": "http.response.body", "body": half, "more_body": True})
        scope[_LINE].close()
        while (await receive())["type"] != "http.disconnect":
            pass


async def spoil(fate: Fate, whole: Response | None) -> Response:
    """Return the answer to a call that meets `fate`; `whole` is Slack's, None if it was not carried out."""
    body = bytes(whole.body) if whole else b'{"ok":true,"warning":"none of this is to be believed"}'
    match fate.trouble:
        case Trouble.RATE:
            headers = {"Retry-After": str(max(1, round(fate.seconds)))}
            return JSONResponse({"ok": False, "error": "ratelimited"}, status_code=429, headers=headers)
        case Trouble.DOWN:
            return PlainTextResponse("upstream connect error", status_code=fate.status)
        case Trouble.HTML:
            return HTMLResponse(PAGE)
        case Trouble.CUT:
            return Response(body[: len(body) // 2], media_type="application/json")
        case Trouble.SHORT | Trouble.DROP:
            return _Broken(body, silent=fate.trouble is Trouble.DROP)
        case Trouble.REVOKED:
            return JSONResponse({"ok": False, "error": fate.code})
        case Trouble.SLOW:
            await asyncio.sleep(fate.seconds)
    return whole or JSONResponse({"ok": False, "error": "internal_error"})
