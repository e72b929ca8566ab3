"""`hwb feedback`: what people say of answers, for the people who keep the guide."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import click

from bot.cli.context import CommandContext, command_context
from bot.cli.options import shared
from bot.feedback.store import Tally, tallies

_DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.option("--since", type=_DAY, metavar="DAY", help="Only what was said on this day or later.")
@shared
@click.pass_context
def feedback(ctx: click.Context, since: datetime | None) -> None:
    """List how often answers were called right and wrong, by cause or entry; only counts are kept."""
    first = since.date() if since else None
    with command_context(ctx) as command:
        with command.services.database.reading() as session:
            found = tallies(session, first)
        if command.as_json:
            command.print_json(_json(found, first))
        elif found:
            _show(command, found)
        else:
            command.console.print(command.say("feedback.none"))


def _show(command: CommandContext, found: Sequence[Tally]) -> None:
    table = command.table("verb", "cause-or-entry", "language", "right", "wrong", "reasons")
    for tally in found:
        reasons = [
            f"{command.say(f'feedback.reason-{reason}')} {times}" for reason, times in tally.reasons.items()
        ]
        table.add_row(
            tally.judged.verb,
            tally.judged.about,
            tally.language,
            str(tally.yes),
            str(tally.no),
            ", ".join(reasons),
        )
    command.console.print(table)


def _json(found: Sequence[Tally], since: date | None) -> dict[str, Any]:
    """Return what was said as JSON, most often called wrong first."""
    return {
        "since": since.isoformat() if since else None,
        "feedback": [
            {
                "verb": tally.judged.verb,
                "about": tally.judged.about,
                "language": tally.language,
                "yes": tally.yes,
                "no": tally.no,
                "reasons": {reason.value: times for reason, times in tally.reasons.items()},
            }
            for tally in found
        ],
    }
