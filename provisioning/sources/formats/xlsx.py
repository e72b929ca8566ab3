"""Sheets of an XLSX workbook, row by row.

ECMA-376, Part 1, section 18 (SpreadsheetML): `workbook.xml` names the sheets, its relationships say where
they are, shared strings and number formats stand apart. A number is a date where its format shows a day
or a year (18.8.30); days count from 30 December 1899, or from 1904 where the workbook says so (18.17.4.1).
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from provisioning.errors import ExtractProblem
from provisioning.sources.formats.archives import Archive
from provisioning.sources.formats.sheets import FIRST_DAY, Row, SheetGuard, Worksheet, plain_number
from provisioning.sources.formats.xml_stream import EndOfElement, Event, Start, Words, events
from provisioning.sources.limits import MAX_CELL, MAX_ELEMENTS, MAX_PARTS, MAX_STRINGS

_DATE_FORMATS = frozenset({*range(14, 18), 22, *range(27, 32), 36, *range(50, 59)})
_NOT_FORMAT = re.compile(r'"[^"]*"|\\.|\[[^\[\]]*\]|_.|\*.')
_FORMAT_LENGTH = 255
_RANGE = re.compile(r"([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})")
_PORTION = 1 << 16
_REFERENCE = re.compile(r"([A-Z]{1,7})([0-9]{1,9})")


def sheets(archive: Archive) -> Iterator[Worksheet]:
    """Yield the sheets in the workbook's order; rows must be taken before the next sheet is."""
    book = _Book(archive)
    for name, part in book.sheets:
        merged: dict[tuple[int, int], int] = {}
        yield Worksheet(name, book.rows(part, merged), merged, book.first_day)


class _Book:
    """The parts of a workbook that its sheets refer to."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        parts = {
            event.attributes.get("Id", ""): (
                event.attributes.get("Type", ""),
                event.attributes.get("Target", ""),
            )
            for event in self._starts("xl/_rels/workbook.xml.rels", "Relationship")
        }
        self.sheets: list[tuple[str, str]] = []
        self.first_day = FIRST_DAY
        for event in self._starts("xl/workbook.xml", "sheet", "workbookPr"):
            if event.name == "sheet":
                _, target = parts.get(event.attributes.get("id", ""), ("", ""))
                self.sheets.append((event.attributes.get("name", ""), _part(target)))
            elif event.attributes.get("date1904") in ("1", "true"):
                self.first_day = date(1904, 1, 1)
        by_type = {kind.rpartition("/")[2]: _part(target) for kind, target in parts.values()}
        self._strings = self._shared(by_type.get("sharedStrings", ""))
        self._dates = self._date_styles(by_type.get("styles", ""))

    def rows(self, part: str, merged: dict[tuple[int, int], int]) -> Iterator[Row]:
        """Yield the rows of a sheet that are not blank; `merged` is filled before the first of them.

        A cell that names its row (18.3.1.4) stands in that row, whichever element it is in.
        """
        guard = SheetGuard(self._archive.name)
        merged |= self._merged(part)
        number, column = 0, -1
        cells: dict[int, str] = {}
        stream = self._events(part)
        for event in stream:
            if isinstance(event, Start) and event.name == "row":
                given = event.attributes.get("r", "")
                number = int(given) if given.isdecimal() and len(given) < 10 else number + 1
                column, cells = -1, {}
            elif isinstance(event, Start) and event.name == "c":
                found = _REFERENCE.fullmatch(event.attributes.get("r", ""))
                if found and int(found[2]) != number:
                    if cells:
                        yield guard.row(Row(number, cells))
                    number, cells = int(found[2]), {}
                column = _column(found[1]) if found else column + 1
                text = self._shown(event.attributes, self._text(stream, number)).strip()
                if text:
                    guard.cell(number, column, text)
                    cells[column] = text
            elif isinstance(event, EndOfElement) and event.name == "row" and cells:
                yield guard.row(Row(number, cells))

    def _merged(self, part: str) -> dict[tuple[int, int], int]:
        """Return the last row of each cell that is merged with those below it, by its row and column.

        It stands after the rows (18.3.1.55), so the sheet is read once for it, if it has any at all.
        """
        merged: dict[tuple[int, int], int] = {}
        if part not in self._archive.members or not self._mentions(part, b"mergeCell"):
            return merged
        for event in self._events(part):
            if isinstance(event, Start) and event.name == "mergeCell":
                found = _RANGE.fullmatch(event.attributes.get("ref", ""))
                if found and int(found[4]) > int(found[2]):
                    merged[int(found[2]), _column(found[1])] = int(found[4])
                if len(merged) > MAX_PARTS:
                    raise ExtractProblem("extract-too-many-rows", file=self._archive.name, limit=MAX_PARTS)
        return merged

    def _mentions(self, part: str, word: bytes) -> bool:
        before = b""
        with self._archive.open(part) as file:
            while portion := file.read(_PORTION):
                if word in before + portion:
                    return True
                before = portion[-len(word) :]
        return False

    def _text(self, stream: Iterator[Event], place: int) -> str:
        """Return the text of the cell or string that has just begun; reads to its end.

        Formulas and phonetic guides are no part of what a cell shows.
        """
        words: list[str] = []
        inside: list[str] = []
        length = 0
        for event in stream:
            match event:
                case Start():
                    inside.append(event.name)
                case EndOfElement() if not inside:
                    break
                case EndOfElement():
                    inside.pop()
                case Words(text=text) if inside and inside[-1] in ("v", "t") and "rPh" not in inside:
                    length += len(text)
                    if length > MAX_CELL:
                        raise ExtractProblem(
                            "extract-cell-too-long", file=self._archive.name, line=place, limit=MAX_CELL
                        )
                    words.append(text)
        return "".join(words)

    def _shown(self, cell: Mapping[str, str], value: str) -> str:
        kind, style = cell.get("t", "n"), cell.get("s", "0")
        if kind == "s":
            place = int(value) if value.isdecimal() and len(value) < 10 else len(self._strings)
            return self._strings[place] if place < len(self._strings) else ""
        if kind == "b":
            return "TRUE" if value == "1" else "FALSE"
        if kind == "d":
            return value[:10]
        if kind == "n" and value:
            day = self._day(value) if style in self._dates else None
            return plain_number(value) if day is None else day
        return value

    def _day(self, value: str) -> str | None:
        """Return a number as the date that its cell shows; an empty formula's zero is no date."""
        try:
            days = int(float(value))
            return (self.first_day + timedelta(days=days)).isoformat() if days else ""
        except (ValueError, OverflowError):
            return None

    def _shared(self, part: str) -> list[str]:
        """Return the strings that cells share, each held once however often it is used."""
        strings: list[str] = []
        stream = self._events(part) if part in self._archive.members else iter(())
        for event in stream:
            if isinstance(event, Start) and event.name == "si":
                strings.append(self._text(stream, len(strings) + 1))
                if len(strings) > MAX_STRINGS:
                    raise ExtractProblem("extract-too-many-rows", file=self._archive.name, limit=MAX_STRINGS)
        return strings

    def _date_styles(self, part: str) -> set[str]:
        """Return the numbers of the cell styles that show a date."""
        custom: dict[str, bool] = {}
        dates: set[str] = set()
        inside, place = False, 0
        for event in self._events(part, MAX_PARTS) if part in self._archive.members else ():
            match event:
                case Start(name="numFmt", attributes=given):
                    code = _NOT_FORMAT.sub("", given.get("formatCode", "")[:_FORMAT_LENGTH])
                    custom[given.get("numFmtId", "")] = any(letter in code.casefold() for letter in "dy")
                case Start(name="cellXfs"):
                    inside = True
                case EndOfElement(name="cellXfs"):
                    inside = False
                case Start(name="xf", attributes=given) if inside:
                    number = given.get("numFmtId", "0")
                    known = number.isdecimal() and len(number) < 5 and int(number) in _DATE_FORMATS
                    if custom.get(number, known):
                        dates.add(str(place))
                    place += 1
        return dates

    def _events(self, part: str, most: int = MAX_ELEMENTS) -> Iterator[Event]:
        if part not in self._archive.members:
            raise ExtractProblem("extract-workbook-broken", file=self._archive.name, part=part)
        with self._archive.open(part) as file:
            yield from events(file, f"{self._archive.name}/{part}", most=most)

    def _starts(self, part: str, *names: str) -> Iterator[Start]:
        return (
            event
            for event in self._events(part, MAX_PARTS)
            if isinstance(event, Start) and event.name in names
        )


def _part(target: str) -> str:
    """Return where a relationship of the workbook leads, as a member's name."""
    return target[1:] if target.startswith("/") else f"xl/{target}"


def _column(letters: str) -> int:
    """Return a column's place from its letters: A is 0."""
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - 64
    return place - 1
