"""`hwb cases` and `hwb triage`: the service desk's queue, and cases opened from a text."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from rich.markup import escape

from bot.cli.account import me
from bot.cli.context import CommandContext, command_context
from bot.cli.options import shared
from bot.cli.output import moment_json
from bot.desk import store
from bot.desk.access import OPEN
from bot.desk.case import CaseState, DeskCase, EnquirySource, OpenedCase
from bot.desk.case_texts import draft, subject
from bot.desk.service import CaseService
from bot.desk.text_reading import enquiry_of
from bot.desk.triage import MOST, interpret
from provisioning.clock import today
from provisioning.errors import ExtractProblem, KnownError
from provisioning.sources.opening import open_named

_LONGEST = 100_000
"""Characters that are read of a file."""


@click.command()
@click.option("--school", metavar="NUMBER", help="Only the cases about this school.")
@click.option(
    "--state", type=click.Choice([state.value for state in CaseState]), help="Else all that are open."
)
@shared
@click.pass_context
def cases(ctx: click.Context, school: str | None, state: str | None) -> None:
    """List the Service Desk's cases, oldest first."""
    with command_context(ctx) as command:
        schools = [known.number for known in command.schools((school,))] if school else None
        states = (CaseState(state),) if state else OPEN
        with command.services.database.reading() as session:
            found = store.listed(session, schools, states)
        if command.as_json:
            command.print_json({"cases": [_case_json(case) for case in found]})
            return
        table = command.table("case", "opened", "school", "identifier", "about", "case-state", "taken-by")
        for case in found:
            table.add_row(
                str(case.number),
                command.say("cli.moment", moment=case.opened_at),
                case.school or "",
                case.identifier or "",
                _subject(command, case),
                command.say(f"desk.state.{case.state}"),
                case.taken_by or "",
            )
        command.console.print(table)


@click.command()
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--school", metavar="NUMBER", help="Which school it is about, where you know that.")
@shared
@click.pass_context
def triage(ctx: click.Context, file: Path, school: str | None) -> None:
    """Read a message to the Service Desk (a file, or - for standard input) and open its cases."""
    text = _text(file)
    with command_context(ctx) as command:
        services, among = command.services, command.schools()
        named = command.schools((school,)) if school else []
        enquiry, content = enquiry_of(services, text, f"cli:{me()}"[:32], EnquirySource.CLI, among, named)
        with services.database.reading() as session:
            meant = interpret(services.provisioning, session, content, among)
        found = CaseService(services, enquiry.by, "cli").open(enquiry, meant[:MOST])
        left_out = max(0, len(meant) - MOST)
        if command.as_json:
            shown = [
                {**_case_json(opened.case), "joined": opened.joined, "reply": _draft(command, [opened.case])}
                for opened in found
            ]
            reply = {"reply": _draft(command, [opened.case for opened in found])} if len(found) > 1 else {}
            command.print_json({"cases": shown, **reply, "left_out": left_out})
        else:
            _show_opened(command, found, left_out)


def _show_opened(command: CommandContext, found: Sequence[OpenedCase], left_out: int) -> None:
    for opened in found:
        title = command.say("desk.about", number=opened.case.number, subject=_subject(command, opened.case))
        command.console.print(f"[bold]{escape(title)}[/]")
        if opened.joined:
            command.console.print(command.shown("desk.joined-line"))
    if found:
        command.console.print(f"\n{escape(_draft(command, [opened.case for opened in found]))}\n")
    if left_out:
        command.console.print(command.shown("desk.left-out", count=left_out))


def _text(file: Path) -> str:
    """Return the text of `file`; an empty file, or one that can't be read, raises `KnownError`."""
    try:
        if str(file) == "-":
            with click.open_file("-", encoding="utf-8-sig", errors="replace") as typed:
                text: str = typed.read(_LONGEST)
        else:
            with io.TextIOWrapper(open_named(file), encoding="utf-8-sig", errors="replace") as opened:
                text = opened.read(_LONGEST)
    except ExtractProblem as problem:
        raise KnownError(problem.name, **{**problem.said.values, "file": str(file)}) from None
    except OSError as error:
        raise KnownError("file-not-opened", file=str(file), why=error.strerror) from None
    if not text.strip():
        raise KnownError("triage-empty", file=str(file))
    return text


def _subject(command: CommandContext, case: DeskCase) -> str:
    found = subject(case, command.services.provisioning.knowledge, today(command.services.clock))
    return command.say("desk.subject", subject=found)


def _draft(command: CommandContext, cases: Sequence[DeskCase]) -> str:
    return draft(cases, command.services.provisioning.knowledge, today(command.services.clock))


def _case_json(case: DeskCase) -> dict[str, Any]:
    """Return a case of the service desk as JSON, without the text of its enquiries."""
    return {
        "number": case.number,
        "opened_at": moment_json(case.opened_at),
        "opened_by": case.opened_by,
        "school": case.school,
        "identifier": case.identifier,
        "entry": case.entry,
        "cause": case.cause,
        "next": case.who,
        "state": case.state.value,
        "taken_by": case.taken_by,
        "waiting_for": case.waiting_for.value if case.waiting_for else None,
        "waiting_until": moment_json(case.waiting_until),
        "reason": case.reason.value if case.reason else None,
        "resolved_at": moment_json(case.resolved_at),
    }
