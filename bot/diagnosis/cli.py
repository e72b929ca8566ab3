"""`hwb why-missing` and its sisters, and `hwb missing`: the FAQ carried out."""

from typing import IO

import click
from rich.markup import escape

from bot.cli import json_output
from bot.cli.context import MARKS, CommandContext, command_context, shared
from bot.cli.language import misuse
from bot.missing.screens import missing_csv, title_of
from bot.slack.voice import Voice
from diagnostics.cohort import INTAKE, Cohort, Span
from diagnostics.missing import CauseGroup, Missing
from diagnostics.missing import missing as find_missing
from diagnostics.verdict import Diagnosis, Next
from diagnostics.walk import Question, diagnose

_HELP = {
    Question.WHY_MISSING: "Say why somebody's account is missing, and whose move it is.",
    Question.NO_PASSWORD: "Say what to do for a learner without a password.",
    Question.OLD_CLASS: "Say why an account shows last year's class.",
    Question.MOVE_ACCOUNT: "Say how a member of staff keeps the account of the previous school.",
}


def commands() -> list[click.Command]:
    """A command for each question."""
    return [_command(question) for question in Question]


def _command(question: Question) -> click.Command:
    @click.command(question.value, help=_HELP[question])
    @click.argument("identifier", metavar="UPN-OR-STAFF-CODE")
    @click.option("--school", metavar="NUMBER", required=True)
    @shared
    @click.pass_context
    def command(ctx: click.Context, identifier: str, school: str) -> None:
        with command_context(ctx) as at:
            found = diagnose(at.services.provisioning, question, identifier, school)
            at.record(found.cause, subject=found.identifier)
            if at.as_json:
                at.print_json(json_output.diagnosis(found, at.services.catalogue, at.language))
            else:
                _show(at, found)

    return command


@click.command()
@click.option("--school", metavar="NUMBER", required=True)
@click.option("--year", metavar="YEAR", help="Only those of a year group, such as 7, R or N2.")
@click.option("--class", "class_name", metavar="CLASS", help="Only those of a class.")
@click.option("--intake", is_flag=True, help="Only those of the school's intake years.")
@click.option("--csv", "file", type=click.File("wb"), metavar="FILE", help="Write a CSV file; - prints it.")
@shared
@click.pass_context
def missing(
    ctx: click.Context,
    school: str,
    year: str | None,
    class_name: str | None,
    intake: bool,
    file: IO[bytes] | None,
) -> None:
    """List everybody on roll at a school without an active account there, by cause."""
    chosen = [Cohort(Span.YEAR, year)] if year is not None else []
    chosen += [Cohort(Span.CLASS, class_name)] if class_name is not None else []
    chosen += [INTAKE] if intake else []
    if len(chosen) > 1:
        raise misuse(ctx, "one-cohort")
    with command_context(ctx) as at:
        found = find_missing(at.services.provisioning, school, *chosen)
        if file is not None:
            at.record()
            voice = Voice(at.services.catalogue, at.language)
            file.write(missing_csv((*found.groups, *found.unplaced), voice))
        elif at.as_json:
            at.print_json(json_output.missing(found, at.services.catalogue, at.language))
        else:
            _show_missing(at, found)


def _show_missing(at: CommandContext, found: Missing) -> None:
    voice = Voice(at.services.catalogue, at.language)
    at.console.print(at.shown(found.problem) if found.problem else escape(title_of(found, voice)))
    for group in found.groups:
        _group(at, group)
    if found.unplaced:
        count = sum(len(group.people) for group in found.unplaced)
        at.console.print(at.shown(f"groups.unplaced-{found.cohort.span}", count=count))
    for group in found.unplaced:
        _group(at, group)


def _group(at: CommandContext, group: CauseGroup) -> None:
    at.console.print(f"[bold]{at.shown(group.headline)}[/]")
    for person in group.people:
        at.console.print(f"  {escape(person.identifier)}")
        if person.reason:
            at.console.print(f"    [dim]{at.shown(person.reason)}[/]")
    _next(at, group.next)


def _show(at: CommandContext, found: Diagnosis) -> None:
    at.console.print(f"[bold]{at.shown(found.headline)}[/]")
    for verdict in found.steps:
        at.console.print(f"{MARKS[verdict.outcome]} {at.shown(f'step.{verdict.step}.title')}")
        at.console.print(f"  [dim]{at.shown(verdict.detail)}[/]")
    _next(at, found.next)


def _next(at: CommandContext, move: Next) -> None:
    at.console.print(f"→ [bold]{at.shown(f'who.{move.who}')}[/]: {at.shown(move.action)}")
    at.console.print(f"  {escape(move.contact.in_(at.language))}\n")
