"""The `sds` source: Microsoft School Data Sync CSV, version 2.1.

Microsoft, "SDS V2.1 CSV file format" and "Default list of values". The format has no place of its own for
UPN, staff code and school number: they are read from the columns below where a school added one, otherwise
from `sourcedId`. It names an academic year by its END (`schoolYear` 2027 is 2026/27). Registration groups are
the classes that belong to no course. Version 1 (School.csv, Student.csv, ..., also with the UK's headers) has
neither admission nor leaving dates: its files are told as what they are.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NamedTuple

from provisioning import upn
from provisioning.errors import ExtractProblem
from provisioning.records.people import Kind
from provisioning.sources.columns import Cells, Column
from provisioning.sources.formats.rostering import (
    STUDENT,
    EnrolmentSpan,
    Org,
    Peers,
    Sessions,
    Term,
    Told,
    current,
    earliest,
    iso,
    joined,
    leaving,
    listed,
    school_orgs,
    side,
)
from provisioning.sources.reading import Gathering, Reading
from provisioning.sources.rows import Place
from provisioning.sources.tables import Tables, table_names

_ORGS = (
    Column("sourcedId", mandatory=True),
    Column("identifier", ("dfeNumber", "DfE Number")),
    Column("type"),
    Column("parentSourcedId"),
)
_USERS = (
    Column("sourcedId", mandatory=True),
    Column("givenName", mandatory=True),
    Column("familyName", mandatory=True),
    Column("email"),
    Column("upn"),
    Column("studentNumber"),
    Column("stateId"),
    Column("identifier"),
    Column("formerUpn"),
    Column("staffCode"),
    Column("teacherNumber"),
)
_UPN_COLUMNS = ("studentNumber", "stateId", "identifier", "sourcedId")
_CODE_COLUMNS = ("staffCode", "teacherNumber", "identifier", "sourcedId")
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
    Column("sessionSourcedIds"),
    Column("courseSourcedId"),
)
_ENROLLMENTS = (Column("classSourcedId", mandatory=True), Column("userSourcedId", mandatory=True))
# Tables that may be left out: none of their columns is needed.
_SESSIONS = (
    Column("sourcedId"),
    Column("type"),
    Column("schoolYear"),
    Column("startDate"),
    Column("endDate"),
)
_DEMOGRAPHICS = (Column("userSourcedId"), Column("sourcedId"), Column("birthDate"))
_STAFF = {
    *("adjunct", "administrator", "advisor", "affiliate", "aide", "assistant", "chair", "coach", "counselor"),
    *("faculty", "instructor", "itadmin", "lecturer", "nurse", "occupationaltherapist", "officestaff"),
    *("paraprofessional", "physicaltherapist", "principal", "proctor", "professor", "researcher"),
    *("siteadministrator", "specialservices", "speechtherapist", "staff", "substitute", "teacher"),
    *("teacherassistant", "visiontherapist"),
}
_VERSION_1 = {
    *("school.csv", "section.csv", "student.csv", "teacher.csv"),
    *("studentenrollment.csv", "teacherroster.csv"),
}


class _Role(NamedTuple):
    """A role at this school; `grade` is the year group."""

    word: str
    grade: str
    span: EnrolmentSpan
    primary: bool


@dataclass(frozen=True)
class _School:
    """What the other tables say about this school's people, by the user's id."""

    roles: Mapping[str, list[_Role]]
    peers: Peers
    groups: Mapping[str, str] | None
    """The registration groups that are known; None where the export does not tell any."""
    unclear: frozenset[str]
    """Who is in several groups that nothing tells apart."""
    births: Mapping[str, Told]
    day: date


def read(folder: Path, school: str) -> Reading:
    """Return the tables of one school; a file problem raises `ExtractProblem` that names the table."""
    try:
        return _read(folder, school)
    except ExtractProblem as problem:
        old = sorted(_VERSION_1 & table_names(folder, school))
        if problem.said.key == "error.extract-no-such" and old:
            raise ExtractProblem(
                "extract-sds-version-1", folder=folder.name, files=", ".join(old), wanted="users.csv"
            ) from None
        raise


def _read(folder: Path, school: str) -> Reading:
    gathering = Gathering(school, {Kind.LEARNER: "users.csv", Kind.STAFF: "users.csv"})
    with Tables(folder, school, "users.csv", gathering) as tables:
        known = _school(tables, school, gathering)
        for line, user in tables.rows("users.csv", _USERS):
            if user["sourcedId"] in known.roles:
                _add(user, line, known, gathering)
    if gathering.empty:
        raise ExtractProblem("extract-no-people", file="users.csv", school=school)
    return gathering.done()


def _school(tables: Tables, school: str, gathering: Gathering) -> _School:
    listed_orgs = [
        Org(*(cells.get(name, "") for name in ("sourcedId", "identifier", "type", "parentSourcedId")))
        for cells in tables.kept("orgs.csv", _ORGS)
    ]
    orgs = school_orgs(school, listed_orgs, "orgs.csv")
    sessions = _sessions(tables)
    roles = _roles(tables, orgs, sessions)
    groups, unclear = _groups(tables, orgs, sessions, gathering.day)
    return _School(
        roles=roles,
        peers=Peers((role.span for some in roles.values() for role in some), sessions),
        groups=groups,
        unclear=unclear,
        births=_births(tables),
        day=gathering.day,
    )


def _sessions(tables: Tables) -> Sessions:
    terms: dict[str, Term] = {}
    years: list[Term] = []
    for _, cells in tables.optional("academicSessions.csv", _SESSIONS):
        start = iso(cells.get("startDate", "")) or _year_start(cells.get("schoolYear", ""))
        term = Term(start, iso(cells.get("endDate", "")))
        terms[cells.get("sourcedId", "")] = term
        if cells.get("type", "").casefold() in ("schoolyear", ""):
            years.append(term)
    return Sessions(terms, years)


def _year_start(school_year: str) -> str:
    """Return the first day of the academic year that is named by its end."""
    return f"{int(school_year) - 1}-09-01" if re.fullmatch("[12][0-9]{3}", school_year) else ""


def _roles(tables: Tables, orgs: set[str], sessions: Sessions) -> Mapping[str, list[_Role]]:
    """Return the roles at this school by user; a word that is not known is no role."""

    def ours(cells: Cells) -> bool:
        return cells["orgSourcedId"] in orgs and cells["role"].casefold() in {STUDENT, "", *_STAFF}

    found: defaultdict[str, list[_Role]] = defaultdict(list)
    for line, cells in tables.kept_lines("roles.csv", _ROLES, ours):
        session = cells.get("sessionSourcedId", "")
        span = EnrolmentSpan(
            of=session,
            begin=iso(cells.get("roleStartDate", "")),
            end=iso(cells.get("roleEndDate", "")),
            place=Place("roles.csv", line),
            term=sessions.of([session]),
            side=side(cells["role"]),
        )
        primary = cells.get("isPrimary", "").casefold() in ("true", "1")
        found[cells["userSourcedId"]].append(_Role(cells["role"], cells.get("grade", ""), span, primary))
    return found


def _groups(
    tables: Tables, orgs: set[str], sessions: Sessions, day: date
) -> tuple[Mapping[str, str] | None, frozenset[str]]:
    """Return the registration group of each user, and the users in several groups.

    The groups are None where the export tells none.
    """
    if "classes.csv" not in tables or "enrollments.csv" not in tables:
        return None, frozenset()

    def ours(cells: Cells) -> bool:
        return cells["orgSourcedId"] in orgs and not cells.get("courseSourcedId")

    classes = {cells["sourcedId"]: cells for cells in tables.kept("classes.csv", _CLASSES, ours)}
    spans: defaultdict[str, list[EnrolmentSpan]] = defaultdict(list)
    for line, cells in tables.kept_lines(
        "enrollments.csv", _ENROLLMENTS, lambda cells: cells["classSourcedId"] in classes
    ):
        of = cells["classSourcedId"]
        term = sessions.of(listed(classes[of].get("sessionSourcedIds", "")))
        spans[cells["userSourcedId"]].append(EnrolmentSpan(of, "", "", Place("enrollments.csv", line), term))
    found = {user: {span.of for span in current(some, day)} for user, some in spans.items()}
    groups = {user: classes[next(iter(some))]["title"] for user, some in found.items() if len(some) == 1}
    unclear = frozenset(user for user, some in found.items() if len(some) > 1)
    return (groups if classes else None), unclear


def _births(tables: Tables) -> Mapping[str, Told]:
    births: dict[str, Told] = {}
    for line, cells in tables.optional("demographics.csv", _DEMOGRAPHICS):
        user = cells.get("userSourcedId", "") or cells.get("sourcedId", "")
        births[user] = Told(iso(cells.get("birthDate", "")), Place("demographics.csv", line))
    return births


def _add(user: Cells, line: int, known: _School, gathering: Gathering) -> None:
    """Add a user by the role that stands: the newest, and of several at once the primary one."""
    number = user["sourcedId"]
    roles = known.roles[number]
    spans = [role.span for role in roles]
    now = current(spans, known.day)
    standing = [role for role in roles if role.span in now]
    standing = [role for role in standing if role.primary] or standing
    role = max(standing, key=lambda role: role.word)
    left = leaving(spans, known.peers)
    start = joined(_start(spans), left)
    told = {"leaving_date": left}
    cells = {"legal_surname": user["familyName"], "legal_forename": user["givenName"]}
    if role.word.casefold() == STUDENT:
        grades = sorted({role.grade for role in standing if role.grade})
        told |= {
            "admission_date": start,
            "date_of_birth": known.births.get(number, Told()),
            "year_group": Told(", ".join(grades), role.span.place),
        }
        cells |= {"upn": _upn(user), "former_upn": user.get("formerUpn", "")} | _class(number, known)
        kind = Kind.LEARNER
    else:
        told |= {"start_date": start, "swac_role": Told(role.word, role.span.place)}
        code = next(user[name] for name in _CODE_COLUMNS if user.get(name))
        cells |= {"staff_code": code, "email": user.get("email", "")}
        kind = Kind.STAFF
    cells |= {name: found.value for name, found in told.items()}
    gathering.add(kind, cells, line, {name: found.place for name, found in told.items() if found.place})


def _start(spans: Iterable[EnrolmentSpan]) -> Told:
    """Return when the first role began or, where no role has a date, its first session."""
    spans = tuple(spans)
    begun = earliest(Told(span.begin, span.place) for span in spans)
    first = begun if begun.value else earliest(Told(span.term.begin) for span in spans)
    return first if first.value else Told("", spans[0].place)


def _upn(user: Cells) -> str:
    """Return the UPN where a column is called so, otherwise the first number or id that is one."""
    given = [user[name] for name in _UPN_COLUMNS if user.get(name)]
    return user.get("upn") or next(
        (number for number in given if upn.is_valid(upn.normalise(number))), given[0]
    )


def _class(number: str, known: _School) -> dict[str, str]:
    """Return the class where it is known: blank for a learner in none of the export's groups."""
    if known.groups is None or number in known.unclear:
        return {}
    return {"class": known.groups.get(number, "")}
