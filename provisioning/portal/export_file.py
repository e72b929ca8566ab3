"""The export as a file: lines above its header, whether it is cut off, and its rows."""

import csv
import hashlib
import io
from collections import deque
from collections.abc import Iterator, Sequence

from provisioning.errors import ExtractProblem
from provisioning.portal.export_rows import is_total
from provisioning.sources.columns import Cells, Column, positions
from provisioning.sources.formats.delimited import DELIMITERS
from provisioning.sources.formats.delimited import rows as delimited_rows

_ABOVE = 5
"""So many lines above the header are passed over: a title, the day of the export, blank lines."""


def rows(data: bytes, name: str, columns: Sequence[Column]) -> Iterator[tuple[int, Cells]]:
    """Yield the rows of a file with their lines, as the extracts' reader gives them.

    Title lines above the header are passed over. A last row with fewer cells than the header, unless it is
    a total, raises `ExtractProblem`: the file is cut off.
    """
    above = _lines_above(data, columns)
    table = b"".join(data.splitlines(keepends=True)[above:]) if above else data
    _require_whole(table, name, columns, above)
    for line, cells in delimited_rows(io.BytesIO(table), name, columns, hashlib.sha256()):
        yield line + above, cells


def ends_line(data: bytes) -> bool:
    """Return whether a file ends with a line end."""
    return data.rstrip(b"\0").endswith((b"\n", b"\r"))


def _lines_above(data: bytes, columns: Sequence[Column]) -> int:
    """Return how many lines stand above the header; none where there is no header to be found."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return 0  # two bytes a character: lines can't be told from bytes
    for above, line in enumerate(data[: 1 << 16].splitlines()[: _ABOVE + 1]):
        header = line.decode("utf-8-sig", errors="replace")
        if any(_has_all(header, delimiter, columns) for delimiter in DELIMITERS):
            return above
    return 0


def _has_all(header: str, delimiter: str, columns: Sequence[Column]) -> bool:
    try:
        found = positions(next(csv.reader([header], delimiter=delimiter), []), columns)
    except csv.Error:
        return False
    return all(column.name in found for column in columns if column.mandatory)


def _require_whole(table: bytes, name: str, columns: Sequence[Column], above: int) -> None:
    text = table.decode("utf-8-sig", errors="replace")
    header, _, _ = text.partition("\n")
    delimiter = next((found for found in DELIMITERS if _has_all(header, found, columns)), None)
    if delimiter is None:
        return  # the reader says what is wrong
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        width = len(next(reader))
        last = deque(((reader.line_num, row) for row in reader if "".join(row).strip()), maxlen=1)
    except csv.Error:
        return
    if last and len(last[0][1]) < width and not is_total(last[0][1], width):
        line, row = last[0]
        raise ExtractProblem("export-cut-off", file=name, line=line + above, cells=len(row), columns=width)
