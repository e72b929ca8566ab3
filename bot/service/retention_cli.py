"""`hwb retention`: what is past its time, shown or deleted."""

import click

from bot.cli.context import command_context, me, shared
from bot.service.retention import forget, waiting


@click.command()
@click.option("--dry-run", is_flag=True, help="Only show what would be deleted.")
@shared
@click.pass_context
def retention(ctx: click.Context, dry_run: bool) -> None:
    """Delete what is past its time, as `hwb serve` does every day."""
    with command_context(ctx) as at:
        at.record()
        found = waiting(at.services) if dry_run else forget(at.services, who=f"cli:{me()}", door="cli")
        if at.as_json:
            at.print_json({"dry_run": dry_run, "deleted": found})
            return
        if not any(found.values()):
            at.console.print(at.say("retention.nothing"))
        for name, count in found.items():
            if count:
                key = f"subject.place.{name.replace('_', '-')}"
                place = at.say(key) if key in at.services.catalogue else name
                heading = "retention.would" if dry_run else "retention.deleted"
                at.console.print(at.shown(heading, place=place, count=count))
