"""The facts of a school's readiness: the stages that fail, and those that will be due. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta

from bot import hours
from bot.after_freeze import after
from bot.alerts.alert import RUN_FAILED, Fact, Key, at_previous, while_frozen
from bot.people.reader import is_at_previous
from diagnostics.deadlines import due_of
from diagnostics.school_stages import SchoolStages
from diagnostics.verdict import Next, Outcome, Verdict
from knowledge.loading import Knowledge
from knowledge.models import KeyDates
from knowledge.texts import Text
from provisioning.store.freezes import Freeze
from provisioning.store.runs import Run

_MARGIN = timedelta(weeks=4)
"""How long before the end-of-year deadline, and after rollover week, alerts are raised."""
_CONSEQUENCES = ("ran-after-previous-schools", "intake-matched")
"""Stages that follow from other schools' work, so that they are not announced before they are due."""
ENDED_BY_A_RUN = ("client-ran", "ran-after-previous-schools")
"""Stages that only a run ends; so it does the alert of a run that failed."""
_MOVES_OF_A_RUN = ("provisioning-manager", "nobody")
"""Who acts where a run is next: who starts it, or no person, as the next scheduled one will do."""
ALL_YEAR = ("extract-current",)
"""Stages that raise alerts all year: while a school's export has stopped, its accounts don't change."""


def season(dates: KeyDates, today: date) -> bool:
    """Return whether alerts are raised `today`: from before the deadline until after rollover week."""
    return dates.end_of_year_deadline - _MARGIN <= today <= dates.week_end + _MARGIN


def without_runs(fact: Fact, until: date) -> Fact:
    """Return a fact of a school whose runs are frozen `until` a day.

    What only a run mends is not raised, nor escalated; an action that is a run says after which day.
    """
    action = after(fact.action, until) if fact.by_run else fact.action
    frozen = replace(fact, action=while_frozen(action, until))
    mended_by_a_run = fact.key.kind in (RUN_FAILED, *ENDED_BY_A_RUN) or fact.who in _MOVES_OF_A_RUN
    return replace(frozen, in_season=False, urgent=False) if mended_by_a_run else frozen


def under_freezes(found: Iterable[Fact], frozen: Mapping[str, Freeze]) -> tuple[Fact, ...]:
    """Return facts, those of schools whose runs are `frozen` (by number) without what only runs mend."""
    return tuple(
        without_runs(fact, frozen[fact.key.school].ends_on) if fact.key.school in frozen else fact
        for fact in found
    )


def facts(
    found: SchoolStages, latest: Run | None, dates: KeyDates, today: date, known: Knowledge
) -> tuple[Fact, ...]:
    """Return the facts of a school whose stages are `found`.

    A `latest` run that failed takes the place of the stage `client-ran`.
    """
    in_season = season(dates, today)
    failed = latest is not None and latest.failed
    made = [
        _of_stage(found, stage, dates, known, in_season)
        for stage in found.stages
        if not (failed and stage.step == "client-ran") and _makes_a_fact(stage)
    ]
    if latest is not None and failed:
        made.append(_of_run(found, latest, dates, today, known, in_season))
    return tuple(made)


def _makes_a_fact(stage: Verdict) -> bool:
    """Return whether a stage is a fact: it fails, is not known, or needs an action before it is due."""
    coming = stage.outcome is Outcome.NOT_REACHED and stage.step not in _CONSEQUENCES
    return stage.outcome in (Outcome.FAILS, Outcome.UNKNOWN) or coming


def _of_stage(
    found: SchoolStages, stage: Verdict, dates: KeyDates, known: Knowledge, in_season: bool
) -> Fact:
    step = known.stage_step(stage.step, stage.detail.key.rpartition(".")[2])
    said = {"school": found.school.name, "previous": stage.detail.values.get("schools", found.school.name)}
    move, unknown = found.moves.get(stage.step), stage.outcome is Outcome.UNKNOWN
    return Fact(
        Key(stage.step, found.school.number, dates.year),
        stage.detail,
        due_of(stage, dates),
        move.who if move else step.who,
        _action(move) if move else Text(step.action, said),
        open=stage.outcome is Outcome.FAILS,
        in_season=(in_season or stage.step in ALL_YEAR) and not unknown,
        unknown=unknown,
        by_run=stage.step in found.mending,
    )


def _action(move: Next) -> Text:
    """Return what is to be done, with the previous schools whose people do it."""
    return at_previous(move.action, move.at) if is_at_previous(move.who) and move.at else move.action


def _of_run(
    found: SchoolStages, run: Run, dates: KeyDates, today: date, known: Knowledge, in_season: bool
) -> Fact:
    school, step = found.school, known.stage_step("client-ran", found.failed_run)
    said = {"when": run.finished_at or run.started_at, "why": run.error or Text("alert.run-failed.no-reason")}
    return Fact(
        Key(RUN_FAILED, school.number, dates.year),
        Text("alert.run-failed.text", said),
        dates.week_end,
        step.who,
        Text(step.action, {"school": school.name, "previous": school.name}),
        in_season=in_season,
        urgent=hours.cannot_wait(today, dates),
        by_run=found.failed_run == "failed-mended",
    )
