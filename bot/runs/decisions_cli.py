"""`hwb approve`, `hwb reject`, `hwb undo`, `hwb relax`, `hwb reconsider`: a person's decisions about runs."""

from collections.abc import Callable
from datetime import datetime

import click

from bot.cli import json_output
from bot.cli.context import CommandContext, command_context, me, shared
from bot.people import audit
from bot.runs.cli import UNFINISHED, print_runs
from provisioning.manual.housekeeping import ENDS_MANY
from provisioning.planning.safeguards import SAFEGUARDS
from provisioning.records import RunStatus
from provisioning.runs.approvals import approve as approve_run
from provisioning.runs.approvals import reject as reject_run
from provisioning.runs.undo import undo as undo_run
from provisioning.store import decisions
from provisioning.store.decisions import Relaxation
from provisioning.store.runs import Run


def commands() -> list[click.Command]:
    """The commands of this page."""
    return [
        _decision("approve", approve_run, "Apply what a run holds, if it is still what was shown."),
        _decision(
            "reject", reject_run, "Leave undone what a run holds, until an extract asks for something else."
        ),
        undo,
        relax,
        reconsider,
    ]


def _decision(name: str, decide: Callable[..., Run], summary: str) -> click.Command:
    @click.command(name, help=summary)
    @click.argument("run", type=int)
    @shared
    @click.pass_context
    def command(ctx: click.Context, run: int) -> None:
        with command_context(ctx) as at:
            at.record(audit.BEGUN)
            decided = decide(at.services.provisioning, run, by=me())
            at.record(decided.status, school=decided.school)
            print_runs(at, [decided])
        if decided.status in (RunStatus.FAILED, RunStatus.HELD):
            ctx.exit(UNFINISHED)

    return command


@click.command()
@click.argument("run", type=int)
@shared
@click.pass_context
def undo(ctx: click.Context, run: int) -> None:
    """Put every account of a run back, except those that have changed since; they are listed."""
    with command_context(ctx) as at:
        at.record(audit.BEGUN)
        undone = undo_run(at.services.provisioning, run, by=me())
        at.record(audit.OK, school=undone.run.school)
        if at.as_json:
            shape = json_output.run(undone.run, at.services.catalogue, at.language)
            at.print_json({"runs": [{**shape, "undoes": run, "left": list(undone.left)}]})
            return
        print_runs(at, [undone.run])
        for identifier in undone.left:
            at.console.print(at.shown("cli.left", identifier=identifier))


@click.command()
@click.argument("school", metavar="SCHOOL")
@click.argument("safeguard", type=click.Choice([*SAFEGUARDS, ENDS_MANY]))
@click.option("--up-to", type=click.IntRange(min=1), metavar="N", required=True)
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), required=True)
@click.option("--why", required=True)
@shared
@click.pass_context
def relax(ctx: click.Context, school: str, safeguard: str, up_to: int, until: datetime, why: str) -> None:
    """Let a safeguard pass up to so many at a school until a day; it ends by itself."""
    with command_context(ctx) as at:
        at.schools((school,))
        given = Relaxation(school, safeguard, until.date(), why, me(), up_to)
        with at.services.database.writing() as session:
            at.record(session=session)
            decisions.relax(session, given, at.services.clock.now())
        _print_relaxations(at, [given])


@click.command()
@click.option("--school", metavar="NUMBER", required=True)
@shared
@click.pass_context
def reconsider(ctx: click.Context, school: str) -> None:
    """Forget what was rejected or undone at a school, so that its next run asks again."""
    with command_context(ctx) as at:
        at.schools((school,))
        with at.services.database.writing() as session:
            at.record(session=session)
            forgotten = decisions.reconsider(session, school)
        if at.as_json:
            at.print_json({"school": school, "forgotten": forgotten})
        else:
            at.console.print(at.say("cli.reconsidered", count=forgotten))


def _print_relaxations(at: CommandContext, found: list[Relaxation]) -> None:
    if at.as_json:
        at.print_json({"relaxations": [json_output.relaxation(one) for one in found]})
        return
    for one in found:
        at.console.print(
            at.shown(
                "cli.relaxed",
                school=one.school,
                safeguard=one.safeguard,
                up_to=one.up_to,
                until=one.until,
                why=one.why,
            )
        )
