"""`hwb still-active`: accounts that should have ended."""

import click
from rich.markup import escape

from bot.cli import json_output
from bot.cli.context import CommandContext, command_context, shared
from bot.slack.voice import Voice
from bot.still_active.screens import title_of
from diagnostics.still_active import StillActive
from diagnostics.still_active import still_active as find_still_active


@click.command("still-active")
@click.option("--school", metavar="NUMBER", required=True)
@shared
@click.pass_context
def still_active(ctx: click.Context, school: str) -> None:
    """List the accounts of people who have left, or who have no row in the MIS, by cause."""
    with command_context(ctx) as at:
        found = find_still_active(at.services.provisioning, school)
        at.record()
        if at.as_json:
            at.print_json(json_output.still_active(found, at.services.catalogue, at.language))
        else:
            _show(at, found)


def _show(at: CommandContext, found: StillActive) -> None:
    voice = Voice(at.services.catalogue, at.language)
    at.console.print(at.shown(found.problem) if found.problem else escape(title_of(found, voice)))
    for group in found.groups:
        at.console.print(f"[bold]{at.shown(group.headline)}[/]")
        for one in group.people:
            reason = f"  {at.shown(one.reason)}" if one.reason else ""
            at.console.print(f"  {escape(one.identifier)}  {escape(one.account.username)}{reason}")
        at.console.print(f"→ [bold]{at.shown(f'who.{group.next.who}')}[/]: {at.shown(group.next.action)}")
        at.console.print(f"  {escape(group.next.contact.in_(at.language))}\n")
    if found.records.read_at:
        at.console.print(at.shown("still-active.extract", read=found.records.read_at))
