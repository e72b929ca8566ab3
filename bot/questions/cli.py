"""`hwb faq`: the guide's entries; `hwb ask`: what the guide says on a question in plain words."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import click
from rich.markup import escape

from bot.cli.context import CommandContext, command_context
from bot.cli.options import shared
from knowledge.loading import Knowledge
from knowledge.models import Edition, Entry
from knowledge.search import Found
from knowledge.texts import Language
from provisioning.clock import today
from provisioning.errors import KnownError


@click.command()
@click.argument("entry", required=False)
@shared
@click.pass_context
def faq(ctx: click.Context, entry: str | None) -> None:
    """Show the FAQ and the guide's other parts, or one ENTRY of them."""
    with command_context(ctx) as command:
        known = command.services.provisioning.knowledge
        if entry is not None and entry not in known.entries:
            raise KnownError("entry-unknown", entry=entry, known=", ".join(known.entries))
        found = _entries_json(known, today(command.services.clock), command.language, entry)
        if command.as_json:
            command.print_json({"entries": found})
            return
        _show(command, found)


@click.command()
@click.argument("question", nargs=-1, required=True)
@shared
@click.pass_context
def ask(ctx: click.Context, question: tuple[str, ...]) -> None:
    """Find what the guide says on a QUESTION in your own words, in English or Welsh."""
    with command_context(ctx) as command:
        found = command.services.finder.find(" ".join(question), today(command.services.clock))
        if command.as_json:
            command.print_json(_found_json(found, command.language))
        elif found.best is not None:
            known, day = command.services.provisioning.knowledge, today(command.services.clock)
            _show(command, _entries_json(known, day, command.language, found.best.id))
        else:
            _ask_back(command, found)


def _show(command: CommandContext, entries: Sequence[dict[str, Any]]) -> None:
    """Print entries with their steps."""
    for entry in entries:
        command.console.print(f"[bold]{escape(entry['question'])}[/]  [dim]{entry['id']}[/]")
        for number, step in enumerate(entry["steps"], start=1):
            command.console.print(f"  {number}. {escape(step)}")
        command.console.print(f"  [dim]{command.say('answer.source', source=entry['source'])}[/]\n")


def _ask_back(command: CommandContext, found: Found) -> None:
    if not found.matches:
        command.console.print(command.shown("ask.nothing"))
        return
    command.console.print(f"[bold]{command.shown('ask.which')}[/]")
    for match in found.matches:
        command.console.print(f"  {escape(match.question.in_(command.language))}  [dim]hwb faq {match.id}[/]")
    command.console.print(f"  {command.shown('ask.none-of-these')}  [dim]hwb faq contacts[/]")


def _found_json(results: Found, language: Language) -> dict[str, Any]:
    """Return as JSON what a question in plain words may mean, best first."""
    matches = [
        {"id": match.id, "question": match.question.in_(language), "score": match.score}
        for match in results.matches
    ]
    return {"matches": matches} if results.sure else {"matches": matches, "ask_back": True}


def _entries_json(
    known: Knowledge, today: date, language: Language, only: str | None = None
) -> list[dict[str, Any]]:
    """Return all parts of the guide as JSON, or only that with the id `only`."""
    return [
        _entry_json(entry, entry.in_force(today), language)
        for entry in known.entries.values()
        if only is None or entry.id == only
    ]


def _entry_json(entry: Entry, edition: Edition, language: Language) -> dict[str, Any]:
    """Return a part of the guide as JSON, as `edition` words it."""
    return {
        "id": entry.id,
        "question": edition.question.in_(language),
        "steps": [step.in_(language) for step in edition.steps],
        "source": edition.source.in_(language),
        "in_force_from": edition.in_force_from.isoformat(),
    }
