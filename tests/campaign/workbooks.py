"""The sheets of a made-up school as an XLSX or ODS workbook, in lines, so that a line can be damaged."""

import io
import zipfile
from datetime import date
from xml.sax.saxutils import escape

from openpyxl import Workbook

from tests.campaign.rostering import Files, Tables
from tests.campaign.style import Style


def xlsx(tables: Tables, how: Style) -> Files:
    book = Workbook()
    book.remove(book.active)
    for name, rows in tables.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append([_typed(cell) if how.typed else cell or None for cell in row])
    file = io.BytesIO()
    book.save(file)
    with zipfile.ZipFile(file) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    # Line by line, so that what happens to lines happens to cells and rows.
    return {
        name: raw.replace(b"</c>", b"</c>\n").replace(b"<c ", b"\n<c ") if "sheet" in name else raw
        for name, raw in members.items()
    }


def _typed(cell: str) -> date | int | str | None:
    """A cell as a spreadsheet program keeps it."""
    try:
        return date.fromisoformat(cell) if cell[4:5] == "-" else int(cell)
    except ValueError:
        return cell or None


_ODF = "urn:oasis:names:tc:opendocument:xmlns"


def ods(tables: Tables, how: Style) -> Files:
    cells = "".join(
        f'<table:table table:name="{name}">\n'
        + "".join(
            "<table:table-row>\n" + "".join(_ods_cell(cell, how) for cell in row) + "</table:table-row>\n"
            for row in rows
        )
        + "</table:table>\n"
        for name, rows in tables.items()
    )
    text = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<office:document-content xmlns:office="{_ODF}:office:1.0" '
        f'xmlns:table="{_ODF}:table:1.0" xmlns:text="{_ODF}:text:1.0"><office:body><office:spreadsheet>\n'
        f"{cells}</office:spreadsheet></office:body></office:document-content>\n"
    )
    return {"content.xml": text.encode()}


def _ods_cell(cell: str, how: Style) -> str:
    if not cell:
        return "<table:table-cell/>\n"
    value = _typed(cell) if how.typed else cell
    if isinstance(value, date):
        told = f'office:value-type="date" office:date-value="{cell}"'
    elif isinstance(value, int):
        told = f'office:value-type="float" office:value="{cell}"'
    else:
        told = 'office:value-type="string"'
    return f"<table:table-cell {told}><text:p>{escape(cell)}</text:p></table:table-cell>\n"


def zipped(texts: Files, name: str) -> Files:
    """The texts as members of an archive."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, text in texts.items():
            archive.writestr(zipfile.ZipInfo(member), text)
    return {name: file.getvalue()}
