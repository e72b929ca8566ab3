"""One row of an extract becomes a record or a rejection (`docs/connecting-a-mis.md`)."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from provisioning import upn
from provisioning.errors import ExtractProblem
from provisioning.names import is_damaged
from provisioning.records.extracts import FILES
from provisioning.records.people import Kind, Learner, StaffMember
from provisioning.records.rejections import Reason, Rejection
from provisioning.sources.cells import is_line_of_counts, is_total_line
from provisioning.sources.columns import Cells
from provisioning.sources.dates import is_month_first, plausible_date, read_date

__all__ = [
    "READERS",
    "Place",
    "ShortRow",
    "TotalLine",
    "learner",
    "read_date",
    "read_year_group",
    "staff_member",
]

_YEAR_GROUP = re.compile(
    r"(?:(?:year|yr|y|blwyddyn|bl|b)\.?\s*)?"
    r"(?:(?P<code>n\s?[12]|r)|(?P<number>1[0-3]|0*[0-9])(?:\.0+)?|(?P<reception>reception|rec|derbyn))"
    r"|(?:nursery|meithrin)\.?\s*(?P<nursery>[12])",
    re.IGNORECASE,
)
# A code, alone or before its description, or the description alone; "Single registration" is not S.
_NOT_MAIN = re.compile(r"[SG]\b|.*\b(?:subsidiary|guest|atodol|gwestai)\b", re.IGNORECASE | re.DOTALL)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class Place(NamedTuple):
    """Where a cell stands."""

    file: str
    line: int


class ShortRow(dict[str, str]):
    """The cells of a row that has fewer than the header, so that they may stand under wrong names."""


class TotalLine(dict[str, str]):
    """The cells of a total or footer line that is known by a cell in a column that is not read."""


class _RowProblem(Exception):
    """Why the row at hand is rejected: the reason, the value that stood there, and in which column."""

    def __init__(self, reason: Reason, value: str = "", column: str = "") -> None:
        self.reason, self.value, self.column = reason, value, column


_ELSEWHERE: Mapping[str, Place] = {}


@lru_cache(maxsize=1_024)
def read_year_group(value: str) -> str | None:
    """Return a year group as `N1`, `N2`, `R` or `1` to `13`, from any spelling; None where it is none."""
    found = _YEAR_GROUP.fullmatch(value)
    if found is None:
        return None
    if found["nursery"]:
        return f"N{found['nursery']}"
    if found["code"]:
        return "".join(found["code"].split()).upper()
    return (found["number"] or "").lstrip("0") or "R"


def learner(
    cells: Cells, line: int, file: str = FILES[Kind.LEARNER], places: Mapping[str, Place] = _ELSEWHERE
) -> Learner | Rejection:
    """Return a learner's record, or why the row is rejected.

    A rejection names `file` and `line`, or where the faulty cell stands by `places`: column to place. A
    date that can only be month first raises `ExtractProblem`.
    """
    number = upn.normalise(cells.get("upn", ""))
    status = cells.get("enrolment_status")
    unread: tuple[tuple[str, str], ...] = ()
    try:
        if type(cells) is ShortRow:
            raise _RowProblem(Reason.ROW_SHORT)
        if status and _NOT_MAIN.match(status):
            raise _RowProblem(Reason.NOT_MAIN_REGISTRATION, status, "enrolment_status")
        if not number:
            raise _RowProblem(Reason.UPN_MISSING, column="upn")
        if not upn.is_valid(number):
            raise _RowProblem(Reason.UPN_INVALID, number, "upn")
        surname, forename = _names(cells)
        if "admission_number" in cells and not cells["admission_number"]:
            raise _RowProblem(Reason.ADMISSION_NUMBER_MISSING, column="admission_number")
        admission = plausible_date(cells.get("admission_date", "")) or _needed_date(
            cells, "admission_date", Reason.ADMISSION_DATE_MISSING
        )
        leaving = _leaving_date(cells, admission) if cells.get("leaving_date") else None
        year_group = read_year_group(cells["year_group"])
        if year_group is None:
            raise _RowProblem(Reason.YEAR_GROUP_UNREADABLE, cells["year_group"], "year_group")
    except _RowProblem as problem:
        return _rejection(Kind.LEARNER, number, Place(file, line), problem, cells, places)
    birth = None
    if written := cells.get("date_of_birth"):
        birth = plausible_date(written)
        if birth is None:
            unread = (("date_of_birth", written),)
    former = None
    if written := cells.get("former_upn"):
        former = upn.normalise(written)
        if not upn.is_valid(former):
            unread, former = (*unread, ("former_upn", written)), None
        elif former == number:
            former = None
    return Learner(
        upn=number,
        surname=surname,
        forename=forename,
        admission_date=admission,
        leaving_date=leaving,
        year_group=year_group,
        class_name=cells.get("class"),
        line=line,
        former_upn=former,
        date_of_birth=birth,
        unread=unread,
        damaged_names=is_damaged(surname) or is_damaged(forename),
    )


def staff_member(
    cells: Cells, line: int, file: str = FILES[Kind.STAFF], places: Mapping[str, Place] = _ELSEWHERE
) -> StaffMember | Rejection:
    """Return a member of staff's record, or why the row is rejected; parameters are as for `learner`."""
    code = cells.get("staff_code", "")
    try:
        if type(cells) is ShortRow:
            raise _RowProblem(Reason.ROW_SHORT)
        if not code:
            raise _RowProblem(Reason.STAFF_CODE_MISSING, column="staff_code")
        surname, forename = _names(cells)
        start = _needed_date(cells, "start_date", Reason.START_DATE_MISSING)
        leaving = _leaving_date(cells, start)
        if "swac_role" in cells and not cells["swac_role"]:
            raise _RowProblem(Reason.SWAC_ROLE_MISSING, column="swac_role")
    except _RowProblem as problem:
        return _rejection(Kind.STAFF, code, Place(file, line), problem, cells, places)
    email = cells.get("email") or None
    readable = email is None or _EMAIL.fullmatch(email) is not None
    return StaffMember(
        staff_code=code,
        surname=surname,
        forename=forename,
        start_date=start,
        leaving_date=leaving,
        line=line,
        email=email if readable else None,
        unread=() if readable else (("email", cells["email"]),),
        damaged_names=is_damaged(surname) or is_damaged(forename),
    )


READERS: Mapping[
    Kind, Callable[[Cells, int, str, Mapping[str, Place]], Learner | StaffMember | Rejection]
] = {
    Kind.LEARNER: learner,
    Kind.STAFF: staff_member,
}
_STAFF_FILLED = ("staff_code", "legal_surname", "legal_forename", "start_date", "swac_role", "email")
"""The columns of staff that are filled where a record is complete."""
_JOINS = {Kind.LEARNER: "admission_date", Kind.STAFF: "start_date"}


def _names(cells: Cells) -> tuple[str, str]:
    surname, forename = cells["legal_surname"], cells["legal_forename"]
    if not surname or not forename:
        raise _RowProblem(Reason.NAME_MISSING, column="legal_forename" if surname else "legal_surname")
    return surname, forename


def _date(cells: Cells, column: str) -> date | None:
    value = cells.get(column)
    if not value:
        return None
    day = plausible_date(value)
    if day is None:
        readable = read_date(value) is not None
        raise _RowProblem(Reason.DATE_IMPLAUSIBLE if readable else Reason.DATE_UNREADABLE, value, column)
    return day


def _needed_date(cells: Cells, column: str, missing: Reason) -> date:
    day = _date(cells, column)
    if day is None:
        raise _RowProblem(missing, column=column)
    return day


def _leaving_date(cells: Cells, joined: date) -> date | None:
    day = _date(cells, "leaving_date")
    if day is not None and day < joined:
        raise _RowProblem(Reason.DATE_IMPLAUSIBLE, cells["leaving_date"], "leaving_date")
    return day


def _is_no_person(identifier: str, cells: Cells) -> bool:
    """Return whether the cells of a row without a valid UPN are those of a total or footer line."""
    if type(cells) is TotalLine or is_total_line(cells.values()):
        return True
    return not identifier and is_line_of_counts(cells.values())


def _rejection(
    kind: Kind,
    identifier: str,
    row: Place,
    problem: _RowProblem,
    cells: Cells,
    places: Mapping[str, Place],
) -> Rejection:
    joins = _JOINS[kind]
    if not upn.is_valid(identifier) and _is_no_person(identifier, cells):
        return Rejection(kind, "", row.file, row.line, Reason.NOT_A_PERSON)
    if problem.reason is Reason.ROW_SHORT:  # whether a cell stands under its own name can't be told
        return Rejection(kind, identifier, row.file, row.line, Reason.ROW_SHORT)
    for column in (joins, "leaving_date"):
        if is_month_first(value := cells.get(column, "")):
            file, line = places.get(column, row)
            raise ExtractProblem("extract-month-first", file=file, line=line, column=column, value=value)
    file, line = places.get(problem.column, row)
    # A leaving date before the admission date: which of the two is meant can't be told, so none is.
    leaving = plausible_date(cells.get("leaving_date", ""))
    doubted = problem.reason is Reason.DATE_IMPLAUSIBLE and problem.column == "leaving_date"
    return Rejection(
        kind=kind,
        identifier=identifier,
        file=file,
        line=line,
        reason=problem.reason,
        value=problem.value,
        joins_on=plausible_date(cells.get(joins, "")),
        leaving_date=None if doubted else leaving,
        year_group=read_year_group(cells.get("year_group", "")),
        class_name=cells.get("class") or None,
        surname=cells.get("legal_surname", ""),
        forename=cells.get("legal_forename", ""),
        doubted_leaving=leaving if doubted else None,
        faults=tuple(_staff_faults(cells)) if kind is Kind.STAFF else (),
    )


def _staff_faults(cells: Cells) -> Iterator[tuple[str, str]]:
    """Yield each column of a member of staff's row that is `empty` or `unreadable`."""
    for column in _STAFF_FILLED:
        if cells.get(column) == "":
            yield column, "empty"
    for column in ("start_date", "leaving_date"):
        if (written := cells.get(column)) and plausible_date(written) is None:
            yield column, "unreadable"
