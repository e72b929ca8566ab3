"""The `csv` source: `learners.csv` and `staff.csv` as schools export them (`docs/connecting-a-mis.md`)."""

import hashlib
from pathlib import Path

from provisioning.errors import ExtractProblem
from provisioning.records.extracts import FILES
from provisioning.records.people import MIS_KINDS, Kind
from provisioning.sources.columns import COLUMNS
from provisioning.sources.formats.delimited import DelimitedFile
from provisioning.sources.opening import open_file, written
from provisioning.sources.reading import Gathering, Reading


def read(folder: Path, school: str) -> Reading:
    """Return both files of a school; a file problem raises `ExtractProblem` that names the file."""
    if not folder.is_dir():
        raise ExtractProblem("extract-no-folder", school=school, folder=folder.name)
    gathering = Gathering(school)
    for kind in MIS_KINDS:
        read_file(folder, kind, gathering)
    return gathering.done()


def fingerprint(folder: Path) -> str:
    """Return the fingerprint that reading both files would have."""
    digest = hashlib.sha256()
    for name in FILES.values():
        with open_file(folder, name) as file:
            digest.update(file.read())
            digest.update(b"\0")
    return digest.hexdigest()


def read_file(folder: Path, kind: Kind, gathering: Gathering) -> None:
    """Read one of the two files."""
    name = FILES[kind]
    with open_file(folder, name) as file:
        gathering.dated(written(file))
        try:
            with DelimitedFile(file, name, COLUMNS[kind], gathering.digest) as table:
                for line, cells in table.people():
                    gathering.add(kind, cells, line)
        except OSError as error:
            raise ExtractProblem("extract-not-opened", file=name, why=error.strerror) from None
    gathering.ended(kind, line_end=table.line_end, total_line=table.total_line, last_line=table.last_line)
