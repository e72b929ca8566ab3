"""What the files of one school hold, as any format yields it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from types import MappingProxyType

from knowledge.texts import UK
from provisioning.errors import ExtractProblem
from provisioning.records import MIS_KINDS, Kind, Learner, Rejection, StaffMember
from provisioning.sources.columns import FILES, Cells
from provisioning.sources.limits import MAX_RECORDS
from provisioning.sources.places import Places, at_fault
from provisioning.sources.rows import READERS


@dataclass(frozen=True)
class Reading:
    """What the files of one school hold, before duplicates are settled for a day.

    `files` says which file each kind of person stands in; `covers`, of which kinds the files hold
    everybody: only of those does it mean something that somebody is not there.
    """

    school: str
    learners: tuple[Learner, ...]
    staff: tuple[StaffMember, ...]
    rejections: tuple[Rejection, ...]
    fingerprint: str
    as_of: datetime
    files: Mapping[Kind, str] = field(default_factory=lambda: FILES)
    covers: tuple[Kind, ...] = MIS_KINDS


class Gathering:
    """A reading in the making: every format adds its rows here, and they are judged alike.

    `digest` is to take in all bytes that count; `files` says which file a rejection names.
    """

    def __init__(self, school: str, files: Mapping[Kind, str] = FILES) -> None:
        self.school = school
        self.files = dict(files)
        self.digest = hashlib.sha256()
        self._learners: list[Learner] = []
        self._staff: list[StaffMember] = []
        self._rejections: list[Rejection] = []
        self._written: list[float] = []
        self._rows = 0

    def add(self, kind: Kind, cells: Cells, line: int, places: Places = MappingProxyType({})) -> None:
        """Judge one row; `places` says where those of its cells stand that come from another table.

        The row that is one too many for a school raises `ExtractProblem`.
        """
        row = READERS[kind](cells, line, self.files[kind])
        match row:
            case Learner():
                self._learners.append(row)
            case StaffMember():
                self._staff.append(row)
            case Rejection():
                self._rejections.append(at_fault(row, cells, places) if places else row)
        self._rows += 1
        if self._rows > MAX_RECORDS:
            raise ExtractProblem("extract-too-many-rows", file=self.files[kind], limit=MAX_RECORDS)

    @property
    def empty(self) -> bool:
        """Whether no row has been added."""
        return not self._rows

    def dated(self, seconds: float) -> None:
        """Note when a file was written: the latest is how old the evidence is."""
        self._written.append(seconds)

    @property
    def as_of(self) -> datetime:
        """When the files were last written."""
        return datetime.fromtimestamp(max(self._written), UTC)

    @property
    def day(self) -> date:
        """The day on which the files were last written, in UK time."""
        return self.as_of.astimezone(UK).date()

    def done(self, covers: tuple[Kind, ...] = MIS_KINDS) -> Reading:
        """The reading."""
        return Reading(
            school=self.school,
            learners=tuple(self._learners),
            staff=tuple(self._staff),
            rejections=tuple(self._rejections),
            fingerprint=self.digest.hexdigest(),
            as_of=self.as_of,
            files=self.files,
            covers=covers,
        )
