"""Sheets of an ODS workbook, row by row.

OpenDocument 1.3, Part 3, section 9 (tables) and 19.385 (`office:value-type`): all sheets stand in
`content.xml`; a row or cell may say that it is repeated, which spreadsheet programs do to fill a sheet with
blanks to its last corner. Blanks are counted, never laid out.
"""

from collections.abc import Iterator, Mapping

from provisioning.errors import ExtractProblem
from provisioning.sources.formats.archives import Archive
from provisioning.sources.formats.sheets import FIRST_DAY, Row, SheetGuard, Worksheet, plain_number
from provisioning.sources.formats.xml_stream import EndOfElement, Event, Start, Words, events
from provisioning.sources.limits import MAX_CELL, MAX_PARTS

_CONTENT = "content.xml"
_MANIFEST = "META-INF/manifest.xml"
_CELLS = ("table-cell", "covered-table-cell")
_BLANKS = {"s": " ", "tab": " ", "line-break": " "}


def sheets(archive: Archive) -> Iterator[Worksheet]:
    """Yield the sheets in the workbook's order; rows must be taken before the next sheet is."""
    if _is_encrypted(archive):
        raise ExtractProblem("extract-workbook-password", file=archive.name, ending=".ods")
    if _CONTENT not in archive.members:
        raise ExtractProblem("extract-workbook-broken", file=archive.name, part=_CONTENT)
    # Not closed here but with the archive: a sheet's rows may be read when this generator is gone.
    stream = events(archive.open(_CONTENT), f"{archive.name}/{_CONTENT}")
    for event in stream:
        if isinstance(event, Start) and event.name == "table":
            merged: dict[tuple[int, int], int] = {}
            rows = _rows(stream, SheetGuard(archive.name), archive.name, merged)
            yield Worksheet(event.attributes.get("name", ""), rows, merged)
            for _ in rows:  # what was not taken stands before the next sheet
                pass


def _is_encrypted(archive: Archive) -> bool:
    """Return whether the workbook has a password, kept in either of two ways.

    OpenDocument 1.3, Part 2, section 4.8.
    """
    if "encrypted-package" in archive.members:
        return True
    if _MANIFEST not in archive.members:
        return False
    stream = events(archive.open(_MANIFEST), f"{archive.name}/{_MANIFEST}", most=MAX_PARTS)
    return any(isinstance(event, Start) and event.name == "encryption-data" for event in stream)


_Merged = dict[tuple[int, int], int]


def _rows(stream: Iterator[Event], guard: SheetGuard, file: str, merged: _Merged) -> Iterator[Row]:
    """Yield the rows of the sheet that has just begun, to its end.

    `merged` takes in the merged cells of each row.
    """
    number = 1
    for event in stream:
        if isinstance(event, EndOfElement) and event.name == "table":
            return
        if isinstance(event, Start) and event.name == "table-row":
            cells = _cells(stream, guard, number, file, merged)
            times = _times(event.attributes, "number-rows-repeated")
            for again in range(times if cells else 0):
                yield guard.row(Row(number + again, cells))
            number += times


def _cells(
    stream: Iterator[Event], guard: SheetGuard, number: int, file: str, merged: _Merged
) -> dict[int, str]:
    """Return the cells of the row that has just begun that are not blank; reads to the row's end."""
    cells: dict[int, str] = {}
    column = 0
    for event in stream:
        if isinstance(event, EndOfElement) and event.name == "table-row":
            break
        if isinstance(event, Start) and event.name in _CELLS:
            text = _cell(stream, event, number, file).strip()
            times = _times(event.attributes, "number-columns-repeated")
            below = _times(event.attributes, "number-rows-spanned") - 1
            if text and below:
                merged[number, column] = number + below
            for place in range(column, column + times if text else column):
                guard.cell(number, place, text)
                cells[place] = text
            column += times
    return cells


def _cell(stream: Iterator[Event], cell: Start, row: int, file: str) -> str:
    """Return what a cell shows; reads to its end. A note on the cell is no part of it."""
    words: list[str] = []
    depth = notes = length = 0
    begun = False
    for event in stream:
        match event:
            case Start():
                depth += 1
                notes += event.name == "annotation"
                words.append(_BLANKS.get(event.name, "") if not notes else "")
                if event.name == "p" and not notes:
                    words.append(" " if begun else "")
                    begun = True
            case EndOfElement():
                if depth == 0:
                    break
                depth -= 1
                notes -= event.name == "annotation"
            case Words(text=text) if depth and not notes:
                length += len(text)
                if length > MAX_CELL:
                    raise ExtractProblem("extract-cell-too-long", file=file, line=row, limit=MAX_CELL)
                words.append(text)
    return _shown(cell.attributes, "".join(words))


def _shown(attributes: Mapping[str, str], text: str) -> str:
    kind = attributes.get("value-type", "")
    if kind == "date":
        day = attributes.get("date-value", "")[:10]
        return "" if day == FIRST_DAY.isoformat() else day  # an empty formula's zero
    if kind in ("float", "percentage", "currency"):
        return plain_number(attributes.get("value", text))
    return attributes.get("string-value", text) if kind == "string" else text


def _times(attributes: Mapping[str, str], name: str) -> int:
    given = attributes.get(name, "1")
    return max(1, int(given)) if given.isdecimal() and len(given) < 10 else 1
