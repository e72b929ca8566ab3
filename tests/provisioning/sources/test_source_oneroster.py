"""OneRoster 1.1 and 1.2: whose records, which identifiers, and what counts as leaving."""

import shutil
import zipfile
from datetime import date
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
    assert (said.key, said.values["files"]) == ("error.extract-several", "manifest.csv, old.zip")


@BOTH
@pytest.mark.parametrize("table", ["users.csv", "orgs.csv", "classes.csv", "enrollments.csv"])
def test_a_table_that_is_missing_is_named(folder: Path, version: str, table: str) -> None:
    (folder / table).unlink()
    said = problem(folder, "oneroster")
    assert (said.key, said.values["wanted"]) == ("error.extract-no-such", table)
    assert said.values["folder"] == SCHOOL


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


@BOTH
def test_a_delta_of_a_table_that_is_not_read_does_not_matter(folder: Path, version: str) -> None:
    more = [("file.results", "delta"), ("source.systemName", "Delta"), ("file.categories", "delta")]
    edit(folder / "manifest.csv", keep, *({"propertyName": a, "value": b} for a, b in more))
    assert len(read(folder, "oneroster").learners) == 5


@BOTH
def test_a_status_and_a_date_in_every_row_make_no_delta(folder: Path, version: str) -> None:
    before = read(folder, "oneroster")
    for table in ("users", "orgs", "classes", "enrollments", "academicSessions"):
        filled = {"status": "active", "dateLastModified": "2026-09-01T00:00:00Z"}
        edit(folder / f"{table}.csv", lambda row, filled=filled: row.update(filled))
    assert read(folder, "oneroster").records == before.records


@BOTH
def test_classes_and_enrolments_that_the_manifest_says_are_absent(folder: Path, version: str) -> None:
    for table in ("classes", "enrollments"):
        (folder / f"{table}.csv").unlink()
        edit(folder / "manifest.csv", setting("propertyName", f"file.{table}", value="absent"))
    extract = read(folder, "oneroster")
    assert {row.class_name for row in extract.learners} == {None}
    assert seren(folder).admission_date == date(2026, 9, 1)


@BOTH
@pytest.mark.parametrize("header", ["userSourcedId,status,birthdate", "sourcedId,sex", ""])
def test_optional_tables_with_headers_of_older_versions(folder: Path, version: str, header: str) -> None:
    (folder / "demographics.csv").write_text(
        f"{header}\n" + "u1,,2015-03-14\n" * bool(header.count(",") == 2)
    )
    (folder / "academicSessions.csv").write_text("sourcedId,title\ny27,2026/27\n")
    edit(folder / "enrollments.csv", setting("sourcedId", "e1", beginDate="2026-09-01"))
    assert seren(folder).date_of_birth == (date(2015, 3, 14) if "birthdate" in header else None)


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


FEDERATIONS = {
    "a federation above two schools": {
        "glan": ("school", "6809903", "fed"),
        "nant": ("school", "6809901", "fed"),
    },
    "one school above the other": {"glan": ("school", "6809903", ""), "nant": ("school", "6809901", "glan")},
    "a federation with its first school's number": {
        "fed": ("local", "6809903", ""),
        "glan": ("school", "6809903", "fed"),
        "nant": ("school", "6809901", "fed"),
    },
    "schools without a type": {"glan": ("", "6809903", "fed"), "nant": ("", "6809901", "glan")},
}


@BOTH
@pytest.mark.parametrize("orgs", FEDERATIONS.values(), ids=FEDERATIONS)
def test_records_belong_to_the_school_that_they_name(
    folder: Path, version: str, orgs: dict[str, tuple[str, str, str]]
) -> None:
    before = read(folder, "oneroster").records
    edit(folder / "orgs.csv", lambda row: row["sourcedId"] == "glan-maths")
    more = ({"fed": ("local", "680", "")} | orgs).items()
    edit(
        folder / "orgs.csv",
        keep,
        *(
            {"sourcedId": id_, "type": kind, "identifier": number, "parentSourcedId": above}
            for id_, (kind, number, above) in more
        ),
    )
    assert read(folder, "oneroster").records == before


@BOTH
def test_who_names_the_federation_alone_is_of_none_of_its_schools(folder: Path, version: str) -> None:
    """Even where the federation has been given the number of its first school."""
    fed = {"sourcedId": "fed", "type": "local", "identifier": "6809903"}
    edit(folder / "orgs.csv", setting("sourcedId", "glan", parentSourcedId="fed"), fed)
    head = {"sourcedId": "f1", "givenName": "Nia", "familyName": "Rees", "identifier": "NRE"}
    edit(folder / "users.csv", keep, head | {"orgSourcedIds": "fed", "role": "principal"})
    if version == "1.2":
        edit(
            folder / "roles.csv",
            keep,
            {"userSourcedId": "f1", "orgSourcedId": "fed", "role": "principal", "beginDate": "2020-09-01"},
        )
    assert {one.staff_code for one in read(folder, "oneroster").staff} == {"JEV", "MPW"}


@BOTH
def test_an_enrolment_belongs_to_the_school_that_it_names(folder: Path, version: str) -> None:
    """Though its class is one of ours: here the pupil of another school who comes for one lesson."""
    there = {"userSourcedId": "u1", "classSourcedId": "9-maths", "schoolSourcedId": "nant"}
    edit(folder / "enrollments.csv", keep, there | {"beginDate": "2019-09-01"})
    assert seren(folder).admission_date == date(2026, 9, 1)


@BOTH
def test_an_organisation_that_is_to_be_deleted_is_not_there(folder: Path, version: str) -> None:
    edit(folder / "orgs.csv", setting("sourcedId", "glan", status="tobedeleted"))
    assert problem(folder, "oneroster").key == "error.extract-no-school"


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
        ("governor", False),
        ("ext:volunteer", False),
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
        ("ext:governor", False),
    ],
)
def test_role_words_of_version_1_2(tmp_path: Path, word: str, staff: bool) -> None:
    folder = lay("oneroster-1.2", tmp_path)
    edit(folder / "roles.csv", lambda row: row["sourcedId"] != "r9")  # the second role of the same teacher
    edit(folder / "roles.csv", setting("userSourcedId", "s1", role=word))
    assert ("JEV" in {one.staff_code for one in read(folder, "oneroster").staff}) is staff


def test_a_parent_who_teaches_is_a_teacher(tmp_path: Path) -> None:
    folder = lay("oneroster-1.2", tmp_path)
    edit(folder / "roles.csv", setting("sourcedId", "r8", role="guardian"))
    assert {one.staff_code for one in read(folder, "oneroster").staff} == {"JEV", "MPW"}


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
def test_somebody_switched_off_has_left_though_the_enrolment_ends_with_its_session(
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


# Where a fault stands


@BOTH
def test_a_fault_is_told_in_the_table_in_which_it_stands(folder: Path, version: str) -> None:
    edit(folder / "enrollments.csv", setting("sourcedId", "e7", beginDate="September"))
    edit(folder / "enrollments.csv", setting("sourcedId", "e8", endDate="soon"))
    edit(folder / "users.csv", setting("sourcedId", "u5", userIds="{UPN:C680999920001}"))
    edit(folder / "users.csv", setting("sourcedId", "u1", userIds="{UPN:Y680999920006}"))
    found = {(row.value, row.file, row.line) for row in read(folder, "oneroster").rejections}
    assert found == {("September", "enrollments.csv", 8), ("soon", "enrollments.csv", 9)}


# Admission, year group and class


@BOTH
def test_a_homeroom_that_is_to_be_deleted_is_nobodys(folder: Path, version: str) -> None:
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
def test_next_years_homeroom_waits_for_next_year(folder: Path, version: str) -> None:
    again = {"userSourcedId": "u1", "classSourcedId": "8d", "schoolSourcedId": "glan"}
    edit(folder / "enrollments.csv", keep, again | {"beginDate": "2027-09-01"})
    assert seren(folder).class_name == "7A"


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
