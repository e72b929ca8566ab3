"""`hwb api-tokens`: the tokens by which other systems read the API."""

import re
from datetime import datetime

import click

from bot.cli.context import CommandContext, command_context
from bot.cli.language import misuse
from bot.cli.options import shared
from bot.people import api_tokens
from bot.people.api_tokens import ApiToken
from bot.people.permissions import Role
from provisioning.errors import KnownError

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
_ROLES = click.Choice([role.value for role in Role])


@click.group("api-tokens")
@shared
def tokens() -> None:
    """Make, list and revoke the tokens by which other systems read the API."""


@tokens.command()
@click.argument("name")
@click.argument("role", type=_ROLES)
@click.option(
    "--school",
    "numbers",
    metavar="NUMBER",
    multiple=True,
    help="The token opens this school; can be given several times.",
)
@click.option(
    "--la",
    "authorities",
    metavar="CODE",
    multiple=True,
    help="The token opens every school of this local authority; can be given several times.",
)
@click.option("--all", "everywhere", is_flag=True, help="The token opens every school.")
@click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d"]),
    required=True,
    help="The last day of the token, 400 days ahead at most.",
)
@shared
@click.pass_context
def add(
    ctx: click.Context,
    name: str,
    role: str,
    numbers: tuple[str, ...],
    authorities: tuple[str, ...],
    everywhere: bool,
    until: datetime,
) -> None:
    """Make a token for a system, and show it: this once. It ends with the day of --until."""
    if not (numbers or authorities or everywhere):
        raise misuse(ctx, "where")
    with command_context(ctx) as command:
        if not _NAME.fullmatch(name):
            raise KnownError("api-token-name", name=name)
        scopes = tuple(command.scopes(numbers, authorities, everywhere))
        token = ApiToken(name, Role(role), scopes, until.date(), command.services.clock.now())
        with command.services.database.writing() as session:
            secret = api_tokens.add(session, token)
            command.record(subject=name, session=session)
        if command.as_json:
            command.print_json({**_token_json(token), "token": secret})
            return
        command.console.print(command.say("api.shown-once"))
        command.console.print(secret, markup=False)


@tokens.command("list")
@shared
@click.pass_context
def list_(ctx: click.Context) -> None:
    """List all tokens, those that have ended too; never what they are."""
    with command_context(ctx) as command:
        with command.services.database.reading() as session:
            found = api_tokens.every(session)
        _print(command, found)


@tokens.command()
@click.argument("name")
@shared
@click.pass_context
def revoke(ctx: click.Context, name: str) -> None:
    """Revoke a token: from the next request on it opens nothing."""
    with command_context(ctx) as command:
        with command.services.database.writing() as session:
            api_tokens.revoke(session, name)
            command.record(subject=name, session=session)
            left = api_tokens.every(session)
        _print(command, left)


def _print(command: CommandContext, found: list[ApiToken]) -> None:
    if command.as_json:
        command.print_json({"tokens": [_token_json(token) for token in found]})
        return
    table = command.table("token", "role", "scope", "until")
    for token in found:
        until = command.say("cli.day", day=token.ends_on)
        table.add_row(token.name, command.say(f"role.{token.role}"), ", ".join(token.scopes), until)
    command.console.print(table)


def _token_json(token: ApiToken) -> dict[str, object]:
    return {
        "name": token.name,
        "role": token.role.value,
        "scopes": list(token.scopes),
        "ends_on": token.ends_on.isoformat(),
    }
