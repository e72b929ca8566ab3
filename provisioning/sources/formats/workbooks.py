"""The `xlsx` and `ods` sources: the columns of the CSV files as sheets of a spreadsheet.

`learners.xlsx` and `staff.xlsx`, each with its sheet of that name or else its first; or one workbook of any
name with sheets `learners` and `staff` (or `dysgwyr`, `staff`). The first row that is not blank is the
header; dates may be real dates, or days counted where a cell has lost its number format. A class or year
group in a cell that is merged with those below counts for each of their rows.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import IO

from provisioning.damage import is_error_value
from provisioning.errors import ExtractProblem
from provisioning.records.people import MIS_KINDS, Kind
from provisioning.sources.cells import is_total_line
from provisioning.sources.columns import COLUMNS, positions
from provisioning.sources.formats import ods, xlsx
from provisioning.sources.formats.archives import Archive
from provisioning.sources.formats.sheets import Row, Worksheet, day_of
from provisioning.sources.limits import MAX_WORKBOOK
from provisioning.sources.opening import open_file, written
from provisioning.sources.reading import Gathering, Reading
from provisioning.sources.rows import TotalLine
from provisioning.sources.single import entries, only

_PORTION = 1 << 16
_COMPOUND_FILE = bytes.fromhex("D0CF11E0A1B11AE1")
"""The beginning of the older container: XLS workbooks, and workbooks of any kind with a password."""
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_DATES = ("admission_date", "start_date", "leaving_date", "date_of_birth")
_MAY_BE_MERGED = ("class", "year_group")
_SHEETS = {Kind.LEARNER: ("learners", "dysgwyr"), Kind.STAFF: ("staff",)}
_FORMATS: dict[str, Callable[[Archive], Iterator[Worksheet]]] = {"xlsx": xlsx.sheets, "ods": ods.sheets}


def _read(folder: Path, school: str, *, format: str) -> Reading:
    """Return both sheets of a school; a file problem raises `ExtractProblem` that names file and sheet."""
    listed = [entry.name for entry in entries(folder, school)]
    names = [file for file in listed if file.lower().endswith(f".{format}")]
    old = [file for file in listed if file.lower().endswith(".xls")]
    if old and not names:
        raise ExtractProblem("extract-workbook-old", file=old[0], ending=f".{format}")
    own = {kind: f"{_SHEETS[kind][0]}.{format}" for kind in MIS_KINDS}
    files = {}
    for kind, name in own.items():
        by_name = [file for file in names if file.lower() == name]
        others = [file for file in names if file.lower() not in own.values()] or names
        files[kind] = by_name[0] if by_name else only(others, folder, f"{name}, *.{format}")
    gathering = Gathering(school, files)
    for kind, name in files.items():
        with open_file(folder, name) as file:
            gathering.dated(written(file))
            while portion := file.read(_PORTION):
                gathering.digest.update(portion)
            _require_new(file, name, format)
            with Archive(file, name, MAX_WORKBOOK) as archive:
                _gather(archive, kind, _FORMATS[format], gathering, alone=name.lower() == own[kind])
    return gathering.done()


def _require_new(file: IO[bytes], name: str, format: str) -> None:
    """Refuse a workbook in the older container; the error tells whether it has a password."""
    file.seek(0)
    if file.read(len(_COMPOUND_FILE)) == _COMPOUND_FILE:
        problem = "password" if _ENCRYPTED in file.read() else "old"
        raise ExtractProblem(f"extract-workbook-{problem}", file=name, ending=f".{format}")


def _gather(
    archive: Archive,
    kind: Kind,
    sheets: Callable[[Archive], Iterator[Worksheet]],
    gathering: Gathering,
    *,
    alone: bool,
) -> None:
    """Add the rows of the sheet for a kind of person; with `alone`, a first sheet of any name serves too."""
    named = next((sheet for sheet in sheets(archive) if sheet.name.strip().casefold() in _SHEETS[kind]), None)
    found = named or (next(sheets(archive), None) if alone else None)
    if found is None:
        raise ExtractProblem("extract-no-sheet", file=archive.name, sheet=_SHEETS[kind][0])
    places = _places(found, kind, f"{archive.name}/{found.name}")
    merged = _Merged(found, [places[name] for name in _MAY_BE_MERGED if name in places])
    for row in found.rows:
        if any(place in row.cells for place in places.values()):
            shown = merged.filled(row)
            cells = {name: shown.get(place, "") for name, place in places.items()}
            cells |= {name: day_of(cells[name], found.first_day) for name in _DATES if name in cells}
            if is_error_value(cells.get("class", "")):
                del cells["class"]  # a formula that could not tell the class: it is unknown
            no_identifier = not cells[COLUMNS[kind][0].name]
            told = no_identifier and is_total_line(row.cells.values())
            gathering.add(kind, TotalLine(cells) if told else cells, row.number)


class _Merged:
    """The cells of some columns that are merged with those below, row after row."""

    def __init__(self, sheet: Worksheet, columns: Sequence[int]) -> None:
        self._sheet = sheet
        self._columns = columns
        self._above: dict[int, tuple[int, str]] = {}

    def filled(self, row: Row) -> Mapping[int, str]:
        """Return the cells of the next row, with the values of merged cells above that cover it."""
        cells = dict(row.cells)
        for column in self._columns:
            last = self._sheet.merged.get((row.number, column))
            if last is not None:
                self._above[column] = (last, cells.get(column, ""))
            until, text = self._above.get(column, (0, ""))
            if row.number <= until:
                cells.setdefault(column, text)
        return cells


def _places(sheet: Worksheet, kind: Kind, file: str) -> dict[str, int]:
    """Return where each column stands by the header, which is read from the sheet.

    `ExtractProblem` where a mandatory column is missing.
    """
    columns = COLUMNS[kind]
    mandatory = [column.name for column in columns if column.mandatory]
    header = next(sheet.rows, None)
    if header is None:
        raise ExtractProblem("extract-empty", file=file, columns=", ".join(mandatory))
    width = max(header.cells) + 1
    places = positions([header.cells.get(place, "") for place in range(width)], columns)
    missing = [name for name in mandatory if name not in places]
    if missing:
        raise ExtractProblem("extract-no-column", file=file, columns=", ".join(missing))
    return places


read_xlsx = partial(_read, format="xlsx")
read_ods = partial(_read, format="ods")
