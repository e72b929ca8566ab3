"""What the files of one school hold, as any format yields it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

from knowledge.texts import UK
from provisioning.errors import ExtractProblem
from provisioning.records.extracts import FILES, FileShape
from provisioning.records.people import MIS_KINDS, Kind, Learner, StaffMember
from provisioning.records.rejections import Rejection
from provisioning.sources.columns import Cells
from provisioning.sources.dates import is_month_first
from provisioning.sources.limits import MAX_RECORDS
from provisioning.sources.rows import READERS, Place


@dataclass(frozen=True)
class Reading:
    """What the files of one school hold, before duplicates are settled for a day.

    `files` says which file each kind of person stands in. `covers` are the kinds of which the files hold
    every person: only of those does absence mean anything. `ends` say how each file ends.
    """

    school: str
    learners: tuple[Learner, ...]
    staff: tuple[StaffMember, ...]
    rejections: tuple[Rejection, ...]
    fingerprint: str
    as_of: datetime
    files: Mapping[Kind, str] = field(default_factory=lambda: FILES)
    covers: tuple[Kind, ...] = MIS_KINDS
    ends: Mapping[Kind, FileShape] = field(default_factory=dict)


_ELSEWHERE: Mapping[str, Place] = {}


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
        self._ends: dict[Kind, FileShape] = {}
        self._births_month_first = False
        self._rows = 0

    def add(self, kind: Kind, cells: Cells, line: int, places: Mapping[str, Place] = _ELSEWHERE) -> None:
        """Judge one row; the row that is one too many for a school raises `ExtractProblem`.

        `places` has the file and line of columns whose cells do not stand in `line`.
        """
        row = READERS[kind](cells, line, self.files[kind], places)
        if isinstance(row, Learner):
            self._learners.append(row)
            if row.unread:
                self._look_at_birth(cells)
        elif isinstance(row, StaffMember):
            self._staff.append(row)
        else:
            self._rejections.append(row)
            self._look_at_birth(cells)
        self._rows += 1
        if self._rows > MAX_RECORDS:
            raise ExtractProblem("extract-too-many-rows", file=self.files[kind], limit=MAX_RECORDS)

    def _look_at_birth(self, cells: Cells) -> None:
        """Note a date of birth that can only be month first: then none of the file can be trusted."""
        if is_month_first(cells.get("date_of_birth", "")):
            self._births_month_first = True

    def ended(self, kind: Kind, *, line_end: bool, total_line: bool, last_line: int) -> None:
        """Note how a text file ends: with a line end, with a total or footer line, and on which line."""
        self._ends[kind] = FileShape(
            kind, self.files[kind], line_end=line_end, total_line=total_line, last_line=last_line
        )

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
        """Return the reading."""
        return Reading(
            school=self.school,
            learners=tuple(
                map(_without_birth, self._learners) if self._births_month_first else self._learners
            ),
            staff=tuple(self._staff),
            rejections=tuple(self._rejections),
            fingerprint=self.digest.hexdigest(),
            as_of=self.as_of,
            files=self.files,
            covers=covers,
            ends=self._ends,
        )


def _without_birth(learner: Learner) -> Learner:
    """Return a learner of a file whose dates of birth can't be trusted; the cell is noted as unread."""
    if learner.date_of_birth is None:
        return learner
    unread = (*learner.unread, ("date_of_birth", ""))
    return replace(learner, date_of_birth=None, unread=unread)
