"""`hwb erase` and `hwb correct`: what people may ask for about themselves."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import click

from bot.cli.account import me
from bot.cli.context import CommandContext, command_context, import_every_table
from bot.cli.language import misuse
from bot.cli.options import shared
from bot.people import audit
from bot.subjects import service
from bot.subjects.service import CASE_TEXT, DATE_OF_BIRTH, Erasure
from knowledge.visible import seen
from provisioning.errors import KnownError
from provisioning.manual.handmade import MADE_BY_HAND
from provisioning.sources.cells import clean
from provisioning.subject import subject_of

_KEPT = ("username", "audit", "extracts", "portal", "copies")
"""What is kept after an erasure, or is not ours to delete, in the order in which it is told."""


@click.command()
@click.argument("person", metavar="PERSON")
@click.option("--school", metavar="NUMBER", help="Whose staff code it is.")
@click.option("--yes", is_flag=True, help="Erase without asking.")
@shared
@click.pass_context
def erase(ctx: click.Context, person: str, school: str | None, yes: bool) -> None:
    """Erase a person who has left: by UPN, staff code, username or Slack user id."""
    import_every_table()
    with command_context(ctx) as command:
        wanted = service.erasable(command.services, person, school)
        command.record(audit.BEGUN)  # the audit never says whom an erasure is about
        if not command.as_json:
            _show(command, wanted)
        if wanted.nothing or not (yes or (not command.as_json and _agreed(command))):
            done = None
        else:
            done = service.erase(command.services, wanted, who=f"cli:{me()}")
        if command.as_json:
            command.print_json(_erasure_json(command, done or wanted, erased=done is not None))
        else:
            told = "erase.nothing" if wanted.nothing else "erase.done" if done else "erase.left"
            command.console.print(command.shown(told))


def _agreed(command: CommandContext) -> bool:
    return click.confirm(command.say("erase.sure"), default=False)


def _show(command: CommandContext, wanted: Erasure) -> None:
    """Print what is deleted and changed, and what stays, with the reasons."""
    for heading, counts in (("deleted", wanted.deleted), ("changed", wanted.changed)):
        if counts:
            command.console.print(f"[bold]{command.shown(f'erase.{heading}')}[/]")
        for name, count in counts.items():
            command.console.print(
                command.shown("erase.line", place=command.word("subject.place", name), count=count)
            )
    reasons = _reasons(command, wanted)
    if reasons:
        command.console.print(f"[bold]{command.shown('erase.kept-title')}[/]")
    for reason in reasons.values():
        command.console.print(command.shown("erase.reason", reason=reason))


def _reasons(command: CommandContext, wanted: Erasure) -> dict[str, str]:
    """Return what stays, by name, each with why in words."""
    so = {
        "username": "accounts" in wanted.deleted,
        "audit": "audit" in wanted.kept,
        "extracts": wanted.in_extracts > 0,
        "portal": not wanted.subject.slack_user
        and command.services.provisioning.external_directory is not None,
        "copies": not wanted.nothing,
    }
    values = {"days": command.settings.retention.audit, "count": wanted.kept.get("audit", 0)}
    return {name: command.say(f"erase.kept.{name}", **values) for name in _KEPT if so[name]}


def _erasure_json(command: CommandContext, found: Erasure, *, erased: bool) -> dict[str, Any]:
    return {
        "identifiers": list(found.subject.identifiers),
        "school": found.subject.school,
        "erased": erased,
        "deleted": dict(found.deleted),
        "changed": dict(found.changed),
        "kept": dict(found.kept),
        "why_kept": _reasons(command, found),
    }


@click.command()
@click.argument("person", metavar="PERSON")
@click.option("--school", metavar="NUMBER", help="Whose staff code it is.")
@click.option("--surname", metavar="NAME", help="The surname of the account.")
@click.option("--forename", metavar="NAME", help="The forename of the account.")
@click.option(
    "--date-of-birth",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DAY",
    help="The date of birth last seen for the account.",
)
@click.option("--case", type=int, metavar="N", help="The Service Desk's case whose text --text replaces.")
@click.option("--text", metavar="TEXT", help="The text of the case, as it should be.")
@shared
@click.pass_context
def correct(
    ctx: click.Context,
    person: str,
    school: str | None,
    surname: str | None,
    forename: str | None,
    date_of_birth: datetime | None,
    case: int | None,
    text: str | None,
) -> None:
    """Correct what is kept of a person and no file overwrites; what will overwrite it is said."""
    import_every_table()
    born = date_of_birth.date() if date_of_birth else None
    names = {"surname": surname, "forename": forename}
    typed = {name: clean(value) for name, value in names.items() if value is not None}
    given = {**typed, DATE_OF_BIRTH: born, CASE_TEXT: None if text is None else seen(text)}
    fields = {name: value for name, value in given.items() if value is not None}
    blank = not all(typed.values())
    if not fields or blank or (case is None) != (text is None) or (text is not None and len(fields) > 1):
        raise misuse(ctx, "correct")
    with command_context(ctx) as command:
        with command.services.database.reading() as session:
            subject = subject_of(session, person, school)
        if subject.slack_user:
            raise KnownError("correct-slack-user")
        account = service.correct(command.services, subject, fields, case, who=f"cli:{me()}")
        command.recorded = True
        by_hand = account is not None and account.kind in MADE_BY_HAND
        _tell_corrected(command, fields, by_hand=by_hand)


def _tell_corrected(command: CommandContext, fields: Mapping[str, Any], *, by_hand: bool) -> None:
    """Print what was corrected, and what will overwrite it."""
    overwritten = {name: _overwritten_by(command, name, by_hand=by_hand) for name in fields}
    if command.as_json:
        shape = {
            name: value.isoformat() if isinstance(value, date) else value for name, value in fields.items()
        }
        command.print_json({"corrected": shape, "overwritten_by": overwritten})
        return
    command.console.print(command.shown("correct.done"))
    for key in dict.fromkeys(overwritten.values()):
        command.console.print(command.shown(f"correct.overwritten.{key}"))


def _overwritten_by(command: CommandContext, name: str, *, by_hand: bool) -> str:
    """Return what overwrites a corrected field: the portal, the list, the MIS's next date, or nothing."""
    if name == CASE_TEXT:
        return "never"
    if command.services.provisioning.external_directory is not None:
        return "portal"
    if by_hand:
        return "list"
    return "mis" if name == DATE_OF_BIRTH else "compared"
