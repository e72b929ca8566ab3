"""Access control: only requests from this machine, to its own name.

The Host header keeps out pages that point a foreign name at 127.0.0.1 (DNS rebinding), the Origin header
keeps out other pages in this browser. Slack's own origin, which some clients send, is let through to the
app's addresses alone: they need a token or a ticket, as all do.
"""

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

NAMES = ("127.0.0.1", "localhost")
SLACK = "https://api.slack.com"
SOCKET = "/link"
APP = ("/api/", SOCKET, "/upload/", "/response/")
"""What the paths of the app's addresses begin with."""

# The page needs nothing from other origins, and may not be framed
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self' {socket}",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)


class OriginGuard:
    """Refuses requests to another host name, or from another origin than the page's and the app's."""

    def __init__(self, app: ASGIApp, port: int) -> None:
        self._app = app
        self._hosts = {f"{name}:{port}" for name in NAMES} | set(NAMES)
        self._origins = {f"http://{name}:{port}" for name in NAMES}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one request through, or answer 403."""
        if scope["type"] in ("http", "websocket"):
            headers = Headers(scope=scope)
            origin = headers.get("origin")
            foreign = headers.get("host", "").lower() not in self._hosts
            from_app = origin == SLACK and scope["path"].startswith(APP)
            if foreign or (origin is not None and origin not in self._origins and not from_app):
                if scope["type"] == "websocket":
                    await send({"type": "websocket.close", "code": 4403, "reason": "foreign host or origin"})
                else:
                    refused = PlainTextResponse("This workspace answers only its own page.", status_code=403)
                    await refused(scope, receive, send)
                return
        await self._app(scope, receive, send)


def page_headers(port: int) -> dict[str, str]:
    """Give the headers that go with the page and its files."""
    sockets = " ".join(f"ws://{name}:{port}" for name in NAMES)
    return {
        "Content-Security-Policy": CONTENT_SECURITY_POLICY.format(socket=sockets),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "no-store",
    }
