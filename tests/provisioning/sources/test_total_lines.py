"""Total and footer lines of a report are no people, in CSV files and in workbooks alike."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.provisioning.sources import source_builders
from tests.provisioning.sources.extract_builders import LEARNERS, MALI, SEREN, read
from tests.provisioning.sources.workbooks import workbook_builders as workbooks

TOTALS = [
    ["", "Total", "1"],
    ["", "Totals:", "1", "", "", "1"],
    ["", "Sub total", "1"],
    ["", "Grand Total", "1"],
    ["", "Pupil total", "1"],
    ["", "Pupil count: 1"],
    ["", "Learners: 1"],
    ["", "Count: 1"],
    ["", "", "", "", "", "Cyfanswm", "1"],
    ["", "Is-gyfanswm", "1"],
    ["", "Nifer y disgyblion", "1"],
    ["", "Printed on 1 September 2026"],
    ["", "Argraffwyd ar 1 Medi 2026"],
    ["", "Dyddiad argraffu", "01/09/2026"],
    ["", "Report: leavers", "01/09/2026", "09:00"],
    ["", "Page 1 of 2"],
    ["", "Tudalen 1 o 2"],
    ["", "1 of 2"],
    ["", "1"],
    ["", "", "", "", "", "", "1,204"],
    ["", "1", "1", "1"],
    ["", "24", "24", "24", "1", "24"],
]
"""Lines whose cell of the identifier is blank."""

PEOPLE = [
    ["", "Page", "Ann"],
    ["", "Count", "Ann"],
    ["", "Evans", "Seren", "2026-09-01", "", "7", "7A"],
    ["", "", "", "2026-09-01", "", "7", "7A"],
    ["", "", "", "", "", "7", "8"],
]


def _filled(cells: Sequence[str], width: int = 7) -> list[str]:
    return [*cells, *[""] * (width - len(cells))]


@pytest.mark.parametrize(
    ("last", "learners"),
    [
        ("Total,1", 1),
        ("Total: 1,,,,,,", 1),
        ("Nifer: 1", 1),
        ("Printed on 1 September 2026 at 09:00", 1),
        ("Page 1 of 1", 1),
        ("*** End of report ***", 1),
        ("(1 rows affected)", 1),
        (",,,,,Cyfanswm,1", 1),
        (",,,,,,1", 1),
    ],
)
def test_at_the_end_of_a_csv_file_it_cuts_nothing_off(tmp_path: Path, last: str, learners: int) -> None:
    extract = read(tmp_path, LEARNERS + SEREN + last)
    assert [(row.reason, row.line, row.identifier) for row in extract.rejections] == [("not-a-person", 3, "")]
    assert len(extract.learners) == learners


@pytest.mark.parametrize("cells", TOTALS)
def test_a_line_without_upn_in_a_csv_file(tmp_path: Path, cells: list[str]) -> None:
    line = ",".join(f'"{cell}"' for cell in _filled(cells))
    extract = read(tmp_path, f"{LEARNERS}{SEREN}{line}\n{MALI}")
    assert [(row.reason, row.line) for row in extract.rejections] == [("not-a-person", 3)]


@pytest.mark.parametrize("cells", PEOPLE)
def test_a_person_without_upn_in_a_csv_file(tmp_path: Path, cells: list[str]) -> None:
    extract = read(tmp_path, f"{LEARNERS}{SEREN}{','.join(_filled(cells))}\n{MALI}")
    assert [(row.reason, row.line) for row in extract.rejections] == [("upn-missing", 3)]


def _in_workbook(folder: Path, rows: Sequence[Sequence[Any]], header: Sequence[str]) -> list[tuple[str, int]]:
    sheets = {
        "learners": [header, _filled(workbooks.SEREN, len(header)), *rows],
        "staff": [workbooks.STAFF, workbooks.JAC],
    }
    folder = folder / source_builders.SCHOOL
    folder.mkdir()
    workbooks.write(folder / "glan.xlsx", sheets)
    return [(row.reason.value, row.line) for row in source_builders.read(folder, "xlsx").rejections]


@pytest.mark.parametrize("cells", TOTALS)
def test_a_line_without_upn_in_a_workbook(tmp_path: Path, cells: list[str]) -> None:
    shown = [int(cell) if cell.isdigit() else cell or None for cell in cells]
    assert _in_workbook(tmp_path, [shown], workbooks.HEADER) == [("not-a-person", 3)]


@pytest.mark.parametrize("cells", PEOPLE)
def test_a_person_without_upn_in_a_workbook(tmp_path: Path, cells: list[str]) -> None:
    assert _in_workbook(tmp_path, [cells], workbooks.HEADER) == [("upn-missing", 3)]


WIDER = [*workbooks.HEADER, "Report"]
TOTAL_ELSEWHERE = ["", "", "", "", "", 24, 31, "Total"]
"""The word stands in a column that is not read."""


def test_a_word_in_a_column_that_is_not_read_tells_it_in_a_workbook(tmp_path: Path) -> None:
    assert _in_workbook(tmp_path, [TOTAL_ELSEWHERE], WIDER) == [("not-a-person", 3)]


def test_a_word_in_a_column_that_is_not_read_tells_it_in_a_csv_file(tmp_path: Path) -> None:
    header, seren = (text.replace("\n", ",{}\n") for text in (LEARNERS, SEREN))
    total = ",".join(map(str, TOTAL_ELSEWHERE))
    extract = read(tmp_path, f"{header.format('Report')}{seren.format('')}{total}\n")
    assert [(row.reason, row.line) for row in extract.rejections] == [("not-a-person", 3)]


def test_the_report_s_own_columns_tell_no_person_with_a_upn(tmp_path: Path) -> None:
    header, seren = (text.replace("\n", ",{}\n") for text in (LEARNERS, SEREN))
    extract = read(tmp_path, header.format("Report") + seren.format("Total: 24"))
    assert (len(extract.learners), extract.rejections) == (1, ())
