"""Rollover passes the safeguards by itself; a whole school gone wrong does not."""

from dataclasses import replace
from datetime import date

from tests.builders import (
    NANT,
    extract,
    learner,
)
from tests.provisioning.planning.safeguard_builders import SUMMER, WINTER, held_by, left, pupils, whole_school


def test_a_rollover_passes_by_itself() -> None:
    """Years 7 to 13: two final years leave, everybody else goes up, a new Year 7 comes."""
    before = whole_school(range(7, 14))
    up = [
        replace(pupil, year_group=str(int(pupil.year_group) + 1), class_name="new")
        for pupil in before
        if pupil.year_group not in ("11", "13")
    ]
    leavers = left(pupil for pupil in before if pupil.year_group in ("11", "13"))
    for today in (SUMMER, date(2026, 9, 30)):
        assert held_by(extract(*up, *leavers, *pupils(45, "7", start=900)), before, today=today) == []


def test_a_primary_schools_rollover_passes_by_itself() -> None:
    before = whole_school(range(1, 7))
    up = [
        replace(pupil, year_group=str(int(pupil.year_group) + 1))
        for pupil in before
        if pupil.year_group != "6"
    ]
    leavers = left(pupil for pupil in before if pupil.year_group == "6")
    new = extract(*up, *leavers, *pupils(30, "R", start=900), school=NANT)
    assert held_by(new, before, school=NANT) == []


def test_a_whole_school_gets_new_classes() -> None:
    before = whole_school(range(7, 14))
    assert held_by(extract(*(replace(pupil, class_name="Derwen") for pupil in before)), before) == []


def test_an_end_of_year_procedure_that_was_run_twice() -> None:
    before = whole_school(range(7, 12))
    twice = [replace(pupil, year_group=str(int(pupil.year_group) + 2)) for pupil in before]
    assert held_by(extract(*twice), before) == [("year-jump", 150, 150)]


def test_a_file_that_was_cut_off() -> None:
    before = whole_school(range(7, 12))
    assert held_by(extract(*before[:60]), before) == [("extract-shrunk", 90, 150)]


def test_upns_that_were_all_changed() -> None:
    """Everybody would get a second account; that the old ones are gone from the extract is told as well."""
    before = whole_school(range(7, 12))
    changed = [learner(int(pupil.line) + 700, year_group=pupil.year_group) for pupil in before]
    assert held_by(extract(*changed), before) == [
        ("extract-shrunk", 150, 150),
        ("too-many-creates", 120, 150),
    ]
    assert held_by(extract(*changed, *before), before) == [("too-many-creates", 120, 150)]


def test_leaving_dates_on_the_wrong_column() -> None:
    before = whole_school(range(7, 12))
    wrong = [replace(pupil, leaving_date=pupil.admission_date) for pupil in before]
    assert held_by(extract(*wrong), before) == [("too-many-leavers", 120, 150), ("few-but-many", 120, 150)]
    assert held_by(extract(*wrong), before, today=WINTER) == [
        ("too-many-leavers", 150, 150),
        ("few-but-many", 120, 150),
    ]
