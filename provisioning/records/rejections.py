"""Rejected rows of an extract, and the reasons for which rows are rejected."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Self

from provisioning.records.people import Key, Kind, Learner, Record, key_of


class Reason(StrEnum):
    """Why a row is rejected (`docs/connecting-a-mis.md`)."""

    UPN_MISSING = "upn-missing"
    UPN_INVALID = "upn-invalid"
    NAME_MISSING = "name-missing"
    NAME_DAMAGED = "name-damaged"
    ADMISSION_NUMBER_MISSING = "admission-number-missing"
    ADMISSION_DATE_MISSING = "admission-date-missing"
    DATE_UNREADABLE = "date-unreadable"
    DATE_IMPLAUSIBLE = "date-implausible"
    YEAR_GROUP_UNREADABLE = "year-group-unreadable"
    ROW_SHORT = "row-short"
    UPN_DUPLICATE = "upn-duplicate"
    NOT_MAIN_REGISTRATION = "not-main-registration"
    STAFF_CODE_MISSING = "staff-code-missing"
    STAFF_CODE_DUPLICATE = "staff-code-duplicate"
    START_DATE_MISSING = "start-date-missing"
    SWAC_ROLE_MISSING = "swac-role-missing"
    NOT_A_PERSON = "not-a-person"


@dataclass(frozen=True, slots=True)
class Rejection:
    """A rejected row of an extract, and why.

    `file` and `line` are where the faulty cell stands; `identifier` is empty where the row has none; `value`
    is a value that was unreadable; the names, dates, year group and class are those that could be read, to
    tell whether the person may be on roll, and where. `doubted_leaving` is a leaving date before the
    admission or start date: which of the two is meant can't be told. `faults` are all cells of a member of
    staff's row that are `empty` or `unreadable`, by column: mending one of them may not be enough.
    """

    kind: Kind
    identifier: str
    file: str
    line: int
    reason: Reason
    value: str = ""
    joins_on: date | None = None
    leaving_date: date | None = None
    year_group: str | None = None
    class_name: str | None = None
    surname: str = ""
    forename: str = ""
    doubted_leaving: date | None = None
    faults: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, record: Record, reason: Reason, file: str, value: str) -> Self:
        """Return the rejection of a row of `file` that could be read as a `record`."""
        return cls(
            kind=record.kind,
            identifier=record.identifier,
            file=file,
            line=record.line,
            reason=reason,
            value=value,
            joins_on=record.joins_on,
            leaving_date=record.leaving_date,
            year_group=record.year_group if isinstance(record, Learner) else None,
            class_name=record.class_name if isinstance(record, Learner) else None,
            surname=record.surname,
            forename=record.forename,
        )

    @property
    def key(self) -> Key:
        """Kind and identifier, as they are compared."""
        return key_of(self.kind, self.identifier)
