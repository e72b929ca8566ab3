"""Opens the trial: a seeded county in a folder of its own, its workspace, and the real bot in it."""

import socket
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext
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
from bot.settings_tables import ExportSettings
from bot.trial.county import KEY_DATES, STANDS_AT, County, SummerStory, seed, seed_summer
from bot.trial.county.portal_county import seed_portal
from bot.trial.play import RUNS, Play
from bot.trial.portal import Portal, PortalClock
from bot.trial.spec import spec_for
from bot.trial.suggestions import DESK_CHANNEL, desk_emails
from knowledge.texts import UK
from provisioning.clock import Clock, MovableClock
from provisioning.errors import KnownError
from provisioning.portal.export import SCHOOL
from provisioning.portal.external_directory import ClientAndExport
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
    settings: Settings,
    port: int,
    *,
    workspace_only: bool = False,
    start: date | None = None,
    in_portal: bool = False,
) -> Iterator[Trial]:
    """Serve the trial on a port of 127.0.0.1, or any free one for 0; all its data is deleted at the end.

    It opens on the Wednesday of rollover week, or on the morning of `start`: then the summer continues, and
    the offices' later edits happen as the clock passes them. With `in_portal` the accounts of three schools
    live in a portal, which a Provisioning Client changes.
    `workspace_only` leaves the bot out, so that any other Slack client can take its place. A port that
    is taken raises `KnownError`.
    """
    without_proxy_for_localhost(f"http://{HOST}")
    _require_free(port)
    opens_at = datetime.combine(start, hours.OPENS, UK) if start else STANDS_AT
    with tempfile.TemporaryDirectory(prefix="hwb-trial-") as made, ExitStack() as stack:
        folder = Path(made)
        portal = Portal(folder / "portal") if in_portal else None
        clock = PortalClock(opens_at, portal) if portal else MovableClock(opens_at)
        own = _own_settings(settings, folder, portal)
        trial_services = stack.enter_context(services(own, clock, knowledge()))
        county, story = seeded(trial_services, start, portal)
        give_roles(trial_services, county)
        clock.set(opens_at)
        play = Play(trial_services, clock, story)
        server = WorkspaceServer(spec_for(county, trial_services, clock, play, portal))
        try:
            server.start(port)
        except WorkspaceError:
            raise KnownError("port-taken", port=port) from None
        try:
            if start is None and portal is None:
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
    with connected_bot(
        trial_services, bot_token=server.bot_token, app_token=server.app_token, api_url=server.api_url
    ):
        server.wait_for_app()
        yield


def _own_settings(settings: Settings, folder: Path, portal: Portal | None) -> Settings:
    """Return `settings` with the trial's own database, extracts, clock and service desk, in `folder`.

    Accounts live in `portal`, if there is one.
    """
    in_portal: dict[str, object] = {"directory": "own"}
    if portal is not None:
        program = (sys.executable, "-m", "bot.trial.portal_client")
        client = (*program, str(folder / "portal"), str(folder / "extracts"), SCHOOL)
        in_portal = {"directory": "export", "export": ExportSettings(accounts=portal.export, client=client)}
    return settings.model_copy(
        update={
            "database_url": f"sqlite:///{folder / 'hwb.sqlite3'}",
            "extracts": folder / "extracts",
            "at": None,
            **in_portal,
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


def seeded(
    trial_services: Services, start: date | None, portal: Portal | None = None
) -> tuple[County, SummerStory]:
    """Seed the county up to rollover week, or up to `start`; return it and the exports still to come.

    With a `portal`, its three schools are seeded by runs of its client.
    """

    def provisioning_at(clock: Clock) -> Provisioning:
        return replace(trial_services.provisioning, clock=clock)

    if start is None:
        story = SummerStory((), trial_services.settings.extracts)
        directory = trial_services.provisioning.external_directory
        if portal is None or not isinstance(directory, ClientAndExport):
            return seed(provisioning_at), story
        return seed_portal(provisioning_at, portal, directory.client), story
    return seed_summer(provisioning_at, datetime.combine(start, RUNS, UK))


def give_roles(trial_services: Services, county: County) -> None:
    """Give the people of `county` their roles."""
    given = [Grant(grant.user, Role(grant.role), grant.scope) for grant in county.grants]
    with trial_services.database.writing() as session:
        permissions.add(session, given, trial_services.clock.now())
