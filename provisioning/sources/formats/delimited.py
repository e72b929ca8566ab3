"""Delimited text as offices export it: encoding and delimiter found out, rows by column and line."""

import csv
import hashlib
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import IO

from provisioning import upn
from provisioning.errors import ExtractProblem
from provisioning.sources.cells import clean, is_clean, is_line_of_counts, is_total_line
from provisioning.sources.columns import Cells, Column, every_position
from provisioning.sources.dates import read_date
from provisioning.sources.formats.text_scan import scan
from provisioning.sources.limits import MAX_CELL, MAX_COLUMNS
from provisioning.sources.rows import ShortRow, TotalLine, read_year_group

DELIMITERS = (",", ";", "\t")
"""The delimiters that a file may have, the most frequent first."""
_READABLE: Mapping[str, Callable[[str], object]] = {
    "admission_date": read_date,
    "start_date": read_date,
    "leaving_date": read_date,
    "date_of_birth": read_date,
    "year_group": read_year_group,
}
_SEP = re.compile(r"\ufeff?\"?sep=([,;\t|])\"?\s*", re.IGNORECASE)


def rows(
    file: IO[bytes], name: str, columns: Sequence[Column], digest: "hashlib._Hash", *, whole: bool = False
) -> Iterator[tuple[int, Cells]]:
    """Yield the rows of a file with the line that each starts on, rows of blanks left out.

    UTF-8 with or without BOM, UTF-16 or Windows-1252; comma, semicolon or tab, which a first line `sep=...`
    may name; header row first. The digest takes in the file's bytes, and the file is closed at the end. A
    row that is too short is filled up with blanks; with `whole`, the last one must not be. A file problem
    raises `ExtractProblem` with the line where there is one.
    """
    with DelimitedFile(file, name, columns, digest) as table:
        width, places, last = table.width, table.first_places, 0
        for line, row in table:
            last = line if len(row) < width else 0
            if last:
                row += [""] * (width - len(row))
            yield line, {column: row[place] for column, place in places}
        if whole and last:
            raise ExtractProblem("extract-cut-off", file=name, line=last)


class DelimitedFile:
    """A delimited file that is open, its header read; iterated, it gives line and cells of each row.

    It is used in a `with`, which closes it. `width` is the number of the header's cells, `places` where each
    known column stands, `line_end` whether the file ends with one. At the end `last_line`
    is the line of the last row, and `total_line` says whether that is a total or footer line.
    """

    def __init__(
        self, file: IO[bytes], name: str, columns: Sequence[Column], digest: "hashlib._Hash"
    ) -> None:
        self._name = name
        encoding, self.line_end = scan(file, name, digest)
        self._text = io.TextIOWrapper(file, encoding, newline="")
        self.last_line, self.total_line, self.width = 0, False, 0
        self._of_people = False
        try:
            self._begin(columns)
        except BaseException:
            self._text.close()
            raise

    def _begin(self, columns: Sequence[Column]) -> None:
        """Read the header, so that the rows are next."""
        found = _SEP.fullmatch(self._text.readline())
        self._skipped, said = (1, found.group(1)) if found else (0, None)
        self.header, self._delimiter, self.places = self._header(columns, said)
        self._rewind()
        self._rows = self._numbered(self._skipped + 1)
        next(self._rows)
        self.width = len(self.header)
        self.first_places = tuple((column, found[0]) for column, found in self.places.items())
        self._mapped = frozenset(place for found in self.places.values() for place in found)

    def _rewind(self) -> None:
        self._text.seek(0)
        for _ in range(self._skipped):
            self._text.readline()

    def __enter__(self) -> "DelimitedFile":
        return self

    def __exit__(self, *_: object) -> None:
        self._text.close()

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        """Yield the rows that are not blank, their cells clean; refuse one that is wider than the header."""
        width = self.width
        for line, row in self._rows:
            if len(row) > width:
                surplus = len(row) - width
                blank = not any(row[width:]) and self._in_place(row)
                key = "extract-too-wide-blank" if blank else "extract-too-wide"
                raise ExtractProblem(
                    key, file=self._name, line=line, cells=len(row), columns=width, surplus=surplus
                )
            yield line, row

    def people(self) -> Iterator[tuple[int, Cells]]:
        """Yield the cells of each row by column; `ShortRow` where there are fewer than in the header.

        Two columns of one meaning with different values, a quotation mark that has swallowed rows, and a last
        row that is cut off raise `ExtractProblem`; a total or footer line at the end may be short.
        """
        self._of_people = True
        width, places = self.width, self.first_places
        identifier = places[0][1]
        doubled = [(column, found) for column, found in self.places.items() if len(found) > 1]
        row: list[str] = []
        for line, row in self:
            self.last_line = line
            if len(row) == width:
                if doubled:
                    self._require_agreement(line, row, doubled)
                cells = {column: row[place] for column, place in places}
                yield line, cells if row[identifier] or not is_total_line(row) else TotalLine(cells)
            else:
                filled = [*row, *[""] * (width - len(row))]
                yield line, ShortRow((column, filled[place]) for column, place in places)
        counted = len(row) == width and not row[identifier] and is_line_of_counts(row)
        self.total_line = bool(row) and (counted or (is_total_line(row) and not any(map(_is_upn, row))))
        if row and len(row) < width and not self.total_line:
            raise ExtractProblem(
                "extract-cut-off", file=self._name, line=self.last_line, cells=len(row), columns=width
            )

    def _header(
        self, columns: Sequence[Column], said: str | None
    ) -> tuple[list[str], str, Mapping[str, tuple[int, ...]]]:
        """Return the header, the delimiter that makes most sense of it, and where it puts the columns.

        `said` is the delimiter that the file itself names.
        """
        best: tuple[list[str], str, Mapping[str, tuple[int, ...]]] = ([], ",", {})
        for delimiter in (said,) if said else DELIMITERS:
            self._rewind()
            reader = csv.reader(self._text, delimiter=delimiter)
            try:
                header = next((row for row in reader if "".join(row).strip()), None)
            except csv.Error:  # a cell of it would be too long
                continue
            if header is None:
                raise ExtractProblem("extract-empty", file=self._name, columns=_wanted(columns))
            if len(header) > MAX_COLUMNS:
                line = reader.line_num + self._skipped
                raise ExtractProblem(
                    "extract-too-many-columns", file=self._name, line=line, limit=MAX_COLUMNS
                )
            places = every_position(header, columns)
            if not best[0] or len(places) > len(best[2]):
                best = (header, delimiter, places)
        missing = [column.name for column in columns if column.mandatory and column.name not in best[2]]
        if missing:
            raise ExtractProblem("extract-no-column", file=self._name, columns=", ".join(missing))
        return best

    def _numbered(self, line: int) -> Iterator[tuple[int, list[str]]]:
        """Yield the rows that are not blank, each with the line of the file that it starts on.

        Strict, so that a quotation mark that is never closed is told rather than swallowing the rest.
        """
        before = line - 1
        reader = csv.reader(self._text, delimiter=self._delimiter, strict=True)
        try:
            for row in reader:
                together = "".join(row)
                if is_clean(together):
                    if together and not together.isspace():
                        yield line, [cell.strip() for cell in row] if " " in together else row
                else:
                    if self._of_people:
                        self._require_no_swallowed(line, row)
                    row = [clean(cell) for cell in row]
                    if any(row):
                        yield line, row
                line = before + reader.line_num + 1
        except csv.Error as error:
            if "field larger" in str(error):
                raise ExtractProblem(
                    "extract-cell-too-long", file=self._name, line=line, limit=MAX_CELL
                ) from None
            raise ExtractProblem("extract-not-csv", file=self._name, line=line, why=str(error)) from None

    def _in_place(self, row: Sequence[str]) -> bool:
        """Return whether dates and year group of a row stand in their columns.

        A comma in a name would have moved them.
        """
        for column, place in self.first_places:
            if column in _READABLE and row[place] and _READABLE[column](row[place]) is None:
                return False
        return True

    def _require_no_swallowed(self, line: int, row: list[str]) -> None:
        """Refuse a cell with line ends and delimiters in it: a stray quotation mark has swallowed rows.

        In a column that is not read, such as an address, only a cell with as many delimiters as a row has is
        refused.
        """
        for place, cell in enumerate(row):
            if "\n" in cell or "\r" in cell:
                enough = 1 if place in self._mapped else self.width - 1
                if cell.count(self._delimiter) >= enough:
                    raise ExtractProblem("extract-rows-swallowed", file=self._name, line=line)

    def _require_agreement(
        self, line: int, row: Sequence[str], doubled: Sequence[tuple[str, tuple[int, ...]]]
    ) -> None:
        for column, (first, *others) in doubled:
            for other in others:
                if row[first] != row[other] and _meant(row[first]) != _meant(row[other]):
                    raise ExtractProblem(
                        "extract-two-columns",
                        file=self._name,
                        line=line,
                        column=column,
                        first=clean(self.header[first]),
                        second=clean(self.header[other]),
                    )


def _meant(value: str) -> object:
    """Return what a cell says, however it is written."""
    return read_date(value) or read_year_group(value) or value.casefold()


def _is_upn(cell: str) -> bool:
    return upn.is_valid(upn.normalise(cell))


def _wanted(columns: Sequence[Column]) -> str:
    return ", ".join(column.name for column in columns if column.mandatory)
