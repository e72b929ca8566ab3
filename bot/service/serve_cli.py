"""`hwb serve`: the bot on Slack."""

import os
from contextlib import ExitStack
from functools import partial

import click
from pydantic import SecretStr

from bot.cli.context import CommandContext, command_context, tell, tell_clock
from bot.cli.options import given_settings, shared
from bot.people import audit
from bot.people.keys import signing_secret
from bot.service import logs
from bot.service.checks import require_accounts
from bot.service.connected import connected_bot
from bot.service.health import HOST, probes, require_free, serving_health
from bot.service.http_line import HttpAddress, listen_at
from bot.service.joining import SlackJoiner
from bot.service.secret_files import open_database, open_secrets
from bot.service.service_manager import ServiceManager
from bot.service.stopping import stop_signal, wait_until_asked
from bot.service.work import Work
from bot.settings import Settings
from bot.settings_loading import load_settings
from provisioning.errors import KnownError


@click.command()
@click.option("--no-work", is_flag=True, help="Leave the runs to workers (`hwb work`) on PostgreSQL.")
@click.option(
    "--http",
    type=click.IntRange(1, 65535),
    metavar="PORT",
    help="Take Slack's requests by HTTP at this port, in place of Socket Mode.",
)
@click.option(
    "--http-host",
    default=HOST,
    metavar="HOST",
    help="The address of this machine at which --http listens.",
)
@click.option(
    "--api",
    type=click.IntRange(1, 65535),
    metavar="PORT",
    help="Answer other systems at this port: board, readiness and runs as JSON, by tokens.",
)
@shared
@click.pass_context
def serve(ctx: click.Context, no_work: bool, http: int | None, http_host: str, api: int | None) -> None:
    """Connect to Slack by Socket Mode or HTTP, and stay: answer questions, run provisioning on schedule."""
    settings = load_settings(given_settings(ctx))
    logs.configure_by(settings)
    if http is not None:
        listen_at(http_host, http).close()
    if api is not None:
        from bot.service.api_server import listen_for_api  # most installations serve no API

        listen_for_api(settings.api_host, api).close()
    require_free(settings)
    with command_context(ctx) as command, ExitStack() as stack:
        settings = command.settings
        command.services.catalogue.require_templates()
        _warn(command)
        several = settings.many_workspaces  # each with a token of its own
        bot_token = "" if several else _token(settings.slack_bot_token, "SLACK_BOT_TOKEN", "xoxb-")
        if http is None:
            address, app_token = None, _token(settings.slack_app_token, "SLACK_APP_TOKEN", "xapp-")
        else:
            address, app_token = HttpAddress(http_host, http, _signing_secret(settings)), ""
        without_proxy_for_localhost(settings.slack_api_url)
        manager = ServiceManager()
        work = Work(command.services, carries_out=not no_work, manager=manager)
        joiner = SlackJoiner(
            partial(
                connected_bot,
                command.services,
                bot_token=bot_token,
                app_token=app_token,
                api_url=settings.slack_api_url,
                http=address,
            )
        )
        stack.callback(joiner.stop)
        command.record(audit.STARTED)
        problem = joiner.start()
        asked = probes(
            command.services,
            work,
            {"slack": lambda: joiner.alive, "database": lambda: command.services.database.alive},
            {"slack_heard_seconds_ago": lambda: joiner.heard_seconds_ago},
        )
        stack.enter_context(serving_health(command.services, asked))
        if api is not None:
            from bot.service.api_server import serving_api  # as above

            at = stack.enter_context(serving_api(command.services, api))
            command.console.print(command.say("cli.serving-api", at=at))
        asked_to_stop = stop_signal()
        stack.enter_context(work)
        if problem is None:
            said = command.say("cli.serving-http", at=address.url) if address else command.say("cli.serving")
            command.console.print(said)
        else:
            tell(command, problem)
            command.console.print(command.say("cli.serving-without-slack"))
        manager.ready()
        wait_until_asked(asked_to_stop)
        manager.stopping()
        command.console.print(command.say("cli.stopping"))


def _warn(command: CommandContext) -> None:
    """Say on standard error where the database may be the wrong one, and what other accounts can read."""
    provisioning = command.services.provisioning
    for readable in (*open_secrets(command.settings), *open_database(command.settings)):
        tell(command, readable)
    tell_clock(command)
    try:
        require_accounts(provisioning.database, provisioning.extract_folder)
    except KnownError as doubtful:
        tell(command, doubtful)


def without_proxy_for_localhost(api_url: str) -> None:
    """Remove the proxy variables for a workspace on this machine: slack_sdk ignores NO_PROXY there."""
    if api_url.startswith("http://127.0.0.1"):
        for name in [name for name in os.environ if name.lower() in _PROXIES]:
            del os.environ[name]


_PROXIES = frozenset(f"{scheme}_proxy" for scheme in ("http", "https", "socks", "ws", "wss"))
"""The variables by which the Web API's client and that of WebSockets find a proxy, in small letters."""


def _signing_secret(settings: Settings) -> bytes:
    secret = signing_secret(settings)
    if secret is None:
        raise KnownError("slack-signing-secret-missing")
    return secret


def _token(secret: SecretStr | None, variable: str, start: str) -> str:
    token = secret.get_secret_value() if secret else ""
    if not token:
        raise KnownError("slack-token-missing", variable=variable, start=start)
    if not token.startswith(start):
        raise KnownError("slack-token", variable=variable, start=start)
    return token
