"""Microsoft School Data Sync 2.1: a year by its end, roles by session, classes that are no course."""

import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from provisioning.records.people import Learner
from tests.provisioning.sources.source_builders import (
    SCHOOL,
    edit,
    keep,
    lay,
    learner_of,
    problem,
    read,
    setting,
)

CLASS = {"orgSourcedId": SCHOOL, "sessionSourcedIds": "y2027"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return lay("sds", tmp_path)


def ended(user: str, session: str, day: str) -> Callable[[dict[str, str]], None]:
    """A change that ends a role of a user in a session."""

    def change(row: dict[str, str]) -> None:
        if (row["userSourcedId"], row["sessionSourcedId"]) == (user, session):
            row["roleEndDate"] = day

    return change


def seren(folder: Path) -> Learner:
    found = learner_of(read(folder, "sds"), "Evans")
    assert isinstance(found, Learner)
    return found


def test_a_school_year_is_named_by_its_end(folder: Path) -> None:
    """Seren's role has no start: her session, 2027, began on 1 September 2026."""
    assert seren(folder).admission_date == date(2026, 9, 1)


def test_a_sessions_own_start_goes_before_that(folder: Path) -> None:
    edit(folder / "academicSessions.csv", setting("sourcedId", "y2027", startDate="2026-09-03"))
    assert seren(folder).admission_date == date(2026, 9, 3)


def test_a_start_that_is_nowhere_is_told(folder: Path) -> None:
    (folder / "academicSessions.csv").unlink()
    assert "admission-date-missing" in {row.reason for row in read(folder, "sds").rejections}


def test_the_newest_role_has_the_year_group(folder: Path) -> None:
    sian = learner_of(read(folder, "sds"), "Ŵyn")
    assert isinstance(sian, Learner)
    assert (sian.year_group, sian.admission_date, sian.leaving_date) == ("9", date(2024, 9, 3), None)


def test_roles_that_all_ended_are_leaving(folder: Path) -> None:
    edit(folder / "roles.csv", ended("u2", "y2027", "2026-10-23"))
    sian = learner_of(read(folder, "sds"), "Ŵyn")
    assert isinstance(sian, Learner)
    assert sian.leaving_date == date(2026, 10, 23)


def test_a_learner_without_a_role_here_is_not_ours(folder: Path) -> None:
    edit(folder / "roles.csv", lambda row: row["userSourcedId"] != "u1")
    assert learner_of(read(folder, "sds"), "Evans") is None


@pytest.mark.parametrize("word", ["alumni", "other", "guardian"])
def test_roles_of_neither_learners_nor_staff(folder: Path, word: str) -> None:
    edit(folder / "roles.csv", setting("userSourcedId", "s1", role=word))
    assert [member.staff_code for member in read(folder, "sds").staff] == ["MPW"]


def test_classes_may_be_missing(folder: Path) -> None:
    (folder / "classes.csv").unlink()
    (folder / "enrollments.csv").unlink()
    assert seren(folder).class_name is None


def test_a_zip(folder: Path) -> None:
    loose = read(folder, "sds")
    with zipfile.ZipFile(folder / "sds.zip", "w") as archive:
        for path in sorted(folder.glob("*.csv")):
            archive.write(path, path.name)
            path.unlink()
    assert read(folder, "sds") == loose


def test_a_school_by_a_column_of_its_own(folder: Path) -> None:
    text = (folder / "orgs.csv").read_text().replace("sourcedId,", "DfE Number,sourcedId,")
    lines = [line if "sourcedId" in line else f",{line}" for line in text.splitlines()]
    (folder / "orgs.csv").write_text("\n".join(lines).replace(",6809903,", "680/9903,glan,"))
    edit(folder / "roles.csv", setting("orgSourcedId", "6809903", orgSourcedId="glan"))
    assert len(read(folder, "sds").learners) == 5


def test_a_school_that_is_not_there(folder: Path) -> None:
    edit(folder / "orgs.csv", setting("sourcedId", "6809903", sourcedId="glan"))
    assert problem(folder, "sds").key == "error.extract-no-school"


def test_an_extract_without_people_is_not_an_empty_school(folder: Path) -> None:
    edit(folder / "roles.csv", lambda _row: False)
    assert problem(folder, "sds").key == "error.extract-no-people"


def test_a_table_that_is_missing_is_named(folder: Path) -> None:
    (folder / "roles.csv").unlink()
    assert problem(folder, "sds").values["wanted"] == "roles.csv"


def test_a_column_that_is_missing_is_named(folder: Path) -> None:
    text = (folder / "users.csv").read_text(encoding="utf-8").replace("familyName", "name", 1)
    (folder / "users.csv").write_text(text, encoding="utf-8")
    said = problem(folder, "sds")
    assert (said.key, said.values) == (
        "error.extract-no-column",
        {"file": "users.csv", "columns": "familyName"},
    )


def test_nothing_else_changes_what_is_read(folder: Path) -> None:
    before = read(folder, "sds")
    edit(folder / "users.csv", keep, {"sourcedId": "x9", "givenName": "A", "familyName": "B"})
    assert read(folder, "sds").records == before.records


# Leaving


@pytest.mark.parametrize("session", ["y2027", ""])
def test_roles_that_end_with_their_session_or_together_are_no_leaving(folder: Path, session: str) -> None:
    """Every role says the last day of the school year; without a session, so do the others of its kind."""

    def ends(row: dict[str, str]) -> None:
        if row["sessionSourcedId"] == "y2027":
            row.update(sessionSourcedId=session, roleStartDate="2026-09-01", roleEndDate="2027-08-31")

    edit(folder / "roles.csv", ends)
    extract = read(folder, "sds")
    left = {row.surname for row in extract.records if row.leaving_date}
    assert left == {"Puw", "Powell"}  # whose roles in the year before ended before it did


def test_one_role_that_ends_before_the_others_is_leaving(folder: Path) -> None:
    def ends(row: dict[str, str]) -> None:
        early = row["userSourcedId"] == "u1"
        row.update(sessionSourcedId="", roleStartDate="2026-09-01")
        row.update(roleEndDate="2026-10-23" if early else "2027-07-20")

    edit(folder / "roles.csv", ends)
    left = {row.surname: row.leaving_date for row in read(folder, "sds").records if row.leaving_date}
    assert left == {"Evans": date(2026, 10, 23)}


def test_who_left_before_the_session_began_is_no_contradiction(folder: Path) -> None:
    """The role has no start of its own: that of the session is no date of this person's."""
    edit(folder / "roles.csv", setting("userSourcedId", "u1", roleEndDate="2026-08-28"))
    assert (seren(folder).admission_date, seren(folder).leaving_date) == (date(2026, 8, 28),) * 2


# Whose records


@pytest.mark.parametrize("word", ["governor", "volunteer", "Contractor"])
def test_a_role_word_that_is_not_known_makes_no_member_of_staff(folder: Path, word: str) -> None:
    edit(folder / "roles.csv", setting("userSourcedId", "s1", role=word))
    assert [member.staff_code for member in read(folder, "sds").staff] == ["MPW"]


@pytest.mark.parametrize("word", ["Teacher", "teacherAssistant", "officeStaff", "nurse", "faculty"])
def test_role_words_of_the_default_list(folder: Path, word: str) -> None:
    edit(folder / "roles.csv", setting("userSourcedId", "s1", role=word))
    assert [member.staff_code for member in read(folder, "sds").staff] == ["JEV", "MPW"]


def test_a_number_that_is_no_upn_is_passed_over_for_the_id_that_is_one(folder: Path) -> None:
    """Some schools keep the admission number in studentNumber, and the UPN in sourcedId."""
    edit(folder / "users.csv", setting("sourcedId", "Q68099992004A", studentNumber="000123"))
    owain = learner_of(read(folder, "sds"), "O'Neil")
    assert isinstance(owain, Learner)
    assert owain.upn == "Q68099992004A"


# Year group and class


def test_next_years_roles_and_classes_wait_for_next_year(folder: Path) -> None:
    """The export of July already has the roles and classes of September."""
    edit(folder / "academicSessions.csv", keep, {"sourcedId": "y2028", "schoolYear": "2028"})
    edit(
        folder / "classes.csv", keep, CLASS | {"sourcedId": "8a", "title": "8A", "sessionSourcedIds": "y2028"}
    )
    edit(folder / "enrollments.csv", keep, {"classSourcedId": "8a", "userSourcedId": "u1"})
    role = {"userSourcedId": "u1", "orgSourcedId": SCHOOL, "role": "student", "sessionSourcedId": "y2028"}
    edit(folder / "roles.csv", keep, role | {"grade": "8", "isPrimary": "True"})
    found = seren(folder)
    assert (found.year_group, found.class_name, found.admission_date) == ("7", "7A", date(2026, 9, 1))
    later = learner_of(read(folder, "sds", datetime(2027, 8, 25, 8, tzinfo=UTC)), "Evans")
    assert isinstance(later, Learner)
    assert (later.year_group, later.class_name) == ("8", "8A")


@pytest.mark.parametrize(
    ("primary", "year_group"), [(("True", "False"), "7"), (("False", "True"), "8"), (("True", "True"), None)]
)
def test_of_two_roles_at_once_the_primary_one_has_the_year_group(
    folder: Path, primary: tuple[str, str], year_group: str | None
) -> None:
    edit(folder / "roles.csv", setting("userSourcedId", "u1", isPrimary=primary[0]))
    role = {"userSourcedId": "u1", "orgSourcedId": SCHOOL, "role": "student", "sessionSourcedId": "y2027"}
    edit(folder / "roles.csv", keep, role | {"grade": "8", "isPrimary": primary[1]})
    if year_group is None:
        assert ("7, 8", "roles.csv") in {(row.value, row.file) for row in read(folder, "sds").rejections}
    else:
        assert seren(folder).year_group == year_group


def test_of_two_groups_that_nothing_tells_apart_none_is_taken(folder: Path) -> None:
    edit(folder / "classes.csv", keep, CLASS | {"sourcedId": "choir", "title": "Choir"})
    edit(folder / "enrollments.csv", keep, {"classSourcedId": "choir", "userSourcedId": "u1"})
    assert seren(folder).class_name is None
    sian = learner_of(read(folder, "sds"), "Ŵyn")
    assert isinstance(sian, Learner)
    assert sian.class_name == "9B"


def test_where_every_class_is_a_course_no_registration_group_is_known(folder: Path) -> None:
    edit(folder / "classes.csv", lambda row: row.update(courseSourcedId="x"))
    assert seren(folder).class_name is None


def test_who_is_in_no_group_has_none(folder: Path) -> None:
    edit(folder / "enrollments.csv", lambda row: row["userSourcedId"] != "u1")
    assert seren(folder).class_name == ""


@pytest.mark.parametrize("fault", [{"sourcedId": "7x"}, {"orgSourcedId": "7A"}, {"title": ""}])
def test_a_group_that_is_told_wrongly_is_unknown(folder: Path, fault: dict[str, str]) -> None:
    edit(folder / "classes.csv", setting("sourcedId", "7a", **fault))
    assert seren(folder).class_name is None


@pytest.mark.parametrize("lesson", [{"courseSourcedId": "x"}, {"orgSourcedId": "6809901"}])
def test_a_course_or_a_class_of_another_school_is_no_group(folder: Path, lesson: dict[str, str]) -> None:
    edit(folder / "classes.csv", setting("sourcedId", "7a", **lesson))
    assert seren(folder).class_name == ""


# Where a fault stands


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ({"roleStartDate": "September"}, "date-unreadable"),
        ({"roleEndDate": "soon"}, "date-unreadable"),
        ({"grade": "Form 1"}, "year-group-unreadable"),
        ({"sessionSourcedId": "", "roleStartDate": ""}, "admission-date-missing"),
    ],
)
def test_a_fault_in_a_role_is_told_in_roles_csv(folder: Path, cell: dict[str, str], reason: str) -> None:
    edit(folder / "roles.csv", setting("userSourcedId", "u6", **cell))
    found = [row for row in read(folder, "sds").rejections if row.identifier == "J680999920005"]
    assert [(row.reason, row.file, row.line) for row in found] == [(reason, "roles.csv", 8)]


def test_a_upn_that_is_wrong_is_told_in_users_csv(folder: Path) -> None:
    (row,) = read(folder, "sds").rejections
    assert (row.reason, row.file, row.line) == ("upn-invalid", "users.csv", 6)


def test_optional_tables_may_lack_columns_or_be_empty(folder: Path) -> None:
    (folder / "demographics.csv").write_text("sourcedId,birthdate,sex\nu1,2015-03-14,F\n")
    (folder / "academicSessions.csv").write_text("")
    edit(folder / "roles.csv", setting("userSourcedId", "u1", roleStartDate="20260902"))
    assert (seren(folder).date_of_birth, seren(folder).admission_date) == (
        date(2015, 3, 14),
        date(2026, 9, 2),
    )


# Version 1

VERSION_1 = {
    "the usual headers": {
        "School.csv": "SIS ID,Name\n6809903,Ysgol Glan\n",
        "Section.csv": "SIS ID,School SIS ID,Section Name\n7a,6809903,7A\n",
        "Student.csv": "SIS ID,School SIS ID,Username\nC680999920001,6809903,evanss\n",
        "Teacher.csv": "SIS ID,School SIS ID,Username\nJEV,6809903,evansj\n",
        "StudentEnrollment.csv": "Section SIS ID,SIS ID\n7a,C680999920001\n",
        "TeacherRoster.csv": "Section SIS ID,SIS ID\n7a,JEV\n",
    },
    "the UK's headers, in lower case": {
        "school.csv": "DfE Number,Name\n6809903,Ysgol Glan\n",
        "student.csv": "ID,School DfE Number,Username\nC680999920001,6809903,evanss\n",
    },
}


@pytest.mark.parametrize("files", VERSION_1.values(), ids=VERSION_1)
@pytest.mark.parametrize("place", ["loose", "a folder", "a zip", "a folder in a zip"])
def test_files_of_version_1_are_told_as_what_they_are(
    tmp_path: Path, place: str, files: dict[str, str]
) -> None:
    folder = tmp_path / SCHOOL
    inside = folder / "SDS" if place == "a folder" else folder
    inside.mkdir(parents=True)
    if "zip" in place:
        with zipfile.ZipFile(folder / "sds.zip", "w") as archive:
            for name, content in files.items():
                archive.writestr(f"CSV/{name}" if "folder" in place else name, content)
    else:
        for name, content in files.items():
            (inside / name).write_text(content)
    said = problem(folder, "sds")
    assert said.key == "error.extract-sds-version-1"
    assert said.values["folder"] == SCHOOL
    assert "student.csv" in said.values["files"]
