"""Service desks outside Slack, as real servers on this machine: one for e-mail, one for webhooks."""

import socket
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

USER, PASSWORD = "hwb", "gorsedd-y-beirdd"


@dataclass
class Mailbox:
    """What has come by e-mail; `answers` are given to the next messages instead of taking them."""

    port: int
    authority: trustme.CA = field(default_factory=trustme.CA)
    messages: list[EmailMessage] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - the library's name
        """Take a message, or answer as a test wants it."""
        if self.answers:
            return self.answers.pop(0)
        made = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(made, EmailMessage)
        self.messages.append(made)
        self.encrypted.append(session.ssl is not None)
        return "250 Diolch"

    def trusted(self) -> ssl.SSLContext:
        """What a client needs that trusts this server."""
        context = ssl.create_default_context()
        self.authority.configure_trust(context)
        return context


@contextmanager
def mail_server() -> Iterator[Mailbox]:
    """An SMTP server with STARTTLS, which wants a password."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        box = Mailbox(free.getsockname()[1])  # the controller wants to know beforehand
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    box.authority.issue_cert("localhost").configure_cert(context)

    def authenticate(_server: Any, _session: Any, _envelope: Any, _kind: str, given: Any) -> AuthResult:
        right = isinstance(given, LoginPassword) and given == LoginPassword(USER.encode(), PASSWORD.encode())
        return AuthResult(success=right, handled=False)

    controller = Controller(
        box,
        hostname="127.0.0.1",
        port=box.port,
        server_hostname="localhost",
        tls_context=context,
        require_starttls=True,
        authenticator=authenticate,
    )
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


@dataclass
class Hook:
    """What has come by webhook; `answers` are the statuses of the next answers, then 204."""

    url: str = ""
    requests: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)


@contextmanager
def hook_server(answers: Sequence[int] = (), port: int = 0) -> Iterator[Hook]:
    """A server that takes webhooks, at any free port or at this one."""
    hook = Hook(answers=list(answers))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            hook.requests.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(hook.answers.pop(0) if hook.answers else 204)
            self.send_header("location", "http://127.0.0.1:9/")
            self.end_headers()

        def log_message(self, *_args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    hook.url = f"http://127.0.0.1:{server.server_port}/hwb"
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield hook
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
