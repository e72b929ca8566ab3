"""`hwb provision` and `hwb runs`: run schools, or some of their people, and list runs."""

from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any

import click
from rich.progress import Progress

from bot.cli.context import CommandContext, command_context, tell
from bot.cli.frozen import frozen, print_frozen
from bot.cli.language import misuse
from bot.cli.options import COUNT, shared
from bot.people import audit
from bot.runs.run_output import (
    NEWEST_RUNS,
    dry_run_json,
    list_runs,
    print_forecasts,
    print_runs,
)
from diagnostics.sought_person import people_sought
from provisioning.clock import today
from provisioning.errors import DatabaseProblem, KnownError
from provisioning.manual.upkeep import take_in
from provisioning.planning.proposal import Proposal
from provisioning.records.runs import RunStatus
from provisioning.runs.batches import Batch, provision_batch
from provisioning.runs.dependencies import Provisioning
from provisioning.runs.school_run import dry_run as dry_run_school
from provisioning.runs.some_people import dry_run_some, provision_some
from provisioning.store.run_listing import newest
from provisioning.store.runs import Run

UNFINISHED = 3
"""Exit status where the command did its work, but a run failed or is held."""
SET_BACK: dict[str, Any] = {"is_flag": True, "help": "Run by an earlier clock than the school's last run."}
"""The option by which a run applies changes although its clock is behind that of the last run."""


@click.command()
@click.option(
    "--school",
    "numbers",
    metavar="NUMBER",
    multiple=True,
    help="Run this school; can be given several times.",
)
@click.option("--all", "everything", is_flag=True, help="Run every school that is not closed.")
@click.option(
    "--only",
    metavar="UPN-OR-STAFF-CODE",
    multiple=True,
    help="Run one school for this person alone; up to 20 people.",
)
@click.option("--dry-run", is_flag=True, help="Only show what would be changed; nothing is changed.")
@click.option("--clock-set-back", **SET_BACK)
@shared
@click.pass_context
def provision(
    ctx: click.Context,
    numbers: tuple[str, ...],
    everything: bool,
    only: tuple[str, ...],
    dry_run: bool,
    clock_set_back: bool,
) -> None:
    """Run provisioning for schools, previous schools before those that their leavers go to."""
    if bool(numbers) == everything:
        raise misuse(ctx, "which-schools")
    if only and len(numbers) != 1:
        raise misuse(ctx, "only-at-one-school")
    with command_context(ctx) as command:
        day = today(command.services.clock)
        open_ = [school for school in command.schools(numbers) if numbers or not school.is_closed(day)]
        if not open_:
            raise KnownError("no-schools")
        left_out = {} if numbers or dry_run else frozen(command.services, open_)
        if left_out:
            click.echo(command.say("cli.frozen-left-out", schools=", ".join(left_out)), err=True)
        chosen = [school.number for school in open_ if school.number not in left_out]
        provisioning = replace(command.services.provisioning, clock_set_back=clock_set_back)
        if dry_run:
            found: Sequence[Run] = _show_plans(command, chosen, only)
        elif only:
            found = [_run_for_some(command, provisioning, chosen[0], only)]
        else:
            found = _run(command, provisioning, chosen)
    if any(run.status in (RunStatus.FAILED, RunStatus.HELD) or run.holds for run in found):
        ctx.exit(UNFINISHED)


@click.command()
@click.option("--school", metavar="NUMBER", help="Only the runs of this school.")
@click.option(
    "--last",
    type=COUNT,
    metavar="K",
    default=NEWEST_RUNS,
    help="How many; if not given, 1,000.",
)
@shared
@click.pass_context
def runs(ctx: click.Context, school: str | None, last: int) -> None:
    """List runs, newest first."""
    with command_context(ctx) as command:
        named = command.schools((school,)) if school else []
        number = named[0].number if named else None
        if not command.as_json:
            print_frozen(command, named)
        with command.services.database.reading() as session:
            list_runs(command, session, newest(session, number, last))


def _run(command: CommandContext, provisioning: Provisioning, chosen: Sequence[str]) -> Sequence[Run]:
    """Run the schools with the numbers `chosen`, print their runs, and return these.

    Where a school is refused, or the database fails, the error says how many of several were done.
    """
    for problem in take_in(provisioning):
        tell(command, problem)
    command.record(audit.BEGUN)
    finished: list[Run] = []
    problems: list[KnownError] = []
    with Progress(console=command.console, transient=True, disable=command.as_json) as progress:
        bar = progress.add_task(command.say("cli.running"), total=len(chosen))

        def note(run: Run) -> None:
            finished.append(run)
            progress.advance(bar)

        try:
            batch = provision_batch(provisioning, chosen, started_by="command", done=note)
            problems += [problem for _, problem in batch.refused]
            if batch.elsewhere and len(chosen) == 1:
                problems.append(KnownError("run-under-way", school=chosen[0]))
            elif batch.elsewhere:
                click.echo(command.say("cli.elsewhere", schools=", ".join(batch.elsewhere)), err=True)
            _record(command, batch)
        except DatabaseProblem as lost:
            problems.append(lost)
            with suppress(DatabaseProblem):
                _record(command, Batch(tuple(finished)))
    if finished or command.as_json:
        print_runs(command, finished)
    if problems:
        raise _unfinished(problems[0], {run.school for run in finished}, chosen)
    return finished


def _run_for_some(
    command: CommandContext, provisioning: Provisioning, school: str, people: Sequence[str]
) -> Run:
    """Run a school for some people alone, print the run and return it; the audit has each of them."""

    def record(outcome: str) -> None:
        for person in people:
            command.record(outcome, school=school, subject=person)

    record(audit.BEGUN)
    try:
        run = provision_some(
            provisioning, school, len(people), partial(people_sought, people), started_by="command"
        )
    except KnownError as problem:
        record(audit.outcome_of(problem))
        raise
    record(run.status)
    print_runs(command, [run])
    return run


def _record(command: CommandContext, batch: Batch) -> None:
    """Record every run of a batch, and every refusal; the database's log is brought into its file."""
    command.services.database.checkpoint()
    for run in batch.runs:
        command.record(run.status, school=run.school)
    for school in batch.elsewhere:
        command.record(audit.ELSEWHERE, school=school)
    for school, problem in batch.refused:
        command.record(audit.outcome_of(problem), school=school)


def _unfinished(problem: KnownError, done: Collection[str], chosen: Collection[str]) -> KnownError:
    """Return `problem` with how many of the `chosen` schools were `done`, where there are several."""
    if len(chosen) < 2:
        return problem
    counts = {"done": len(done), "of": len(chosen)}
    return KnownError("batch-unfinished", **counts, why=problem.said, what=problem.hint)


def _plans(
    command: CommandContext, chosen: Sequence[str], only: Sequence[str]
) -> list[tuple[Run, Proposal | None]]:
    """Return what runs of the schools `chosen` would do, or one of the people `only`, if there are any."""
    provisioning = command.services.provisioning
    if not only:
        return [dry_run_school(provisioning, school) for school in chosen]
    for person in only:
        command.record(school=chosen[0], subject=person)
    return [dry_run_some(provisioning, chosen[0], len(only), partial(people_sought, only))]


def _show_plans(command: CommandContext, chosen: Sequence[str], only: Sequence[str]) -> Sequence[Run]:
    """Print what runs of the schools `chosen` would do, and return these runs, which are not kept.

    With `only`, a run of these people alone at the one school.
    """
    rehearsed = _plans(command, chosen, only)
    if command.as_json:
        command.print_json({"runs": [dry_run_json(command, run, proposal) for run, proposal in rehearsed]})
        return [run for run, _ in rehearsed]
    if command.services.provisioning.external_directory is not None:
        command.console.print(command.say("cli.expected-of-client"))
    print_runs(command, [run for run, _ in rehearsed])
    print_forecasts(command, chosen, rehearsed)
    table = command.table("school", "change", "kind", "identifier", "line", "year", "class")
    for run, proposal in rehearsed:
        for change in proposal.plan.changes if proposal else ():
            table.add_row(
                run.school,
                command.say(f"change.{change.kind}"),
                command.say(f"kind.{change.record.kind}"),
                change.record.identifier,
                str(change.record.line),
                change.after.get("year_group") or "",
                change.after.get("class_name") or "",
            )
    if table.row_count:
        command.console.print(table)
    return [run for run, _ in rehearsed]
