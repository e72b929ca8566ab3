"""`hwb trial`: a Slack workspace on this machine, with the bot at work in a made-up county."""

import os
import shlex
import sys
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import click

from bot.cli.language import misuse, texts
from bot.cli.options import given_settings, shared
from bot.cli.output import moment_json
from bot.service import logs
from bot.service.secret_files import open_secrets
from bot.settings import Settings
from bot.settings_loading import load_settings
from bot.trial.county import FIRST_DAY, LAST_DAY
from bot.trial.ending import Ending
from bot.trial.ports import require_free
from slack_workspace import troubles
from slack_workspace.troubles import Trouble, Troubles

_PORT = 3000


@click.command()
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=_PORT,
    show_default=True,
    help="The port of the workspace's page on this machine; 0 takes a free one.",
)
@click.option("--no-browser", is_flag=True, help="Leave the browser closed; the page's address is printed.")
@click.option(
    "--workspace-only",
    is_flag=True,
    help="Leave the bot out: another Slack app can connect to the workspace in its place.",
)
@click.option(
    "--from",
    "start",
    type=click.DateTime(formats=["%Y-%m-%d"]),
    metavar="DATE",
    help=f"Begin on a morning of the summer, {FIRST_DAY} to {LAST_DAY}, and live through it.",
)
@click.option(
    "--directory",
    type=click.Choice(("own", "export")),
    default="own",
    show_default=True,
    help="Where accounts live: with the bot, or for three schools in a portal that a client changes.",
)
@click.option(
    "--trouble",
    metavar="NAME,...",
    help="What calls of Slack meet: rate, down, html, cut, short, drop, revoked, slow, warning, refresh.",
)
@click.option(
    "--workspaces",
    type=click.IntRange(1, 2),
    default=1,
    show_default=True,
    help="With 2, the county is two authorities, each with a Slack workspace of its own and one bot.",
)
@shared
@click.pass_context
def trial(
    ctx: click.Context,
    port: int,
    no_browser: bool,
    workspace_only: bool,
    start: datetime | None,
    directory: str,
    trouble: str | None,
    workspaces: int,
) -> None:
    """Open a Slack workspace on this machine, with the bot at work in a made-up county."""
    day = start.date() if start else None
    if day is not None and not FIRST_DAY <= day <= LAST_DAY:
        raise misuse(ctx, "trial-from", first=FIRST_DAY.isoformat(), last=LAST_DAY.isoformat())
    in_portal = directory == "export"
    if day is not None and in_portal:
        raise misuse(ctx, "trial-from-portal")
    in_two = workspaces == 2
    if in_two and (day is not None or in_portal or workspace_only):
        raise misuse(ctx, "trial-workspaces")
    try:
        troubled = troubles.read(trouble.split(",") if trouble else ())
    except ValueError:
        raise misuse(ctx, "trial-trouble", found=trouble, known=", ".join(Trouble)) from None
    require_free(port)
    logs.configure()
    settings = load_settings(given_settings(ctx))
    catalogue = texts()
    for readable in open_secrets(settings):
        click.echo(catalogue.say(readable.said, settings.lang), err=True)
        click.echo(
            catalogue.say("cli.hint", settings.lang, hint=catalogue.say(readable.hint, settings.lang)),
            err=True,
        )
    click.echo(catalogue.say("cli.trial-seeding", settings.lang))
    from bot.trial.opening import (
        trial as open_trial,
    )  # takes seconds, and a port that is taken is told before

    ending = Ending()
    ending.listen()
    with (
        _ended_early(ending),
        open_trial(
            settings,
            port,
            workspace_only=workspace_only,
            start=day,
            in_portal=in_portal,
            in_two=in_two,
            ending=ending,
        ) as opened,
    ):
        opened.server.trouble(Troubles(troubled))
        server, own = opened.server, opened.services.settings
        click.echo(catalogue.say("cli.trial-ready", settings.lang, url=server.url))
        if workspace_only:
            click.echo(f"SLACK_API_URL={server.api_url}")
            click.echo(f"SLACK_BOT_TOKEN={server.bot_token}")
            click.echo(f"SLACK_APP_TOKEN={server.app_token}")
        else:
            at = moment_json(opened.services.clock.now())
            click.echo(
                catalogue.say(
                    "cli.trial-connected",
                    settings.lang,
                    hwb=_program(),
                    portal=_portal(own) + _several(own),
                    database=own.database_url,
                    extracts=own.extracts,
                    key_dates=own.key_dates_file,
                    at=at,
                )
            )
        if not no_browser and _has_screen():
            webbrowser.open(server.url)
        ending.wait()


@contextmanager
def _ended_early(ending: Ending) -> Iterator[None]:
    """Let a block end that was interrupted because the trial was asked to end."""
    try:
        yield
    except KeyboardInterrupt:
        if not ending.asked.is_set():
            raise


def _portal(own: Settings) -> str:
    """Return the variables by which the command line finds the portal, with a space behind, or nothing."""
    if own.directory == "own":
        return ""
    export = own.export.model_dump_json(include={"accounts", "client"})
    return f"HWB_DIRECTORY=export HWB_EXPORT={shlex.quote(export)} "


def _several(own: Settings) -> str:
    """Return the variables of an installation with several workspaces, with a space behind, or nothing."""
    if own.slack_client_id is None or own.slack_client_secret is None:
        return ""
    secret = own.slack_client_secret.get_secret_value()
    return f"HWB_SLACK_CLIENT_ID={own.slack_client_id} HWB_SLACK_CLIENT_SECRET={secret} "


def _program() -> str:
    """Return how this program is called, such as `.venv/bin/hwb`; `hwb` where Python was given the module."""
    return sys.argv[0] if Path(sys.argv[0]).name == "hwb" else "hwb"


def _has_screen() -> bool:
    """Return whether there is a display: without one, a text browser would take the terminal."""
    return sys.platform in ("darwin", "win32") or any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY")))
