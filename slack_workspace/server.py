"""The server: one port on 127.0.0.1 for the app, the page and the health check."""

import asyncio
import errno
import secrets
import socket
import threading
from collections import deque
from collections.abc import Coroutine
from types import TracebackType
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from slack_workspace import acts
from slack_workspace.errors import WorkspaceError
from slack_workspace.guard import OriginGuard
from slack_workspace.lingering import lingering
from slack_workspace.live import Live
from slack_workspace.oauth import Credentials, OAuthRoutes
from slack_workspace.page import PageRoutes
from slack_workspace.reading import MAX_FRAME, BodyLimit
from slack_workspace.requests import RequestUrl
from slack_workspace.responses import Responses
from slack_workspace.socket import SocketMode
from slack_workspace.spec import WorkspaceSpec
from slack_workspace.spoiling import LineNoting
from slack_workspace.state import Json, Workspace
from slack_workspace.teams import Teams
from slack_workspace.troubles import Fate, Trouble, Troubles
from slack_workspace.views import Views
from slack_workspace.visit import Visit
from slack_workspace.web import AppRoutes

HOST = "127.0.0.1"


class WorkspaceServer:
    """A workspace being served in a thread of its own, with ``others`` beside it; also a context manager.

    ``start`` raises WorkspaceError if the port is taken. The tokens are new for every server. With
    ``credentials`` the app is installed in no workspace until it has been through the pages of installation;
    without, it is in all of them.
    """

    def __init__(
        self,
        workspace: Workspace | WorkspaceSpec,
        *others: WorkspaceSpec,
        credentials: Credentials | None = None,
    ) -> None:
        self.workspace = workspace if isinstance(workspace, Workspace) else Workspace(workspace)
        self.app_token = f"xapp-1-{self.workspace.spec.bot.app_id}-{secrets.token_hex(16)}"
        mode = SocketMode(self.workspace.spec.bot.app_id, self.workspace.timing)
        every = [self.workspace, *map(Workspace, others)]
        self._teams = Teams(
            [Live(each, mode, Views(each), Responses(each)) for each in every], self.app_token
        )
        self._live = self._teams.first
        self._credentials = credentials
        for live in self._teams.lives:
            live.workspace.installed = False
            if credentials is None:
                self._teams.install(live)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._uvicorn: _Uvicorn | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """The address of the page, without a slash at the end."""
        return self.workspace.url

    @property
    def api_url(self) -> str:
        """The Web API's address, for WebClient's ``base_url``."""
        return f"{self.url}/api/"

    def start(self, port: int = 0) -> "WorkspaceServer":
        """Serve on a port, or on any free one; returns when it answers."""
        listener = _listen(port)
        port = listener.getsockname()[1]
        for live in self._teams.lives:
            live.workspace.url = f"http://{HOST}:{port}"
        config = uvicorn.Config(
            self._app(port),
            ws=lingering(self.workspace.timing.linger),
            ws_max_size=MAX_FRAME,
            lifespan="off",
            log_config=None,
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=1,
        )
        self._uvicorn = _Uvicorn(config)
        self._thread = threading.Thread(
            target=self._run, args=(self._uvicorn, listener), name="trial-workspace", daemon=True
        )
        self._thread.start()
        self._uvicorn.ready.wait()
        return self

    def stop(self) -> None:
        """Stop serving; returns when the thread has ended. Stopping twice is fine."""
        if self._uvicorn is None or self._thread is None:
            return
        self.on_loop(self._live.socket.stop())
        self._uvicorn.should_exit = True
        self._thread.join()
        self._uvicorn = self._thread = self._loop = None

    @property
    def bot_token(self) -> str:
        """The app's token in the first workspace; nothing where the app is not installed there."""
        return self._teams.token(self._live)

    def person(self, id_: str, team: str = "") -> Visit:
        """Return a person's actions, for programs; ``team`` is the workspace's id, if not the first."""
        return Visit(id_, self._teams.named(team), self.on_loop)

    def uninstall(self, team: str) -> None:
        """Take the app away in a workspace, as its administrator can; the app is told so."""

        async def remove() -> None:
            self._teams.remove(self._teams.named(team))

        self.on_loop(remove())

    def mail(self, channel: str, text: str) -> str:
        """Let an e-mail arrive in a channel; gives its message's ts."""

        async def arrive() -> str:
            return acts.mail(self._live, channel, text).ts

        ts: str = self.on_loop(arrive())
        return ts

    def wait_for_app(self, seconds: float = 10.0) -> bool:
        """Wait until the app has connected; False if it has not."""

        async def wait() -> bool:
            try:
                async with asyncio.timeout(seconds):
                    await self._live.socket.arrived.wait()
            except TimeoutError:
                return False
            return True

        connected: bool = self.on_loop(wait())
        return connected

    def fail_next(self, method: str, times: int = 1, status: int = 429, retry_after: int = 1) -> None:
        """Make the next calls of a Web API method fail with an HTTP status."""
        trouble = Trouble.RATE if status == 429 else Trouble.DOWN
        self.meet_next(
            method, *[Fate(trouble, carried_out=False, status=status, seconds=retry_after)] * times
        )

    def meet_next(self, method: str, *fates: Fate) -> None:
        """Let the next calls of a Web API method, of `upload` or of `response` meet these fates in turn."""

        async def note() -> None:
            self.workspace.fates.setdefault(method, deque()).extend(fates)

        self.on_loop(note())

    def trouble(self, troubles: Troubles) -> None:
        """Let calls and connections meet these troubles from now on, in place of those before."""

        async def note() -> None:
            for live in self._teams.lives:
                live.trouble(troubles)

        self.on_loop(note())

    def disconnect(self, reason: str = "refresh_requested") -> None:
        """Disconnect the app, as Slack does from time to time; it is expected to reconnect."""
        self.on_loop(self._live.socket.disconnect(reason))

    def deliver_by_http(self, url: str | None, secret: str = "") -> None:
        """Send what people do to an address, signed with a secret; None: over the app's connections again."""
        self._live.socket.request_url = RequestUrl(url, secret) if url else None

    def calls(self, method: str) -> list[Json]:
        """Return the arguments of the calls of a Web API method so far."""

        async def copy() -> list[Json]:
            return [args for name, args in self.workspace.calls if name == method]

        made: list[Json] = self.on_loop(copy())
        return made

    def on_loop(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Run ``work`` on the server's loop, where all state lives, and wait for it."""
        if self._loop is None:
            work.close()
            raise WorkspaceError("The workspace is not running.", "Call start() first.")
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def __enter__(self) -> "WorkspaceServer":
        return self if self._thread else self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _app(self, port: int) -> LineNoting:
        app, page = AppRoutes(self._teams), PageRoutes(self._teams, port)
        oauth = OAuthRoutes(self._teams, self._credentials, port).routes() if self._credentials else []
        routes = [Route("/healthz", _healthz), *oauth, *app.routes(), *page.routes()]
        return LineNoting(OriginGuard(BodyLimit(Starlette(routes=routes)), port))

    def _run(self, server: "_Uvicorn", listener: socket.socket) -> None:
        async def serve() -> None:
            self._loop = asyncio.get_running_loop()
            await server.serve(sockets=[listener])

        with listener:
            asyncio.run(serve())


class _Uvicorn(uvicorn.Server):
    """Uvicorn that signals when it is ready, so that callers need not poll."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


async def _healthz(request: Request) -> Response:
    return PlainTextResponse("ok")


def _listen(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen(128)
    except (OSError, OverflowError) as error:
        listener.close()
        if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
            raise WorkspaceError(
                f"Port {port} is taken by another program.",
                "Stop that program, or choose another port (0: any).",
            ) from None
        raise WorkspaceError(
            f"Port {port} cannot be used: {error}.", "Choose another port (0: any)."
        ) from None
    return listener
