"""Cells of workbooks: dates and numbers as people mean them, formulas, merged cells, every type of cell."""

import re
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from provisioning.sources.formats.sheets import plain_number
from tests.hostile.xlsx_attacks import sheet, workbook, xlsx_header
from tests.provisioning.sources.source_builders import read
from tests.provisioning.sources.workbooks.workbook_builders import (
    HEADER,
    JAC,
    SEREN,
    STAFF,
    extract_with,
    write,
)


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
    (found,) = extract_with(folder, row, D2=number_format).learners
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
    (rejection,) = extract_with(folder, [*SEREN[:3], number, *SEREN[4:]], D2="General").rejections
    assert (rejection.reason, rejection.value) == ("date-unreadable", str(number))


@pytest.mark.parametrize("number", [46266, 46266.0, 46266.75, "46266"])
def test_a_date_that_has_lost_its_number_format(folder: Path, number: object) -> None:
    (found,) = extract_with(folder, [*SEREN[:3], number, *SEREN[4:]], D2="General").learners
    assert found.admission_date == date(2026, 9, 1)


@pytest.mark.parametrize(
    ("value", "number_format"),
    [(0, "dd/mm/yyyy"), (0, "General"), (0.0, "yyyy-mm-dd"), ("00/01/1900", "General"), (0, "d mmm yy")],
)
def test_the_zero_of_an_empty_formula_is_no_leaving_date(
    folder: Path, value: object, number_format: str
) -> None:
    (found,) = extract_with(folder, [*SEREN[:4], value, *SEREN[5:]], E2=number_format).learners
    assert found.leaving_date is None


@pytest.mark.parametrize("error", ["#REF!", "#N/A", "#VALUE!"])
def test_a_formulas_error_is_told_where_a_value_is_needed(folder: Path, error: str) -> None:
    (rejection,) = extract_with(folder, [*SEREN[:4], error, *SEREN[5:]]).rejections
    assert (rejection.reason, rejection.value) == ("date-unreadable", error)


@pytest.mark.parametrize(
    ("cell", "known_as"), [("#REF!", None), ("#N/A", None), ("#SPILL!", None), ("#1", "#1"), (None, "")]
)
def test_a_class_that_a_formula_could_not_tell_is_unknown(
    folder: Path, cell: object, known_as: str | None
) -> None:
    (found,) = extract_with(folder, [*SEREN[:6], cell]).learners
    assert found.class_name == known_as


def test_a_cell_stands_in_the_row_that_it_names(folder: Path) -> None:
    """The end of a leaver's row and the beginning of the next are lost from the sheet, but no cell is."""
    left = [*SEREN[:4], date(2026, 9, 4), *SEREN[5:]]
    mali = ["R680999920002", "Puw", "Mali", *SEREN[3:]]
    write(folder / "glan.xlsx", {"Learners": [HEADER, left, mali], "STAFF": [STAFF, JAC]})
    with zipfile.ZipFile(folder / "glan.xlsx") as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    page = "xl/worksheets/sheet1.xml"
    members[page], joined = re.subn(rb'</row><row r="3"[^>]*>', b"", members[page])
    with zipfile.ZipFile(folder / "glan.xlsx", "w") as archive:
        for name, raw in members.items():
            archive.writestr(name, raw)
    assert joined == 1
    assert [(row.forename, row.leaving_date, row.line) for row in read(folder, "xlsx").learners] == [
        ("Seren", date(2026, 9, 4), 2),
        ("Mali", None, 3),
    ]


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


@pytest.mark.parametrize(
    ("year", "read_as"), [(7, "7"), (7.0, "7"), ("7", "7"), ("Year 7", "7"), ("07", "7"), (0, "R")]
)
def test_year_groups(folder: Path, year: object, read_as: str) -> None:
    (found,) = extract_with(folder, [*SEREN[:5], year, SEREN[6]], F2="0.0").learners
    assert found.year_group == read_as


def test_an_admission_number_that_became_a_number(folder: Path) -> None:
    assert len(extract_with(folder, [*SEREN, 123], [*HEADER, "Adno"]).learners) == 1
    (rejection,) = extract_with(folder, [*SEREN, None], [*HEADER, "Adno"]).rejections
    assert rejection.reason == "admission-number-missing"


def test_a_class_that_became_a_number(folder: Path) -> None:
    assert extract_with(folder, [*SEREN[:6], 71.0]).learners[0].class_name == "71"


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
    assert ([row.line for row in extract.learners], extract.rejections) == ([4], ())


def test_a_formula_says_its_value(folder: Path) -> None:
    """A workbook that no spreadsheet program has opened has none: the cell is blank, not the formula."""
    (rejection,) = extract_with(folder, [*SEREN[:5], "=3+4", SEREN[6]]).rejections
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
