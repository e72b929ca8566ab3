"""Each school's own format: chosen in schools.csv, kept in the store, used by runs and diagnoses."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from knowledge.texts import Bilingual
from provisioning.errors import KnownError
from provisioning.records.people import Kind
from provisioning.records.runs import RunStatus
from provisioning.runs.batches import provision_batch
from provisioning.runs.school_run import dry_run
from provisioning.sources.school_lists import read_schools
from provisioning.store import coverage, schools
from tests.builders import GLAN, Schools, staff_member
from tests.provisioning.sources.source_builders import FIXTURES

HEADER = "number,name,local_authority,phase,source"


def listed(folder: Path, source: str) -> str:
    path = folder / "schools.csv"
    path.write_text(f"{HEADER}\n6809903,Ysgol Glan,680,secondary,{source}\n")
    return read_schools(path)[0].source


@pytest.mark.parametrize(
    ("written", "source"),
    [
        ("", "csv"),
        ("csv", "csv"),
        ("SIMS", "sims"),
        ("OneRoster", "oneroster"),
        ("ctf", "ctf"),
        ("XLSX", "xlsx"),
    ],
)
def test_a_school_says_its_source(tmp_path: Path, written: str, source: str) -> None:
    assert listed(tmp_path, written) == source


def test_an_unknown_source_is_told_on_import(tmp_path: Path) -> None:
    with pytest.raises(KnownError) as raised:
        listed(tmp_path, "wonde")
    said = raised.value.said
    assert (said.key, said.values["column"], said.values["value"]) == ("error.school-row", "source", "wonde")
    assert "oneroster" in said.values["expected"]


def test_the_store_keeps_it_and_older_schools_have_csv(provisioning: Schools) -> None:
    with provisioning.database.writing() as session:
        schools.put(session, [replace(GLAN, source="ctf")])
        session.execute(
            text(
                "INSERT INTO schools (number, name, name_cy, local_authority, phase, managed_by, contact)"
                " VALUES ('6609999', 'A', 'A', '660', 'primary', 'school', '')"
            )
        )
    with provisioning.database.reading() as session:
        assert schools.get(session, GLAN.number).source == "ctf"
        assert schools.get(session, "6609999").source == "csv"
        assert schools.get(session, "6609999").name == Bilingual("A", "A")


def sends(provisioning: Schools, fixture: str, source: str) -> None:
    """The school changes to another format, and its extract lies there."""
    with provisioning.database.writing() as session:
        schools.put(session, [replace(GLAN, source=source)])
    folder = provisioning.folder / GLAN.number
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(FIXTURES / fixture, folder)


FORMATS = [
    ("oneroster-1.1", "oneroster"),
    ("oneroster-1.2", "oneroster"),
    ("sds", "sds"),
    ("ctf", "ctf"),
    ("xlsx", "xlsx"),
    ("ods", "ods"),
]


@pytest.mark.parametrize(("fixture", "source"), FORMATS)
def test_a_run_reads_it_and_another_format_then_changes_nothing(
    provisioning: Schools, fixture: str, source: str
) -> None:
    sends(provisioning, "csv", "csv")
    assert provisioning.runs(GLAN).counts["create"] == 5
    sends(provisioning, fixture, source)
    trial, _ = dry_run(provisioning.at(), GLAN.number)
    batch = provision_batch(provisioning.at(), [GLAN.number], started_by="test")
    for run in (trial, *batch.runs):
        assert (run.status, run.counts["unchanged"], run.counts["vanished"]) == (RunStatus.SUCCEEDED, 5, 0)
    assert [group.cause for group in provisioning.missing(GLAN).groups] == ["row-rejected"]


def test_a_run_fails_where_the_files_are_of_another_format(provisioning: Schools) -> None:
    sends(provisioning, "csv", "oneroster")
    run = provisioning.runs(GLAN)
    assert run.status is RunStatus.FAILED
    assert run.error is not None
    assert run.error.key == "error.extract-no-such"


def test_no_member_of_staff_vanishes_from_a_format_that_has_none(provisioning: Schools) -> None:
    """And what was known of them stays known, so that a later staff file is compared with it."""
    provisioning.extracts(GLAN, *(staff_member(f"S{number}", line=number) for number in range(40)))
    provisioning.runs(GLAN)
    sends(provisioning, "ctf", "ctf")
    (provisioning.folder / GLAN.number / "staff.csv").unlink()
    run = provisioning.runs(GLAN)
    assert (run.status, run.counts["create"], run.counts["vanished"]) == (RunStatus.SUCCEEDED, 4, 0)
    with provisioning.database.reading() as session:
        covered = coverage.covered(session, GLAN.number)
    assert sum(kind is Kind.STAFF for kind, _ in covered) == 40
