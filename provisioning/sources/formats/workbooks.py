"""The `xlsx` and `ods` sources: the columns of the CSV files as sheets of a spreadsheet.

`learners.xlsx` and `staff.xlsx`, each with its sheet of that name or else its first; or one workbook of any
name with sheets `learners` and `staff` (or `dysgwyr`, `staff`). The first row that is not blank is the
header; dates may be real dates.
"""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from provisioning.errors import ExtractProblem
from provisioning.records import MIS_KINDS, Kind
from provisioning.sources.columns import COLUMNS, positions
from provisioning.sources.formats import ods, xlsx
from provisioning.sources.formats.archives import Archive
from provisioning.sources.formats.sheets import Worksheet
from provisioning.sources.limits import MAX_WORKBOOK
from provisioning.sources.opening import open_file, written
from provisioning.sources.reading import Gathering, Reading
from provisioning.sources.single import entries, only

_PORTION = 1 << 16
_SHEETS = {Kind.LEARNER: ("learners", "dysgwyr"), Kind.STAFF: ("staff",)}
_FORMATS: dict[str, Callable[[Archive], Iterator[Worksheet]]] = {"xlsx": xlsx.sheets, "ods": ods.sheets}


def _read(folder: Path, school: str, *, format: str) -> Reading:
    """Both sheets of a school; a file problem raises `ExtractProblem` that names file and sheet."""
    names = [entry.name for entry in entries(folder, school) if entry.name.lower().endswith(f".{format}")]
    own = {kind: f"{_SHEETS[kind][0]}.{format}" for kind in MIS_KINDS}
    files = {}
    for kind, name in own.items():
        by_name = [found for found in names if found.lower() == name]
        others = [found for found in names if found.lower() not in own.values()] or names
        files[kind] = by_name[0] if by_name else only(others, folder, f"{name}, *.{format}")
    gathering = Gathering(school, files)
    for kind, name in files.items():
        with open_file(folder, name) as file:
            gathering.dated(written(file))
            while portion := file.read(_PORTION):
                gathering.digest.update(portion)
            with Archive(file, name, MAX_WORKBOOK) as archive:
                _gather(archive, kind, _FORMATS[format], gathering, alone=name.lower() == own[kind])
    return gathering.done()


def _gather(
    archive: Archive,
    kind: Kind,
    sheets: Callable[[Archive], Iterator[Worksheet]],
    gathering: Gathering,
    *,
    alone: bool,
) -> None:
    """Add the rows of the sheet for a kind of person; `alone`: the first sheet serves where none is named."""
    named = next((sheet for sheet in sheets(archive) if sheet.name.casefold() in _SHEETS[kind]), None)
    found = named or (next(sheets(archive), None) if alone else None)
    if found is None:
        raise ExtractProblem("extract-no-sheet", file=archive.name, sheet=_SHEETS[kind][0])
    places = _places(found, kind, f"{archive.name}/{found.name}")
    for row in found.rows:
        if any(place in row.cells for place in places.values()):
            cells = {name: row.cells.get(place, "") for name, place in places.items()}
            gathering.add(kind, cells, row.number)


def _places(sheet: Worksheet, kind: Kind, file: str) -> dict[str, int]:
    """Where each column stands by the header, which is read; `ExtractProblem` where a mandatory one lacks."""
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
