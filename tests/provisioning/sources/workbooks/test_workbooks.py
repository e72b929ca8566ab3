"""Which workbook and sheet is read, which workbooks are refused, and a workbook as ODS."""

import zipfile
from datetime import date
from pathlib import Path

import pytest

from tests.hostile.ods_attacks import ods, ods_cells
from tests.provisioning.sources.source_builders import lay, problem, read
from tests.provisioning.sources.workbooks.workbook_builders import (
    HEADER,
    JAC,
    SEREN,
    STAFF,
    extract_with,
    write,
)

# Which sheet


@pytest.mark.parametrize("name", ["learners", "Learners", "Dysgwyr", "DYSGWYR"])
def test_one_workbook_with_both_sheets(folder: Path, name: str) -> None:
    write(folder / "export.xlsx", {"Notes": [["x"]], "Staff": [STAFF, JAC], name: [HEADER, SEREN]})
    extract = read(folder, "xlsx")
    assert (len(extract.learners), len(extract.staff)) == (1, 1)


def test_the_sheet_of_the_name_goes_before_the_first(folder: Path) -> None:
    write(folder / "learners.xlsx", {"Notes": [["x"]], "learners": [HEADER, SEREN]})
    write(folder / "staff.xlsx", {"Sheet1": [STAFF, JAC]})
    assert len(read(folder, "xlsx").learners) == 1


def test_a_workbook_that_lacks_a_sheet(folder: Path) -> None:
    write(folder / "export.xlsx", {"learners": [HEADER, SEREN], "x": []})
    said = problem(folder, "xlsx")
    assert (said.key, said.values) == ("error.extract-no-sheet", {"file": "export.xlsx", "sheet": "staff"})


def test_the_lock_of_an_open_workbook_is_not_read(folder: Path) -> None:
    (folder / "~$glan.xlsx").write_bytes(b"\0")
    assert len(extract_with(folder).learners) == 1


def test_two_workbooks_are_not_guessed_between(folder: Path) -> None:
    write(folder / "a.xlsx", {"learners": []})
    write(folder / "b.xlsx", {"learners": []})
    assert problem(folder, "xlsx").key == "error.extract-several"


def test_a_sheet_with_nothing_in_it(folder: Path) -> None:
    write(folder / "glan.xlsx", {"learners": [[], [None]], "staff": [STAFF]})
    said = problem(folder, "xlsx")
    assert (said.key, said.values["file"]) == ("error.extract-empty", "glan.xlsx/learners")


def test_a_column_that_is_missing(folder: Path) -> None:
    write(folder / "glan.xlsx", {"learners": [HEADER[:-1], SEREN], "staff": [STAFF]})
    said = problem(folder, "xlsx")
    assert said.values == {"file": "glan.xlsx/learners", "columns": "class"}


# Workbooks of another kind

COMPOUND_FILE = bytes.fromhex("D0CF11E0A1B11AE1")


@pytest.mark.parametrize("source", ["xlsx", "ods"])
def test_an_old_workbook_under_a_new_name(folder: Path, source: str) -> None:
    (folder / f"glan.{source}").write_bytes(COMPOUND_FILE + bytes(504) + "Workbook".encode("utf-16-le"))
    said = problem(folder, source)
    assert said.key == "error.extract-workbook-old"
    assert said.values == {"file": f"glan.{source}", "ending": f".{source}"}


def test_an_old_workbook_under_its_own_name(folder: Path) -> None:
    (folder / "glan.XLS").write_bytes(COMPOUND_FILE)
    assert problem(folder, "xlsx").values["file"] == "glan.XLS"
    assert len(extract_with(folder).learners) == 1


def test_a_workbook_with_a_password(folder: Path) -> None:
    (folder / "glan.xlsx").write_bytes(COMPOUND_FILE + bytes(504) + "EncryptedPackage".encode("utf-16-le"))
    assert problem(folder, "xlsx").key == "error.extract-workbook-password"


@pytest.mark.parametrize(
    "members",
    [
        {"META-INF/manifest.xml": "<m><file-entry><encryption-data/></file-entry></m>", "content.xml": "?"},
        {"META-INF/manifest.xml": "<m/>", "encrypted-package": "?"},
    ],
)
def test_an_ods_with_a_password(folder: Path, members: dict[str, str]) -> None:
    with zipfile.ZipFile(folder / "glan.ods", "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    assert problem(folder, "ods").key == "error.extract-workbook-password"


# ODS


def tables(learner: str) -> str:
    staff = f"<table:table-row>{ods_cells(STAFF)}</table:table-row>"
    header = f"<table:table-row>{ods_cells(HEADER)}</table:table-row>"
    return (
        f'<table:table table:name="learners">{header}{learner}</table:table>'
        f'<table:table table:name="staff">{staff}</table:table>'
    )


def test_an_ods_cell_in_all_its_ways(folder: Path) -> None:
    cells = (
        ods_cells(["C680999920001"])
        + "<table:table-cell><office:annotation><text:p>a note</text:p></office:annotation>"
        "<text:p>Ap<text:s/><text:span>Rhys</text:span></text:p></table:table-cell>"
        + "<table:table-cell><text:p>Mair</text:p><text:p>Seren</text:p></table:table-cell>"
        '<table:table-cell office:value-type="date" office:date-value="2026-09-01T08:30:00"/>'
        "<table:covered-table-cell/>"
        '<table:table-cell office:value-type="float" office:value="7"><text:p>7.0</text:p></table:table-cell>'
        '<table:table-cell office:value-type="string" office:string-value="7A"/>'
    )
    ods(tables(f"<table:table-row>{cells}</table:table-row>"))(folder)
    (found,) = read(folder, "ods").learners
    assert (found.surname, found.forename, found.year_group, found.class_name) == (
        "Ap Rhys",
        "Mair Seren",
        "7",
        "7A",
    )
    assert (found.admission_date, found.leaving_date) == (date(2026, 9, 1), None)


@pytest.mark.slow
def test_a_large_ods_is_read_to_its_end(folder: Path) -> None:
    rows = (
        ods_cells(["C680999920001", "Evans", "Seren" * 10, "2026-09-01", "", "7", f"7-{n}"])
        for n in range(2000)
    )
    ods(tables("".join(f"<table:table-row>{row}</table:table-row>" for row in rows)))(folder)
    extract = read(folder, "ods")
    assert [row.line for row in extract.rejections] == list(range(2, 2002))


def test_an_ods_with_a_merged_class_and_dates_that_are_none(folder: Path) -> None:
    first = (
        ods_cells(["C680999920001", "Evans", "Seren", "2026-09-01"])
        + '<table:table-cell office:value-type="date" office:date-value="1899-12-30"/>'
        + ods_cells(["7"])
        + '<table:table-cell table:number-rows-spanned="2"><text:p>7A</text:p></table:table-cell>'
    )
    second = (
        ods_cells(["R680999920002", "Puw", "Mali"])
        + '<table:table-cell office:value-type="float" office:value="46266"/>'
        + '<table:table-cell office:value-type="float" office:value="0"/>'
        + ods_cells(["7"])
        + "<table:covered-table-cell/>"
    )
    rows = f"<table:table-row>{first}</table:table-row><table:table-row>{second}</table:table-row>"
    ods(tables(rows))(folder)
    assert [
        (row.admission_date, row.leaving_date, row.class_name) for row in read(folder, "ods").learners
    ] == [
        (date(2026, 9, 1), None, "7A"),
        (date(2026, 9, 1), None, "7A"),
    ]


@pytest.mark.parametrize("source", ["xlsx", "ods"])
def test_two_files_of_their_own_names(source: str, tmp_path: Path) -> None:
    folder = lay(source, tmp_path)
    if source == "ods":
        (folder / "staff.ods").write_bytes((folder / "glan.ods").read_bytes())
        (folder / "glan.ods").rename(folder / "Learners.ods")
    assert len(read(folder, source).records) == 7
