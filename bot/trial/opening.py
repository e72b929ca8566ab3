"""Opens the trial: a seeded county in a folder of its own, its workspace, and the real bot in it."""

import os
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from bot import access
from bot.access import Grant, Role
from bot.bootstrap import Services, services
from bot.settings import Settings
from bot.station import station
from bot.trial.county import STANDS_AT, County, seed
from bot.trial.spec import spec_for
from bot.trial.workspace import WorkspaceError, WorkspaceServer
from bot.trial.workspace.server import HOST
from provisioning.clock import MovableClock
from provisioning.errors import KnownError


@dataclass(frozen=True)
class Trial:
    """An open trial."""

    server: WorkspaceServer
    services: Services
    county: County


@contextmanager
def trial(settings: Settings, port: int, *, workspace_only: bool = False) -> Iterator[Trial]:
    """The trial on a port of 127.0.0.1, or on any free one for 0; gone with all its data at the end.

    `workspace_only` leaves the bot out, so that any other Slack client can take its place. A port that
    is taken raises `KnownError`.
    """
    _no_proxy()
    _free(port)
    with tempfile.TemporaryDirectory(prefix="hwb-trial-") as folder:
        own = settings.model_copy(
            update={
                "database_url": f"sqlite:///{Path(folder) / 'hwb.sqlite3'}",
                "extracts": Path(folder) / "extracts",
                "at": None,
                "directory": "own",
            }
        )
        clock = MovableClock(STANDS_AT)
        with services(own, clock) as behind:
            county = seed(lambda then: replace(behind.house, clock=then))
            _grant(behind, county)
            clock.set(STANDS_AT)
            server = WorkspaceServer(spec_for(county, behind, clock))
            try:
                server.start(port)
            except WorkspaceError:
                raise KnownError("port-taken", port=port) from None
            try:
                opened = Trial(server, behind, county)
                if workspace_only:
                    yield opened
                else:
                    tokens = {"bot_token": server.bot_token, "app_token": server.app_token}
                    with station(behind, api_url=server.api_url, **tokens):
                        server.wait_for_app()
                        yield opened
            finally:
                server.stop()


def _free(port: int) -> None:
    """A port that is taken is told before the county is made up, not after."""
    try:
        socket.create_server((HOST, port)).close()
    except OSError:
        raise KnownError("port-taken", port=port) from None


def _grant(behind: Services, county: County) -> None:
    given = [Grant(one.user, Role(one.role), one.scope) for one in county.grants]
    with behind.database.writing() as session:
        access.add(session, given, behind.clock.now())


def _no_proxy() -> None:
    """slack_sdk's Socket Mode client ignores NO_PROXY, and the workspace is on this machine."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        os.environ.pop(name, None)
