"""The same little school in every format yields the same records and the same rejections."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import get_args

import pytest

from provisioning.records.extracts import Extract
from provisioning.records.people import MIS_KINDS, Kind, Learner, StaffMember
from provisioning.records.rejections import Rejection
from provisioning.sources.extract_folder import ExtractFolder
from provisioning.sources.formats.table import SOURCES
from provisioning.sources.school_lists import Source
from tests.builders import GLAN, TODAY
from tests.provisioning.sources.source_builders import SCHOOL, WRITTEN, lay, problem, read

FORMATS = {
    "csv": "csv",
    "oneroster-1.1": "oneroster",
    "oneroster-1.2": "oneroster",
    "ctf": "ctf",
    "sds": "sds",
    "xlsx": "xlsx",
    "ods": "ods",
}


def told(extract: Extract, *, classes: bool = True) -> list[Learner | StaffMember | Rejection]:
    """What an extract says, less where in which file it stands."""
    learners = [
        replace(row, line=0, class_name=row.class_name if classes else "") for row in extract.learners
    ]
    staff = [replace(member, line=0) for member in extract.staff]
    rejections = [
        replace(row, line=0, file="", class_name=row.class_name if classes else None)
        for row in extract.rejections
    ]
    return [*learners, *staff, *rejections]


@pytest.mark.parametrize("fixture", FORMATS)
def test_the_same_school_in_every_format(fixture: str, tmp_path: Path) -> None:
    ours = read(lay("csv", tmp_path / "ours"), "csv")
    theirs = read(lay(fixture, tmp_path / "theirs"), FORMATS[fixture])
    classes = fixture != "ctf"  # a CTF has none
    assert told(theirs, classes=classes) == told(ours, classes=classes)
    assert len(ours.learners) == 5
    assert (theirs.covers, theirs.as_of, theirs.school) == (MIS_KINDS, WRITTEN, SCHOOL)


@pytest.mark.parametrize("fixture", FORMATS)
def test_a_rejection_names_the_file_and_line_it_stands_on(fixture: str, tmp_path: Path) -> None:
    (rejection,) = read(lay(fixture, tmp_path), FORMATS[fixture]).rejections
    assert (rejection.file, rejection.line) == {
        "csv": ("learners.csv", 6),
        "oneroster-1.1": ("users.csv", 6),
        "oneroster-1.2": ("users.csv", 6),
        "ctf": ("6809903_CTF_001.xml", 77),
        "sds": ("users.csv", 6),
        "xlsx": ("learners.xlsx", 8),
        "ods": ("glan.ods", 8),
    }[fixture]


@pytest.mark.parametrize("fixture", FORMATS)
def test_it_is_read_again_when_a_file_changes(fixture: str, tmp_path: Path) -> None:
    folder, extract_folder = lay(fixture, tmp_path), ExtractFolder(tmp_path)
    before = extract_folder.read(replace(GLAN, source=FORMATS[fixture]), TODAY)
    assert extract_folder.read(replace(GLAN, source=FORMATS[fixture]), TODAY) == before
    path = max(folder.iterdir(), key=lambda file: file.stat().st_size)
    raw = path.read_bytes()
    path.write_bytes(raw.replace(b"Deio", b"Dewi") + (b"" if fixture in ("xlsx", "ods") else b"\n"))
    again = ExtractFolder(tmp_path).read(replace(GLAN, source=FORMATS[fixture]), TODAY)
    assert extract_folder.read(replace(GLAN, source=FORMATS[fixture]), TODAY) == again
    if fixture not in ("xlsx", "ods"):
        assert again.fingerprint != before.fingerprint


@pytest.mark.parametrize("source", SOURCES)
def test_a_folder_that_is_not_there(source: str, tmp_path: Path) -> None:
    said = problem(tmp_path / SCHOOL, source)
    assert (said.key, said.values["school"]) == ("error.extract-no-folder", SCHOOL)


@pytest.mark.parametrize("source", [source for source in SOURCES if source not in ("csv", "sims")])
def test_a_folder_with_nothing_of_the_format(source: str, tmp_path: Path) -> None:
    said = problem(lay("csv", tmp_path), source)
    assert said.key == "error.extract-no-such"
    assert said.values["folder"] == SCHOOL


def test_every_source_that_a_school_may_have_can_be_read() -> None:
    assert set(get_args(Source)) == set(SOURCES)


def test_an_unknown_source(tmp_path: Path) -> None:
    said = problem(lay("csv", tmp_path), "wonde")
    assert (said.key, said.values["source"]) == ("error.extract-source-unknown", "wonde")


def test_a_sims_report_is_csv(tmp_path: Path) -> None:
    assert len(read(lay("csv", tmp_path), "sims").learners) == 5


def test_a_change_of_source_is_seen_at_once(tmp_path: Path) -> None:
    folder, extract_folder = lay("csv", tmp_path), ExtractFolder(tmp_path)
    (folder / "learners.csv").rename(folder / "kept.txt")
    (folder / "staff.csv").unlink()
    lay("ctf", tmp_path / "other").rename(folder / "in")
    (folder / "in" / "6809903_CTF_001.xml").rename(folder / "a.xml")
    assert len(extract_folder.read(replace(GLAN, source="ctf"), TODAY).learners) == 5
    (folder / "kept.txt").rename(folder / "learners.csv")
    (folder / "in" / "staff.csv").rename(folder / "staff.csv")
    assert extract_folder.read(replace(GLAN, source="csv"), TODAY).learners[0].class_name == "7A"


def test_who_counts_depends_on_the_day_in_every_format(tmp_path: Path) -> None:
    """Duplicates are settled as in CSV: here the history of a learner who came back."""
    folder = lay("ctf", tmp_path)
    path = folder / "6809903_CTF_001.xml"
    text = path.read_text(encoding="utf-8")
    start, end = text.index("<Pupil>"), text.index("</Pupil>") + len("</Pupil>")
    older = text[start:end].replace(
        "<EntryDate>2026-09-01</EntryDate>",
        "<EntryDate>2020-09-01</EntryDate><LeavingDate>2021-01-08</LeavingDate>",
    )
    path.write_text(text[:start] + older + text[start:], encoding="utf-8")
    extract = read(folder, "ctf")
    assert extract.learners[0].admission_date == date(2026, 9, 1)
    early = ExtractFolder(tmp_path).read(replace(GLAN, source="ctf"), date(2020, 10, 1))
    assert early.learners[0].admission_date == date(2020, 9, 1)
    neither = ExtractFolder(tmp_path).read(replace(GLAN, source="ctf"), date(2022, 1, 1))
    duplicates = [row for row in neither.rejections if row.reason == "upn-duplicate"]
    assert [(row.kind, row.file) for row in duplicates] == [(Kind.LEARNER, path.name)] * 2
