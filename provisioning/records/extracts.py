"""A school's MIS export as it was read, and the records of it that a run has applied."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from knowledge.texts import DEFAULT_LEAD_DAYS
from provisioning.ids import Fingerprint, SchoolNumber
from provisioning.records.people import MIS_KINDS, Key, Kind, Learner, Record, StaffMember, key_of
from provisioning.records.rejections import Reason, Rejection
from provisioning.records.values import value

LEAD = timedelta(days=DEFAULT_LEAD_DAYS)
"""So long before they join people get accounts, where the settings do not differ."""
MANY_REJECTED = 10
"""Rejected rows from which on more than half of a file is a file problem."""


@dataclass(frozen=True, slots=True)
class FileShape:
    """How the file of one kind of person looks as a whole, by which it is judged whether it is complete.

    `rejected` of its `rows` are rejected for a fault; `commonest` is the reason of most of them, `first_line`
    the first line with that reason, in `first_file`. `line_end` says whether the file ends with one, None
    where the format has no lines; `total_line`, whether it ends with a total or footer line.
    """

    kind: Kind
    file: str
    rows: int = 0
    rejected: int = 0
    commonest: Reason | None = None
    first_file: str = ""
    first_line: int = 0
    line_end: bool | None = None
    total_line: bool = False
    last_line: int = 0

    @property
    def mostly_rejected(self) -> bool:
        """Whether so many rows are rejected that the file as a whole is at fault."""
        return self.rejected >= MANY_REJECTED and self.rejected * 2 > self.rows


FILES = {Kind.LEARNER: "learners.csv", Kind.STAFF: "staff.csv"}
"""The file of each kind of person in an extract of CSV files."""


@dataclass(frozen=True)
class Extract:
    """A school's MIS export, without duplicates.

    `fingerprint` changes whenever a file's content does; `as_of` is when the newest of its files was
    written; `shapes` say how each file looks as a whole;
    `covers` are the kinds of person that it lists completely: absence of others means nothing. `source` is
    the format that it was read in; `next_day` when the next of its dates takes effect, `date.max` where none
    will and None where that was not computed. `lead` is how long before they join its people are to have
    their accounts.
    """

    school: SchoolNumber
    learners: tuple[Learner, ...]
    staff: tuple[StaffMember, ...]
    rejections: tuple[Rejection, ...]
    fingerprint: Fingerprint
    as_of: datetime
    covers: tuple[Kind, ...] = MIS_KINDS
    source: str = "csv"
    next_day: date | None = None
    shapes: tuple[FileShape, ...] = ()
    lead: timedelta = LEAD

    @property
    def file_of(self) -> Mapping[Kind, str]:
        """Which file each kind of person stands in, as far as that is known."""
        return FILES | {shape.kind: shape.file for shape in self.shapes}

    @cached_property
    def records(self) -> tuple[Record, ...]:
        """Learners, then staff."""
        return (*self.learners, *self.staff)

    @cached_property
    def by_key(self) -> Mapping[Key, Record]:
        """Its records by kind and identifier."""
        learner = Kind.LEARNER
        found: dict[Key, Record] = {(learner, row.upn): row for row in self.learners}
        found.update((row.key, row) for row in self.staff)
        return found

    @cached_property
    def upns(self) -> frozenset[str]:
        """The UPNs by which its learners may be found, former ones included."""
        return frozenset(
            [row.upn for row in self.learners] + [row.former_upn for row in self.learners if row.former_upn]
        )

    @cached_property
    def keys(self) -> frozenset[Key]:
        """Every identifier that stands in it: of records, of rejected rows, and former UPNs."""
        former = [(Kind.LEARNER, row.former_upn) for row in self.learners if row.former_upn]
        return frozenset([*self.by_key, *former, *(row.key for row in self.rejections)])


@value(frozen=True, slots=True)
class Covered:
    """A record of the extract that the last successful run applied."""

    kind: Kind
    identifier: str
    joins_on: date
    leaving_date: date | None
    year_group: str | None
    class_name: str | None

    @property
    def key(self) -> Key:
        """Kind and identifier, as they are compared."""
        return key_of(self.kind, self.identifier)
