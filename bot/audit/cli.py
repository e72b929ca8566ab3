"""`hwb audit`: who looked up or changed what; `hwb subject-access`: all that is held about one person."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import click
from rich.markup import escape

from bot.audit.verifying import show_verified
from bot.cli.context import CommandContext, command_context, import_every_table
from bot.cli.options import COUNT, Moment, shared
from bot.cli.output import moment_json
from bot.people import audit as audit_log
from bot.people.audit import AuditFilter, AuditRecord
from knowledge.texts import UK, Text
from provisioning.store.subject import HeldRows
from provisioning.subject import subject_access as gather

_SHOWN = 100
"""Records that are shown where `--last` does not say how many."""
_ABOUT_NOW = timedelta(minutes=1)
"""How far a clock in use may be from the time as it is, without being shown."""
FOR_MACHINES = frozenset(
    {
        "announced_at",
        "any_time",
        "asks_on",
        "attempts",
        "basis",
        "channel",
        "checked_at",
        "claimed_until",
        "counts",
        "doubtful",
        "edits",
        "failures",
        "fingerprint",
        "found",
        "holder",
        "key",
        "keys",
        "lease_until",
        "level",
        "missed_slot",
        "not_before",
        "passed",
        "payload",
        "reading",
        "rests_on",
        "revision",
        "sameness",
        "stamp",
        "together",
        "ts",
        "urgent",
        "username_key",
    }
)
"""Fields by which the program keeps its rows, or in a form for programs: they stand in the JSON alone."""
_WORD_GROUPS = {"role": ("role",), "kind": ("kind", "change"), "person": ("kind",), "status": ("status",)}
"""The fields whose values are words of this program, and under which keys the catalogue has them."""


class DayOrMoment(Moment):
    """An option's moment or whole day; the day that `--until` names is included."""

    name = "ISO-DATE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the moment that `value` says, in UK time where it names no zone."""
        found: datetime = super().convert(value, param, ctx)
        whole_day = isinstance(value, str) and len(value.strip()) == len("2026-09-01")
        if whole_day and param is not None and param.name == "until":
            found += timedelta(days=1)
        return found if found.tzinfo else found.replace(tzinfo=UK)


@click.command()
@click.option("--who", metavar="SLACK-USER-ID", help="A Slack user id, cli:<name> or schedule.")
@click.option("--school", metavar="NUMBER", help="Only what was done at this school.")
@click.option("--subject", metavar="UPN-OR-STAFF-CODE", help="About whom.")
@click.option("--deed", metavar="VERB", help="What was done, such as why-missing, run or role-given.")
@click.option("--door", "entry_point", metavar="DOOR", help="slack, cli, schedule or api.")
@click.option(
    "--since", type=DayOrMoment(), help="Only what was done on this day or later, or from this moment on."
)
@click.option("--until", type=DayOrMoment(), help="Only what was done before this moment; of a day, its end.")
@click.option("--last", type=COUNT, metavar="K", help="How many; if not given, 100, or all with --json.")
@click.option("--verify", is_flag=True, help="Check that no record was altered or deleted, by their chain.")
@shared
@click.pass_context
def audit(
    ctx: click.Context,
    who: str | None,
    school: str | None,
    subject: str | None,
    deed: str | None,
    entry_point: str | None,
    since: datetime | None,
    until: datetime | None,
    last: int | None,
    verify: bool,
) -> None:
    """Show who looked up or changed what, when, by which entry point and with what outcome, newest first."""
    with command_context(ctx) as command:
        if verify:
            return show_verified(command)
        wanted = AuditFilter(who, entry_point, deed, school, subject, since, until)
        with command.services.database.reading() as session:
            found = audit_log.read(session, wanted, last if last or command.as_json else _SHOWN)
        command.record(subject=subject)
        if command.as_json:
            command.print_json({"audit": [_record_json(entry) for entry in found]})
        else:
            _show(command, found)
    return None


def _show(command: CommandContext, found: list[AuditRecord]) -> None:
    # The clock in use has a column only where it was another than the time as it was.
    set_ = any(_by_clock(entry) for entry in found)
    clock = ["clock"] if set_ else []
    table = command.table("when", *clock, "who", "door", "deed", "school", "subject", "outcome")
    for entry in found:
        by_clock = _by_clock(entry)
        table.add_row(
            command.say("cli.moment", moment=entry.recorded_at or entry.at),
            *([by_clock] if set_ else []),
            entry.who,
            entry.entry_point,
            entry.action,
            entry.school or "",
            entry.subject or "",
            entry.outcome,
        )
    command.console.print(table)


def _by_clock(entry: AuditRecord) -> str:
    """Return the time by the clock in use of `entry`, with its year; blank where that was the real time."""
    if entry.recorded_at is None or abs(entry.at - entry.recorded_at) <= _ABOUT_NOW:
        return ""
    return f"{entry.at.astimezone(UK):%Y-%m-%d %H:%M}"


def _record_json(entry: AuditRecord) -> dict[str, str | None]:
    return {
        "at": moment_json(entry.at),
        "recorded_at": moment_json(entry.recorded_at),
        "who": entry.who,
        "door": entry.entry_point,
        "deed": entry.action,
        "school": entry.school,
        "subject": entry.subject,
        "outcome": entry.outcome,
    }


@click.command("subject-access")
@click.argument("identifier", metavar="UPN-OR-STAFF-CODE")
@click.option("--school", metavar="NUMBER", help="Whose staff code it is.")
@shared
@click.pass_context
def subject_access(ctx: click.Context, identifier: str, school: str | None) -> None:
    """Gather all that is kept about one person, look-ups included, or about a Slack user."""
    import_every_table()
    with command_context(ctx) as command:
        # Recorded before it is gathered: this look-up, too, is one of those that the person may ask for.
        command.record()
        subject, held = gather(command.services.provisioning, identifier, school)
        if command.as_json:
            shape = {"identifiers": list(subject.identifiers), "school": subject.school}
            command.print_json(
                shape | {"held": {table.place: [_row_json(row) for row in table.rows] for table in held}}
            )
        else:
            _report(command, subject.identifiers, held)


def _report(command: CommandContext, identifiers: tuple[str, ...], held: list[HeldRows]) -> None:
    command.console.print(f"[bold]{command.shown('subject.title', who=', '.join(identifiers))}[/]")
    if not held:
        command.console.print(command.say("subject.nothing"))
    for table in held:
        title = command.say(
            "subject.heading", place=command.word("subject.place", table.place), count=len(table.rows)
        )
        command.console.print(f"\n[bold]{escape(title)}[/]")
        for row in table.rows:
            command.console.print(escape(f"  • {_fields(command, row, '; ', ': ')}"))
    if held:
        command.console.print(f"\n{command.shown('subject.all-fields')}")


def _fields(command: CommandContext, row: Mapping[str, Any], between: str, after_name: str) -> str:
    """Return the fields of `row` that hold something as `name value` texts, except those for machines."""
    filled = {str(name): value for name, value in row.items() if value or (value == 0 and value is not False)}
    return between.join(
        f"{command.word('subject.field', name)}{after_name}{_said(command, name, value)}"
        for name, value in filled.items()
        if name not in FOR_MACHINES
    )


def _said(command: CommandContext, name: str, value: Any) -> str:
    """Return the `value` of the field `name` in words."""
    if value is True:
        return command.say("subject.yes")
    if name == "problem":
        return command.say("subject.unreadable")
    if isinstance(value, datetime):
        return f"{command.say('cli.day', day=value.astimezone(UK).date())} {value.astimezone(UK):%H:%M}"
    if isinstance(value, date):
        return command.say("cli.day", day=value)
    if isinstance(value, Mapping) and str(value.get("key")) in command.services.catalogue:
        return command.say(Text.from_json(dict(value)))
    if isinstance(value, Mapping):
        return _fields(command, value, ", ", " ")
    if isinstance(value, list | tuple):
        return ", ".join(_said(command, name, item) for item in value)
    keys = (f"{group}.{value}" for group in _WORD_GROUPS.get(name, ()))
    return next((command.say(key) for key in keys if key in command.services.catalogue), str(value))


def _row_json(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: moment_json(value) if isinstance(value, datetime | date) else value
        for name, value in row.items()
    }
