"""`hwb why-missing`, `no-password`, `old-class` and `move-account`: the FAQ carried out for people."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import click
from rich.markup import escape

from bot.after_freeze import after_freeze
from bot.cli.context import CommandContext, command_context, print_extract, print_next
from bot.cli.frozen import freezes_now, frozen_json, print_frozen
from bot.cli.options import shared
from bot.cli.output import MARKS, moment_json, next_json
from bot.diagnosis.several import AnswerOfOne, answer_each, where_known
from bot.identifiers import BETWEEN, MOST, identifiers_of
from bot.people import audit
from diagnostics.verdict import Diagnosis
from diagnostics.wording import asked
from knowledge.ids import Question
from knowledge.texts import Catalogue, Language
from provisioning.errors import KnownError

_HELP = {
    Question.WHY_MISSING: "Say why a person's account is missing, and whose move it is.",
    Question.NO_PASSWORD: "Say what to do for a learner without a password.",
    Question.OLD_CLASS: "Say why an account shows last year's class.",
    Question.MOVE_ACCOUNT: "Say how a member of staff keeps the account of the previous school.",
}
_SCHOOL_HELP = "The school that is meant; if not given, the one whose records know the person."


def _command(question: Question) -> click.Command:
    """Return the command that asks `question` about a person."""

    @click.command(question.value, help=_HELP[question])
    @click.argument("identifiers", metavar="UPN-OR-STAFF-CODE", nargs=-1, required=True)
    @click.option("--school", metavar="NUMBER", help=_SCHOOL_HELP)
    @shared
    @click.pass_context
    def ask(ctx: click.Context, identifiers: tuple[str, ...], school: str | None) -> None:
        people = identifiers_of(BETWEEN.join(identifiers))
        if not people:
            raise click.MissingParameter(ctx=ctx, param=ctx.command.params[0])
        with command_context(ctx) as command:
            if len(people) > MOST:
                raise KnownError("people-too-many", most=MOST)
            among = command.schools(() if school is None else (school,))
            answers = answer_each(command.services.provisioning, question, people, among)
            answers = _after_freezes(command, answers)
            if len(answers) == 1 and answers[0].found is None:
                raise KnownError.saying(where_known(answers[0].identifier, answers[0].schools))
            for answer in answers:
                _record(command, answer)
            if command.as_json:
                command.print_json(_json(command, answers))
                return
            print_frozen(command, [answer.found.school for answer in answers if answer.found])
            if len(answers) > 1:
                _show_each(command, answers)
            else:
                _show(command, answers[0])

    return ask


why_missing = _command(Question.WHY_MISSING)
no_password = _command(Question.NO_PASSWORD)
old_class = _command(Question.OLD_CLASS)
move_account = _command(Question.MOVE_ACCOUNT)


def _after_freezes(command: CommandContext, answers: Sequence[AnswerOfOne]) -> list[AnswerOfOne]:
    """Return the answers with next steps that wait for the end of a freeze saying so."""
    freezes = freezes_now(command.services)
    return [
        replace(answer, found=after_freeze(answer.found, freezes)) if answer.found else answer
        for answer in answers
    ]


def _record(command: CommandContext, answer: AnswerOfOne) -> None:
    """Write the audit record of one of the people who were asked about."""
    found = answer.found
    if found is None:
        command.record(audit.ASKED_BACK, subject=answer.identifier)
    else:
        command.record(found.cause, school=found.school.number, subject=found.identifier)


def _show_each(command: CommandContext, answers: Sequence[AnswerOfOne]) -> None:
    """Print the answer about each person in a few lines, which fit a narrow console."""
    for answer in answers:
        where = f"  {escape(answer.found.school.name.in_(command.language))}" if answer.found else ""
        command.console.print(f"[bold]{escape(answer.identifier)}[/]{where}")
        said = answer.found.headline if answer.found else where_known(answer.identifier, answer.schools)
        command.console.print(f"  {command.shown(said)}")
        if answer.found is not None:
            print_next(command, answer.found.next)
        command.console.print()


def _show(command: CommandContext, answer: AnswerOfOne) -> None:
    found = answer.found
    assert found is not None  # noqa: S101 - who is asked about alone has an answer, or an error was raised
    command.console.print(f"[bold]{command.shown(found.headline)}[/]")
    for verdict in found.steps:
        command.console.print(
            f"{MARKS[verdict.outcome]} {command.shown(asked(verdict, command.services.catalogue))}"
        )
        command.console.print(f"  [dim]{command.shown(verdict.detail)}[/]")
    print_next(command, found.next)
    command.console.print()
    print_extract(command, found.extract)


def _json(command: CommandContext, answers: Sequence[AnswerOfOne]) -> dict[str, Any]:
    """Return the answer about one person as JSON, or the list of those about several.

    Where it can't be told which school is meant, `known_at` has the numbers of the schools that may be.
    """
    catalogue, language = command.services.catalogue, command.language
    freezes = frozen_json(command.services, [answer.found.school for answer in answers if answer.found])
    shapes = [
        _diagnosis_json(answer.found, catalogue, language) | freezes.get(answer.found.school.number, {})
        if answer.found
        else {
            "identifier": answer.identifier,
            "school": None,
            "known_at": [school.number for school in answer.schools or ()],
        }
        for answer in answers
    ]
    return shapes[0] if len(shapes) == 1 else {"answers": shapes}


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
