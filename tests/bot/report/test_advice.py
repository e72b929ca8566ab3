"""What to do in July: each rule with a summer from which it follows, and one from which it does not."""

from dataclasses import replace
from datetime import date

import pytest

from bot.report.advice import Advice, advice
from bot.report.counting import HoldTimes, hold_figures
from bot.report.figures import AlertFigures, CauseFigures, DeskFigures, HoldFigures, YearFigures
from provisioning.records.schools import School
from tests.bot.report.report_builders import OPEN, UNKNOWN, days, hours, in_august, in_september, year
from tests.builders import BRYN, GLAN, NANT, NOW

NEIGHBOUR = replace(NANT, number="6809905")
IN_JULY = date(2027, 7, 15)
ALL_WELL = year((NANT, days(NANT)), (BRYN, days(BRYN)), (GLAN, days(GLAN)))
NOTHING_KEPT = year((NANT, {}), (BRYN, {}), (GLAN, {}), number=2025, alerts=None, holds=None, desk=None)


def of(rule: str, now: YearFigures, before: YearFigures = NOTHING_KEPT) -> Advice | None:
    """The advice by a rule, if the figures call for it."""
    return next((found for found in advice(now, before) if found.rule == rule), None)


def numbers(found: Advice | None) -> list[str]:
    return [school.number for school in found.schools] if found else []


def at(school: School, **closed: date | str) -> YearFigures:
    """A summer in which all was well but for some stages of a school."""
    return year(*((each, days(each, **(closed if each == school else {}))) for each in (NANT, BRYN, GLAN)))


def test_after_a_summer_in_which_all_was_well_there_is_nothing_to_do() -> None:
    assert advice(ALL_WELL, ALL_WELL) == ()


def test_primaries_that_entered_leaving_dates_after_the_secondaries_had_run() -> None:
    """Glan High ran on Tuesday; Nant was through its end of year on Thursday, its neighbour never."""
    now = year(
        (NANT, days(NANT, mis_end_of_year=in_august(27))),
        (NEIGHBOUR, days(NEIGHBOUR, mis_end_of_year=OPEN)),
        (GLAN, days(GLAN, client_ran=in_august(25))),
    )
    found = of("leaving-dates", now)
    assert found is not None
    assert (numbers(found), found.number, found.by) == ([NANT.number, NEIGHBOUR.number], 2, IN_JULY)
    assert of("end-of-year", now) is None, "a school is told of once"


def test_no_secondary_of_another_authority_is_what_a_primary_was_late_for() -> None:
    """Bryn is of another authority than Glan High, which ran on Tuesday."""
    now = year((BRYN, days(BRYN, mis_end_of_year=OPEN)), (GLAN, days(GLAN, client_ran=in_august(25))))
    assert of("leaving-dates", now) is None
    found = of("end-of-year", now)
    assert numbers(found) == [BRYN.number]


def test_the_first_secondary_to_run_counts() -> None:
    other = replace(GLAN, number="6809904")
    now = year(
        (NANT, days(NANT, mis_end_of_year=in_august(27))),
        (GLAN, days(GLAN, client_ran=in_august(25))),
        (other, days(other, client_ran=in_august(28))),
    )
    assert numbers(of("leaving-dates", now)) == [NANT.number]


def test_a_primary_that_was_late_before_any_secondary_ran_missed_its_deadline_alone() -> None:
    now = year(
        (NANT, days(NANT, mis_end_of_year=in_august(24))), (GLAN, days(GLAN, client_ran=in_august(25)))
    )
    assert of("leaving-dates", now) is None
    assert numbers(of("end-of-year", now)) == [NANT.number]


def test_an_infant_school_is_no_secondary() -> None:
    infants = replace(BRYN, phase="infant")
    now = year(
        (NANT, days(NANT, mis_end_of_year=in_august(27))), (infants, days(infants, client_ran=in_august(24)))
    )
    assert of("leaving-dates", now) is None


@pytest.mark.parametrize(
    ("rule", "stage", "late"),
    [
        ("export", "extract_current", in_september(2)),
        ("schedule", "client_ran", in_august(31)),
        ("order", "ran_after_previous_schools", in_august(31)),
        ("staff", "staff_complete", in_september(2)),
        ("reviews", "non_mis_reviewed", in_september(1)),
        ("reviews", "governors_reviewed", in_september(1)),
        ("end-of-year", "mis_end_of_year", in_august(22)),
    ],
)
def test_a_stage_that_was_late_or_stayed_open(rule: str, stage: str, late: date) -> None:
    assert numbers(of(rule, at(GLAN, **{stage: late}))) == [GLAN.number]
    assert numbers(of(rule, at(GLAN, **{stage: OPEN}))) == [GLAN.number]
    assert of(rule, ALL_WELL) is None
    assert of(rule, at(GLAN, **{stage: UNKNOWN})) is None, "what is not known is not called late"


def test_late_at_one_stage_for_the_second_year() -> None:
    last = year(
        (NANT, {(NANT.number, "client-ran"): (True, None)}),
        (BRYN, {(BRYN.number, "staff-complete"): (True, None)}),
        number=2025,
    )
    now = year((NANT, days(NANT, client_ran=OPEN)), (BRYN, days(BRYN, client_ran=OPEN)))
    assert numbers(of("again", now, last)) == [NANT.number]
    assert of("again", now) is None, "of the year before nothing is known"


def test_alerts_that_reached_the_service_desk() -> None:
    found = of("cover", year((GLAN, days(GLAN)), alerts=AlertFigures((4, 2, 0, 3), 0, 5)))
    assert found is not None
    assert found.number == 3
    assert of("cover", year((GLAN, days(GLAN)), alerts=AlertFigures((4, 2, 9, 0), 0, 5))) is None


def test_decisions_that_took_two_days_or_more() -> None:
    slow, quick = (HoldFigures(approved=3, to_decision=hours(number)) for number in (72, 47))
    found = of("decide", year((GLAN, days(GLAN)), holds=slow))
    assert found is not None
    assert found.number == 3
    assert of("decide", year((GLAN, days(GLAN)), holds=quick)) is None


def test_holds_that_were_never_decided() -> None:
    found = of("undecided", year((GLAN, days(GLAN)), holds=HoldFigures(replaced=2, waiting=5, overdue=1)))
    assert found is not None
    assert found.number == 3
    assert of("undecided", year((GLAN, days(GLAN)), holds=HoldFigures(approved=2, waiting=1))) is None


@pytest.mark.parametrize(("waited", "overdue"), [(47, 0), (48, 1)])
def test_what_was_held_the_other_day_may_still_be_decided(waited: int, overdue: int) -> None:
    held = HoldTimes(GLAN.number, NOW, None)
    assert hold_figures([held], NOW + hours(waited)) == HoldFigures(waiting=1, overdue=overdue)


def test_a_desk_that_answered_after_a_day_or_more() -> None:
    slow, quick = (DeskFigures(5, 5, hours(number), None) for number in (49, 23))
    found = of("desk", year((GLAN, days(GLAN)), (NANT, days(NANT)), desk=slow))
    assert found is not None
    assert found.number == 2
    assert of("desk", year((GLAN, days(GLAN)), (NANT, days(NANT)), desk=quick)) is None


def test_the_cause_that_people_asked_about_most() -> None:
    """Alerts are no questions: a stage that was open at many schools is told by its own rule."""
    staff = CauseFigures("staff-complete", 40, 0, 0, 3)
    often, seldom = CauseFigures("run-held", 0, 8, 4, 1), CauseFigures("run-held", 0, 5, 4, 1)
    found = of("cause", year((GLAN, days(GLAN)), causes=(staff, often)))
    assert found is not None
    assert (found.cause, found.number) == ("run-held", 12)
    assert of("cause", year((GLAN, days(GLAN)), causes=(staff, seldom))) is None


def test_schools_of_which_nothing_was_kept() -> None:
    now = year((NANT, {}), (GLAN, days(GLAN, client_ran=UNKNOWN)))
    assert numbers(of("unknown", now)) == [NANT.number]


def test_figures_that_are_not_known_call_for_nothing() -> None:
    now = year((GLAN, days(GLAN)), alerts=None, holds=None, desk=None)
    assert advice(now, NOTHING_KEPT) == ()
