"""Which stages of readiness become facts, and in which season."""

from dataclasses import replace
from datetime import date

import pytest

from bot.alerts.alert import RUN_FAILED, Key
from bot.alerts.facts import facts, season
from diagnostics.deadlines import due
from diagnostics.verdict import Step
from provisioning.records.runs import RunStatus
from tests.bot.alerts.alert_builders import DATES, KNOWN, found
from tests.builders import GLAN, run


def test_stages_that_fail_are_facts_and_those_not_due_are_to_come() -> None:
    failing = Step("mis-end-of-year").fails("behind", deadline=date(2026, 8, 21))
    holding = Step("client-ran").holds("ran")
    unknown = Step("staff-complete").unknown("unreadable")
    today = date(2026, 8, 24)
    fact, not_known = facts(found(failing, holding, unknown), run(), DATES, today, KNOWN)
    assert (not_known.key.kind, not_known.open, not_known.unknown) == ("staff-complete", False, True)
    assert not not_known.is_coming(today)
    assert (fact.key, fact.open, fact.in_season, fact.due) == (
        Key("mis-end-of-year", GLAN.number, 2026),
        True,
        True,
        date(2026, 8, 21),
    )
    for language in ("en", "cy"):
        assert KNOWN.catalogue.say(fact.action, language)


@pytest.mark.parametrize("status", [RunStatus.FAILED, RunStatus.INTERRUPTED])
def test_a_failed_run_takes_the_place_of_the_run_of_the_week(status: RunStatus) -> None:
    missing = Step("client-ran").fails("not-ran", ran=None, start=DATES.week_start, end=DATES.week_end)
    failed = run(status)
    (fact,) = facts(found(missing), failed, DATES, date(2026, 8, 26), KNOWN)
    assert (fact.key.kind, fact.urgent) == (RUN_FAILED, False)
    (fact,) = facts(found(missing), failed, DATES, DATES.week_end, KNOWN)
    assert fact.urgent
    for language in ("en", "cy"):
        assert KNOWN.catalogue.say(fact.text, language)
        assert KNOWN.catalogue.say(fact.action, language)


@pytest.mark.parametrize("day", [date(2026, 8, 10), date(2026, 8, 26)], ids=["before its week", "in it"])
@pytest.mark.parametrize(
    ("failed_run", "to_do"),
    [
        ("failed-mended", "The school’s data files can be read now: run the Provisioning Client again."),
        ("failed-unreadable", "Put the school’s data files right first: a run can’t succeed before."),
        ("failed-client", "First find out from its log why the client failed"),
        ("failed", "Put right what made the run fail"),
    ],
)
def test_a_failed_run_says_what_is_left_to_do(failed_run: str, to_do: str, day: date) -> None:
    """As the stage and the diagnosis do; nothing is left to put right in files that can be read now."""
    school = replace(found(), failed_run=failed_run)
    (fact,) = facts(school, run(RunStatus.FAILED), DATES, day, KNOWN)
    assert KNOWN.catalogue.say(fact.action, "en").startswith(to_do)


@pytest.mark.parametrize(
    ("day", "on"),
    [
        (date(2026, 7, 23), False),
        (date(2026, 7, 24), True),
        (date(2026, 8, 30), True),
        (date(2026, 9, 27), True),
        (date(2026, 9, 28), False),
    ],
)
def test_the_season(day: date, on: bool) -> None:
    assert season(DATES, day) is on


def test_every_stage_has_a_day_by_which_it_is_due_a_title_and_a_role_that_acts() -> None:
    for stage in KNOWN.stages:
        assert due(stage, DATES).year == 2026
        assert f"step.{stage}.title" in KNOWN.catalogue
        assert KNOWN.stage_step(stage, "").who
