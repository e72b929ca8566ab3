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
    with command_context(ctx) as at:
        first = start.date() if start else today(at.services.clock)
        last = end.date() if end else first + timedelta(days=7)
        if not first <= last <= first + LONGEST:
            raise misuse(ctx, "rehearse-to", days=LONGEST.days)
        sent = rehearsal.rehearse(at.services, first, last)
        if at.as_json:
            at.print_json(_messages_json(at, first, last, sent))
            return
        _print(at, sent)


def _messages_json(
    at: CommandContext, first: date, last: date, sent: list[RehearsedMessage]
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
                "title": at.say(message.title),
                "lines": [at.say(line) for line in message.lines],
            }
            for message in sent
        ],
    }


def _print(at: CommandContext, sent: list[RehearsedMessage]) -> None:
    if not sent:
        at.console.print(at.say("rehearse.nothing"))
    day = None
    for message in sent:
        if message.when.date() != day:
            day = message.when.date()
            at.console.print(f"[bold]{say_day(day, at.language)}[/] {say_time(message.when, at.language)}")
        kind = at.say(f"rehearse.{message.kind}")
        at.console.print(f"  {message.to}  {kind}: {at.say(message.title)}", markup=False)
        for line in message.lines:
            at.console.print(f"      {at.say(line)}", markup=False, style="dim")
