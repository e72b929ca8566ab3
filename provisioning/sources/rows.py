"""One row of an extract becomes a record or a rejection (contract, section 2)."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache

from provisioning import upn
from provisioning.records import Kind, Learner, Reason, Rejection, StaffMember
from provisioning.sources.columns import FILES, Cells

_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_UK = re.compile(r"([0-9]{2})/([0-9]{2})/([0-9]{4})")
_YEAR_GROUP = re.compile(r"(?:year|y)?\s*(n[12]|r|1[0-3]|0*[0-9])", re.IGNORECASE)
# A code, alone or before its description, or the description alone; "Single registration" is not S.
_NOT_MAIN = re.compile(r"[SG]\b|subsidiary|guest", re.IGNORECASE)


class _RowProblem(Exception):
    """Why the row at hand is rejected, and the value that stood there."""

    def __init__(self, reason: Reason, value: str = "") -> None:
        self.reason, self.value = reason, value


@lru_cache(maxsize=16_384)
def read_date(value: str) -> date | None:
    """A date as `YYYY-MM-DD` or `DD/MM/YYYY`; None where it is neither, or no day of the calendar."""
    if found := _ISO.fullmatch(value):
        year, month, day = found.groups()
    elif found := _UK.fullmatch(value):
        day, month, year = found.groups()
    else:
        return None
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


@lru_cache(maxsize=1_024)
def read_year_group(value: str) -> str | None:
    """A year group as `N1`, `N2`, `R` or `1` to `13`, from any way of writing it; None where it is none."""
    found = _YEAR_GROUP.fullmatch(value)
    if found is None:
        return None
    return found.group(1).upper().lstrip("0") or "R"


def learner(cells: Cells, line: int, file: str = FILES[Kind.LEARNER]) -> Learner | Rejection:
    """A learner's record, or why the row is rejected; a rejection names the file."""
    number = upn.normalise(cells.get("upn", ""))
    status = cells.get("enrolment_status")
    try:
        if status and _NOT_MAIN.match(status):
            raise _RowProblem(Reason.NOT_MAIN_REGISTRATION, status)
        if not number:
            raise _RowProblem(Reason.UPN_MISSING)
        if not upn.is_valid(number):
            raise _RowProblem(Reason.UPN_INVALID, number)
        surname, forename = _names(cells)
        if "admission_number" in cells and not cells["admission_number"]:
            raise _RowProblem(Reason.ADMISSION_NUMBER_MISSING)
        admission = _needed_date(cells, "admission_date", Reason.ADMISSION_DATE_MISSING)
        leaving, birth = _date(cells, "leaving_date"), _date(cells, "date_of_birth")
        year_group = read_year_group(cells["year_group"])
        if year_group is None:
            raise _RowProblem(Reason.YEAR_GROUP_UNREADABLE, cells["year_group"])
    except _RowProblem as problem:
        return _rejection(Kind.LEARNER, number, (file, line), problem, cells, "admission_date")
    former = upn.normalise(cells["former_upn"]) if cells.get("former_upn") else ""
    return Learner(
        upn=number,
        surname=surname,
        forename=forename,
        admission_date=admission,
        leaving_date=leaving,
        year_group=year_group,
        class_name=cells.get("class"),
        line=line,
        former_upn=former if former and upn.is_valid(former) and former != number else None,
        date_of_birth=birth,
    )


def staff_member(cells: Cells, line: int, file: str = FILES[Kind.STAFF]) -> StaffMember | Rejection:
    """A member of staff's record, or why the row is rejected; a rejection names the file."""
    code = cells["staff_code"]
    try:
        if not code:
            raise _RowProblem(Reason.STAFF_CODE_MISSING)
        surname, forename = _names(cells)
        start = _needed_date(cells, "start_date", Reason.START_DATE_MISSING)
        leaving = _date(cells, "leaving_date")
        if "swac_role" in cells and not cells["swac_role"]:
            raise _RowProblem(Reason.SWAC_ROLE_MISSING)
    except _RowProblem as problem:
        return _rejection(Kind.STAFF, code, (file, line), problem, cells, "start_date")
    return StaffMember(
        staff_code=code,
        surname=surname,
        forename=forename,
        start_date=start,
        leaving_date=leaving,
        line=line,
        email=cells.get("email") or None,
    )


READERS: Mapping[Kind, Callable[[Cells, int, str], Learner | StaffMember | Rejection]] = {
    Kind.LEARNER: learner,
    Kind.STAFF: staff_member,
}


def _names(cells: Cells) -> tuple[str, str]:
    surname, forename = cells["legal_surname"], cells["legal_forename"]
    if not surname or not forename:
        raise _RowProblem(Reason.NAME_MISSING)
    return surname, forename


def _date(cells: Cells, column: str) -> date | None:
    value = cells.get(column, "")
    if not value:
        return None
    day = read_date(value)
    if day is None:
        raise _RowProblem(Reason.DATE_UNREADABLE, value)
    return day


def _needed_date(cells: Cells, column: str, missing: Reason) -> date:
    day = _date(cells, column)
    if day is None:
        raise _RowProblem(missing)
    return day


def _rejection(
    kind: Kind, identifier: str, place: tuple[str, int], problem: _RowProblem, cells: Cells, joins: str
) -> Rejection:
    file, line = place
    return Rejection(
        kind=kind,
        identifier=identifier,
        file=file,
        line=line,
        reason=problem.reason,
        value=problem.value,
        joins_on=read_date(cells.get(joins, "")),
        leaving_date=read_date(cells.get("leaving_date", "")),
        year_group=read_year_group(cells.get("year_group", "")),
        class_name=cells.get("class") or None,
    )
