"""What a school's MIS holds: its learner and staff rows, as an office would see them on the screen."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

Cell = str | date | None
Typed = tuple[tuple[str, str], ...]
"""Mistyped cells, by canonical column, that replace the correct ones."""


@dataclass(frozen=True, slots=True)
class LearnerRow:
    """A learner's row; `missing_cells` of them were lost at its end when the file was opened and saved."""

    upn: str
    surname: str
    forename: str
    born: date
    admitted: date
    left: date | None
    year_group: str
    class_name: str
    admission_number: str
    former_upn: str = ""
    enrolment: str = "C"
    typed: Typed = ()
    missing_cells: int = 0

    def cells(self) -> Mapping[str, Cell]:
        """Return the row by the contract's column names."""
        cells: dict[str, Cell] = {
            "upn": self.upn,
            "legal_surname": self.surname,
            "legal_forename": self.forename,
            "admission_date": self.admitted,
            "leaving_date": self.left,
            "year_group": self.year_group,
            "class": self.class_name,
            "admission_number": self.admission_number,
            "date_of_birth": self.born,
            "former_upn": self.former_upn,
            "enrolment_status": self.enrolment,
        }
        return cells | dict(self.typed)


@dataclass(frozen=True, slots=True)
class StaffRow:
    """A member of staff's row."""

    code: str
    surname: str
    forename: str
    started: date
    left: date | None
    role: str
    email: str
    typed: Typed = ()

    def cells(self) -> Mapping[str, Cell]:
        """Return the row by the contract's column names."""
        cells: dict[str, Cell] = {
            "staff_code": self.code,
            "legal_surname": self.surname,
            "legal_forename": self.forename,
            "start_date": self.started,
            "leaving_date": self.left,
            "swac_role": self.role,
            "email": self.email,
        }
        return cells | dict(self.typed)


@dataclass(frozen=True, slots=True)
class SchoolRoll:
    """All rows of a school."""

    school: str
    learners: tuple[LearnerRow, ...]
    staff: tuple[StaffRow, ...]

    def learner(self, upn: str) -> LearnerRow:
        """Return the learner with a UPN."""
        return next(row for row in self.learners if row.upn == upn)

    def amend(self, upns: Collection[str], **changes: Any) -> "SchoolRoll":
        """Return the roll with the rows of some learners changed."""
        rows = (replace(row, **changes) if row.upn in upns else row for row in self.learners)
        return replace(self, learners=tuple(rows))

    def amend_staff(self, codes: Collection[str], **changes: Any) -> "SchoolRoll":
        """Return the roll with the rows of some members of staff changed."""
        rows = (replace(row, **changes) if row.code in codes else row for row in self.staff)
        return replace(self, staff=tuple(rows))

    def admit(self, rows: Iterable[LearnerRow | StaffRow]) -> "SchoolRoll":
        """Return the roll with rows added."""
        rows = tuple(rows)
        return replace(
            self,
            learners=(*self.learners, *(row for row in rows if isinstance(row, LearnerRow))),
            staff=(*self.staff, *(row for row in rows if isinstance(row, StaffRow))),
        )

    def without_staff(self, codes: Collection[str]) -> "SchoolRoll":
        """Return the roll without the rows of some members of staff."""
        return replace(self, staff=tuple(row for row in self.staff if row.code not in codes))
