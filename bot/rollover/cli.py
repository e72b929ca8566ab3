"""`hwb rollover`: schools by the stages of their rollover."""

import click
from rich.markup import escape

from bot.cli import json_output
from bot.cli.context import MARKS, command_context, shared
from bot.cli.language import misuse
from diagnostics.readiness import readiness, worst_first
from provisioning.clock import today
from provisioning.errors import KnownError


@click.command()
@click.option("--school", "numbers", metavar="NUMBER", multiple=True)
@click.option("--la", "authority", metavar="CODE")
@click.option("--all", "everything", is_flag=True)
@shared
@click.pass_context
def rollover(ctx: click.Context, numbers: tuple[str, ...], authority: str | None, everything: bool) -> None:
    """Show how ready schools are for the new school year, stage by stage, worst first."""
    if sum((bool(numbers), authority is not None, everything)) != 1:
        raise misuse(ctx, "which-rollover")
    with command_context(ctx) as at:
        day = today(at.services.clock)
        chosen = [school for school in at.schools(numbers) if numbers or not school.is_closed(day)]
        if authority is not None:
            chosen = [school for school in chosen if school.local_authority == authority]
            if not chosen:
                raise KnownError("authority-unknown", code=authority)
        provisioning = at.services.provisioning
        found = worst_first(readiness(provisioning, school.number) for school in chosen)
        if at.as_json:
            year = provisioning.knowledge.rollover_in_focus(today(provisioning.clock)).year
            at.print_json(
                json_output.rollover(
                    found, year, provisioning.clock.now(), at.services.catalogue, at.language
                )
            )
            return
        for one in found:
            at.console.print(f"[bold]{escape(one.school.name.in_(at.language))}[/]  {one.school.number}")
            for stage in one.stages:
                title = at.say(f"step.{stage.step}.title")
                at.console.print(f"  {MARKS[stage.outcome]} {title}: [dim]{escape(at.say(stage.detail))}[/]")
                if (move := one.moves.get(stage.step)) is not None:
                    contact = escape(move.contact.in_(at.language))
                    at.console.print(f"      → {at.say(f'who.{move.who}')} [dim]{contact}[/]")
