"""When an extract is too old to tell who is missing, and what is said of a name that has lost letters."""

from datetime import date, timedelta

import pytest

from provisioning.records.people import Kind
from provisioning.records.rejections import Reason, Rejection
from provisioning.rules import is_stale, rejected_for_names
from tests.builders import learner, staff_member

DEADLINE = date(2026, 8, 7)


@pytest.mark.parametrize(
    ("today", "days", "stale"),
    [
        (date(2026, 5, 20), 14, False),
        (date(2026, 5, 20), 15, True),
        (date(2026, 8, 6), 14, False),  # the day before the deadline
        (DEADLINE, 7, False),
        (DEADLINE, 8, True),
        (date(2026, 9, 30), 7, False),
        (date(2026, 9, 30), 8, True),
        (date(2026, 10, 1), 14, False),
        (date(2026, 10, 1), 15, True),
    ],
)
def test_how_old_an_extract_may_be(today: date, days: int, stale: bool) -> None:
    """Two weeks; one week from the end-of-year deadline to the end of September."""
    assert is_stale(today - timedelta(days=days), today, DEADLINE) is stale


def test_a_learner_with_a_damaged_name_is_rejected_with_all_that_could_be_read() -> None:
    seren = learner(1, surname="Hu?s", forename="Seren", leaving_date=date(2027, 7, 20))
    assert rejected_for_names(seren, "learners.csv") == Rejection(
        Kind.LEARNER,
        seren.upn,
        "learners.csv",
        seren.line,
        Reason.NAME_DAMAGED,
        "Seren Hu?s",
        joins_on=seren.admission_date,
        leaving_date=date(2027, 7, 20),
        year_group=seren.year_group,
        class_name=seren.class_name,
        surname="Hu?s",
        forename="Seren",
    )


def test_a_member_of_staff_has_no_class() -> None:
    teacher = staff_member("JEV", surname="#N/A", forename="Jac")
    row = rejected_for_names(teacher, "staff.csv")
    assert (row.kind, row.identifier, row.year_group, row.class_name) == (Kind.STAFF, "JEV", None, None)
