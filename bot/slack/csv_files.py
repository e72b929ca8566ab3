"""CSV for spreadsheets: in UTF-8 with a byte order mark, and without cells that are formulas."""

import csv
import io
from collections.abc import Iterable, Sequence

from knowledge.visible import seen

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_BOM = "\ufeff"
"""The byte order mark, without which Excel does not read the file as UTF-8 (ŵ, ŷ)."""


def csv_file(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Return a CSV file of `header` and `rows`."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow([harmless(name) for name in header])
    writer.writerows([harmless(str(cell)) for cell in row] for row in rows)
    return (_BOM + file.getvalue()).encode()


def harmless(cell: str) -> str:
    """Return `cell` so that a spreadsheet does not evaluate it as a formula (OWASP, CSV injection).

    What can't be seen is left out first: it would hide the sign by which a formula begins.

    >>> harmless("=1+1")
    "'=1+1"
    """
    cell = seen(cell)
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
