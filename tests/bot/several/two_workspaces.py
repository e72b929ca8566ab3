"""Two workspaces of one installation, with users of equal ids, behind one Web API.

The first serves authority 680 (Nant and Glan), the second 681 (Bryn). What the app calls is handed to the
workspace whose token it has used, and kept with that workspace's id.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from slack_sdk.oauth.installation_store import Installation

from bot.people import workspaces
from bot.people.permissions import EVERYWHERE, Grant, Role
from bot.service.app import build_app
from bot.services import Services
from bot.slack.installations import Installations
from slack_workspace import WorkspaceServer
from tests.bot.app_fixtures import CARYS, DAI, NIA, PRYS, Later, Room, WorkLater, swept
from tests.builders import BRYN, GLAN, Schools

FIRST, SECOND = "T0TRIAL", "T0SECOND"
CLIENT_ID = "111.222"


@dataclass
class Gateway:
    """The Web API in front of both workspaces; `calls` has whose token was used, the method and its body."""

    servers: list[WorkspaceServer]
    url: str = ""
    calls: list[tuple[str, str, str]] = field(default_factory=list)
    answers: dict[str, dict[str, object]] = field(default_factory=dict)

    def call(self, method: str, token: str, kind: str, body: bytes) -> tuple[int, bytes]:
        """Hand a call on, and return what the workspace answers, with its status."""
        server = next((each for each in self.servers if each.bot_token == token), None)
        team = server.workspace.spec.team_id if server else ""
        self.calls.append((team, method, body.decode("utf-8", "replace")))
        if method in self.answers:
            return 200, json.dumps(self.answers[method]).encode()
        if server is None:
            return 200, b'{"ok": false, "error": "invalid_auth"}'
        headers = {"Authorization": f"Bearer {token}", "Content-Type": kind}
        try:
            with urlopen(Request(f"{server.api_url}{method}", body, headers)) as answer:
                return 200, bytes(answer.read())
        except HTTPError as error:
            return error.code, error.read()


@contextmanager
def gateway(*servers: WorkspaceServer) -> Iterator[Gateway]:
    """Serve a gateway on this machine."""
    found = Gateway(list(servers))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            token = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
            status, said = found.call(
                self.path.rpartition("/")[2], token, self.headers.get("Content-Type", ""), body
            )
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        found.url = f"http://127.0.0.1:{server.server_port}/api/"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield found
        server.shutdown()
        thread.join()


@dataclass
class Two:
    """The two workspaces as rooms of one app."""

    first: Room
    second: Room
    gateway: Gateway
    installations: Installations

    @property
    def services(self) -> Services:
        """The services of the one installation."""
        return self.first.services

    def sent(self, team: str, method: str = "") -> str:
        """All that was sent with the token of a workspace."""
        return "\n".join(body for of, name, body in self.gateway.calls if of == team and method in name)

    def forget(self, team: str) -> None:
        """Delete the installation of a workspace, and nothing else."""
        with self.services.database.writing() as session:
            self.installations.remove(session, team, None)
        self.installations.forget()

    def install(self, room: Room, installed_at: float = 1.0) -> None:
        """Install the app in the workspace of a room."""
        spec = room.server.workspace.spec
        self.installations.store.save(
            Installation(
                app_id=spec.bot.app_id,
                team_id=spec.team_id,
                bot_token=room.server.bot_token,
                bot_id=spec.bot.bot_id,
                bot_user_id=spec.bot.user_id,
                user_id=NIA,
                installed_at=installed_at,
            )
        )
        self.installations.forget()


GRANTS = (
    Grant(f"{FIRST}/{CARYS}", Role.DIGITAL_CHAMPION, GLAN.number),
    Grant(f"{SECOND}/{CARYS}", Role.DIGITAL_CHAMPION, BRYN.number),
    Grant(f"{FIRST}/{DAI}", Role.DIGITAL_CHAMPION, GLAN.number),
    Grant(f"{FIRST}/{PRYS}", Role.ADMINISTRATOR, EVERYWHERE),
    Grant(f"{SECOND}/{PRYS}", Role.ADMINISTRATOR, EVERYWHERE),
    Grant(f"{FIRST}/{NIA}", Role.SERVICE_DESK, EVERYWHERE),
    Grant(f"{SECOND}/{NIA}", Role.SERVICE_DESK, EVERYWHERE),
)
"""Carys looks after Glan in the first workspace and Bryn in the second, where she is another person; Prys
is each one's administrator, Nia each one's service desk. Dai is a champion in the first alone."""


def opened_in_two(
    services: Services, provisioning: Schools, servers: tuple[WorkspaceServer, WorkspaceServer], api: Gateway
) -> Two:
    """Build the app in front of two workspaces, in both of which it is installed."""
    api.calls.clear()
    api.answers.clear()
    installations = Installations(services.database, services.settings)
    later = Later()
    app = build_app(services, WorkLater(later), later, token="", api_url=api.url)
    first, second = (Room(services, provisioning, swept(server), app, later) for server in servers)
    two = Two(first, second, api, installations)
    two.install(first)
    two.install(second)
    with services.database.writing() as session:
        workspaces.serve(session, FIRST, ["680"])
        workspaces.serve(session, SECOND, ["681"])
    first.grant(*GRANTS)
    return two
