"""`hwb faq`: the guide's entries as the editions in force have them."""

from collections.abc import Sequence
from typing import Any

import click
from rich.markup import escape

from bot.cli import json_output
from bot.cli.context import CommandContext, command_context, shared
from provisioning.clock import today
from provisioning.errors import KnownError


@click.command()
@click.argument("entry", required=False)
@shared
@click.pass_context
def faq(ctx: click.Context, entry: str | None) -> None:
    """Show the FAQ and the guide's other parts, or one ENTRY of them."""
    with command_context(ctx) as at:
        known = at.services.provisioning.knowledge
        if entry is not None and entry not in known.entries:
            raise KnownError("entry-unknown", entry=entry, known=", ".join(known.entries))
        found = json_output.entries(known, today(at.services.clock), at.language, entry)
        if at.as_json:
            at.print_json({"entries": found})
            return
        show(at, found)


def show(at: CommandContext, entries: Sequence[dict[str, Any]]) -> None:
    """Print entries with their steps."""
    for one in entries:
        at.console.print(f"[bold]{escape(one['question'])}[/]  [dim]{one['id']}[/]")
        for number, step in enumerate(one["steps"], start=1):
            at.console.print(f"  {number}. {escape(step)}")
        at.console.print(f"  [dim]{at.say('answer.source', source=one['source'])}[/]\n")
