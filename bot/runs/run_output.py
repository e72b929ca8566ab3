"""Runs and relaxed safeguards as the command line prints them: in tables and sentences, or as JSON."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from rich.markup import escape
from sqlalchemy.orm import Session

from bot.cli.context import CommandContext
from bot.cli.output import moment_json
from bot.runs.forecast_screens import forecast_lines
from bot.runs.grounds_screen import grounds_of_holds
from bot.runs.noticed import NOTHING, Noticed, noticed
from bot.runs.screens import about_holds, about_others, counted, failure
from bot.slack.voice import Voice
from knowledge.texts import Catalogue, Language
from provisioning.clock import today
from provisioning.errors import DatabaseProblem
from provisioning.planning.forecast import forecast
from provisioning.planning.proposal import Proposal
from provisioning.records.changes import Change
from provisioning.records.plans import Plan
from provisioning.records.runs import Hold, RunStatus
from provisioning.records.schools import School
from provisioning.runs.held_grounds import HeldGrounds, held_grounds, weigh
from provisioning.store.decisions import Relaxation
from provisioning.store.runs import Run

NEWEST_RUNS = 1000
"""Runs that are listed where no number is asked for; the API answers with no more of them."""
_AT_ONCE = 500
"""Runs of which what they noticed is read at a time."""

_WEIGHED = 10
"""Held runs that are printed with their grounds: the extract of each is read again."""


def print_forecasts(
    command: CommandContext, chosen: Sequence[str], rehearsed: Sequence[tuple[Run, Proposal | None]]
) -> None:
    """Print what the `rehearsed` runs of the schools `chosen` will do, in plain words, school by school."""
    names: dict[str, School] = {school.number: school for school in command.schools()}
    voice = Voice(command.services.catalogue, command.language)
    for number, (_, proposal) in zip(chosen, rehearsed, strict=True):
        if proposal is not None:
            command.console.print(f"[bold]{escape(names[number].name.in_(command.language))}[/]")
            for line in forecast_lines(forecast(proposal), names, voice):
                command.console.print(f"  {escape(line)}")
            if proposal.holds:
                day = today(command.services.clock)
                with command.services.database.reading() as session:
                    found = weigh(session, proposal, proposal.holds, names[number], day)
                _print_grounds(command, proposal.holds, found)


def dry_run_json(command: CommandContext, run: Run, proposal: Proposal | None) -> dict[str, object]:
    """Return a dry run as JSON, with the changes of its `proposal`."""
    shown = run_json(run, command.services.catalogue, command.language)
    expected = {"expected_of_client": True} if command.services.provisioning.external_directory else {}
    return {**shown, "changes": _changes_json(proposal.plan) if proposal else [], **expected}


def print_runs(command: CommandContext, found: Sequence[Run]) -> None:
    """Print runs, as JSON or as a table."""
    by_run = _noticed(command, found)
    if command.as_json:
        shown = runs_json(found, by_run, command.services.catalogue, command.language)
        command.print_json({"runs": list(shown)})
        return
    table = command.table("run", "school", "run-status", "finished", "counts")
    for run in found:
        table.add_row(
            str(run.id or "-"),
            run.school,
            command.say(f"run-status.{run.status}"),
            command.say("cli.moment", moment=run.finished_at) if run.finished_at else "",
            ", ".join(map(command.say, counted(run))),
        )
    command.console.print(table)
    grounds = _grounds(command, found)
    for run in found:
        said = [command.say(text) for text in about_holds(run)]
        said += (
            [command.say(text) for text in failure(run.error, command.services.catalogue)]
            if run.error
            else []
        )
        said += [command.say(text) for text in (*about_others(run), *by_run.get(run.id or 0, NOTHING).said)]
        for sentence in said:
            command.console.print(f"[bold]{run.school}[/]  {escape(sentence)}")
        if (weighed := grounds.get(run.id or 0)) is not None:
            _print_grounds(command, run.holds, weighed)


def list_runs(command: CommandContext, session: Session, found: Iterator[Run]) -> None:
    """Print runs as `print_runs` does; as JSON in portions, so that memory stays flat."""
    if not command.as_json:
        print_runs(command, list(found))
        return

    def entries() -> Iterator[dict[str, Any]]:
        while some := list(islice(found, _AT_ONCE)):
            by_run = noticed(session, some)
            yield from runs_json(some, by_run, command.services.catalogue, command.language)

    command.print_json_list("runs", entries())


def runs_json(
    found: Iterable[Run], by_run: Mapping[int, Noticed], catalogue: Catalogue, language: Language
) -> Iterator[dict[str, Any]]:
    """Yield runs as JSON, each with what it noticed, which `by_run` has."""
    for run in found:
        yield run_json(run, catalogue, language) | _noticed_json(by_run.get(run.id or 0, NOTHING))


def _noticed(command: CommandContext, found: Sequence[Run]) -> Mapping[int, Noticed]:
    """Return what runs noticed; nothing where the database was lost after them, for they are shown anyway."""
    try:
        with command.services.database.reading() as session:
            return noticed(session, found)
    except DatabaseProblem:
        return {}


def _grounds(command: CommandContext, found: Sequence[Run]) -> Mapping[int, HeldGrounds]:
    """Return the grounds to decide by of the first held runs, as far as they can be worked out."""
    held = [run for run in found if run.id is not None and run.status is RunStatus.HELD][:_WEIGHED]
    if not held:
        return {}
    try:
        with command.services.database.reading() as session:
            weighed = {
                run.known_id: held_grounds(command.services.provisioning, session, run) for run in held
            }
    except DatabaseProblem:
        return {}
    return {id_: grounds for id_, grounds in weighed.items() if grounds is not None}


def _print_grounds(command: CommandContext, holds: Sequence[Hold], found: HeldGrounds) -> None:
    for _, texts in grounds_of_holds(holds, found):
        for text in texts:
            command.console.print(f"  • {escape(command.say(text))}")


def print_relaxation(command: CommandContext, given: Relaxation) -> None:
    """Print a relaxed safeguard."""
    if command.as_json:
        command.print_json({"relaxations": [_relaxation_json(given)]})
        return
    command.console.print(
        command.shown(
            "cli.relaxed",
            school=given.school,
            safeguard=given.safeguard,
            up_to=given.up_to,
            until=given.until,
            why=given.why,
        )
    )


def run_json(run: Run, catalogue: Catalogue, language: Language) -> dict[str, Any]:
    """Return a run as JSON, without what it noticed; of one of some people, how many, and what waits."""
    some = {} if run.only is None else {"only": run.only, "others_waiting": run.others}
    return {
        "id": run.id,
        "school": run.school,
        "status": run.status.value,
        "started_at": moment_json(run.started_at),
        "finished_at": moment_json(run.finished_at),
        "counts": dict(run.counts),
        "held_by": list(run.held_by),
        "error": catalogue.say(run.error, language) if run.error else None,
        **some,
    }


def _noticed_json(found: Noticed) -> dict[str, Any]:
    """Return as JSON what a run noticed and left as it is, and its rejected rows by file and reason.

    `replaced_by` is there only where the MIS has another person in the name of a person without a row.
    """
    notes = [
        {"note": note.kind.value, "kind": note.person.value, "identifier": note.identifier}
        | ({"replaced_by": note.replaced_by} if note.replaced_by else {})
        for note in found.notes
    ]
    rejected = [
        {"file": some.file, "reason": some.reason.value, "count": some.count, "first_line": some.first_line}
        for some in found.rejected
    ]
    return {"notes": notes, "rejected_rows": rejected}


def _changes_json(plan: Plan) -> list[dict[str, Any]]:
    """Return the changes of `plan` as JSON, in the order in which a run makes them."""
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
    """Return a relaxed safeguard as JSON."""
    return {
        "school": given.school,
        "safeguard": given.safeguard,
        "until": given.until.isoformat(),
        "up_to": given.up_to,
        "used": given.used,
        "why": given.why,
        "by": given.by,
    }
