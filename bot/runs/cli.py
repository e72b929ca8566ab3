"""`hwb provision` and `hwb runs`."""

from collections.abc import Mapping, Sequence

import click
from rich.markup import escape
from rich.progress import Progress

from bot.cli import json_output
from bot.cli.context import CommandContext, command_context, shared, tell
from bot.cli.language import misuse
from bot.people import audit
from bot.runs.screens import forecast_lines
from bot.slack.voice import Voice
from provisioning.clock import today
from provisioning.errors import KnownError
from provisioning.manual.reviews import take_in
from provisioning.planning.forecast import forecast
from provisioning.planning.proposal import Proposal
from provisioning.records import Note, RunStatus
from provisioning.runs.batches import Batch, provision_batch
from provisioning.runs.school_run import dry_run
from provisioning.store import runs as run_store
from provisioning.store.runs import COUNTS, Run

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
        chosen = [one.number for one in at.schools(numbers) if numbers or not one.is_closed(day)]
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


def _run(at: CommandContext, chosen: Sequence[str]) -> Sequence[Run]:
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
    rehearsed = [dry_run(at.services.provisioning, school) for school in chosen]
    if at.as_json:
        at.print_json({"runs": [_with_changes(at, run, proposal) for run, proposal in rehearsed]})
        return [run for run, _ in rehearsed]
    if at.services.provisioning.external_directory is not None:
        at.console.print(at.say("cli.expected-of-client"))
    print_runs(at, [run for run, _ in rehearsed])
    _print_forecasts(at, chosen, rehearsed)
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


def _print_forecasts(
    at: CommandContext, chosen: Sequence[str], rehearsed: Sequence[tuple[Run, Proposal | None]]
) -> None:
    """What is to come, in plain words, a school a paragraph."""
    names = {school.number: school for school in at.schools()}
    voice = Voice(at.services.catalogue, at.language)
    for number, (_, proposal) in zip(chosen, rehearsed, strict=True):
        if proposal is not None:
            at.console.print(f"[bold]{escape(names[number].name.in_(at.language))}[/]")
            for line in forecast_lines(forecast(proposal), names, voice):
                at.console.print(f"  {escape(line)}")


def _with_changes(at: CommandContext, run: Run, proposal: Proposal | None) -> dict[str, object]:
    shape = json_output.run(run, at.services.catalogue, at.language)
    expected = {"expected_of_client": True} if at.services.provisioning.external_directory else {}
    return {**shape, "changes": json_output.changes(proposal.plan) if proposal else [], **expected}


def print_runs(at: CommandContext, found: Sequence[Run]) -> None:
    """Print runs, as JSON or as a table."""
    if at.as_json:
        noticed = _noticed(at, found)
        shapes = [json_output.run(run, at.services.catalogue, at.language) for run in found]
        for run, shape in zip(found, shapes, strict=True):
            shape["notes"] = json_output.notes(noticed.get(run.id or 0, ()))
        at.print_json({"runs": shapes})
        return
    table = at.table("run", "school", "run-status", "finished", "counts")
    for run in found:
        table.add_row(
            str(run.id or "-"),
            run.school,
            at.say(f"run-status.{run.status}"),
            at.say("cli.moment", moment=run.finished_at) if run.finished_at else "",
            ", ".join(at.say(f"count.{name}", count=run.counts[name]) for name in COUNTS if run.counts[name]),
        )
    at.console.print(table)
    noticed = _noticed(at, found)
    for run in found:
        said = [at.say(text) for hold in run.holds for text in hold.said]
        said += [at.say(run.error)] if run.error else []
        said += [at.say(text) for text in json_output.notes_said(noticed.get(run.id or 0, ()))]
        for sentence in said:
            at.console.print(f"[bold]{run.school}[/]  {escape(sentence)}")


def _noticed(at: CommandContext, found: Sequence[Run]) -> Mapping[int, Sequence[Note]]:
    """What the runs noticed and left alone; a dry run keeps no notes."""
    with at.services.database.reading() as session:
        return run_store.noticed(session, [run.id for run in found if run.id is not None])
