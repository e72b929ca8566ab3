"""The `csv` source: `learners.csv` and `staff.csv` as schools export them (contract, section 2)."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from provisioning.errors import ExtractProblem
from provisioning.records import Kind, Learner, Rejection, StaffMember
from provisioning.sources.columns import COLUMNS, FILES
from provisioning.sources.delimited import rows
from provisioning.sources.rows import learner, staff_member


@dataclass(frozen=True)
class Reading:
    """What the files of one school hold, before duplicates are settled for a day."""

    school: str
    learners: tuple[Learner, ...]
    staff: tuple[StaffMember, ...]
    rejections: tuple[Rejection, ...]
    fingerprint: str
    as_of: datetime


def read(folder: Path, school: str) -> Reading:
    """Both files of a school; a file problem raises `ExtractProblem` that names the file."""
    if not folder.is_dir():
        raise ExtractProblem("extract-no-folder", school=school, folder=folder.name)
    rejections: list[Rejection] = []
    learners: list[Learner] = []
    staff: list[StaffMember] = []
    digest = hashlib.sha256()
    written: list[float] = []
    for kind in (Kind.LEARNER, Kind.STAFF):
        path = folder / FILES[kind]
        try:
            with path.open("rb") as file:
                written.append(path.stat().st_mtime)
                for line, cells in rows(file, path.name, COLUMNS[kind], digest):
                    row = learner(cells, line) if kind is Kind.LEARNER else staff_member(cells, line)
                    match row:
                        case Learner():
                            learners.append(row)
                        case StaffMember():
                            staff.append(row)
                        case Rejection():
                            rejections.append(row)
        except FileNotFoundError:
            raise ExtractProblem("extract-no-file", file=path.name, folder=folder.name) from None
        except OSError as error:
            raise ExtractProblem("extract-not-opened", file=path.name, why=error.strerror) from None
    return Reading(
        school=school,
        learners=tuple(learners),
        staff=tuple(staff),
        rejections=tuple(rejections),
        fingerprint=digest.hexdigest(),
        as_of=datetime.fromtimestamp(max(written), UTC),
    )
