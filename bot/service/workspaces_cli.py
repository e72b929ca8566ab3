"""`hwb workspaces`: where the app is installed, and which local authorities each workspace serves."""

import click

from bot.cli.context import CommandContext, command_context
from bot.cli.options import shared
from bot.people import workspaces as store
from bot.people.workspaces import Served
from bot.slack.installations import Installations
from provisioning.errors import KnownError


@click.group()
@shared
def workspaces() -> None:
    """Say which local authorities each Slack workspace serves, where there are several."""


@workspaces.command("list")
@shared
@click.pass_context
def list_(ctx: click.Context) -> None:
    """List the workspaces that have installed the app, and what each serves."""
    with command_context(ctx) as command:
        _print(command, _installations(command))


@workspaces.command()
@click.argument("workspace", metavar="T...")
@click.option(
    "--la",
    "authorities",
    metavar="CODE",
    multiple=True,
    required=True,
    help="A local authority that the workspace serves; can be given several times.",
)
@click.option(
    "--enterprise",
    metavar="E...",
    default="",
    help="The organisation that has installed the app for all its workspaces, this one among them.",
)
@shared
@click.pass_context
def serve(ctx: click.Context, workspace: str, authorities: tuple[str, ...], enterprise: str) -> None:
    """Let a workspace serve local authorities: roles there count for these alone."""
    with command_context(ctx) as command:
        installations = _installations(command)
        if installations.bot(workspace, enterprise) is None:
            raise KnownError("workspace-unknown", workspace=workspace)
        with command.services.database.writing() as session:
            store.serve(session, workspace, authorities, enterprise)
        _print(command, installations)


@workspaces.command()
@click.argument("workspace", metavar="T...")
@click.option(
    "--la",
    "authorities",
    metavar="CODE",
    multiple=True,
    help="Only this local authority; can be given several times.",
)
@shared
@click.pass_context
def leave(ctx: click.Context, workspace: str, authorities: tuple[str, ...]) -> None:
    """Let a workspace serve local authorities no more: those named, or all."""
    with command_context(ctx) as command:
        installations = _installations(command)
        with command.services.database.writing() as session:
            left = store.leave(session, workspace, authorities)
        if not left:
            raise KnownError("workspace-serves-none", workspace=workspace)
        _print(command, installations)


def _installations(command: CommandContext) -> Installations:
    """Return the installations; where there is one workspace, raise `KnownError`."""
    if not command.settings.many_workspaces:
        raise KnownError("one-workspace")
    return Installations(command.services.database, command.settings)


def _print(command: CommandContext, installations: Installations) -> None:
    installed = {bot.team_id or bot.enterprise_id or "": bot for bot in installations.every()}
    with command.services.database.reading() as session:
        served = {each.workspace: each for each in store.every(session)}
    found = [served.get(id_, Served(id_, frozenset())) for id_ in sorted({*installed, *served})]
    named = {id_: bot.team_name or bot.enterprise_name or "" for id_, bot in installed.items()}
    if command.as_json:
        command.print_json({"workspaces": [_json(each, named) for each in found]})
        return
    table = command.table("workspace", "name", "authority")
    for each in found:
        table.add_row(each.workspace, named.get(each.workspace, ""), ", ".join(sorted(each.authorities)))
    command.console.print(table)


def _json(served: Served, named: dict[str, str]) -> dict[str, object]:
    return {
        "workspace": served.workspace,
        "name": named.get(served.workspace) or None,
        "enterprise": served.enterprise or None,
        "authorities": sorted(served.authorities),
    }
