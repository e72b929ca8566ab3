"""`hwb rehearse`: the weeks played ahead, and who would be told what."""

from datetime import date, datetime, timedelta
from typing import Any

import click

from bot.alerts.rehearsal import LONGEST, Sent, rehearse
from bot.cli.context import CommandContext, command_context, shared
from bot.cli.json_output import moment
from bot.cli.language import misuse
from knowledge.texts import say_day, say_time
from provisioning.clock import today

_DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.command("rehearse")
@click.option("--from", "start", type=_DAY, metavar="DATE", help="The first day; today if left out.")
@click.option("--to", "end", type=_DAY, metavar="DATE", help="The last day; a week later if left out.")
@shared
@click.pass_context
def command(ctx: click.Context, start: datetime | None, end: datetime | None) -> None:
    """Show who would be told what and when, if the records stayed as they are; nothing is sent."""
    with command_context(ctx) as at:
        first = start.date() if start else today(at.services.clock)
        last = end.date() if end else first + timedelta(days=7)
        if not first <= last <= first + LONGEST:
            raise misuse(ctx, "rehearse-to", days=LONGEST.days)
        sent = rehearse(at.services, first, last)
        if at.as_json:
            at.print_json(_shape(at, first, last, sent))
            return
        _print(at, sent)


def _shape(at: CommandContext, first: date, last: date, sent: list[Sent]) -> dict[str, Any]:
    return {
        "from": first.isoformat(),
        "to": last.isoformat(),
        "messages": [
            {
                "when": moment(one.when),
                "to": one.to,
                "kind": one.kind,
                "school": one.school,
                "title": at.say(one.title),
                "lines": [at.say(line) for line in one.lines],
            }
            for one in sent
        ],
    }


def _print(at: CommandContext, sent: list[Sent]) -> None:
    if not sent:
        at.console.print(at.say("rehearse.nothing"))
    day = None
    for one in sent:
        if one.when.date() != day:
            day = one.when.date()
            at.console.print(f"[bold]{say_day(day, at.language)}[/] {say_time(one.when, at.language)}")
        at.console.print(f"  {one.to}  {at.say(f'rehearse.{one.kind}')}: {at.say(one.title)}", markup=False)
        for line in one.lines:
            at.console.print(f"      {at.say(line)}", markup=False, style="dim")
