"""Delimited text as offices export it: encoding and delimiter found out, rows by column and line."""

import codecs
import csv
import hashlib
import io
from collections.abc import Iterator, Sequence
from typing import IO

from provisioning.errors import ExtractProblem
from provisioning.sources.columns import Cells, Column, positions
from provisioning.sources.limits import MAX_CELL, MAX_COLUMNS, MAX_LINE, MAX_LINES

_CHUNK = 1 << 16
_DELIMITERS = (",", ";", "\t")


def rows(
    file: IO[bytes], name: str, columns: Sequence[Column], digest: "hashlib._Hash"
) -> Iterator[tuple[int, Cells]]:
    """The rows of a file with the line that each starts on, rows of blanks left out.

    UTF-8 with or without BOM, or Windows-1252; comma, semicolon or tab; header row first. The digest
    takes in the file's bytes, and the file is closed at the end. A file problem raises `ExtractProblem`
    with the line where there is one.
    """
    with io.TextIOWrapper(file, _encoding(file, name, digest), newline="") as text:
        header = next((line for line in text if line.strip()), "")
        if not header:
            raise ExtractProblem("extract-empty", file=name, columns=_wanted(columns))
        delimiter, places = _delimiter(header, columns)
        missing = [column.name for column in columns if column.mandatory and column.name not in places]
        if missing:
            raise ExtractProblem("extract-no-column", file=name, columns=", ".join(missing))
        text.seek(0)
        numbered = _numbered(text, name, delimiter)
        line, first = next(numbered)
        width = len(first)
        if width > MAX_COLUMNS:
            raise ExtractProblem("extract-too-many-columns", file=name, line=line, limit=MAX_COLUMNS)
        for line, row in numbered:
            if len(row) > width:
                raise ExtractProblem("extract-too-wide", file=name, line=line, cells=len(row), columns=width)
            if len(row) < width:
                row += [""] * (width - len(row))
            yield line, {column: row[place].strip() for column, place in places.items()}


def _numbered(text: io.TextIOWrapper, name: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not blank, each with the line of the file that it starts on.

    Strict, so that a quotation mark that is never closed is told rather than swallowing the rest.
    """
    reader = csv.reader(text, delimiter=delimiter, strict=True)
    line = 1
    try:
        for row in reader:
            if "".join(row).strip():
                yield line, row
            line = reader.line_num + 1
    except csv.Error as error:
        if "field larger" in str(error):
            raise ExtractProblem("extract-cell-too-long", file=name, line=line, limit=MAX_CELL) from None
        raise ExtractProblem("extract-not-csv", file=name, line=line, why=str(error)) from None


def _encoding(file: IO[bytes], name: str, digest: "hashlib._Hash") -> str:
    """Which of the two encodings a file is in, found by reading it; the digest takes it in.

    A line longer than `MAX_LINE` is refused here, before it is held in memory.
    """
    decoder: codecs.IncrementalDecoder = codecs.getincrementaldecoder("utf-8")()
    utf8 = True
    lines, unended = 1, 0
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
        end = max(chunk.rfind(b"\n"), chunk.rfind(b"\r"))
        unended = unended + len(chunk) if end < 0 else len(chunk) - end
        if unended > MAX_LINE:
            raise ExtractProblem("extract-line-too-long", file=name, line=lines, limit=MAX_LINE)
        lines += chunk.count(b"\n") or chunk.count(b"\r")
        if lines > MAX_LINES:
            raise ExtractProblem("extract-too-many-rows", file=name, limit=MAX_LINES)
        if b"\0" in chunk:
            raise ExtractProblem("extract-undecodable", file=name)
        utf8 = utf8 and _decodes(decoder, chunk)
    digest.update(b"\0")
    utf8 = utf8 and _decodes(decoder, b"", final=True)
    file.seek(0)
    if utf8:
        return "utf-8-sig"
    decoder = codecs.getincrementaldecoder("cp1252")()
    while chunk := file.read(_CHUNK):
        if not _decodes(decoder, chunk):
            raise ExtractProblem("extract-undecodable", file=name)
    file.seek(0)
    return "cp1252"


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


def _delimiter(header: str, columns: Sequence[Column]) -> tuple[str, dict[str, int]]:
    """The delimiter that makes most sense of a header, and where it puts the columns."""
    readings: dict[str, dict[str, int]] = {}
    for delimiter in _DELIMITERS:
        try:
            readings[delimiter] = positions(next(csv.reader([header], delimiter=delimiter)), columns)
        except csv.Error:  # one cell of it would be too long
            readings[delimiter] = {}
    return max(readings.items(), key=lambda reading: len(reading[1]))


def _wanted(columns: Sequence[Column]) -> str:
    return ", ".join(column.name for column in columns if column.mandatory)
