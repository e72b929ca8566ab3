"""Opens the trial: a seeded county in a folder of its own, its workspace, and the real bot in it."""

import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from slack_sdk import WebClient

from bot.people import permissions
from bot.people.permissions import Grant, Role
from bot.service.bootstrap import knowledge, services
from bot.service.connected import connected_bot
from bot.service.serve_cli import without_proxy_for_localhost
from bot.services import Services
from bot.settings import Settings
from bot.settings_tables import ExportSettings
from bot.trial.county import KEY_DATES, STANDS_AT, County, SummerStory, seed, seed_summer, share_out
from bot.trial.county.portal_county import seed_portal
from bot.trial.ending import Ending
from bot.trial.play import RUNS, Play
from bot.trial.portal import Portal, PortalClock
from bot.trial.ports import free_port, require_free
from bot.trial.ports import start as start_at
from bot.trial.spec import spec_for
from bot.trial.suggestions import DESK_CHANNEL, desk_emails
from bot.trial.two_workspaces import settings_of_two, two_workspaces
from knowledge.texts import UK
from provisioning.clock import Clock, MovableClock
from provisioning.portal.export import SCHOOL
from provisioning.portal.external_directory import ClientAndExport
from provisioning.runs.dependencies import Provisioning
from slack_workspace import WorkspaceServer, WorkspaceSpec
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
    in_two: bool = False,
    ending: Ending | None = None,
) -> Iterator[Trial]:
    """Serve the trial on a port of 127.0.0.1, or any free one for 0; all its data is deleted at the end.

    It opens on the Wednesday of rollover week, or on the morning of `start`: then the summer continues, and
    the offices' later edits happen as the clock passes them. With `in_portal` the accounts of three schools
    live in a portal, which a Provisioning Client changes. With `in_two` the county is two authorities, each
    with a workspace of its own. `workspace_only` leaves the bot out, so that any other Slack client can take
    its place. A port that is taken raises `KnownError`. Once `ending` is asked for, no more mornings pass.
    """
    without_proxy_for_localhost(f"http://{HOST}")
    require_free(port)
    opens_at = datetime.combine(start, settings.office.opens, UK) if start else STANDS_AT
    with tempfile.TemporaryDirectory(prefix="hwb-trial-") as made, ExitStack() as stack:
        folder = Path(made)
        ending = ending or Ending()
        ending.folder = folder
        portal = Portal(folder / "portal") if in_portal else None
        clock = PortalClock(opens_at, portal) if portal else MovableClock(opens_at)
        own = _own_settings(settings, folder, portal)
        if in_two:
            port = port or free_port()
            own = settings_of_two(own, port)
        trial_services = stack.enter_context(services(own, clock, knowledge()))
        county, story = seeded(trial_services, start, portal)
        play = Play(trial_services, clock, story, ending.asked)
        if in_two:
            share_out(trial_services.provisioning)
            clock.set(opens_at)
            opened = two_workspaces(trial_services, county, clock, play, port)
        else:
            give_roles(trial_services, county)
            clock.set(opens_at)
            spec = spec_for(county, trial_services, clock, play, portal)
            emails = desk_emails(county, trial_services) if start is None and portal is None else []
            opened = _one_workspace(spec, port, emails, None if workspace_only else (trial_services, play))
        with opened as server:
            yield Trial(server, trial_services, county)


@contextmanager
def _one_workspace(
    spec: WorkspaceSpec, port: int, emails: Sequence[str], bot: tuple[Services, Play] | None
) -> Iterator[WorkspaceServer]:
    """Serve a workspace, with `emails` in the service desk's channel, and the `bot` if it is to be in."""
    server = WorkspaceServer(spec)
    start_at(server, port)
    try:
        for email in emails:
            server.mail(DESK_CHANNEL, email)
        with _bot_in(server, *bot) if bot else nullcontext():
            yield server
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
