"""OneRoster 1.1 and 1.2: whose records, which identifiers, and what counts as leaving."""

import shutil
import zipfile
from datetime import date
from pathlib import Path

import pytest

from provisioning.records import Learner
from tests.provisioning.sources.source_builders import edit, keep, lay, learner_of, problem, read, setting

VERSIONS = ["1.1", "1.2"]
BOTH = pytest.mark.parametrize("version", VERSIONS)


@pytest.fixture
def folder(version: str, tmp_path: Path) -> Path:
    return lay(f"oneroster-{version}", tmp_path)


def seren(folder: Path) -> Learner:
    found = learner_of(read(folder, "oneroster"), "Evans")
    assert isinstance(found, Learner)
    return found


# Where the tables lie


@BOTH
@pytest.mark.parametrize("inside", ["", "export/"])
def test_a_zip(folder: Path, version: str, inside: str) -> None:
    loose = read(folder, "oneroster")
    with zipfile.ZipFile(folder / "Export.ZIP", "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.glob("*.csv")):
            archive.write(path, inside + path.name)
            path.unlink()
        archive.writestr("__MACOSX/users.csv", b"\0\0")
    assert read(folder, "oneroster") == loose


@BOTH
def test_a_folder_in_the_folder(folder: Path, version: str) -> None:
    loose = read(folder, "oneroster")
    (folder / "export").mkdir()
    for path in folder.glob("*.csv"):
        shutil.move(path, folder / "export" / path.name)
    assert read(folder, "oneroster") == loose


@BOTH
def test_tables_and_a_zip_at_once_are_too_many(folder: Path, version: str) -> None:
    (folder / "old.zip").write_bytes(b"")
    said = problem(folder, "oneroster")
    assert (said.key, said.values["files"]) == ("error.extract-several", "., old.zip")


@BOTH
@pytest.mark.parametrize("table", ["users.csv", "orgs.csv", "classes.csv", "enrollments.csv"])
def test_a_table_that_is_missing_is_named(folder: Path, version: str, table: str) -> None:
    (folder / table).unlink()
    said = problem(folder, "oneroster")
    assert (said.key, said.values["wanted"]) == ("error.extract-no-such", table)


@pytest.mark.parametrize("version", ["1.2"])
def test_version_1_2_needs_roles(folder: Path, version: str) -> None:
    (folder / "roles.csv").unlink()
    assert problem(folder, "oneroster").values["wanted"] == "roles.csv"


@BOTH
def test_demographics_and_sessions_may_be_missing(folder: Path, version: str) -> None:
    (folder / "demographics.csv").unlink()
    (folder / "academicSessions.csv").unlink()
    extract = read(folder, "oneroster")
    assert seren(folder).date_of_birth is None
    assert [row.reason for row in extract.rejections] == ["admission-date-missing", "upn-invalid"]


@BOTH
def test_a_version_that_is_not_known(folder: Path, version: str) -> None:
    edit(folder / "manifest.csv", setting("propertyName", "oneroster.version", value="2.0"))
    said = problem(folder, "oneroster")
    assert said.key == "error.extract-version"
    assert said.values == {"file": "manifest.csv", "found": "2.0", "expected": "1.1, 1.2"}


@BOTH
def test_a_delta_does_not_say_how_things_stand(folder: Path, version: str) -> None:
    edit(folder / "manifest.csv", setting("propertyName", "file.users", value="delta"))
    assert problem(folder, "oneroster").key == "error.extract-delta"


# Whose records


@BOTH
def test_only_this_schools_people_are_read(folder: Path, version: str) -> None:
    extract = read(folder, "oneroster")
    assert learner_of(extract, "Hughes") is None
    assert {member.staff_code for member in extract.staff} == {"JEV", "MPW"}


@BOTH
@pytest.mark.parametrize("number", ["680/9903", "680 9903", "680-9903"])
def test_the_school_number_may_be_written_in_two_parts(folder: Path, version: str, number: str) -> None:
    edit(folder / "orgs.csv", setting("sourcedId", "glan", identifier=number))
    assert len(read(folder, "oneroster").learners) == 5


@BOTH
def test_a_school_that_is_not_there(folder: Path, version: str) -> None:
    edit(folder / "orgs.csv", setting("sourcedId", "glan", identifier="6809904"))
    said = problem(folder, "oneroster")
    assert (said.key, said.values) == ("error.extract-no-school", {"file": "orgs.csv", "school": "6809903"})


@BOTH
def test_nobody_is_not_an_empty_school(folder: Path, version: str) -> None:
    edit(folder / "users.csv", lambda _row: False)
    assert problem(folder, "oneroster").key == "error.extract-no-people"


@pytest.mark.parametrize(
    ("word", "staff"),
    [
        ("teacher", True),
        ("aide", True),
        ("administrator", True),
        ("Teacher", True),
        ("proctor", True),
        ("guardian", False),
        ("parent", False),
        ("relative", False),
    ],
)
def test_role_words_of_version_1_1(tmp_path: Path, word: str, staff: bool) -> None:
    folder = lay("oneroster-1.1", tmp_path)
    edit(folder / "users.csv", setting("sourcedId", "s1", role=word))
    assert ("JEV" in {one.staff_code for one in read(folder, "oneroster").staff}) is staff


@pytest.mark.parametrize(
    ("word", "staff"),
    [
        ("principal", True),
        ("siteAdministrator", True),
        ("counselor", True),
        ("teacher", True),
        ("districtAdministrator", False),
        ("systemAdministrator", False),
        ("guardian", False),
    ],
)
def test_role_words_of_version_1_2(tmp_path: Path, word: str, staff: bool) -> None:
    folder = lay("oneroster-1.2", tmp_path)
    edit(folder / "roles.csv", setting("userSourcedId", "s1", role=word))
    assert ("JEV" in {one.staff_code for one in read(folder, "oneroster").staff}) is staff


def test_a_role_that_is_blank_is_told(tmp_path: Path) -> None:
    folder = lay("oneroster-1.1", tmp_path)
    edit(folder / "users.csv", setting("sourcedId", "s1", role=""))
    assert "swac-role-missing" in {row.reason for row in read(folder, "oneroster").rejections}


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


# Leaving


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
def test_an_enrolment_without_an_end_keeps_somebody(folder: Path, version: str) -> None:
    open_ = {"userSourcedId": "u1", "classSourcedId": "9-maths", "schoolSourcedId": "glan"}
    edit(folder / "enrollments.csv", setting("sourcedId", "e1", endDate="2026-10-23"), open_)
    assert seren(folder).leaving_date is None


@BOTH
def test_enrolments_at_another_school_keep_nobody_here(folder: Path, version: str) -> None:
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


# Admission, year group and class


@BOTH
def test_admission_is_the_earliest_enrolment_and_the_class_the_present_one(
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
