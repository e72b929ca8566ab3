"""`hwb freeze`: runs of a school or an authority are frozen from a day to a day; `list`, and `end`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import click

from bot.cli.account import me
from bot.cli.context import CommandContext, command_context
from bot.cli.language import misuse
from bot.cli.options import shared
from bot.cli.output import moment_json
from knowledge.visible import one_line
from provisioning.clock import today
from provisioning.store import freezes as store
from provisioning.store.freezes import LONGEST_REASON, Freeze

_DAY = click.DateTime(["%Y-%m-%d"])


@click.group(invoke_without_command=True)
@click.option("--school", metavar="NUMBER", help="The school whose runs are to be frozen.")
@click.option(
    "--la", "authority", metavar="CODE", help="The local authority whose schools' runs are to be frozen."
)
@click.option("--from", "first", type=_DAY, help="The first day of the freeze.")
@click.option("--to", "last", type=_DAY, help="The last day of the freeze, that day included.")
@click.option(
    "--reason",
    metavar="TEXT",
    help=f"Why, in {LONGEST_REASON} characters at most; read by all who ask about the school. "
    "Name no person.",
)
@shared
@click.pass_context
def freeze(
    ctx: click.Context,
    school: str | None,
    authority: str | None,
    first: datetime | None,
    last: datetime | None,
    reason: str | None,
) -> None:
    """Freeze runs from a day to a day: no run changes anything; list freezes, end one."""
    if ctx.invoked_subcommand is not None:
        return
    if first is None or last is None or reason is None or (school is None) is (authority is None):
        raise misuse(ctx, "which-freeze")
    with command_context(ctx) as command:
        numbers, codes = ([given] if given is not None else [] for given in (school, authority))
        [place] = command.scopes(numbers, codes, everywhere=False)
        now = command.services.clock.now()
        wanted = Freeze(place, first.date(), last.date(), one_line(reason).strip(), me(), now)
        with command.services.database.writing() as session:
            command.record(school=place, session=session)
            kept = store.begin(session, wanted)
        _print(command, [kept])


@freeze.command("list")
@shared
@click.pass_context
def list_(ctx: click.Context) -> None:
    """List the freezes that hold now or will."""
    with command_context(ctx) as command:
        with command.services.database.reading() as session:
            found = store.since(session, today(command.services.clock)).every
        now = command.services.clock.now()
        _print(command, [each for each in found if not each.is_over(now)])


@freeze.command()
@click.argument("number", type=int, metavar="ID")
@shared
@click.pass_context
def end(ctx: click.Context, number: int) -> None:
    """End a freeze before its last day."""
    with command_context(ctx) as command:
        with command.services.database.writing() as session:
            ended = store.end(session, number, me(), command.services.clock.now())
            command.record(school=ended.place, session=session)
            ended = store.get(session, number)
        _print(command, [ended])


def _print(command: CommandContext, found: Sequence[Freeze]) -> None:
    now = command.services.clock.now()
    if command.as_json:
        command.print_json({"freezes": [_json(each, _state(each, now)) for each in found]})
        return
    if not found:
        command.console.print(command.say("cli.freeze-none"))
        return
    table = command.table("number", "place", "from", "until", "freeze-state", "reason", "by")
    for each in found:
        days = [command.say("cli.day", day=day) for day in (each.begins_on, each.ends_on)]
        state = command.say(f"cli.freeze-state-{_state(each, now)}")
        table.add_row(str(each.id), each.place, *days, state, each.reason, each.by)
    command.console.print(table)


def _state(freeze: Freeze, now: datetime) -> str:
    if freeze.is_over(now):
        return "over"
    return "now" if freeze.holds_at(now) else "coming"


def _json(freeze: Freeze, state: str) -> dict[str, Any]:
    return {
        "id": freeze.id,
        "place": freeze.place,
        "from": freeze.begins_on.isoformat(),
        "to": freeze.ends_on.isoformat(),
        "state": state,
        "reason": freeze.reason,
        "by": freeze.by,
        "ended_at": moment_json(freeze.ended_at),
    }
