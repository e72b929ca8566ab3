"""OneRoster 1.1 and 1.2: what counts as leaving, and on which day."""

from datetime import date
from pathlib import Path

import pytest

from provisioning.records.people import Learner
from tests.provisioning.sources.oneroster.oneroster_builders import BOTH, seren
from tests.provisioning.sources.source_builders import edit, keep, lay, learner_of, read, setting


@BOTH
@pytest.mark.parametrize("gone", [{"status": "tobedeleted"}, {"enabledUser": "false"}, {"enabledUser": "0"}])
def test_an_account_that_is_off_has_left_on_the_day_of_the_file(
    folder: Path, version: str, gone: dict[str, str]
) -> None:
    edit(folder / "users.csv", setting("sourcedId", "u1", **gone))
    assert seren(folder).leaving_date == date(2026, 9, 7)


@BOTH
def test_or_at_the_last_end_of_an_enrolment(folder: Path, version: str) -> None:
    edit(folder / "users.csv", setting("sourcedId", "u1", status="tobedeleted"))
    edit(folder / "enrollments.csv", setting("sourcedId", "e1", endDate="2026-09-04"))
    assert seren(folder).leaving_date == date(2026, 9, 4)


@BOTH
def test_but_never_at_an_end_still_to_come(folder: Path, version: str) -> None:
    edit(folder / "users.csv", setting("sourcedId", "u1", status="tobedeleted"))
    edit(folder / "enrollments.csv", setting("sourcedId", "e1", endDate="2027-07-16"))
    assert seren(folder).leaving_date == date(2026, 9, 7)


@BOTH
def test_all_enrolments_ended_is_leaving_at_the_latest_end(folder: Path, version: str) -> None:
    ended = {"userSourcedId": "u1", "classSourcedId": "9-maths", "schoolSourcedId": "glan"}
    edit(
        folder / "enrollments.csv",
        setting("sourcedId", "e1", endDate="2026-10-23"),
        {**ended, "endDate": "2026-10-30"},
    )
    assert seren(folder).leaving_date == date(2026, 10, 30)


@BOTH
def test_an_enrolment_without_an_end_keeps_the_learner(folder: Path, version: str) -> None:
    open_ = {"userSourcedId": "u1", "classSourcedId": "9-maths", "schoolSourcedId": "glan"}
    edit(folder / "enrollments.csv", setting("sourcedId", "e1", endDate="2026-10-23"), open_)
    assert seren(folder).leaving_date is None


@BOTH
def test_enrolments_at_another_school_keep_no_learner_here(folder: Path, version: str) -> None:
    there = {"userSourcedId": "u4", "classSourcedId": "n-1", "schoolSourcedId": "nant"}
    edit(folder / "enrollments.csv", keep, there)
    puw = learner_of(read(folder, "oneroster"), "Puw")
    assert isinstance(puw, Learner)
    assert puw.leaving_date == date(2026, 7, 17)


@pytest.mark.parametrize("version", ["1.2"])
def test_a_role_that_ended_is_leaving(folder: Path, version: str) -> None:
    edit(folder / "roles.csv", setting("userSourcedId", "u1", endDate="2026-09-05"))
    assert seren(folder).leaving_date == date(2026, 9, 5)


@BOTH
def test_an_end_that_cannot_be_read_is_told_not_guessed(folder: Path, version: str) -> None:
    edit(folder / "enrollments.csv", setting("sourcedId", "e1", endDate="soon"))
    rejections = {(row.reason, row.value) for row in read(folder, "oneroster").rejections}
    assert ("date-unreadable", "soon") in rejections


@BOTH
@pytest.mark.parametrize(
    ("end", "term", "left"),
    [
        ("2027-08-31", "y27", None),  # the day on which the session ends
        ("2027-09-02", "y27", None),
        ("2027-07-16", "y27", date(2027, 7, 16)),  # a day before that
        ("2027-07-16", "", None),  # no session, and the others end on that day too
        ("2026-12-18", "", date(2026, 12, 18)),  # no session, and the others end later
        ("2027-08-31", "", None),  # no session, and a school year ends on that day
    ],
)
def test_an_enrolment_that_ends_with_its_session_is_no_leaving(
    folder: Path, version: str, end: str, term: str, left: date | None
) -> None:
    edit(folder / "classes.csv", setting("sourcedId", "7a", termSourcedIds=term))
    edit(folder / "enrollments.csv", setting("classSourcedId", "7a", endDate="2027-07-16"))
    edit(folder / "enrollments.csv", setting("sourcedId", "e1", endDate=end))
    assert seren(folder).leaving_date == left


@BOTH
@pytest.mark.parametrize("teacher", ["", "2027-07-16", "2027-08-20"])
def test_learners_without_a_session_end_with_learners_whenever_their_teacher_does(
    folder: Path, version: str, teacher: str
) -> None:
    edit(folder / "classes.csv", setting("sourcedId", "7a", termSourcedIds=""))
    edit(folder / "enrollments.csv", setting("classSourcedId", "7a", endDate="2027-07-16"))
    edit(folder / "enrollments.csv", lambda row: row["userSourcedId"] != "s1")
    taught = {"userSourcedId": "s1", "classSourcedId": "7a", "schoolSourcedId": "glan", "role": "teacher"}
    edit(folder / "enrollments.csv", keep, taught | {"beginDate": "2026-09-01", "endDate": teacher})
    extract = read(folder, "oneroster")
    assert seren(folder).leaving_date is None
    (jac,) = (row for row in extract.staff if row.staff_code == "JEV")
    assert jac.leaving_date == (date(2027, 8, 20) if teacher == "2027-08-20" else None)


@BOTH
def test_a_learner_switched_off_has_left_though_the_enrolment_ends_with_its_session(
    folder: Path, version: str
) -> None:
    edit(folder / "users.csv", setting("sourcedId", "u1", enabledUser="false"))
    edit(folder / "enrollments.csv", setting("sourcedId", "e1", endDate="2027-08-31"))
    assert seren(folder).leaving_date == date(2026, 9, 7)


@BOTH
def test_an_enrolment_that_is_to_be_deleted_counts_nowhere(folder: Path, version: str) -> None:
    gone = {"status": "tobedeleted", "endDate": "2026-10-23", "beginDate": "2020-01-06"}
    edit(folder / "enrollments.csv", setting("sourcedId", "e1", **gone))
    assert (seren(folder).leaving_date, seren(folder).admission_date) == (None, date(2026, 9, 1))


@BOTH
def test_an_enrolment_in_a_class_that_is_to_be_deleted_counts_nowhere(folder: Path, version: str) -> None:
    edit(folder / "classes.csv", setting("sourcedId", "7a", status="tobedeleted"))
    edit(folder / "enrollments.csv", setting("sourcedId", "e1", endDate="2026-10-23"))
    assert seren(folder).leaving_date is None


@BOTH
def test_two_who_leave_a_class_on_one_day_have_left_where_others_stay(folder: Path, version: str) -> None:
    edit(folder / "classes.csv", setting("sourcedId", "7a", termSourcedIds=""))
    edit(folder / "enrollments.csv", setting("classSourcedId", "7a", endDate="2026-10-23"))
    stays = {"userSourcedId": "u6", "classSourcedId": "7a", "schoolSourcedId": "glan", "role": "student"}
    edit(folder / "enrollments.csv", keep, stays | {"endDate": "2027-07-16"})
    assert seren(folder).leaving_date == date(2026, 10, 23)


@BOTH
def test_a_session_that_is_to_be_deleted_counts_nowhere(folder: Path, version: str) -> None:
    """Without it, Seren's enrolment ends with nothing, and before Owain's."""
    edit(folder / "academicSessions.csv", setting("sourcedId", "y27", status="tobedeleted"))
    edit(folder / "enrollments.csv", setting("sourcedId", "e1", endDate="2027-08-31"))
    assert seren(folder).leaving_date == date(2027, 8, 31)


def test_roles_that_all_end_on_one_day_are_no_leaving(tmp_path: Path) -> None:
    folder = lay("oneroster-1.2", tmp_path)
    edit(folder / "roles.csv", setting("role", "student", endDate="2027-07-16"))
    assert seren(folder).leaving_date is None
    edit(folder / "roles.csv", setting("userSourcedId", "u1", endDate="2026-10-23"))
    assert seren(folder).leaving_date == date(2026, 10, 23)


def test_who_is_deleted_with_every_role_has_left_this_school(tmp_path: Path) -> None:
    folder = lay("oneroster-1.2", tmp_path)
    edit(folder / "roles.csv", setting("userSourcedId", "u1", status="tobedeleted"))
    assert learner_of(read(folder, "oneroster"), "Evans") is None
    edit(folder / "users.csv", setting("sourcedId", "u1", status="tobedeleted"))
    assert seren(folder).leaving_date == date(2026, 9, 7)


@BOTH
def test_who_is_switched_off_before_the_first_day_has_left_all_the_same(folder: Path, version: str) -> None:
    edit(folder / "users.csv", setting("sourcedId", "u1", enabledUser="false"))
    edit(folder / "enrollments.csv", setting("sourcedId", "e1", beginDate="2026-09-10"))
    assert (seren(folder).admission_date, seren(folder).leaving_date) == (date(2026, 9, 7), date(2026, 9, 7))
