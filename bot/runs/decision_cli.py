"""`hwb approve`, `reject`, `undo`, `relax` and `reconsider`: decisions on what runs held back or changed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import click

from bot.cli.account import me
from bot.cli.context import command_context
from bot.cli.options import COUNT, shared
from bot.people import audit
from bot.runs import copies
from bot.runs.cli import SET_BACK, UNFINISHED
from bot.runs.run_output import print_relaxation, print_runs, run_json
from knowledge.visible import one_line
from provisioning.manual.endings import ENDS_MANY
from provisioning.planning.safeguards import SAFEGUARDS
from provisioning.records.runs import RunStatus
from provisioning.runs.approvals import approve as approve_run
from provisioning.runs.approvals import reject as reject_run
from provisioning.runs.undo import undo as undo_run
from provisioning.store import decisions
from provisioning.store.decisions import Relaxation
from provisioning.store.runs import Run


def _decision(name: str, decide: Callable[..., Run], summary: str, *more: click.Option) -> click.Command:
    """Return the command `name`, which decides a held run by `decide`; `summary` is its help.

    `more` are further options: --clock-set-back, of a decision that applies something.
    """

    @click.command(name, help=summary)
    @click.argument("run", type=int)
    @shared
    @click.pass_context
    def carry_out(ctx: click.Context, run: int, clock_set_back: bool = False) -> None:
        with command_context(ctx) as command:
            command.record(audit.BEGUN)
            provisioning = replace(command.services.provisioning, clock_set_back=clock_set_back)
            decided = decide(provisioning, run, by=me())
            command.record(decided.status, school=decided.school)
            copies.tell(command.services, decided.school)
            print_runs(command, [decided])
        if decided.status in (RunStatus.FAILED, RunStatus.HELD):
            ctx.exit(UNFINISHED)

    carry_out.params += more
    return carry_out


approve = _decision(
    "approve",
    approve_run,
    "Apply what a run holds, if it is still what was shown.",
    click.Option(["--clock-set-back"], **SET_BACK),
)
reject = _decision(
    "reject", reject_run, "Leave undone what a run holds, until an extract asks for something else."
)


@click.command()
@click.argument("run", type=int)
@shared
@click.pass_context
def undo(ctx: click.Context, run: int) -> None:
    """Put every account of a run back, except those that have changed since; they are listed."""
    with command_context(ctx) as command:
        command.record(audit.BEGUN)
        undone = undo_run(command.services.provisioning, run, by=me())
        command.record(audit.OK, school=undone.run.school)
        copies.tell(command.services, undone.run.school)
        if command.as_json:
            undone_json = run_json(undone.run, command.services.catalogue, command.language)
            command.print_json({"runs": [{**undone_json, "undoes": run, "left": list(undone.left)}]})
            return
        print_runs(command, [undone.run])
        for identifier in undone.left:
            command.console.print(command.shown("cli.left", identifier=identifier))


@click.command()
@click.argument("school", metavar="SCHOOL")
@click.argument("safeguard", type=click.Choice([*SAFEGUARDS, ENDS_MANY]))
@click.option(
    "--up-to",
    type=COUNT,
    metavar="N",
    required=True,
    help="How many changes may pass in all.",
)
@click.option(
    "--until", type=click.DateTime(["%Y-%m-%d"]), required=True, help="The last day on which they may pass."
)
@click.option("--why", required=True, help="The reason, for those who read the decision later.")
@shared
@click.pass_context
def relax(ctx: click.Context, school: str, safeguard: str, up_to: int, until: datetime, why: str) -> None:
    """Let a safeguard pass up to so many at a school until a day; it ends by itself."""
    with command_context(ctx) as command:
        command.schools((school,))
        relaxation = Relaxation(school, safeguard, command.until(until), one_line(why), me(), up_to)
        with command.services.database.writing() as session:
            command.record(session=session)
            decisions.relax(session, relaxation, command.services.clock.now())
        print_relaxation(command, relaxation)


@click.command()
@click.option(
    "--school", metavar="NUMBER", required=True, help="The school whose refused changes are forgotten."
)
@shared
@click.pass_context
def reconsider(ctx: click.Context, school: str) -> None:
    """Forget what was rejected or undone at a school, so that its next run asks again."""
    with command_context(ctx) as command:
        command.schools((school,))
        with command.services.database.writing() as session:
            command.record(session=session)
            forgotten = decisions.take_back(session, school, me(), command.services.clock.now())
        copies.tell(command.services, school)
        if command.as_json:
            command.print_json({"school": school, "forgotten": forgotten})
        else:
            command.console.print(command.say("cli.reconsidered", count=forgotten))
