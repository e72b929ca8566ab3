"""Opens the trial: a seeded county in a folder of its own, its workspace, and the real bot in it."""

import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from slack_sdk import WebClient

from bot import hours
from bot.people import permissions
from bot.people.permissions import Grant, Role
from bot.service.bootstrap import knowledge, services
from bot.service.connected import connected_bot
from bot.service.serve_cli import without_proxy_for_localhost
from bot.services import Services
from bot.settings import Settings
from bot.trial.county import KEY_DATES, STANDS_AT, County, SummerStory, seed, seed_summer
from bot.trial.play import RUNS, Play
from bot.trial.spec import spec_for
from bot.trial.suggestions import DESK_CHANNEL, desk_emails
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
    without_proxy_for_localhost(f"http://{HOST}")
    _require_free(port)
    opens_at = datetime.combine(start, hours.OPENS, UK) if start else STANDS_AT
    clock = MovableClock(opens_at)
    with (
        tempfile.TemporaryDirectory(prefix="hwb-trial-") as folder,
        services(_own_settings(settings, Path(folder)), clock, knowledge()) as trial_services,
    ):
        county, story = seeded(trial_services, start)
        give_roles(trial_services, county)
        clock.set(opens_at)
        play = Play(trial_services, clock, story)
        server = WorkspaceServer(spec_for(county, trial_services, clock, play))
        try:
            server.start(port)
        except WorkspaceError:
            raise KnownError("port-taken", port=port) from None
        try:
            if start is None:
                for email in desk_emails(county, trial_services):
                    server.mail(DESK_CHANNEL, email)
            with nullcontext() if workspace_only else _bot_in(server, trial_services, play):
                yield Trial(server, trial_services, county)
        finally:
            server.stop()


@contextmanager
def _bot_in(server: WorkspaceServer, trial_services: Services, play: Play) -> Iterator[None]:
    """Connect the bot to the workspace for a block; `play` sends its messages there."""
    play.bind(WebClient(token=server.bot_token, base_url=server.api_url))
    tokens = {"bot_token": server.bot_token, "app_token": server.app_token}
    with connected_bot(trial_services, api_url=server.api_url, **tokens):
        server.wait_for_app()
        yield


def _own_settings(settings: Settings, folder: Path) -> Settings:
    """Return `settings` with the trial's own database, extracts, clock and service desk, in `folder`."""
    return settings.model_copy(
        update={
            "database_url": f"sqlite:///{folder / 'hwb.sqlite3'}",
            "extracts": folder / "extracts",
            "at": None,
            "directory": "own",
            "key_dates_file": KEY_DATES,
            "desk_channel": DESK_CHANNEL,
        }
    )


def _require_free(port: int) -> None:
    """Refuse a port in use before the county is seeded, which takes a while."""
    try:
        socket.create_server((HOST, port)).close()
    except OSError:
        raise KnownError("port-taken", port=port) from None


def seeded(trial_services: Services, start: date | None) -> tuple[County, SummerStory]:
    """Seed the county up to rollover week, or up to `start`; return it and the exports still to come."""

    def provisioning_at(clock: Clock) -> Provisioning:
        return replace(trial_services.provisioning, clock=clock)

    if start is None:
        return seed(provisioning_at), SummerStory((), trial_services.settings.extracts)
    return seed_summer(provisioning_at, datetime.combine(start, RUNS, UK))


def give_roles(trial_services: Services, county: County) -> None:
    """Give the people of `county` their roles."""
    given = [Grant(grant.user, Role(grant.role), grant.scope) for grant in county.grants]
    with trial_services.database.writing() as session:
        permissions.add(session, given, trial_services.clock.now())
