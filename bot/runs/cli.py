"""`hwb provision`, `hwb runs`, and decisions: `approve`, `reject`, `undo`, `relax` and `reconsider`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import click
from rich.markup import escape
from rich.progress import Progress

from bot.cli.context import CommandContext, command_context, me, tell
from bot.cli.language import misuse
from bot.cli.options import shared
from bot.cli.output import moment_json
from bot.people import audit
from bot.runs.screens import forecast_lines, note_texts
from bot.slack.voice import Voice
from knowledge.texts import Catalogue, Language
from provisioning.clock import today
from provisioning.errors import KnownError
from provisioning.manual.endings import ENDS_MANY
from provisioning.manual.upkeep import take_in
from provisioning.planning.forecast import forecast
from provisioning.planning.proposal import Proposal
from provisioning.planning.safeguards import SAFEGUARDS
from provisioning.records.changes import Change
from provisioning.records.plans import Note, Plan
from provisioning.records.runs import RunStatus
from provisioning.records.schools import School
from provisioning.runs.approvals import approve as approve_run
from provisioning.runs.approvals import reject as reject_run
from provisioning.runs.batches import Batch, provision_batch
from provisioning.runs.school_run import dry_run
from provisioning.runs.undo import undo as undo_run
from provisioning.store import decisions, run_notes
from provisioning.store import runs as run_store
from provisioning.store.decisions import Relaxation
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
        _print_runs(at, found)


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
            _print_runs(at, [decided])
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
            shape = _run_json(undone.run, at.services.catalogue, at.language)
            at.print_json({"runs": [{**shape, "undoes": run, "left": list(undone.left)}]})
            return
        _print_runs(at, [undone.run])
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
    _print_runs(at, batch.runs)
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
    _print_runs(at, [run for run, _ in rehearsed])
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
    """Print what the next runs will do, in plain words, a paragraph for each school."""
    names: dict[str, School] = {school.number: school for school in at.schools()}
    voice = Voice(at.services.catalogue, at.language)
    for number, (_, proposal) in zip(chosen, rehearsed, strict=True):
        if proposal is not None:
            at.console.print(f"[bold]{escape(names[number].name.in_(at.language))}[/]")
            for line in forecast_lines(forecast(proposal), names, voice):
                at.console.print(f"  {escape(line)}")


def _with_changes(at: CommandContext, run: Run, proposal: Proposal | None) -> dict[str, object]:
    shape = _run_json(run, at.services.catalogue, at.language)
    expected = {"expected_of_client": True} if at.services.provisioning.external_directory else {}
    return {**shape, "changes": _changes_json(proposal.plan) if proposal else [], **expected}


def _print_runs(at: CommandContext, found: Sequence[Run]) -> None:
    """Print runs, as JSON or as a table."""
    noticed = _noticed(at, found)
    if at.as_json:
        at.print_json(
            {
                "runs": [
                    _run_json(run, at.services.catalogue, at.language)
                    | {"notes": _notes_json(noticed.get(run.id or 0, ()))}
                    for run in found
                ]
            }
        )
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
    for run in found:
        said = [at.say(text) for hold in run.holds for text in hold.said]
        said += [at.say(run.error)] if run.error else []
        said += [at.say(text) for text in note_texts(noticed.get(run.id or 0, ()))]
        for sentence in said:
            at.console.print(f"[bold]{run.school}[/]  {escape(sentence)}")


def _noticed(at: CommandContext, found: Sequence[Run]) -> Mapping[int, Sequence[Note]]:
    """Return the notes of runs by the run's number; a dry run keeps none."""
    with at.services.database.reading() as session:
        return run_notes.noticed(session, [run.id for run in found if run.id is not None])


def _print_relaxations(at: CommandContext, found: list[Relaxation]) -> None:
    if at.as_json:
        at.print_json({"relaxations": [_relaxation_json(given) for given in found]})
        return
    for given in found:
        at.console.print(
            at.shown(
                "cli.relaxed",
                school=given.school,
                safeguard=given.safeguard,
                up_to=given.up_to,
                until=given.until,
                why=given.why,
            )
        )


def _run_json(run: Run, catalogue: Catalogue, language: Language) -> dict[str, Any]:
    """Return a run."""
    return {
        "id": run.id,
        "school": run.school,
        "status": run.status.value,
        "started_at": moment_json(run.started_at),
        "finished_at": moment_json(run.finished_at),
        "counts": dict(run.counts),
        "held_by": list(run.held_by),
        "error": catalogue.say(run.error, language) if run.error else None,
    }


def _notes_json(notes: Iterable[Note]) -> list[dict[str, Any]]:
    """Return what a run noticed and left as it is: people without a row, names that differ."""
    return [
        {"note": note.kind.value, "kind": note.person.value, "identifier": note.identifier} for note in notes
    ]


def _changes_json(plan: Plan) -> list[dict[str, Any]]:
    """Return what a dry run would change, in the order in which it would."""
    return [_change_json(change) for change in plan.changes]


def _change_json(change: Change) -> dict[str, Any]:
    fields = [name for name in ("year_group", "class_name", "status", "school") if name in change.after]
    return {
        "change": change.kind.value,
        "kind": change.record.kind.value,
        "identifier": change.record.identifier,
        "before": {name: getattr(change.account, name) for name in fields} if change.account else None,
        "after": {name: change.after[name] for name in fields},
    }


def _relaxation_json(given: Relaxation) -> dict[str, Any]:
    """Return a relaxed safeguard."""
    return {
        "school": given.school,
        "safeguard": given.safeguard,
        "until": given.until.isoformat(),
        "up_to": given.up_to,
        "used": given.used,
        "why": given.why,
        "by": given.by,
    }
