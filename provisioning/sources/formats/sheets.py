"""Sheets of a workbook: what XLSX and ODS have in common.

Both are read here, row by row, from the XML in their archives (`xlsx`, `ods`), because no library is
well kept and bounded on a hostile file. Measured: openpyxl 3.1 in read-only mode builds a whole row as a tree
and took 640 MB for a workbook of 48 kB; python-calamine 0.9 lays a sheet out as a full grid, and a cell in
the last corner made it ask for 512 GiB, which ends the process. odfpy builds a whole document and was last
released in 2020. What is read is what the two standards say of strings, numbers, dates and booleans.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import NamedTuple

from provisioning.errors import ExtractProblem
from provisioning.sources.dates import EARLIEST, LATEST
from provisioning.sources.limits import MAX_CELL, MAX_COLUMNS, MAX_SHEET_ROWS, MAX_TEXT, MIB

FIRST_DAY = date(1899, 12, 30)
"""The day from which workbooks count days where they do not say otherwise."""
_DAYS = re.compile(r"[0-9]{5}(?:\.[0-9]+)?")
_NOTHING = re.compile(r"0(?:\.0+)?|0?0/0?1/1900|1900-01-00")
_WHOLE = re.compile(r"(-?[0-9]+)\.0+")


class Row(NamedTuple):
    """A row by its number in the sheet, with the cells that are not blank by their column, from 0."""

    number: int
    cells: dict[int, str]


def plain_number(text: str) -> str:
    """Return a number as people write it: `7`, not the `7.0` that a spreadsheet made of a year group."""
    found = _WHOLE.fullmatch(text)
    if found:
        return found.group(1)
    try:
        number = float(text)
    except ValueError:
        return text
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else text


class SheetGuard:
    """Refuses a sheet that is larger than a spreadsheet program, or a school, could have made it."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._characters = 0

    def cell(self, row: int, column: int, text: str) -> None:
        """Look at a cell that is not blank; its row from 1, its column from 0."""
        if column >= MAX_COLUMNS:
            raise ExtractProblem("extract-too-many-columns", file=self._file, line=row, limit=MAX_COLUMNS)
        if len(text) > MAX_CELL:
            raise ExtractProblem("extract-cell-too-long", file=self._file, line=row, limit=MAX_CELL)

    def row(self, row: Row) -> Row:
        """Look at a row that is not blank."""
        if row.number > MAX_SHEET_ROWS:
            raise ExtractProblem("extract-too-many-rows", file=self._file, limit=MAX_SHEET_ROWS)
        self._characters += sum(map(len, row.cells.values()))
        if self._characters > MAX_TEXT:
            raise ExtractProblem(
                "extract-too-large", file=self._file, size=MAX_TEXT // MIB + 1, limit=MAX_TEXT // MIB
            )
        return row


class Worksheet(NamedTuple):
    """A sheet's name and its rows that are not blank, in order.

    `merged` says of cells that are merged with those below, by row and column, which row is the last; a row
    that has been taken has told its own. `first_day` is the day from which the workbook counts days.
    """

    name: str
    rows: Iterator[Row]
    merged: Mapping[tuple[int, int], int]
    first_day: date = FIRST_DAY


def day_of(value: str, first_day: date) -> str:
    """Return the date that a cell in a column of dates shows.

    A number of days becomes its date, and an empty formula's zero a blank; any other value stays. A cell
    without a number format shows a date as the number of days since `first_day`.
    """
    if _NOTHING.fullmatch(value):
        return ""
    if not _DAYS.fullmatch(value):
        return value
    day = first_day + timedelta(days=int(float(value)))
    return day.isoformat() if EARLIEST <= day <= LATEST else value
