"""Workbooks of Seren and Jac, as a spreadsheet program writes them."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from provisioning.records.extracts import Extract
from tests.hostile.laying import LEARNERS
from tests.provisioning.sources.source_builders import read

HEADER = LEARNERS.strip().split(",")
SEREN = ["C680999920001", "Evans", "Seren", date(2026, 9, 1), None, 7, "7A"]
STAFF = ["staff_code", "legal_surname", "legal_forename", "start_date", "leaving_date"]
JAC = ["JEV", "Evans", "Jac", "01/09/2019", None]


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


def extract_with(
    folder: Path, row: Sequence[Any] = SEREN, header: Sequence[str] = HEADER, **formats: str
) -> Extract:
    """The extract of a workbook whose only learner is `row`."""
    write(folder / "glan.xlsx", {"Learners": [header, row], "STAFF": [STAFF, JAC]}, **formats)
    return read(folder, "xlsx")
