"""OneRoster 1.1 and 1.2: whose records are this school's, and which role words make a member of staff."""

from datetime import date
from pathlib import Path

import pytest

from tests.provisioning.sources.oneroster.oneroster_builders import BOTH, seren
from tests.provisioning.sources.source_builders import edit, keep, lay, learner_of, problem, read, setting


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
    assert {member.staff_code for member in read(folder, "oneroster").staff} == {"JEV", "MPW"}


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
def test_an_extract_without_people_is_not_an_empty_school(folder: Path, version: str) -> None:
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
    assert ("JEV" in {member.staff_code for member in read(folder, "oneroster").staff}) is staff


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
    assert ("JEV" in {member.staff_code for member in read(folder, "oneroster").staff}) is staff


def test_a_parent_who_teaches_is_a_teacher(tmp_path: Path) -> None:
    folder = lay("oneroster-1.2", tmp_path)
    edit(folder / "roles.csv", setting("sourcedId", "r8", role="guardian"))
    assert {member.staff_code for member in read(folder, "oneroster").staff} == {"JEV", "MPW"}


def test_a_role_that_is_blank_is_told(tmp_path: Path) -> None:
    folder = lay("oneroster-1.1", tmp_path)
    edit(folder / "users.csv", setting("sourcedId", "s1", role=""))
    assert "swac-role-missing" in {row.reason for row in read(folder, "oneroster").rejections}
