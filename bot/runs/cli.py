"""`hwb provision`, `hwb runs`, and decisions: `approve`, `reject`, `undo`, `relax` and `reconsider`."""

from collections.abc import Callable, Sequence
from datetime import datetime

import click
from rich.progress import Progress

from bot.cli.context import CommandContext, command_context, me, tell
from bot.cli.language import misuse
from bot.cli.options import shared
from bot.people import audit
from bot.runs.run_output import dry_run_json, print_forecasts, print_relaxation, print_runs, run_json
from provisioning.clock import today
from provisioning.errors import KnownError
from provisioning.manual.endings import ENDS_MANY
from provisioning.manual.upkeep import take_in
from provisioning.planning.safeguards import SAFEGUARDS
from provisioning.records.runs import RunStatus
from provisioning.runs.approvals import approve as approve_run
from provisioning.runs.approvals import reject as reject_run
from provisioning.runs.batches import Batch, provision_batch
from provisioning.runs.school_run import dry_run
from provisioning.runs.undo import undo as undo_run
from provisioning.store import decisions
from provisioning.store import runs as run_store
from provisioning.store.decisions import Relaxation
from provisioning.store.runs import Run

UNFINISHED = 3
"""Exit status where the command did its work, but a run failed or is held."""


@click.command()
@click.option("--school", "numbers", metavar="NUMBER", multiple=True)
@click.option("--all", "everything", is_flag=True)
@click.option("--dry-run", is_flag=True)
@shared
@click.pass_context
def provision(ctx: click.Context, numbers: tuple[str, ...], everything: bool, dry_run: bool) -> None:
    """Run provisioning for schools, previous schools before those that their leavers go to."""
    if bool(numbers) == everything:
        raise misuse(ctx, "which-schools")
    with command_context(ctx) as at:
        day = today(at.services.clock)
        chosen = [school.number for school in at.schools(numbers) if numbers or not school.is_closed(day)]
        if not chosen:
            raise KnownError("no-schools")
        found = _show_plans(at, chosen) if dry_run else _run(at, chosen)
    if any(run.status in (RunStatus.FAILED, RunStatus.HELD) for run in found):
        ctx.exit(UNFINISHED)


@click.command()
@click.option("--school", metavar="NUMBER")
@click.option("--last", type=click.IntRange(min=1), metavar="K")
@shared
@click.pass_context
def runs(ctx: click.Context, school: str | None, last: int | None) -> None:
    """List runs, newest first."""
    with command_context(ctx) as at:
        number = at.schools((school,))[0].number if school else None
        with at.services.database.reading() as session:
            found = run_store.newest(session, number, last)
        print_runs(at, found)


def _decision(name: str, decide: Callable[..., Run], summary: str) -> click.Command:
    """Return the command `name`, which decides a held run by `decide`; `summary` is its help."""

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


approve = _decision("approve", approve_run, "Apply what a run holds, if it is still what was shown.")
reject = _decision(
    "reject", reject_run, "Leave undone what a run holds, until an extract asks for something else."
)


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
            undone_json = run_json(undone.run, at.services.catalogue, at.language)
            at.print_json({"runs": [{**undone_json, "undoes": run, "left": list(undone.left)}]})
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
        relaxation = Relaxation(school, safeguard, until.date(), why, me(), up_to)
        with at.services.database.writing() as session:
            at.record(session=session)
            decisions.relax(session, relaxation, at.services.clock.now())
        print_relaxation(at, relaxation)


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


def _run(at: CommandContext, chosen: Sequence[str]) -> Sequence[Run]:
    """Run the schools with the numbers `chosen`, print their runs, and return these."""
    for problem in take_in(at.services.provisioning):
        tell(at, problem)
    at.record(audit.BEGUN)
    with Progress(console=at.console, transient=True, disable=at.as_json) as progress:
        bar = progress.add_task(at.say("cli.running"), total=len(chosen))
        batch: Batch = provision_batch(
            at.services.provisioning, chosen, started_by="command", done=lambda _run: progress.advance(bar)
        )
    for run in batch.runs:
        at.record(run.status, school=run.school)
    for school, problem in batch.refused:
        at.record(audit.outcome_of(problem), school=school)
    print_runs(at, batch.runs)
    if batch.refused:
        raise batch.refused[0][1]
    return batch.runs


def _show_plans(at: CommandContext, chosen: Sequence[str]) -> Sequence[Run]:
    """Print what runs of the schools `chosen` would do, and return these runs, which are not kept."""
    rehearsed = [dry_run(at.services.provisioning, school) for school in chosen]
    if at.as_json:
        at.print_json({"runs": [dry_run_json(at, run, proposal) for run, proposal in rehearsed]})
        return [run for run, _ in rehearsed]
    if at.services.provisioning.external_directory is not None:
        at.console.print(at.say("cli.expected-of-client"))
    print_runs(at, [run for run, _ in rehearsed])
    print_forecasts(at, chosen, rehearsed)
    table = at.table("school", "change", "kind", "identifier", "line", "year", "class")
    for run, proposal in rehearsed:
        for change in proposal.plan.changes if proposal else ():
            table.add_row(
                run.school,
                at.say(f"change.{change.kind}"),
                at.say(f"kind.{change.record.kind}"),
                change.record.identifier,
                str(change.record.line),
                change.after.get("year_group") or "",
                change.after.get("class_name") or "",
            )
    if table.row_count:
        at.console.print(table)
    return [run for run, _ in rehearsed]
