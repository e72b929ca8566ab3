"""`hwb review`: the accounts that were made by hand, what is due for review, and decisions on them."""

from typing import Any

import click

from bot.cli.account import me
from bot.cli.context import CommandContext, command_context, tell
from bot.cli.language import misuse
from bot.cli.options import shared
from bot.cli.output import account_json, moment_json
from bot.people import audit
from bot.reviews.answers import ENTRIES
from knowledge.texts import text
from provisioning.clock import today
from provisioning.manual import reviews, upkeep
from provisioning.manual.endings import HeldList, ListHeldError, ends_on
from provisioning.manual.handmade import FILE, Decision, Term
from provisioning.manual.housekeeping import name as name_of
from provisioning.manual.reviews import Reviewed
from provisioning.records.people import Kind

_KINDS = {"non-mis": Kind.NON_MIS, "governors": Kind.GOVERNOR}


@click.command()
@click.argument("kind", type=click.Choice(list(_KINDS)))
@click.option("--school", metavar="NUMBER", required=True, help="The school whose accounts are reviewed.")
@click.option("--keep", metavar="USERNAME", help="Keep an account, for the time that --for says.")
@click.option(
    "--for",
    "term",
    type=click.Choice([term.value for term in Term]),
    help="How long --keep keeps the account: months, or the school year.",
)
@click.option("--deactivate", metavar="USERNAME", help="Deactivate an account now.")
@click.option("--at-its-date", is_flag=True, help="Let --deactivate wait until the account's own date.")
@click.option("--undo", metavar="USERNAME", help="Take back the latest decision on an account.")
@shared
@click.pass_context
def review(
    ctx: click.Context,
    kind: str,
    school: str,
    keep: str | None,
    term: str | None,
    deactivate: str | None,
    at_its_date: bool,
    undo: str | None,
) -> None:
    """List a school's accounts made by hand, those due for review first; keep or deactivate one."""
    decided_on = [username for username in (keep, deactivate, undo) if username is not None]
    if len(decided_on) > 1:
        raise misuse(ctx, "one-account")
    if (keep is None) != (term is None):
        raise misuse(ctx, "keep-for")
    if at_its_date and deactivate is None:
        raise misuse(ctx, "at-its-date")
    with command_context(ctx) as command:
        provisioning, reviewed_kind = command.services.provisioning, _KINDS[kind]
        command.schools((school,))
        problems = upkeep.take_in(provisioning)
        lists = (problem for problem in problems if isinstance(problem, ListHeldError))
        held = [problem for problem in lists if problem.held.school == school]
        for problem in problems:
            if problem not in held or command.as_json:
                tell(command, problem)
        if any(decided_on):
            command.record(audit.BEGUN)
        for username in decided_on:
            account = reviews.find(provisioning, school, reviewed_kind, username)
            if term is not None:
                reviews.keep(provisioning, account, Term(term), by=me())
            elif deactivate is not None:
                reviews.deactivate(provisioning, account, by=me(), at_its_date=at_its_date)
            else:
                reviews.undo(provisioning, account, by=me())
        found = reviews.review(provisioning, school, reviewed_kind)
        command.record()
        if command.as_json:
            steps = {} if found.can_act else {"steps": _portal_steps(command, reviewed_kind)}
            waiting = {"held": [_held_json(problem.held) for problem in held]} if held else {}
            command.print_json(
                {"accounts": [_reviewed_json(entry) for entry in found.entries], **steps, **waiting}
            )
            return
        _show(command, found)
        for problem in held:
            command.console.print(f"[yellow]{command.shown(problem.said)}[/]")
            command.console.print(command.shown("cli.hint", hint=command.say(problem.hint)))


def _show(command: CommandContext, found: reviews.Review) -> None:
    if not found.entries:
        command.console.print(command.shown(f"review.none-{found.kind}", school=found.school.name))
        return
    title = text(f"review.title-{found.kind}", school=found.school.name)
    command.console.print(f"[bold]{command.shown(title)}[/]")
    command.console.print(command.say("review.progress", reviewed=found.reviewed, total=found.total))
    table = command.table("username", "name", "status", "expires", "signed-in", "why", "decision")
    for entry in found.entries:
        account, decision = entry.handmade.account, entry.handmade.decision
        table.add_row(
            account.username,
            name_of(account),
            command.say(f"status.{account.status}"),
            command.say("cli.day", day=account.expires_on) if account.expires_on else "",
            command.say("cli.day", day=account.last_signed_in) if account.last_signed_in else "",
            ", ".join(command.say(f"review.short.{why}") for why in entry.why),
            command.say(f"review.decided.{decision.choice}", until=decision.until) if decision else "",
        )
    command.console.print(table)
    if not found.can_act:
        command.console.print(command.say("review.in-portal"))
        for number, step in enumerate(_portal_steps(command, found.kind), 1):
            command.console.print(f"{number}. {step}", markup=False)


def _portal_steps(command: CommandContext, kind: Kind) -> list[str]:
    """Return the guide's steps of a review in the portal, in the language in use."""
    knowledge, day = command.services.provisioning.knowledge, today(command.services.clock)
    steps = knowledge.edition(ENTRIES[kind], day).steps
    return [step.in_(command.language) for step in steps]


def _reviewed_json(entry: Reviewed) -> dict[str, Any]:
    """Return an account made by hand as JSON: with its holder's name, what is due and what was decided.

    `ends_on` is when it ends if nothing is decided, also where it has no date of its own.
    """
    handmade, account = entry.handmade, entry.handmade.account
    return {
        **account_json(account),
        "name": name_of(account),
        "expires_on": moment_json(account.expires_on),
        "ends_on": moment_json(ends_on(handmade)),
        "last_signed_in": moment_json(account.last_signed_in),
        "due": bool(entry.why),
        "why": [why.value for why in entry.why],
        "decision": _decision_json(handmade.decision) if handmade.decision else None,
    }


def _held_json(held: HeldList) -> dict[str, Any]:
    """Return as JSON a list that is held at a school."""
    return {
        "file": FILE,
        "school": held.school,
        "count": held.count,
        "total": held.total,
        "since": moment_json(held.since),
    }


def _decision_json(decision: Decision) -> dict[str, Any]:
    return {
        "choice": decision.choice.value,
        "until": moment_json(decision.until),
        "by": decision.by,
        "at": moment_json(decision.at),
    }
