"""`hwb why-missing`, `no-password`, `old-class` and `move-account`: the FAQ carried out for one person."""

from typing import Any

import click

from bot.cli.context import CommandContext, command_context, print_extract, print_next
from bot.cli.options import shared
from bot.cli.output import MARKS, moment_json, next_json
from diagnostics.verdict import Diagnosis
from diagnostics.walk import diagnose
from diagnostics.wording import asked
from knowledge.ids import Question
from knowledge.texts import Catalogue, Language

_HELP = {
    Question.WHY_MISSING: "Say why somebody's account is missing, and whose move it is.",
    Question.NO_PASSWORD: "Say what to do for a learner without a password.",
    Question.OLD_CLASS: "Say why an account shows last year's class.",
    Question.MOVE_ACCOUNT: "Say how a member of staff keeps the account of the previous school.",
}


def _command(question: Question) -> click.Command:
    """Return the command that asks `question` about a person."""

    @click.command(question.value, help=_HELP[question])
    @click.argument("identifier", metavar="UPN-OR-STAFF-CODE")
    @click.option("--school", metavar="NUMBER", required=True)
    @shared
    @click.pass_context
    def ask(ctx: click.Context, identifier: str, school: str) -> None:
        with command_context(ctx) as command:
            found = diagnose(command.services.provisioning, question, identifier, school)
            command.record(found.cause, subject=found.identifier)
            if command.as_json:
                command.print_json(_diagnosis_json(found, command.services.catalogue, command.language))
            else:
                _show(command, found)

    return ask


why_missing = _command(Question.WHY_MISSING)
no_password = _command(Question.NO_PASSWORD)
old_class = _command(Question.OLD_CLASS)
move_account = _command(Question.MOVE_ACCOUNT)


def _show(command: CommandContext, found: Diagnosis) -> None:
    command.console.print(f"[bold]{command.shown(found.headline)}[/]")
    for verdict in found.steps:
        command.console.print(
            f"{MARKS[verdict.outcome]} {command.shown(asked(verdict, command.services.catalogue))}"
        )
        command.console.print(f"  [dim]{command.shown(verdict.detail)}[/]")
    print_next(command, found.next)
    print_extract(command, found.extract)


def _diagnosis_json(found: Diagnosis, catalogue: Catalogue, language: Language) -> dict[str, Any]:
    """Return a diagnosis as JSON, every step with its evidence."""
    return {
        "entry": found.entry,
        "school": found.school.number,
        "identifier": found.identifier,
        "cause": found.cause,
        "causes": list(found.causes),
        "steps": [
            {
                "step": verdict.step,
                "outcome": verdict.outcome.value,
                "detail": catalogue.say(verdict.detail, language),
                "as_of": moment_json(verdict.as_of),
            }
            for verdict in found.steps
        ],
        "next": next_json(found.next, catalogue, language),
    }
