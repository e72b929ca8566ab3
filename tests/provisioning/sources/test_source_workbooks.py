"""Workbooks: sheets as programs write them, dates and numbers as people mean them."""

import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from provisioning.records.extracts import Extract
from provisioning.sources.formats.sheets import plain_number
from tests.hostile.laying import LEARNERS
from tests.hostile.ods_attacks import ods, ods_cells
from tests.hostile.xlsx_attacks import sheet, workbook, xlsx_header
from tests.provisioning.sources.source_builders import SCHOOL, lay, problem, read

HEADER = LEARNERS.strip().split(",")
SEREN = ["C680999920001", "Evans", "Seren", date(2026, 9, 1), None, 7, "7A"]
STAFF = ["staff_code", "legal_surname", "legal_forename", "start_date", "leaving_date"]
JAC = ["JEV", "Evans", "Jac", "01/09/2019", None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / SCHOOL
    folder.mkdir()
    return folder


def write(path: Path, sheets: dict[str, Sequence[Sequence[Any]]], **formats: str) -> None:
    """A workbook with these sheets; `formats` are number formats by cell, in the first sheet."""
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    for cell, number_format in formats.items():
        book.worksheets[0][cell].number_format = number_format
    book.save(path)


def one(folder: Path, row: Sequence[Any] = SEREN, header: Sequence[str] = HEADER, **formats: str) -> Extract:
    """The extract of a workbook with one learner."""
    write(folder / "glan.xlsx", {"Learners": [header, row], "STAFF": [STAFF, JAC]}, **formats)
    return read(folder, "xlsx")


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
    assert len(one(folder).learners) == 1


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


# What cells say


@pytest.mark.parametrize(
    ("value", "number_format"),
    [
        (date(2026, 9, 1), "yyyy-mm-dd"),
        (date(2026, 9, 1), "dd/mm/yyyy"),
        (datetime(2026, 9, 1, 23, 59), "dd/mm/yyyy hh:mm"),  # noqa: DTZ001 - cells have no zone
        (date(2026, 9, 1), '[$-809]dddd, "the" d\\ mmmm\\ yyyy'),
        (date(2026, 9, 1), "mm-dd-yy"),
        (46266, "d mmm yy"),
        ("2026-09-01", "General"),
        ("01/09/2026", "@"),
    ],
)
def test_dates(folder: Path, value: object, number_format: str) -> None:
    row = [*SEREN[:3], value, *SEREN[4:]]
    (found,) = one(folder, row, D2=number_format).learners
    assert found.admission_date == date(2026, 9, 1)


def test_a_workbook_that_counts_from_1904(folder: Path) -> None:
    book = Workbook()
    book.epoch = CALENDAR_MAC_1904
    book.active.title = "learners"
    for row in (HEADER, SEREN):
        book.active.append(row)
    for row in (STAFF, JAC):
        book.create_sheet("staff") if "staff" not in book.sheetnames else None
        book["staff"].append(row)
    book.save(folder / "glan.xlsx")
    assert read(folder, "xlsx").learners[0].admission_date == date(2026, 9, 1)


@pytest.mark.parametrize("number", [9000, 12, 90000, 20260901])
def test_a_number_that_is_no_date_is_not_made_one(folder: Path, number: int) -> None:
    (rejection,) = one(folder, [*SEREN[:3], number, *SEREN[4:]], D2="General").rejections
    assert (rejection.reason, rejection.value) == ("date-unreadable", str(number))


@pytest.mark.parametrize("number", [46266, 46266.0, 46266.75, "46266"])
def test_a_date_that_has_lost_its_number_format(folder: Path, number: object) -> None:
    (found,) = one(folder, [*SEREN[:3], number, *SEREN[4:]], D2="General").learners
    assert found.admission_date == date(2026, 9, 1)


@pytest.mark.parametrize(
    ("value", "number_format"),
    [(0, "dd/mm/yyyy"), (0, "General"), (0.0, "yyyy-mm-dd"), ("00/01/1900", "General"), (0, "d mmm yy")],
)
def test_the_zero_of_an_empty_formula_is_no_leaving_date(
    folder: Path, value: object, number_format: str
) -> None:
    (found,) = one(folder, [*SEREN[:4], value, *SEREN[5:]], E2=number_format).learners
    assert found.leaving_date is None


@pytest.mark.parametrize("error", ["#REF!", "#N/A", "#VALUE!"])
def test_a_formulas_error_is_told_where_a_value_is_needed(folder: Path, error: str) -> None:
    (rejection,) = one(folder, [*SEREN[:4], error, *SEREN[5:]]).rejections
    assert (rejection.reason, rejection.value) == ("date-unreadable", error)


@pytest.mark.parametrize(("cell", "known_as"), [("#REF!", None), ("#N/A", None), ("#1", "#1"), (None, "")])
def test_a_class_that_a_formula_could_not_tell_is_unknown(
    folder: Path, cell: object, known_as: str | None
) -> None:
    (found,) = one(folder, [*SEREN[:6], cell]).learners
    assert found.class_name == known_as


def test_a_class_merged_over_several_rows_counts_for_each(folder: Path) -> None:
    book = Workbook()
    learners, staff = book.active, book.create_sheet("staff")
    learners.title = "learners"
    upns = ["C680999920001", "R680999920002", "V680999920004", "J680999920005"]
    for row in (HEADER, *([number, *SEREN[1:]] for number in upns)):
        learners.append(row)
    learners.merge_cells("G2:G4")
    learners.merge_cells("F4:F5")
    learners["G5"] = None
    for row in (STAFF, JAC):
        staff.append(row)
    book.save(folder / "glan.xlsx")
    extract = read(folder, "xlsx")
    assert [(row.year_group, row.class_name) for row in extract.learners] == [
        ("7", "7A"),
        ("7", "7A"),
        ("7", "7A"),
        ("7", ""),
    ]


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
    assert len(one(folder).learners) == 1


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


@pytest.mark.parametrize(
    ("year", "read_as"), [(7, "7"), (7.0, "7"), ("7", "7"), ("Year 7", "7"), ("07", "7"), (0, "R")]
)
def test_year_groups(folder: Path, year: object, read_as: str) -> None:
    (found,) = one(folder, [*SEREN[:5], year, SEREN[6]], F2="0.0").learners
    assert found.year_group == read_as


def test_an_admission_number_that_became_a_number(folder: Path) -> None:
    assert len(one(folder, [*SEREN, 123], [*HEADER, "Adno"]).learners) == 1
    (rejection,) = one(folder, [*SEREN, None], [*HEADER, "Adno"]).rejections
    assert rejection.reason == "admission-number-missing"


def test_a_class_that_became_a_number(folder: Path) -> None:
    assert one(folder, [*SEREN[:6], 71.0]).learners[0].class_name == "71"


def test_rich_text_and_notes(folder: Path) -> None:
    book = Workbook()
    learners, staff = book.active, book.create_sheet("staff")
    learners.title = "learners"
    for row in (HEADER, SEREN):
        learners.append(row)
    for row in (STAFF, JAC):
        staff.append(row)
    learners["B2"] = CellRichText("Ev", TextBlock(InlineFont(b=True), "ans"))
    learners["C2"].comment = Comment("known as Sêr", "office")
    book.save(folder / "glan.xlsx")
    (found,) = read(folder, "xlsx").learners
    assert (found.surname, found.forename) == ("Evans", "Seren")


def test_blank_rows_and_what_stands_beside_the_table(folder: Path) -> None:
    rows = [[], [None, None], [*HEADER, None, None], SEREN, [], [None] * 8 + ["checked by JEV"]]
    write(folder / "glan.xlsx", {"learners": rows, "staff": [STAFF, JAC]})
    extract = read(folder, "xlsx")
    assert ([one.line for one in extract.learners], extract.rejections) == ([4], ())


def test_a_formula_says_its_value(folder: Path) -> None:
    """A workbook that no spreadsheet program has opened has none: the cell is blank, not the formula."""
    (rejection,) = one(folder, [*SEREN[:5], "=3+4", SEREN[6]]).rejections
    assert (rejection.reason, rejection.value) == ("year-group-unreadable", "")


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("7.0", "7"),
        ("7", "7"),
        ("123.000", "123"),
        ("7.5", "7.5"),
        ("1E3", "1000"),
        ("x", "x"),
        ("1e400", "1e400"),
        ("nan", "nan"),
    ],
)
def test_plain_numbers(text: str, plain: str) -> None:
    assert plain_number(text) == plain


def test_shared_strings_and_every_type_of_cell(folder: Path) -> None:
    strings = (
        b"<sst><si><t>C680999920001</t></si><si><r><t>Ev</t></r><r><rPr/><t>ans</t></r>"
        b"<rPh><t>no</t></rPh></si><si/></sst>"
    )
    row = (
        b'<row r="7" spans="1:7"><c r="A7" t="s"><v>0</v></c><c r="B7" t="s"><v>1</v></c>'
        b'<c r="C7" t="inlineStr"><is><t xml:space="preserve"> Seren </t></is></c>'
        b'<c r="D7" t="d"><v>2026-09-01T00:00:00</v></c><c r="E7" t="s"><v>2</v></c>'
        b'<c r="F7"><f>3+4</f><v>7.0000000000</v></c><c r="G7" t="b"><v>1</v></c></row>'
        b'<row><c t="s"><v>999</v></c><c t="e"><v>#N/A</v></c></row>'
    )
    workbook(sheet(xlsx_header(3) + row), strings)(folder)
    write(folder / "staff.xlsx", {"staff": [STAFF, JAC]})
    extract = read(folder, "xlsx")
    (found,), (rejection,) = extract.learners, extract.rejections
    assert (found.upn, found.surname, found.forename) == ("C680999920001", "Evans", "Seren")
    assert (found.admission_date, found.leaving_date) == (date(2026, 9, 1), None)
    assert (found.year_group, found.class_name, found.line) == ("7", "TRUE", 7)
    assert (rejection.reason, rejection.line) == ("upn-missing", 8)


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
