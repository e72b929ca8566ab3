"""Microsoft School Data Sync 2.1: a year by its end, roles by session, classes that are no course."""

import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from provisioning.records import Learner
from tests.unit.source_builders import edit, keep, lay, learner_of, problem, read, setting


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


def test_somebody_without_a_role_here_is_not_ours(folder: Path) -> None:
    edit(folder / "roles.csv", lambda row: row["userSourcedId"] != "u1")
    assert learner_of(read(folder, "sds"), "Evans") is None


@pytest.mark.parametrize("word", ["alumni", "other", "guardian"])
def test_roles_that_are_nobodys(folder: Path, word: str) -> None:
    edit(folder / "roles.csv", setting("userSourcedId", "s1", role=word))
    assert [one.staff_code for one in read(folder, "sds").staff] == ["MPW"]


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


def test_nobody_is_not_an_empty_school(folder: Path) -> None:
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
