"""`hwb decide`: the accounts in doubt, and a person's decision whose they are."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import click
from rich.markup import escape

from bot.cli.account import me
from bot.cli.context import CommandContext, command_context
from bot.cli.language import misuse
from bot.cli.options import shared
from bot.cli.output import moment_json
from bot.identity.letters import tell
from bot.people import audit
from provisioning.clock import today
from provisioning.records.accounts import Account
from provisioning.records.plans import IdentityAnswer
from provisioning.runs.identities import decide as decide_identity
from provisioning.store import identities, schools
from provisioning.store.identities import IdentityQuestion


@click.command()
@click.argument("change", type=int, required=False)
@click.argument("answer", type=click.Choice([answer.value for answer in IdentityAnswer]), required=False)
@shared
@click.pass_context
def decide(ctx: click.Context, change: int | None, answer: str | None) -> None:
    """Say whether a record and an account are one person's; without arguments, list what waits."""
    if (change is None) != (answer is None):
        raise misuse(ctx, "decide")
    with command_context(ctx) as command:
        if change is None or answer is None:
            with command.services.database.reading() as session:
                closed = schools.closed(session, today(command.services.clock))
                found = [asked for asked in identities.waiting(session) if asked.school not in closed]
        else:
            command.record(audit.BEGUN)
            found = [decide_identity(command.services.provisioning, change, IdentityAnswer(answer), by=me())]
            command.record(answer, school=found[0].school)
            tell(command.services, found[0].school)
        _print(command, found)


def _question_json(question: IdentityQuestion) -> dict[str, Any]:
    """Return a question as JSON, with the names and dates of birth in the account and in the record."""
    account = question.account
    return {
        "id": question.id,
        "school": question.school,
        "kind": question.kind.value,
        "identifier": question.identifier,
        "reason": question.reason.value,
        "username": account.username if account else None,
        "account": _account_json(account) if account else None,
        "record": dict(question.record),
        "decided": question.decided.value if question.decided else None,
    } | ({"replaces": _decision_json(question.replaces)} if question.replaces else {})


def _decision_json(before: IdentityQuestion) -> dict[str, Any]:
    """Return as JSON the decision that another has taken the place of."""
    decided = before.decided.value if before.decided else None
    return {"decided": decided, "by": before.by, "at": moment_json(before.at)}


def _account_json(account: Account) -> dict[str, Any]:
    """Return what a person decides by: the names, and the date of birth last seen."""
    return {
        "surname": account.surname,
        "forename": account.forename,
        "date_of_birth": moment_json(account.date_of_birth),
    }


def _print(command: CommandContext, found: Sequence[IdentityQuestion]) -> None:
    if command.as_json:
        command.print_json({"changes": [_question_json(question) for question in found]})
        return
    if not found:
        command.console.print(command.say("identity.none"))
        return
    table = command.table(
        "change-id", "school", "kind", "identifier", "doubt", "in-account", "in-mis", "decided"
    )
    for question in found:
        account = question.account
        table.add_row(
            str(question.id),
            question.school,
            command.say(f"kind.{question.kind}"),
            question.identifier,
            command.say(f"identity.reason.{question.reason}"),
            _account(command, account) if account else "",
            _record(command, question.record),
            command.say(f"identity.decided.{question.decided}") if question.decided else "",
        )
    command.console.print(table)
    for before in (question.replaces for question in found if question.replaces):
        answer = command.say(f"identity.decided.{before.decided}")
        command.console.print(
            command.shown("identity.replaces", answer=answer, by=before.by or "", at=before.at)
        )
    command.console.print(
        escape(command.say("identity.how" if found[0].decided is None else "identity.next-run"))
    )


def _account(command: CommandContext, account: Account) -> str:
    named = f"{account.forename} {account.surname} ({account.username})"
    return _with_birth(command, named, account.date_of_birth)


def _record(command: CommandContext, record: Mapping[str, Any]) -> str:
    born = record.get("date_of_birth")
    named = f"{record['forename']} {record['surname']}"
    return _with_birth(command, named, date.fromisoformat(born) if born else None)


def _with_birth(command: CommandContext, named: str, born: date | None) -> str:
    return f"{named}, {command.say('identity.born', born=born)}" if born else named
