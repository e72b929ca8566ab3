"""OneRoster 1.1 and 1.2: where the tables lie, which must be there, and which exports are refused."""

import shutil
import zipfile
from datetime import date
from pathlib import Path

import pytest

from tests.provisioning.sources.oneroster.oneroster_builders import BOTH, seren
from tests.provisioning.sources.source_builders import SCHOOL, edit, keep, problem, read, setting


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
