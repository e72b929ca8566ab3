"""`hwb dates`: what comes next and for whom; a local authority's own dates set and taken back."""

from datetime import datetime

import click
from rich.markup import escape

from bot.cli import json_output
from bot.cli.context import CommandContext, command_context, me, shared
from bot.cli.language import misuse
from knowledge.keydates import Calendar, events
from provisioning.calendars import NO_AUTHORITY
from provisioning.clock import today
from provisioning.errors import KnownError
from provisioning.store import dates as date_store

_NAMES = tuple(name.replace("_", "-") for name in date_store.NAMES)
_DAY = click.DateTime(["%Y-%m-%d"])
_authority = click.option("--la", "authority", metavar="CODE", required=True)
_year = click.option("--year", type=click.IntRange(2000, 2200), help="The rollover's year; else the day's.")


@click.group(invoke_without_command=True)
@click.option("--la", "authority", metavar="CODE")
@click.option("--year", type=click.IntRange(2000, 2200), help="The rollover's year; else the one in focus.")
@shared
@click.pass_context
def dates(ctx: click.Context, authority: str | None, year: int | None) -> None:
    """Show a rollover's key dates: what comes next, and for whom."""
    if ctx.invoked_subcommand is None:
        with command_context(ctx) as at:
            if authority is not None:
                _known(at, authority)
            _show(at, authority, year)


@dates.command("set")
@_authority
@click.argument("name", type=click.Choice(_NAMES))
@click.argument("days", metavar="DATE", type=_DAY, nargs=-1, required=True)
@_year
@shared
@click.pass_context
def set_(ctx: click.Context, authority: str, name: str, days: tuple[datetime, ...], year: int | None) -> None:
    """Set a date of a local authority's own; must-run-on takes several days."""
    if len(days) > 1 and name != "must-run-on":
        raise misuse(ctx, "one-day", name=name)
    with command_context(ctx) as at:
        _known(at, authority)
        rollover = year or days[0].year
        chosen = [day.date() for day in days]
        with at.services.database.writing() as session:
            now = at.services.clock.now()
            date_store.put(session, authority, rollover, name.replace("-", "_"), chosen, by=me(), at=now)
            at.services.provisioning.calendar(session, authority)  # what does not fit is not kept
        _show(at, authority, rollover)


@dates.command()
@_authority
@click.argument("name", type=click.Choice(_NAMES), required=False)
@_year
@shared
@click.pass_context
def reset(ctx: click.Context, authority: str, name: str | None, year: int | None) -> None:
    """Take back what a local authority has set: all of it, or that of a name or year."""
    with command_context(ctx) as at:
        _known(at, authority)
        with at.services.database.writing() as session:
            wanted = name.replace("-", "_") if name else None
            if not date_store.remove(session, authority, year, wanted):
                raise KnownError("dates-none-set", authority=authority)
            at.services.provisioning.calendar(session, authority)
        _show(at, authority, year)


def _known(at: CommandContext, authority: str) -> None:
    if authority not in {school.local_authority for school in at.schools()}:
        raise KnownError("authority-unknown", code=authority)


def _show(at: CommandContext, authority: str | None, year: int | None) -> None:
    day = today(at.services.clock)
    with at.services.database.reading() as session:
        found: Calendar = at.services.provisioning.calendar(session, authority or NO_AUTHORITY)
    rollover = found.of(year) if year else found.in_focus(day)
    own = found.own(rollover.year)
    if at.as_json:
        at.print_json(
            json_output.key_dates(rollover, own, authority, day, at.services.catalogue, at.language)
        )
        return
    for event in events(rollover):
        when = at.say("dates.days", day=event.day, until=event.until)
        line = escape(at.say(f"date.{event.id}.what", **event.values))
        who = "" if event.who == "nobody" else f" → {at.say(f'who.{event.who}')}"
        if event.is_past(day):
            at.console.print(f"[dim strike]{when}[/]  [dim]{at.say('dates.past')} {line}[/]")
        else:
            mark = f" [yellow]{at.say('dates.own')}[/]" if event.names & own else ""
            at.console.print(f"[bold]{when}[/]{mark}  {line}{who}")
    at.console.print(f"[dim]{escape(at.say('dates.source', source=rollover.source.in_(at.language)))}[/]")
