"""Opens the trial: a seeded county in a folder of its own, its workspace, and the real bot in it."""

import os
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from slack_sdk import WebClient

from bot import hours
from bot.people import permissions
from bot.people.permissions import Grant, Role
from bot.service.bootstrap import services
from bot.service.connected import connected_bot
from bot.services import Services
from bot.settings import Settings
from bot.trial.county import STANDS_AT, County, SummerStory, seed, seed_summer
from bot.trial.play import RUNS, Play
from bot.trial.spec import DESK_CHANNEL, letters, spec_for
from knowledge.texts import UK
from provisioning.clock import Clock, MovableClock
from provisioning.errors import KnownError
from provisioning.runs.school_run import Provisioning
from slack_workspace import WorkspaceError, WorkspaceServer
from slack_workspace.server import HOST


@dataclass(frozen=True)
class Trial:
    """An open trial."""

    server: WorkspaceServer
    services: Services
    county: County


@contextmanager
def trial(
    settings: Settings, port: int, *, workspace_only: bool = False, start: date | None = None
) -> Iterator[Trial]:
    """The trial on a port of 127.0.0.1, or on any free one for 0; gone with all its data at the end.

    It stands on the Wednesday of rollover week, or on the morning of `start`: then the summer goes on from
    there, and what the offices do later happens as the clock passes it.
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
                "desk_channel": DESK_CHANNEL,
            }
        )
        stands_at = datetime.combine(start, hours.OPENS, UK) if start else STANDS_AT
        clock = MovableClock(stands_at)
        with services(own, clock) as behind:
            county, story = _seeded(behind, start)
            _grant(behind, county)
            clock.set(stands_at)
            play = Play(behind, clock, story)
            server = WorkspaceServer(spec_for(county, behind, clock, play))
            try:
                server.start(port)
            except WorkspaceError:
                raise KnownError("port-taken", port=port) from None
            if start is None:
                for letter in letters(county, behind):
                    server.mail(DESK_CHANNEL, letter)
            try:
                opened = Trial(server, behind, county)
                if workspace_only:
                    yield opened
                else:
                    play.bind(WebClient(token=server.bot_token, base_url=server.api_url))
                    tokens = {"bot_token": server.bot_token, "app_token": server.app_token}
                    with connected_bot(behind, api_url=server.api_url, **tokens):
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


def _seeded(behind: Services, start: date | None) -> tuple[County, SummerStory]:
    """The county, and what is still to come in it."""

    def house_at(clock: Clock) -> Provisioning:
        return replace(behind.provisioning, clock=clock)

    if start is None:
        return seed(house_at), SummerStory((), behind.settings.extracts)
    return seed_summer(house_at, datetime.combine(start, RUNS, UK))


def _grant(behind: Services, county: County) -> None:
    given = [Grant(grant.user, Role(grant.role), grant.scope) for grant in county.grants]
    with behind.database.writing() as session:
        permissions.add(session, given, behind.clock.now())


def _no_proxy() -> None:
    """slack_sdk's Socket Mode client ignores NO_PROXY, and the workspace is on this machine."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        os.environ.pop(name, None)
