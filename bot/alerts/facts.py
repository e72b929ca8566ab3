"""Which facts a school's readiness amounts to: the stages that fail, and those that will be due."""

from datetime import date, datetime, timedelta

from bot import hours
from bot.alerts.alert import RUN_FAILED, SCHOOL_LEVEL, Fact, Key
from diagnostics.readiness import Readiness
from diagnostics.verdict import Outcome, Verdict
from knowledge.keydates import end_of_academic_year
from knowledge.loading import Knowledge
from knowledge.models import KeyDates
from knowledge.texts import Text
from provisioning.clock import uk_date
from provisioning.records import School
from provisioning.rules import STALE
from provisioning.store.runs import Run

_RUN_UP = timedelta(weeks=4)
"""How long before the end-of-year deadline, and after rollover week, anybody is chased."""
_CONSEQUENCES = ("ran-after-previous-schools", "intake-matched")
"""What comes by itself once others have done theirs is announced to nobody beforehand."""


def season(dates: KeyDates, today: date) -> bool:
    """Whether a rollover is on: in the run-up to its deadline, in its week, and in the weeks after it."""
    return dates.end_of_year_deadline - _RUN_UP <= today <= dates.week_end + _RUN_UP


def facts(
    found: Readiness, latest: Run | None, dates: KeyDates, today: date, known: Knowledge
) -> tuple[Fact, ...]:
    """A school's facts; a `latest` run that failed takes the place of the run that the week still wants."""
    chased = season(dates, today)
    failed = latest is not None and latest.failed
    made = [
        _of_stage(found, stage, dates, known, chased)
        for stage in found.stages
        if not (failed and stage.step == "client-ran") and _counts(stage)
    ]
    if latest is not None and failed:
        made.append(_of_run(found.school, latest, dates, today, known, chased))
    return tuple(made)


ALL_YEAR = ("extract-current",)
"""Stages that are chased all year: by an export that has stopped, everything else stands still."""


def due(kind: str, dates: KeyDates) -> date:
    """The day by which a stage is to be done."""
    match kind:
        case "mis-end-of-year":
            return dates.end_of_year_deadline
        case "client-ran" | "ran-after-previous-schools" | "intake-matched":
            return dates.week_end
        case kind if kind in SCHOOL_LEVEL:
            return end_of_academic_year(dates.year)
        case _:
            return dates.first_day_of_term


def _counts(stage: Verdict) -> bool:
    coming = stage.outcome is Outcome.NOT_REACHED and stage.step not in _CONSEQUENCES
    return stage.outcome is Outcome.FAILS or coming


def _of_stage(found: Readiness, stage: Verdict, dates: KeyDates, known: Knowledge, chased: bool) -> Fact:
    step = known.stage_step(stage.step, stage.detail.key.rpartition(".")[2])
    said = {"school": found.school.name, "previous": stage.detail.values.get("schools", found.school.name)}
    move = found.moves.get(stage.step)
    return Fact(
        Key(stage.step, found.school.number, dates.year),
        stage.detail,
        _due_of(stage, dates),
        move.who if move else step.who,
        move.action if move else Text(step.action, said),
        open=stage.outcome is Outcome.FAILS,
        chased=chased or stage.step in ALL_YEAR,
    )


def _due_of(stage: Verdict, dates: KeyDates) -> date:
    """The day by which a stage is to be done; an extract, before it was too old to be believed."""
    if stage.step == "extract-current" and isinstance(stage.as_of, datetime):
        return uk_date(stage.as_of) + STALE
    return due(stage.step, dates)


def _of_run(school: School, run: Run, dates: KeyDates, today: date, known: Knowledge, chased: bool) -> Fact:
    step = known.stage_step("client-ran", "failed")
    said = {"when": run.finished_at or run.started_at, "why": run.error or Text("alert.run-failed.no-reason")}
    return Fact(
        Key(RUN_FAILED, school.number, dates.year),
        Text("alert.run-failed.text", said),
        dates.week_end,
        step.who,
        Text(step.action, {"school": school.name, "previous": school.name}),
        chased=chased,
        urgent=hours.cannot_wait(today, dates),
    )
