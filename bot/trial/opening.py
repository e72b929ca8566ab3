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
from bot.service.bootstrap import knowledge, services
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
    """Serve the trial on a port of 127.0.0.1, or any free one for 0; all its data is deleted at the end.

    It opens on the Wednesday of rollover week, or on the morning of `start`: then the summer continues, and
    the offices' later edits happen as the clock passes them.
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
        opens_at = datetime.combine(start, hours.OPENS, UK) if start else STANDS_AT
        clock = MovableClock(opens_at)
        with services(own, clock, knowledge()) as behind:
            county, story = _seeded(behind, start)
            _grant(behind, county)
            clock.set(opens_at)
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
    """Refuse a port in use before the county is seeded, which takes a while."""
    try:
        socket.create_server((HOST, port)).close()
    except OSError:
        raise KnownError("port-taken", port=port) from None


def _seeded(behind: Services, start: date | None) -> tuple[County, SummerStory]:
    """Seed the county; returns it and its later story."""

    def provisioning_at(clock: Clock) -> Provisioning:
        return replace(behind.provisioning, clock=clock)

    if start is None:
        return seed(provisioning_at), SummerStory((), behind.settings.extracts)
    return seed_summer(provisioning_at, datetime.combine(start, RUNS, UK))


def _grant(behind: Services, county: County) -> None:
    given = [Grant(grant.user, Role(grant.role), grant.scope) for grant in county.grants]
    with behind.database.writing() as session:
        permissions.add(session, given, behind.clock.now())


def _no_proxy() -> None:
    """Unset proxy variables: slack_sdk's Socket Mode client ignores NO_PROXY, and the workspace is local."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        os.environ.pop(name, None)
