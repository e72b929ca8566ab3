"""`hwb report`: how a rollover went, as text, JSON, Markdown, a page to print or a picture."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from bot.authorities import schools_of
from bot.cli.context import CommandContext, command_context
from bot.cli.language import misuse
from bot.cli.options import shared
from bot.cli.output import moment_json
from bot.people.reader import Reader
from bot.report import terminal, written
from bot.report.figures import Known, StageState, YearFigures
from bot.report.page import page, todo_line
from bot.report.report import Part, Report, make
from bot.slack.voice import Voice
from provisioning.clock import today
from provisioning.errors import KnownError

_ANYBODY = Reader()
"""Who is sent the files of a report: people who look after no MIS files."""
_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.option(
    "--school",
    "numbers",
    metavar="NUMBER",
    multiple=True,
    help="Only this school; can be given several times.",
)
@click.option(
    "--la", "authority", metavar="CODE", help="Only the schools of the local authority with this code."
)
@click.option("--year", type=click.IntRange(2000, 2200), help="The rollover's year; else the one in focus.")
@click.option("--markdown", is_flag=True, help="Print Markdown, for a mail.")
@click.option("--html", type=_FILE, metavar="FILE", help="Write a page to print into this file.")
@click.option("--picture", type=_FILE, metavar="FILE", help="Draw schools and stages into this PNG file.")
@shared
@click.pass_context
def report(
    ctx: click.Context,
    numbers: tuple[str, ...],
    authority: str | None,
    year: int | None,
    markdown: bool,
    html: Path | None,
    picture: Path | None,
) -> None:
    """Report how a rollover went, compared with the year before, and what to do in July."""
    if numbers and authority is not None:
        raise misuse(ctx, "which-rollover")
    with command_context(ctx) as command:
        chosen = schools_of(authority, command.schools(numbers))
        services = command.services
        in_focus = services.provisioning.knowledge.rollover_in_focus(today(services.clock)).year
        found = make(services, chosen, year or in_focus)
        voice = Voice(services.catalogue, command.language, _ANYBODY)
        told = page(found, voice)
        if command.as_json:
            command.print_json(report_json(found, voice))
        elif markdown and not (html or picture):
            command.console.print(written.markdown(told), markup=False, end="")
        elif not (html or picture):
            terminal.show(told, command.console)
        if html is not None:
            _write(command, html, written.html(told, command.language))
        if picture is not None:
            # Imported here, because the plotting library takes longer to load than most commands to run.
            from bot.report.picture import report_picture

            _write(command, picture, report_picture(told, voice))


def _write(command: CommandContext, file: Path, content: bytes) -> None:
    """Write `content` into `file`, and say so, unless JSON is printed."""
    command.record()
    try:
        file.write_bytes(content)
    except OSError as error:
        raise KnownError("report-unwritten", file=str(file), why=error.strerror or "") from error
    if not command.as_json:
        command.console.print(command.say("report.written", file=str(file)), markup=False)


def report_json(found: Report, voice: Voice) -> dict[str, Any]:
    """Return a report as JSON; what is not known is null."""
    return {
        "year": found.year,
        "as_of": moment_json(found.as_of),
        **_part(found.whole, voice),
        "authorities": {code: _part(part, voice) for code, part in found.authorities.items()},
        "schools": [
            {
                "school": school.school.number,
                "local_authority": school.school.local_authority,
                "stages": {
                    stage: {
                        "state": closing.state.value,
                        "due": moment_json(closing.due),
                        "closed_on": moment_json(closing.closed_on),
                        "days_late": closing.late if closing.closed_on else None,
                    }
                    for stage, closing in school.stages.items()
                },
            }
            for school in found.whole.now.schools
        ],
    }


def _part(part: Part, voice: Voice) -> dict[str, Any]:
    return {
        "now": _year(part.now),
        "before": _year(part.before),
        "july": [
            {
                "rule": each.rule,
                "by": moment_json(each.by),
                "schools": [school.number for school in each.schools],
                "number": each.number,
                "cause": each.cause,
                "said": todo_line(each, voice),
            }
            for each in part.advice
        ],
    }


def _year(found: YearFigures) -> dict[str, Any]:
    alerts, holds, desk = found.alerts.figures, found.holds.figures, found.desk.figures
    return {
        "year": found.year,
        "stages": {
            line.stage: {
                **{state.value.replace("-", "_"): line.schools[state] for state in StageState},
                "median_days_late": line.days,
            }
            for line in found.stages
        },
        "causes": _known(
            found.causes,
            [
                {
                    "cause": line.cause,
                    "alerts": line.alerts,
                    "cases": line.cases,
                    "requests": line.requests,
                    "median_days": line.days,
                }
                for line in found.causes.figures or ()
            ],
        ),
        "alerts": _known(
            found.alerts,
            alerts and {"levels": list(alerts.levels), "open": alerts.open, "median_days": alerts.days},
        ),
        "holds": _known(
            found.holds,
            holds
            and {
                "approved": holds.approved,
                "rejected": holds.rejected,
                "undone": holds.undone,
                "replaced": holds.replaced,
                "waiting": holds.waiting,
                "median_seconds_to_decision": _seconds(holds.to_decision),
            },
        ),
        "desk": _known(
            found.desk,
            desk
            and {
                "opened": desk.opened,
                "resolved": desk.resolved,
                "median_seconds_to_answer": _seconds(desk.to_answer),
                "median_seconds_to_resolution": _seconds(desk.to_resolution),
            },
        ),
    }


def _known(known: Known[Any], figures: Any) -> dict[str, Any] | None:
    if known.figures is None:
        return None
    return {"since": moment_json(known.since), "figures": figures}


def _seconds(time: timedelta | None) -> float | None:
    return None if time is None else time.total_seconds()
