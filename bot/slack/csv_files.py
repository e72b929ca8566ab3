"""CSV for people who open it in a spreadsheet: Welsh letters survive, and no cell can become a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_BOM = "\ufeff"
"""By it Excel knows UTF-8; without it ŵ and ŷ come out as something else."""


def csv_file(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A CSV file, header first."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow([harmless(name) for name in header])
    writer.writerows([harmless(str(cell)) for cell in row] for row in rows)
    return (_BOM + file.getvalue()).encode()


def harmless(cell: str) -> str:
    """A cell that a spreadsheet shows instead of carrying it out (OWASP, CSV injection).

    >>> harmless("=1+1")
    "'=1+1"
    """
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
