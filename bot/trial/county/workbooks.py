"""A school's records as an XLSX workbook: the columns of its CSV files as two sheets, dates as real dates."""

import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from xml.sax.saxutils import escape, quoteattr

from bot.trial.county.rolls import Cell, SchoolRoll
from bot.trial.county.styles import OLD_WORKBOOK, ExportFault, FileStyle, Headers, shown

_FIRST_DAY = date(1899, 12, 30)
"""The day from which workbooks count days."""
_LOCKED = OLD_WORKBOOK + "EncryptedPackage".encode("utf-16-le")
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_SHEETS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def workbook(roll: SchoolRoll, style: FileStyle, fault: ExportFault | None) -> bytes:
    """Return the workbook of a school, with the headers and year groups of `style`."""
    if fault is ExportFault.OLD_WORKBOOK:
        return OLD_WORKBOOK
    if fault is ExportFault.LOCKED:
        return _LOCKED
    by_formula = "leaving_date" if fault is ExportFault.EMPTY_FORMULAS else ""
    sheets = {
        "learners": _sheet(style.learners, (row.cells() for row in roll.learners), style, by_formula),
        "staff": _sheet(style.staff, (row.cells() for row in roll.staff), style),
    }
    return archive({name: (_HEAD + part).encode() for name, part in _parts(sheets)})


def archive(members: Mapping[str, bytes]) -> bytes:
    """Return a zip of `members`, uncompressed and without times, so that its bytes are equal everywhere."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as packed:
        for name, content in members.items():
            packed.writestr(zipfile.ZipInfo(name), content)
    return file.getvalue()


def _parts(sheets: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the parts of a workbook with some sheets, as ECMA-376 names them."""
    numbers = range(1, len(sheets) + 1)
    overrides = [
        ("/xl/workbook.xml", "sheet.main"),
        ("/xl/styles.xml", "styles"),
        *((f"/xl/worksheets/sheet{number}.xml", "worksheet") for number in numbers),
    ]
    yield (
        "[Content_Types].xml",
        f'<Types xmlns="{_PACKAGE}/content-types">'
        f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        + "".join(f'<Override PartName="{part}" ContentType="{_TYPE}.{of}+xml"/>' for part, of in overrides)
        + "</Types>",
    )
    yield "_rels/.rels", _relationships([("officeDocument", "xl/workbook.xml")])
    yield (
        "xl/workbook.xml",
        f'<workbook xmlns="{_SHEETS}" xmlns:r="{_OFFICE}"><sheets>'
        + "".join(
            f'<sheet name={quoteattr(name)} sheetId="{number}" r:id="rId{number}"/>'
            for number, name in enumerate(sheets, start=1)
        )
        + "</sheets></workbook>",
    )
    targets = [("worksheet", f"worksheets/sheet{number}.xml") for number in numbers]
    yield "xl/_rels/workbook.xml.rels", _relationships([*targets, ("styles", "styles.xml")])
    yield "xl/styles.xml", _STYLES
    for number, sheet in zip(numbers, sheets.values(), strict=True):
        yield f"xl/worksheets/sheet{number}.xml", sheet


def _relationships(targets: Iterable[tuple[str, str]]) -> str:
    told = (
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/{of}" Target="{target}"/>'
        for number, (of, target) in enumerate(targets, start=1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{"".join(told)}</Relationships>'


_STYLES = (
    f'<styleSheet xmlns="{_SHEETS}"><fonts count="1"><font/></fonts>'
    '<fills count="1"><fill><patternFill patternType="none"/></fill></fills>'
    '<borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="2"><xf xfId="0"/><xf numFmtId="14" xfId="0" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    "</styleSheet>"
)
"""Two styles of cells: as it comes, and a date."""


def _sheet(
    headers: Headers, rows: Iterable[Mapping[str, Cell]], style: FileStyle, by_formula: str = ""
) -> str:
    """Return a sheet; blank cells of the column `by_formula` hold a formula that has found nothing."""
    lines = [_row(1, [_text(header) for _, header in headers])]
    for number, row in enumerate(rows, start=2):
        cells = [_cell(column, row[column], style, column == by_formula) for column, _ in headers]
        lines.append(_row(number, cells))
    return f'<worksheet xmlns="{_SHEETS}"><sheetData>{"".join(lines)}</sheetData></worksheet>'


def _row(number: int, cells: Sequence[str]) -> str:
    placed = (
        cell.replace("<c", f'<c r="{chr(ord("A") + place)}{number}"', 1) for place, cell in enumerate(cells)
    )
    return f'<row r="{number}">{"".join(placed)}</row>'


def _cell(column: str, cell: Cell, style: FileStyle, by_formula: bool) -> str:
    if isinstance(cell, date):
        return f'<c s="1"><v>{(cell - _FIRST_DAY).days}</v></c>'
    if not cell and by_formula:
        return '<c s="1"><f>Z1</f><v>0</v></c>'
    return _text(shown(column, cell, style)) if cell else ""


def _text(text: str) -> str:
    return f'<c t="inlineStr"><is><t>{escape(text)}</t></is></c>'
