"""`hwb ask`: what the guide says on a question in plain words."""

import click
from rich.markup import escape

from bot.cli import json_output
from bot.cli.context import CommandContext, command_context, shared
from bot.questions.faq_cli import show
from knowledge.search import Found
from provisioning.clock import today


@click.command()
@click.argument("question", nargs=-1, required=True)
@shared
@click.pass_context
def ask(ctx: click.Context, question: tuple[str, ...]) -> None:
    """Find what the guide says on a QUESTION in your own words, in English or Welsh."""
    with command_context(ctx) as at:
        found = at.services.finder.find(" ".join(question), today(at.services.clock))
        if at.as_json:
            at.print_json(json_output.found(found, at.language))
        elif found.best is not None:
            known, day = at.services.provisioning.knowledge, today(at.services.clock)
            show(at, json_output.entries(known, day, at.language, found.best.id))
        else:
            _ask_back(at, found)


def _ask_back(at: CommandContext, found: Found) -> None:
    if not found.matches:
        at.console.print(at.shown("ask.nothing"))
        return
    at.console.print(f"[bold]{at.shown('ask.which')}[/]")
    for match in found.matches:
        at.console.print(f"  {escape(match.question.in_(at.language))}  [dim]hwb faq {match.id}[/]")
    at.console.print(f"  {at.shown('ask.none-of-these')}  [dim]hwb faq contacts[/]")
