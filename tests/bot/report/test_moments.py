"""A report goes by its moment: what is past by then is told, what is still to come is not called late.

In 2026 the deadline is Friday 21 August, rollover week ends on Sunday 30 August, the reviews are due on
31 August, and term begins on Tuesday 1 September.
"""

from datetime import date, datetime

import pytest

from bot.report.advice import advice
from bot.report.counting import HoldTimes, hold_figures
from bot.report.figures import Closing, HoldFigures, StageState
from bot.report.page import page, todo_lines
from bot.report.report import Part, Report
from bot.slack.voice import Voice
from knowledge.loading import Knowledge
from knowledge.texts import LANGUAGES, UK, Language
from tests.bot.report.report_builders import OPEN, UNKNOWN, days, hours, in_august, in_september, year
from tests.builders import BRYN, GLAN, NANT, NOW

IN_TIME, LATE, OVERDUE, TO_COME = (
    StageState.IN_TIME,
    StageState.LATE,
    StageState.OPEN,
    StageState.NOT_DUE,
)
IN_JULY, IN_AUTUMN, NEXT_JULY = date(2026, 7, 15), date(2026, 11, 2), date(2027, 7, 15)
DUE = in_august(21)
NOT_KEPT = year((NANT, {}), (GLAN, {}), number=2025, causes=None, alerts=None, holds=None, desk=None)


@pytest.mark.parametrize(
    ("on", "kept", "closed_on", "state"),
    [
        (IN_JULY, False, None, TO_COME),
        (IN_JULY, True, None, TO_COME),
        (DUE, True, None, TO_COME),
        (in_august(22), True, None, OVERDUE),
        (in_august(22), False, None, StageState.UNKNOWN),
        (in_august(22), True, in_august(21), IN_TIME),
        (in_august(26), True, in_august(25), LATE),
    ],
)
def test_how_a_part_of_rollover_stands(
    on: date, kept: bool, closed_on: date | None, state: StageState
) -> None:
    assert Closing("mis-end-of-year", DUE, on, known=kept, closed_on=closed_on).state is state


def test_what_was_done_after_the_moment_is_not_done_at_it() -> None:
    """Asked with an earlier moment, the report does not know what came later."""
    (nant,) = year((NANT, days(NANT, mis_end_of_year=in_august(27))), on=in_august(26)).schools
    assert nant.stages["mis-end-of-year"].state is OVERDUE


@pytest.mark.parametrize(
    ("rule", "stage", "last_day"),
    [
        ("end-of-year", "mis_end_of_year", in_august(21)),
        ("schedule", "client_ran", in_august(30)),
        ("order", "ran_after_previous_schools", in_august(30)),
        ("reviews", "non_mis_reviewed", in_august(31)),
        ("staff", "staff_complete", in_september(1)),
        ("export", "extract_current", in_september(1)),
    ],
)
def test_what_is_open_calls_for_something_only_after_its_day(rule: str, stage: str, last_day: date) -> None:
    def called_for(on: date) -> bool:
        now = year((GLAN, days(GLAN, **{stage: OPEN})), (BRYN, days(BRYN)), on=on)
        return rule in {found.rule for found in advice(now, NOT_KEPT)}

    assert not called_for(IN_JULY)
    assert not called_for(last_day)
    assert called_for(last_day.replace(day=last_day.day + 1) if last_day.day < 31 else in_september(1))


def test_a_primary_without_leaving_dates_counts_once_a_secondary_has_run() -> None:
    def rules(on: date) -> set[str]:
        now = year(
            (NANT, days(NANT, mis_end_of_year=OPEN)),
            (GLAN, days(GLAN, other=UNKNOWN, client_ran=in_august(25))),
            on=on,
        )
        return {found.rule for found in advice(now, NOT_KEPT)} & {"leaving-dates", "end-of-year"}

    assert rules(IN_JULY) == set()
    assert rules(in_august(24)) == {"end-of-year"}
    assert rules(in_august(25)) == {"leaving-dates"}


@pytest.mark.parametrize(("on", "told"), [(in_august(26), None), (IN_AUTUMN, 1)])
def test_what_still_waits_may_be_decided_until_the_rollover_is_over(on: date, told: int | None) -> None:
    now = year((GLAN, days(GLAN)), on=on, holds=HoldFigures(waiting=1, overdue=1))
    found = {each.rule: each.number for each in advice(now, NOT_KEPT)}
    assert found.get("undecided") == told


@pytest.mark.parametrize(
    ("on", "over"), [(IN_JULY, False), (in_september(1), False), (in_september(2), True)]
)
def test_a_rollover_is_over_after_the_day_of_its_last_part(on: date, over: bool) -> None:
    assert year((GLAN, days(GLAN)), on=on).over is over


def test_what_was_to_be_done_by_a_day_that_is_past_is_not_asked_for() -> None:
    """The report of 2026 is read again after the July of 2027."""

    def rules(on: date) -> list[str]:
        now = year((GLAN, days(GLAN, client_ran=OPEN, non_mis_reviewed=OPEN)), on=on)
        return [found.rule for found in advice(now, NOT_KEPT)]

    assert rules(IN_AUTUMN) == ["schedule", "reviews"]
    assert rules(date(2027, 7, 1)) == ["schedule"], "the reviews were to begin by 1 July"
    assert rules(NEXT_JULY) == []


def report(on: date, **closed: date | str) -> Report:
    """A report on a day about Glan and Nant, at which all was done in time but for some parts."""
    now = year((GLAN, days(GLAN, **closed)), (NANT, days(NANT, **closed)), on=on)
    part = Part(now, NOT_KEPT, advice(now, NOT_KEPT))
    return Report(2026, datetime(on.year, on.month, on.day, 9, tzinfo=UK), part, {"680": part})


@pytest.mark.parametrize(
    ("on", "language", "title", "nothing"),
    [
        (IN_JULY, "en", "Rollover 2026 so far, on 15 July 2026: ", "So far these figures call for nothing"),
        (in_august(26), "cy", "Trosglwyddo blwyddyn 2026 hyd yma, ar 26 Awst 2026: ", "Hyd yma nid yw'r"),
        (in_september(15), "en", "Rollover 2026, after the summer: ", "These figures call for nothing"),
        (in_september(15), "cy", "Trosglwyddo blwyddyn 2026, ar ôl yr haf: ", "Nid yw'r ffigurau hyn"),
        (
            NEXT_JULY,
            "en",
            "Rollover 2026, after the summer: ",
            "That time has passed: see the report of 2027",
        ),
    ],
)
def test_the_title_and_the_advice_say_how_far_the_summer_is(
    on: date, language: Language, title: str, nothing: str, everything: Knowledge
) -> None:
    found, voice = report(on), Voice(everything.catalogue, language)
    assert page(found, voice).title.startswith(title)
    assert todo_lines(found.whole, voice)[0].startswith(nothing)


@pytest.mark.parametrize("language", LANGUAGES)
def test_noughts_are_not_listed(language: Language, everything: Knowledge) -> None:
    """Nothing was late, held back or asked: no nought in a table, and one sentence in each empty section."""
    (chapter,) = page(report(IN_AUTUMN), Voice(everything.catalogue, language)).chapters
    cells = {cell for section in chapter.sections for row in section.rows for cell in row[1:]}
    assert cells.isdisjoint({"0", "–"})
    assert [len(section.notes) for section in chapter.sections if not section.rows] == [1, 1, 1, 1]


def test_in_july_nothing_is_said_of_what_is_done(everything: Knowledge) -> None:
    (chapter,) = page(
        report(IN_JULY, **dict.fromkeys(("mis_end_of_year", "client_ran"), UNKNOWN)),
        Voice(everything.catalogue, "en"),
    ).chapters
    stages, causes, *_ = chapter.sections
    assert stages.head == ("Part of rollover", "By", "Not due yet")
    assert stages.rows[1] == ("MIS end of year", "21 Aug", "2")
    assert causes.title == "What stood in the way", "a line for each school would say nothing"
    assert chapter.summary == "2 schools, 20 parts of rollover: 20 not due yet."
    assert chapter.notes[0] == "I know nothing of 2025, so there is nothing to compare with."


def test_a_year_with_figures_stays_beside_one_without(everything: Knowledge) -> None:
    """Last year two were approved, this year none: the line stays, and says so."""
    now, before = (
        year((GLAN, days(GLAN))),
        year((GLAN, days(GLAN)), number=2025, holds=HoldFigures(approved=2)),
    )
    part = Part(now, before, ())
    found = Report(2026, NOW, part, {"680": part})
    (chapter,) = page(found, Voice(everything.catalogue, "en")).chapters
    holds = next(section for section in chapter.sections if "held back" in section.title)
    assert (holds.head, holds.rows) == (("What", "2026", "2025"), (("Approved", "0", "2"),))


def test_a_hold_of_this_morning_is_not_overdue() -> None:
    assert hold_figures([HoldTimes(GLAN.number, NOW, None)], NOW + hours(3)).overdue == 0
