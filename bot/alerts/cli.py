"""`hwb rehearse`: the messages that alerts would send in the days ahead."""

from datetime import date, datetime, timedelta
from typing import Any

import click

from bot.alerts import rehearsal
from bot.alerts.rehearsal import LONGEST, RehearsedMessage
from bot.cli.context import CommandContext, command_context
from bot.cli.language import misuse
from bot.cli.options import shared
from bot.cli.output import moment_json
from knowledge.texts import say_day, say_time
from provisioning.clock import today

_DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.command()
@click.option("--from", "start", type=_DAY, metavar="DATE", help="The first day; today if left out.")
@click.option("--to", "end", type=_DAY, metavar="DATE", help="The last day; a week later if left out.")
@shared
@click.pass_context
def rehearse(ctx: click.Context, start: datetime | None, end: datetime | None) -> None:
    """Show who would be told what and when, if the records stayed as they are; nothing is sent."""
    with command_context(ctx) as command:
        first = start.date() if start else today(command.services.clock)
        last = end.date() if end else first + timedelta(days=7)
        if not first <= last <= first + LONGEST:
            raise misuse(ctx, "rehearse-to", days=LONGEST.days)
        sent = rehearsal.rehearse(command.services, first, last)
        if command.as_json:
            command.print_json(_messages_json(command, first, last, sent))
            return
        _print(command, sent)


def _messages_json(
    command: CommandContext, first: date, last: date, sent: list[RehearsedMessage]
) -> dict[str, Any]:
    return {
        "from": first.isoformat(),
        "to": last.isoformat(),
        "messages": [
            {
                "when": moment_json(message.when),
                "to": message.to,
                "kind": message.kind,
                "school": message.school,
                "title": command.say(message.title),
                "lines": [command.say(line) for line in message.lines],
            }
            for message in sent
        ],
    }


def _print(command: CommandContext, sent: list[RehearsedMessage]) -> None:
    if not sent:
        command.console.print(command.say("rehearse.nothing"))
    day = None
    for message in sent:
        if message.when.date() != day:
            day = message.when.date()
            command.console.print(
                f"[bold]{say_day(day, command.language)}[/] {say_time(message.when, command.language)}"
            )
        kind = command.say(f"rehearse.{message.kind}")
        command.console.print(f"  {message.to}  {kind}: {command.say(message.title)}", markup=False)
        for line in message.lines:
            command.console.print(f"      {command.say(line)}", markup=False, style="dim")
