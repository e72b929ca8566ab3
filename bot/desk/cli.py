"""`hwb cases` and `hwb triage`: the service desk's queue, and what somebody wrote made into cases."""

from pathlib import Path

import click
from rich.markup import escape

from bot.cli import context as doors
from bot.cli import json_output
from bot.cli.context import command_context, me, shared
from bot.desk import store
from bot.desk.case import CaseState, DeskCase, EnquirySource
from bot.desk.case_texts import draft, subject
from bot.desk.service import CaseService
from bot.desk.triage import MOST, enquiry_of, interpretation
from provisioning.clock import today
from provisioning.errors import KnownError

_OPEN = (CaseState.NEW, CaseState.TAKEN, CaseState.WAITING)
_LONGEST = 100_000


@click.command()
@click.option("--school", metavar="NUMBER")
@click.option(
    "--state", type=click.Choice([state.value for state in CaseState]), help="Else all that are open."
)
@shared
@click.pass_context
def cases(ctx: click.Context, school: str | None, state: str | None) -> None:
    """List the service desk's cases, oldest first."""
    with command_context(ctx) as at:
        schools = [one.number for one in at.schools((school,))] if school else None
        states = (CaseState(state),) if state else _OPEN
        with at.services.database.reading() as session:
            found = store.listed(session, schools, states)
        if at.as_json:
            at.print_json({"cases": [json_output.case(one) for one in found]})
            return
        table = at.table("case", "opened", "school", "identifier", "about", "case-state", "taken-by")
        for one in found:
            table.add_row(
                str(one.number),
                at.say("cli.moment", moment=one.opened_at),
                one.school or "",
                one.identifier or "",
                _about(at, one),
                at.say(f"desk.state.{one.state}"),
                one.taken_by or "",
            )
        at.console.print(table)


@click.command()
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--school", metavar="NUMBER", help="Which school it is about, where you know that.")
@shared
@click.pass_context
def triage(ctx: click.Context, file: Path, school: str | None) -> None:
    """Read what somebody wrote (a file, or - for standard input) and open the service desk's cases for it."""
    text = _text(file)
    with command_context(ctx) as at:
        services, among = at.services, at.schools()
        named = at.schools((school,)) if school else []
        enquiry, said = enquiry_of(services, text, f"cli:{me()}", EnquirySource.CLI, among, named)
        with services.database.reading() as session:
            people = interpretation(services.provisioning, session, said, among)
        found = CaseService(services, enquiry.by, "cli").open(enquiry, people[:MOST])
        if at.as_json:
            shown = [
                {**json_output.case(one.case), "joined": one.joined, "reply": _draft(at, one.case)}
                for one in found
            ]
            at.print_json({"cases": shown, "left_out": max(0, len(people) - MOST)})
            return
        for one in found:
            title = at.say("desk.about", number=one.case.number, subject=_about(at, one.case))
            at.console.print(f"[bold]{escape(title)}[/]")
            if one.joined:
                at.console.print(at.shown("desk.joined-line"))
            at.console.print(f"\n{escape(_draft(at, one.case))}\n")
        if len(people) > MOST:
            at.console.print(at.shown("desk.left-out", count=len(people) - MOST))


def _text(file: Path) -> str:
    """What was written; a file that is none is a known error."""
    try:
        with click.open_file(str(file), encoding="utf-8-sig", errors="replace") as opened:
            text: str = opened.read(_LONGEST)
    except OSError as error:
        raise KnownError("file-not-opened", file=str(file), why=error.strerror) from None
    if not text.strip():
        raise KnownError("triage-empty", file=str(file))
    return text


def _about(at: doors.CommandContext, case: DeskCase) -> str:
    found = subject(case, at.services.provisioning.knowledge, today(at.services.clock))
    return at.say("desk.subject", subject=found)


def _draft(at: doors.CommandContext, case: DeskCase) -> str:
    return draft(case, at.services.provisioning.knowledge, today(at.services.clock))
