"""A browser that asks an application for a page, keeps its cookies and follows no redirection."""

import asyncio
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

from starlette.applications import Starlette


@dataclass(frozen=True)
class Page:
    """An answer to a browser."""

    status: int
    headers: dict[str, str]
    text: str


@dataclass
class Browser:
    """Asks `app`, without a socket between."""

    app: Starlette
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **asked: str) -> Page:
        """The page at a path, with a query."""
        return asyncio.run(self._get(path, asked))

    async def _get(self, path: str, asked: dict[str, str]) -> Page:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        scope = {
            "type": "http",
            "method": "GET",
            "path": path,
            "query_string": urlencode(asked).encode(),
            "headers": [(b"host", b"hwb.example"), (b"cookie", cookie.encode())],
        }
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b""}

        async def send(part: Any) -> None:
            sent.append(part)

        await self.app(scope, receive, send)
        headers = [(name.decode(), value.decode()) for name, value in sent[0]["headers"]]
        for name, value in headers:
            if name == "set-cookie":
                jar = SimpleCookie(value)
                self.cookies |= {key: morsel.value for key, morsel in jar.items() if morsel["max-age"] != "0"}
        body = b"".join(part.get("body", b"") for part in sent[1:])
        return Page(sent[0]["status"], dict(headers), body.decode())
