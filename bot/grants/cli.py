"""`hwb grants`: who may see which school; `hwb roles`: what each role may do."""

from datetime import datetime

import click

from bot.cli.account import me
from bot.cli.context import CommandContext, command_context
from bot.cli.language import misuse
from bot.cli.options import shared
from bot.outbox import recall
from bot.people import granting, permissions
from bot.people.addresses import read_address
from bot.people.granting import Grantor
from bot.people.permissions import MAY, Act, Grant, Role
from bot.slack.refusals import markdown
from bot.slack.voice import Voice
from provisioning.errors import KnownError

_ROLES = click.Choice([role.value for role in Role])


@click.group()
@shared
def grants() -> None:
    """Show and change who may see which school."""


@grants.command()
@click.argument("user", metavar="SLACK-USER-ID")
@click.argument("role", type=_ROLES)
@click.option(
    "--school",
    "numbers",
    metavar="NUMBER",
    multiple=True,
    help="The role counts at this school; can be given several times.",
)
@click.option(
    "--la",
    "authorities",
    metavar="CODE",
    multiple=True,
    help="The role counts at every school of this local authority; can be given several times.",
)
@click.option("--all", "everywhere", is_flag=True, help="The role counts at every school.")
@click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The last day of the role; if not given, it has no end.",
)
@click.option("--group", is_flag=True, help="The id is a user group's (S...): its members get the role.")
@shared
@click.pass_context
def add(
    ctx: click.Context,
    user: str,
    role: str,
    numbers: tuple[str, ...],
    authorities: tuple[str, ...],
    everywhere: bool,
    until: datetime | None,
    group: bool,
) -> None:
    """Give a Slack user a role at schools, at all schools of a local authority, or everywhere."""
    if not (numbers or authorities or everywhere):
        raise misuse(ctx, "where")
    with command_context(ctx) as command:
        ends_on = command.until(until) if until else None
        scopes = command.scopes(numbers, authorities, everywhere)
        given = [
            Grant(_checked_id(command, user, group=group), Role(role), scope, ends_on) for scope in scopes
        ]
        with command.services.database.writing() as session:
            granting.give(session, given, _by(command))
        _print(command, given)


@grants.command("list")
@shared
@click.pass_context
def list_(ctx: click.Context) -> None:
    """List all roles."""
    with command_context(ctx) as command:
        with command.services.database.reading() as session:
            found = permissions.every(session)
        _print(command, found)


@grants.command()
@click.argument("user", metavar="SLACK-USER-ID")
@click.argument("role", type=_ROLES, required=False)
@click.option(
    "--scope",
    metavar="SCHOOL-LA-OR-*",
    help="Only roles at this school or local authority, by its number or code; * is everywhere.",
)
@shared
@click.pass_context
def remove(ctx: click.Context, user: str, role: str | None, scope: str | None) -> None:
    """Take a Slack user's roles away: all of them, or those of a role or scope."""
    with command_context(ctx) as command:
        with command.services.database.writing() as session:
            removed = granting.take(session, user, Role(role) if role else None, scope, _by(command))
            if removed:
                recall.put(session, user, command.services.clock.now())
            left = permissions.every(session)
        if not removed:
            raise KnownError("grant-unknown", user=user)
        _print(command, left)


@click.command()
@click.option("--markdown", "as_markdown", is_flag=True, help="Print docs/roles.md.")
@shared
@click.pass_context
def roles(ctx: click.Context, as_markdown: bool) -> None:
    """Show what each role may do."""
    with command_context(ctx) as command:
        if command.as_json:
            command.print_json(
                {"roles": {role.value: [act.value for act in Act if role in MAY[act]] for role in Role}}
            )
        elif as_markdown:
            command.console.print(
                markdown(command.services.verbs, Voice(command.services.catalogue, command.language)),
                end="",
                markup=False,
            )
        else:
            table = command.table("act", "role")
            for act in Act:
                may = [command.say(f"role.{role}") for role in Role if role in MAY[act]]
                table.add_row(command.say(f"act.{act}"), ", ".join(may))
            command.console.print(table)


def _checked_id(command: CommandContext, user: str, *, group: bool) -> str:
    """Return `user`, if it is the address of a user, or of a user group; else raise `KnownError`.

    With several workspaces it says in which it is.
    """
    address = read_address(user)
    if address is not None and not address.workspace and command.settings.many_workspaces:
        raise KnownError("grant-workspace", id=user)
    wanted = address is not None and (address.is_group if group else address.is_user)
    if not wanted or ("/" in user and not command.settings.many_workspaces):
        raise KnownError("grant-group-id" if group else "grant-user-id", id=user)
    return user


def _by(command: CommandContext) -> Grantor:
    return Grantor(f"cli:{me()}", "cli", command.services.clock.now())


def _print(command: CommandContext, found: list[Grant]) -> None:
    if command.as_json:
        command.print_json({"grants": [_grant_json(grant) for grant in found]})
        return
    groups = {read.is_group for grant in found if (read := read_address(grant.user)) is not None}
    holder = {frozenset({True}): "user-group", frozenset({True, False}): "user-or-group"}
    table = command.table(holder.get(frozenset(groups), "user"), "role", "scope", "until")
    before, voice = "", Voice(command.services.catalogue, command.language)
    for grant in found:
        until = command.say("cli.day", day=grant.ends_on) if grant.ends_on else ""
        user = grant.user if grant.user != before else ""
        name = voice.authority(grant.scope)
        place = f"{grant.scope} ({name})" if name != grant.scope else grant.scope
        table.add_row(user, command.say(f"role.{grant.role}"), place, until)
        before = grant.user
    command.console.print(table)


def _grant_json(grant: Grant) -> dict[str, str | None]:
    ends_on = grant.ends_on.isoformat() if grant.ends_on else None
    return {"user": grant.user, "role": grant.role.value, "scope": grant.scope, "ends_on": ends_on}
