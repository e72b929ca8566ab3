"""`hwb rollover`: schools by the stages of their rollover; `hwb dates`: key dates, and an authority's own."""

from datetime import date, datetime
from typing import Any

import click
from rich.markup import escape

from bot.after_freeze import stages_after_freeze
from bot.authorities import schools_of
from bot.cli.account import me
from bot.cli.context import CommandContext, command_context, print_next
from bot.cli.frozen import frozen, frozen_json, print_frozen
from bot.cli.language import misuse
from bot.cli.options import shared
from bot.cli.output import MARKS
from bot.rollover.rollover_output import dates_json, rollover_json
from bot.slots import members
from bot.stages.known_stages import stages_of
from diagnostics.school_stages import SchoolStages, worst_first
from diagnostics.tally import standing, tally
from diagnostics.wording import asked
from knowledge.keydates import Calendar, events
from knowledge.models import KeyDates
from provisioning.calendars import NO_AUTHORITY
from provisioning.clock import today
from provisioning.errors import KnownError
from provisioning.store import dates as date_store

_NAMES = tuple(name.replace("_", "-") for name in date_store.NAMES)
_DAY = click.DateTime(["%Y-%m-%d"])
_authority = click.option(
    "--la",
    "authority",
    metavar="CODE",
    required=True,
    help="The code of the local authority whose dates they are.",
)
_year = click.option("--year", type=click.IntRange(2000, 2200), help="The rollover's year; else the day's.")


@click.command()
@click.option(
    "--school",
    "numbers",
    metavar="NUMBER",
    multiple=True,
    help="Only this school; can be given several times.",
)
@click.option("--la", "authority", metavar="CODE", help="Every school of the local authority with this code.")
@click.option("--all", "everything", is_flag=True, help="Every school that is not closed.")
@shared
@click.pass_context
def rollover(ctx: click.Context, numbers: tuple[str, ...], authority: str | None, everything: bool) -> None:
    """Show how ready schools are for the new school year, stage by stage, worst first."""
    if sum((bool(numbers), authority is not None, everything)) != 1:
        raise misuse(ctx, "which-rollover")
    with command_context(ctx) as command:
        day = today(command.services.clock)
        chosen = schools_of(authority, command.schools(numbers), open_on=None if numbers else day)
        provisioning = command.services.provisioning
        found = worst_first(stages_of(provisioning, [school.number for school in chosen]))
        if command.as_json:
            year = provisioning.knowledge.rollover_in_focus(day).year
            shape = rollover_json(
                found, year, provisioning.clock.now(), command.services.catalogue, command.language
            )
            told = frozen_json(command.services, [school.school for school in found])
            for said in shape["schools"]:
                said |= told.get(said["school"], {})
            command.print_json(shape)
            return
        if len(found) > 1:
            scheduled = members(command.services.settings.groups, chosen)
            counted = tally(standing(school, scheduled) for school in found)
            command.console.print(f"[bold]{escape(command.say(counted.said))}[/]")
        schools = [school.school for school in found]
        print_frozen(command, schools)
        freezes = frozen(command.services, schools)
        for school in found:
            _show_stages(command, stages_after_freeze(school, freezes.get(school.school.number)))


def _show_stages(command: CommandContext, found: SchoolStages) -> None:
    command.console.print(
        f"[bold]{escape(found.school.name.in_(command.language))}[/]  {found.school.number}"
    )
    for stage in found.stages:
        title, asks = command.say(f"step.{stage.step}.title"), asked(stage, command.services.catalogue)
        command.console.print(f"  {MARKS[stage.outcome]} {title}: {escape(command.say(asks))}")
        command.console.print(f"      [dim]{escape(command.say(stage.detail))}[/]")
        if (move := found.moves.get(stage.step)) is not None:
            print_next(command, move, margin="      ")


@click.group(invoke_without_command=True)
@click.option("--la", "authority", metavar="CODE", help="With the dates that this local authority has set.")
@click.option("--year", type=click.IntRange(2000, 2200), help="The rollover's year; else the one in focus.")
@shared
@click.pass_context
def dates(ctx: click.Context, authority: str | None, year: int | None) -> None:
    """Show a rollover's key dates: what comes next, and for whom."""
    if ctx.invoked_subcommand is None:
        with command_context(ctx) as command:
            if authority is not None:
                command.authority(authority)
            show_dates(command, authority, year)


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
    with command_context(ctx) as command:
        command.authority(authority)
        rollover = year or days[0].year
        chosen = [day.date() for day in days]
        with command.services.database.writing() as session:
            now = command.services.clock.now()
            date_store.put(session, authority, rollover, name.replace("-", "_"), chosen, by=me(), at=now)
            command.services.provisioning.calendar(
                session, authority
            )  # raises an error where dates do not fit
        show_dates(command, authority, rollover)


@dates.command()
@_authority
@click.argument("name", type=click.Choice(_NAMES), required=False)
@_year
@shared
@click.pass_context
def reset(ctx: click.Context, authority: str, name: str | None, year: int | None) -> None:
    """Take back what a local authority has set: all of it, or that of a name or year."""
    with command_context(ctx) as command:
        command.authority(authority)
        with command.services.database.writing() as session:
            wanted = name.replace("-", "_") if name else None
            if not date_store.remove(session, authority, year, wanted):
                raise KnownError("dates-none-set", authority=authority)
            command.services.provisioning.calendar(
                session, authority
            )  # raises an error where dates do not fit
        show_dates(command, authority, year)


def show_dates(command: CommandContext, authority: str | None, year: int | None) -> None:
    """Print a rollover's key dates, with those that `authority` set; without `year` that in focus."""
    day = today(command.services.clock)
    rollover, own = _dates_of(command, authority, year, day)
    if command.as_json:
        command.print_json(
            dates_json(rollover, own, authority, day, command.services.catalogue, command.language)
        )
        return
    for event in events(rollover):
        when = command.say("dates.days", day=event.day, until=event.until)
        line = escape(command.say(f"date.{event.id}.what", **event.values))
        who = "" if event.who == "nobody" else f" → {command.say(f'who.{event.who}')}"
        if event.is_past(day):
            command.console.print(f"[dim strike]{when}[/]  [dim]{command.say('dates.past')} {line}[/]")
        else:
            mark = f" [yellow]{command.say('dates.own')}[/]" if event.names & own else ""
            command.console.print(f"[bold]{when}[/]{mark}  {line}{who}")
    command.console.print(
        f"[dim]{escape(command.say('dates.source', source=rollover.source.in_(command.language)))}[/]"
    )


def dates_in_force(command: CommandContext, authority: str | None) -> dict[str, Any]:
    """Return the key dates of the rollover in focus as JSON, with those that `authority` set."""
    day = today(command.services.clock)
    rollover, own = _dates_of(command, authority, None, day)
    return dates_json(rollover, own, authority, day, command.services.catalogue, command.language)


def _dates_of(
    command: CommandContext, authority: str | None, year: int | None, day: date
) -> tuple[KeyDates, frozenset[str]]:
    """Return a rollover's key dates, and the names of those that `authority` set."""
    with command.services.database.reading() as session:
        found: Calendar = command.services.provisioning.calendar(session, authority or NO_AUTHORITY)
    rollover = found.of(year) if year else found.in_focus(day)
    return rollover, found.own(rollover.year)
