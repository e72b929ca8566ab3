"""OneRoster 1.1 and 1.2: what a record says, field by field, and where a fault stands."""

from datetime import date
from pathlib import Path

import pytest

from provisioning.records.people import Learner
from tests.provisioning.sources.oneroster.oneroster_builders import BOTH, seren
from tests.provisioning.sources.source_builders import edit, keep, learner_of, read, setting

# Identifiers


@BOTH
@pytest.mark.parametrize(
    ("ids", "identifier"),
    [
        ("{UPN:C680999920001}", ""),
        ("{Fed:1},{upn : c680 999920001}", "000123"),
        ("", "C680999920001"),
        ("{Fed:1}", "C680999920001"),
    ],
)
def test_where_the_upn_stands(folder: Path, version: str, ids: str, identifier: str) -> None:
    edit(folder / "users.csv", setting("sourcedId", "u1", userIds=ids, identifier=identifier))
    assert seren(folder).upn == "C680999920001"


@BOTH
def test_a_learner_without_a_upn_and_a_teacher_without_a_code(folder: Path, version: str) -> None:
    edit(folder / "users.csv", setting("sourcedId", "u1", userIds="", identifier=""))
    edit(folder / "users.csv", setting("sourcedId", "s1", identifier=""))
    reasons = {(row.reason, row.line) for row in read(folder, "oneroster").rejections}
    assert reasons == {("upn-missing", 2), ("upn-invalid", 6), ("staff-code-missing", 8)}


# Admission, year group and class


@BOTH
def test_a_homeroom_that_is_to_be_deleted_is_no_learners(folder: Path, version: str) -> None:
    edit(folder / "classes.csv", setting("sourcedId", "7a", status="tobedeleted"))
    assert (seren(folder).class_name, seren(folder).leaving_date) == ("", None)


@BOTH
def test_where_no_class_is_a_homeroom_no_registration_group_is_known(folder: Path, version: str) -> None:
    edit(folder / "classes.csv", lambda row: row.update(classType="scheduled"))
    assert seren(folder).class_name is None


@BOTH
def test_the_only_class_where_no_type_is_said(folder: Path, version: str) -> None:
    edit(folder / "classes.csv", lambda row: row.update(classType=""))
    assert seren(folder).class_name == "7A"
    again = {"userSourcedId": "u1", "classSourcedId": "9-maths", "schoolSourcedId": "glan"}
    edit(folder / "enrollments.csv", keep, again | {"beginDate": "2026-09-01"})
    assert seren(folder).class_name is None


@BOTH
def test_of_two_homerooms_that_nothing_tells_apart_none_is_taken(folder: Path, version: str) -> None:
    again = {"userSourcedId": "u1", "classSourcedId": "8d", "schoolSourcedId": "glan"}
    edit(folder / "enrollments.csv", keep, again | {"beginDate": "2026-09-01"})
    assert seren(folder).class_name is None


@BOTH
@pytest.mark.parametrize(
    "fault",
    [
        {"sourcedId": "7x"},
        {"schoolSourcedId": "elsewhere"},
        {"title": "", "classCode": ""},
        {"classType": "x"},
    ],
)
def test_a_homeroom_that_is_told_wrongly_is_unknown(
    folder: Path, version: str, fault: dict[str, str]
) -> None:
    """Seren's enrolment names 7A, and what the table of classes says of it cannot be her class."""
    edit(folder / "classes.csv", setting("sourcedId", "7a", **fault))
    assert seren(folder).class_name is None


@BOTH
def test_who_is_in_lessons_alone_has_no_class(folder: Path, version: str) -> None:
    edit(folder / "enrollments.csv", setting("userSourcedId", "u1", classSourcedId="9-maths"))
    assert seren(folder).class_name == ""


@BOTH
def test_next_years_homeroom_waits_for_next_year(folder: Path, version: str) -> None:
    again = {"userSourcedId": "u1", "classSourcedId": "8d", "schoolSourcedId": "glan"}
    edit(folder / "enrollments.csv", keep, again | {"beginDate": "2027-09-01"})
    assert seren(folder).class_name == "7A"


@BOTH
def test_admission_is_the_earliest_enrolment_of_the_stay_and_the_class_the_present_one(
    folder: Path, version: str
) -> None:
    sian = learner_of(read(folder, "oneroster"), "Ŵyn")
    assert isinstance(sian, Learner)
    assert (sian.admission_date, sian.class_name) == (date(2024, 9, 3), "9B")


@BOTH
def test_a_learner_in_no_class_is_admitted_with_the_school_year(folder: Path, version: str) -> None:
    edit(folder / "enrollments.csv", lambda row: row["userSourcedId"] != "u1")
    assert (seren(folder).admission_date, seren(folder).class_name) == (date(2026, 9, 1), "")


@BOTH
def test_a_year_group_that_the_user_lacks_is_the_homerooms(folder: Path, version: str) -> None:
    edit(folder / "users.csv", setting("sourcedId", "u1", grades=""))
    assert seren(folder).year_group == "7"


@BOTH
def test_two_year_groups_at_once_are_none(folder: Path, version: str) -> None:
    edit(folder / "users.csv", setting("sourcedId", "u1", grades="07,08"))
    rejections = {(row.reason, row.value) for row in read(folder, "oneroster").rejections}
    assert ("year-group-unreadable", "07, 08") in rejections


# Where a fault stands


@BOTH
def test_a_fault_is_told_in_the_table_in_which_it_stands(folder: Path, version: str) -> None:
    edit(folder / "enrollments.csv", setting("sourcedId", "e7", beginDate="September"))
    edit(folder / "enrollments.csv", setting("sourcedId", "e8", endDate="soon"))
    edit(folder / "users.csv", setting("sourcedId", "u5", userIds="{UPN:C680999920001}"))
    edit(folder / "users.csv", setting("sourcedId", "u1", userIds="{UPN:Y680999920006}"))
    found = {(row.value, row.file, row.line) for row in read(folder, "oneroster").rejections}
    assert found == {("September", "enrollments.csv", 8), ("soon", "enrollments.csv", 9)}
