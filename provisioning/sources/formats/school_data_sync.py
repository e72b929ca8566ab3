"""The `sds` source: Microsoft School Data Sync CSV, version 2.1.

Microsoft, "SDS V2.1 CSV file format". The format has no place of its own for UPN, staff code and school
number: they are read from the columns below where a school added one, otherwise from `sourcedId`. It
names an academic year by its END (`schoolYear` 2027 is 2026/27). Registration groups are the classes
that belong to no course. Version 1 (School.csv, Student.csv, ...) is not read.
"""

import re
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from provisioning.errors import ExtractProblem
from provisioning.records import Kind
from provisioning.sources.columns import Cells, Column
from provisioning.sources.formats.rostering import (
    STUDENT,
    EnrolmentSpan,
    earliest,
    ended,
    family,
    iso,
    latest,
    newest,
)
from provisioning.sources.reading import Gathering, Reading
from provisioning.sources.tables import Tables

_ORGS = (
    Column("sourcedId", mandatory=True),
    Column("identifier", ("dfeNumber", "DfE Number")),
    Column("parentSourcedId"),
)
_USERS = (
    Column("sourcedId", mandatory=True),
    Column("givenName", mandatory=True),
    Column("familyName", mandatory=True),
    Column("email"),
    Column("upn", ("studentNumber", "stateId", "identifier")),
    Column("formerUpn"),
    Column("staffCode", ("teacherNumber", "identifier")),
)
_ROLES = (
    Column("userSourcedId", mandatory=True),
    Column("orgSourcedId", mandatory=True),
    Column("role", mandatory=True),
    Column("sessionSourcedId"),
    Column("grade"),
    Column("isPrimary"),
    Column("roleStartDate"),
    Column("roleEndDate"),
)
_CLASSES = (
    Column("sourcedId", mandatory=True),
    Column("orgSourcedId", mandatory=True),
    Column("title", mandatory=True),
    Column("courseSourcedId"),
)
_ENROLLMENTS = (Column("classSourcedId", mandatory=True), Column("userSourcedId", mandatory=True))
_SESSIONS = (
    Column("sourcedId", mandatory=True),
    Column("schoolYear"),
    Column("startDate"),
    Column("endDate"),
)
_DEMOGRAPHICS = (Column("userSourcedId", ("sourcedId",), mandatory=True), Column("birthDate"))
_NOBODYS = {"alumni", "other", "guardian", "parent", "relative"}


class _Role(NamedTuple):
    """A role at this school; where it has no dates of its own, its session's start stands for the first."""

    word: str
    grade: str
    span: EnrolmentSpan
    session_start: str


def read(folder: Path, school: str) -> Reading:
    """The tables of one school; a file problem raises `ExtractProblem` that names the table."""
    gathering = Gathering(school, {Kind.LEARNER: "users.csv", Kind.STAFF: "users.csv"})
    with Tables(folder, school, "users.csv", gathering) as tables:
        orgs = _orgs(tables, school)
        roles = _roles(tables, orgs)
        groups = _groups(tables, orgs)
        births = _births(tables)
        for line, user in tables.rows("users.csv", _USERS):
            if user["sourcedId"] in roles:
                _add(user, line, roles[user["sourcedId"]], gathering, groups, births)
    if gathering.empty:
        raise ExtractProblem("extract-no-people", file="users.csv", school=school)
    return gathering.done()


def _orgs(tables: Tables, school: str) -> set[str]:
    listed = (
        (cells["sourcedId"], cells.get("identifier", ""), cells.get("parentSourcedId", ""))
        for cells in tables.kept("orgs.csv", _ORGS)
    )
    return family(school, listed, "orgs.csv")


def _roles(tables: Tables, orgs: set[str]) -> Mapping[str, list[_Role]]:
    sessions: dict[str, str] = {}
    if "academicSessions.csv" in tables:
        sessions = {
            cells["sourcedId"]: cells.get("startDate", "") or _year_start(cells.get("schoolYear", ""))
            for cells in tables.kept("academicSessions.csv", _SESSIONS)
        }
    found: defaultdict[str, list[_Role]] = defaultdict(list)
    for cells in tables.kept("roles.csv", _ROLES, lambda cells: cells["orgSourcedId"] in orgs):
        span = EnrolmentSpan("", cells.get("roleStartDate", ""), cells.get("roleEndDate", ""))
        start = sessions.get(cells.get("sessionSourcedId", ""), "")
        found[cells["userSourcedId"]].append(_Role(cells["role"], cells.get("grade", ""), span, start))
    return found


def _year_start(school_year: str) -> str:
    """The first day of the academic year that is named by its end."""
    return f"{int(school_year) - 1}-09-01" if re.fullmatch("[12][0-9]{3}", school_year) else ""


def _groups(tables: Tables, orgs: set[str]) -> Mapping[str, str]:
    """The registration group of each user, where the export has classes at all."""
    if "classes.csv" not in tables:
        return {}

    def ours(cells: Cells) -> bool:
        return cells["orgSourcedId"] in orgs and not cells.get("courseSourcedId")

    titles = {cells["sourcedId"]: cells["title"] for cells in tables.kept("classes.csv", _CLASSES, ours)}
    return {
        cells["userSourcedId"]: titles[cells["classSourcedId"]]
        for cells in tables.kept(
            "enrollments.csv", _ENROLLMENTS, lambda cells: cells["classSourcedId"] in titles
        )
    }


def _births(tables: Tables) -> Mapping[str, str]:
    if "demographics.csv" not in tables:
        return {}
    return {
        cells["userSourcedId"]: iso(cells.get("birthDate", ""))
        for cells in tables.kept("demographics.csv", _DEMOGRAPHICS)
    }


def _add(
    user: Cells,
    line: int,
    roles: list[_Role],
    gathering: Gathering,
    groups: Mapping[str, str],
    births: Mapping[str, str],
) -> None:
    """Add a user by the role that stands: the newest; one who left has an end on every role."""
    spans = [role.span for role in roles]
    dated = [
        EnrolmentSpan(str(place), role.span.begin or role.session_start, role.span.end)
        for place, role in enumerate(roles)
    ]
    chief = newest(dated)
    role = roles[int(chief.of)] if chief else roles[0]
    start = earliest(span.begin for span in spans) or earliest(role.session_start for role in roles)
    cells = {
        "legal_surname": user["familyName"],
        "legal_forename": user["givenName"],
        "leaving_date": latest(span.end for span in spans) if ended(spans) else "",
    }
    number = user["sourcedId"]
    if role.word.casefold() == STUDENT:
        cells |= {
            "upn": user.get("upn") or number,
            "former_upn": user.get("formerUpn", ""),
            "admission_date": start,
            "year_group": role.grade,
            "class": groups.get(number, ""),
            "date_of_birth": births.get(number, ""),
        }
        gathering.add(Kind.LEARNER, cells, line)
    elif role.word.casefold() not in _NOBODYS:
        cells |= {"staff_code": user.get("staffCode") or number, "swac_role": role.word}
        gathering.add(Kind.STAFF, cells | {"start_date": start, "email": user.get("email", "")}, line)
