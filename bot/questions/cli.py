"""`hwb faq`: the guide's entries; `hwb ask`: what a question in plain words means."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import click
from rich.markup import escape

from bot.cli.context import CommandContext, command_context
from bot.cli.options import shared
from bot.commands import Command, Takes
from bot.questions.filling import typed
from bot.questions.interpretation import Choice, QuestionMatch, Wish
from bot.rollover.cli import dates_in_force, show_dates
from knowledge.loading import Knowledge
from knowledge.models import Edition, Entry
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
    """Find what the guide says on a QUESTION in your own words, or what I can do about it."""
    from bot.questions.answers import interpret  # a question may mean any verb; the guide needs none

    with command_context(ctx) as command:
        meant = interpret(" ".join(question), command.services, command.schools())
        if command.as_json:
            command.print_json(_meant_json(meant, command))
            return
        match meant.best:
            case Choice() as choice:
                known, day = command.services.provisioning.knowledge, today(command.services.clock)
                _show(command, _entries_json(known, day, command.language, choice.match.id))
            case Wish() as wish if wish.verb.takes is Takes.DATES:
                show_dates(command, _authority(wish, command), None)
            case Wish() as wish:
                _show_wish(command, wish)
            case _:
                _ask_back(command, meant)


def _show_wish(command: CommandContext, wish: Wish) -> None:
    """Print what the verb of a wish does, and how it is asked for."""
    command.console.print(escape(_does(wish, command)))
    for line in wish.commands:
        command.console.print(f"  [dim]/hwb {escape(_typed(line, command))}[/]")


def _authority(wish: Wish, command: CommandContext) -> str | None:
    """Return the local authority whose dates are asked for: that named, or the only one that there is."""
    codes = {school.local_authority for school in command.schools()}
    named = wish.commands[0].about
    return named or (next(iter(codes)) if len(codes) == 1 else None)


def _show(command: CommandContext, entries: Sequence[dict[str, Any]]) -> None:
    """Print entries with their steps."""
    for entry in entries:
        command.console.print(f"[bold]{escape(entry['question'])}[/]  [dim]{entry['id']}[/]")
        for number, step in enumerate(entry["steps"], start=1):
            command.console.print(f"  {number}. {escape(step)}")
        command.console.print(f"  [dim]{command.say('answer.source', source=entry['source'])}[/]\n")


def _ask_back(command: CommandContext, meant: QuestionMatch) -> None:
    if meant.greeting:
        command.console.print(command.shown(meant.greeting))
        return
    if not meant.meanings:
        command.console.print(command.shown("ask.nothing"))
        return
    command.console.print(f"[bold]{command.shown('ask.which')}[/]")
    for meaning in meant.meanings:
        if isinstance(meaning, Choice):
            said, line = meaning.match.question.in_(command.language), f"hwb faq {meaning.match.id}"
        else:
            said, line = _does(meaning, command), f"/hwb {_typed(meaning.commands[0], command)}"
        command.console.print(f"  {escape(said)}  [dim]{escape(line)}[/]")
    command.console.print(f"  {command.shown('ask.none-of-these')}  [dim]hwb faq contacts[/]")


def _typed(line: Command, command: CommandContext) -> str:
    return typed(line, command.services.catalogue, command.language)


def _does(wish: Wish, command: CommandContext) -> str:
    return command.say(f"verb.{wish.verb.word}.help")


def _meant_json(meant: QuestionMatch, command: CommandContext) -> dict[str, Any]:
    """Return as JSON what a question in plain words may mean, best first; with the dates that it asks for."""
    matches: list[dict[str, Any]] = []
    for meaning in meant.meanings:
        if isinstance(meaning, Choice):
            id_, said, score = (
                meaning.match.id,
                meaning.match.question.in_(command.language),
                meaning.match.score,
            )
        else:
            id_, said, score = meaning.verb.word, _does(meaning, command), meaning.score
        score = min(score, matches[-1]["score"]) if matches else score
        line = {} if isinstance(meaning, Choice) else {"command": meaning.commands[0].line}
        matches.append({"id": id_, "question": said, "score": score, **line})
    found: dict[str, Any] = {"matches": matches} if meant.sure else {"matches": matches, "ask_back": True}
    if isinstance(meant.best, Wish) and meant.best.verb.takes is Takes.DATES:
        found["dates"] = dates_in_force(command, _authority(meant.best, command))["dates"]
    return found


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
