"""HTTP under a limit of time and size: a connection, and an opener of URLs that follows no redirection."""

import http.client
import ssl
from collections.abc import Callable
from typing import Any
from urllib.request import (
    HTTPHandler,
    HTTPRedirectHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
    build_opener,
)

from bot.network import Limit, connect

_PART = 65_536


class _Response(http.client.HTTPResponse):
    """An answer that takes no memory for what it only says that it will send."""

    def read(self, amt: int | None = None) -> bytes:
        """Return `amt` bytes of the body, or all that come within the limit."""
        if amt is not None:
            return super().read(amt)
        return b"".join(iter(lambda: super(_Response, self).read(_PART), b""))


class LimitedConnection(http.client.HTTPConnection):
    """A connection to `host` under a `limit`, encrypted where there is a `context`."""

    response_class = _Response

    def __init__(self, host: str, limit: Limit, context: ssl.SSLContext | None = None) -> None:
        self.default_port = http.client.HTTPS_PORT if context else http.client.HTTP_PORT
        super().__init__(host)
        self._limit, self._context = limit, context

    def connect(self) -> None:
        """Connect, by way of a proxy if one is set, and encrypt."""
        plain = connect(self.host, self.port, self._limit)
        self.sock: Any = plain
        through_proxy: str | None = self._tunnel_host  # type: ignore[attr-defined]
        if through_proxy:
            self._tunnel()  # type: ignore[attr-defined]
        if self._context:
            self.sock = plain.secured(self._context, through_proxy or self.host)


class _NoRedirection(HTTPRedirectHandler):
    def redirect_request(self, *_args: Any) -> None:
        """Return None: a redirection is an error, for the token or signature is for this host alone."""


def opener(limit: Limit, context: ssl.SSLContext, proxy: str | None = None) -> OpenerDirector:
    """Return an opener of URLs whose requests are under a `limit` together."""

    def made(encrypted: ssl.SSLContext | None) -> Callable[..., LimitedConnection]:
        return lambda host, timeout=None: LimitedConnection(host, limit, encrypted)

    class Plain(HTTPHandler):
        def http_open(self, req: Request) -> http.client.HTTPResponse:
            return self.do_open(made(None), req)

    class Encrypted(HTTPSHandler):
        def https_open(self, req: Request) -> http.client.HTTPResponse:
            return self.do_open(made(context), req)

    proxies = ProxyHandler({"http": proxy, "https": proxy} if proxy else {})
    return build_opener(proxies, Plain(), Encrypted(), _NoRedirection())
