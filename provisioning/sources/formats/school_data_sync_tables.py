"""The tables of a School Data Sync export beside `users.csv`: what they say about a school's people."""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from provisioning.sources.columns import Cells, Column
from provisioning.sources.formats.rostering import (
    STUDENT,
    CellValue,
    EnrolmentSpan,
    Org,
    Peers,
    Sessions,
    SessionSpan,
    current,
    iso,
    listed,
    school_orgs,
    side,
)
from provisioning.sources.reading import Gathering
from provisioning.sources.rows import Place
from provisioning.sources.tables import Tables

_YEAR = re.compile(r"[12][0-9]{3}")
_ORGS = (
    Column("sourcedId", mandatory=True),
    Column("identifier", ("dfeNumber", "DfE Number")),
    Column("type"),
    Column("parentSourcedId"),
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


class SyncedRole(NamedTuple):
    """A role at this school; `grade` is the year group."""

    word: str
    grade: str
    span: EnrolmentSpan
    primary: bool


@dataclass(frozen=True)
class SyncTables:
    """What the other tables say about this school's people, by the user's id."""

    roles: Mapping[str, list[SyncedRole]]
    peers: Peers
    groups: Mapping[str, str] | None
    """The registration groups that are known; None where the export does not tell any."""
    unclear: frozenset[str]
    """Who is in several groups that nothing tells apart, or in none but in a class that no table tells of."""
    births: Mapping[str, CellValue]
    day: date


def read_school(tables: Tables, school: str, gathering: Gathering) -> SyncTables:
    """Return what the tables say about a school's people.

    A table that is needed and missing raises `ExtractProblem`.
    """
    listed_orgs = [
        Org(*(cells.get(name, "") for name in ("sourcedId", "identifier", "type", "parentSourcedId")))
        for cells in tables.kept("orgs.csv", _ORGS)
    ]
    orgs = school_orgs(school, listed_orgs, "orgs.csv")
    sessions = _sessions(tables)
    roles = _roles(tables, orgs, sessions)
    all_orgs = {org.id for org in listed_orgs}
    groups, unclear = _groups(tables, (orgs, all_orgs), sessions, gathering.day)
    return SyncTables(
        roles=roles,
        peers=Peers((role.span for some in roles.values() for role in some), sessions),
        groups=groups,
        unclear=unclear,
        births=_births(tables),
        day=gathering.day,
    )


def _sessions(tables: Tables) -> Sessions:
    terms: dict[str, SessionSpan] = {}
    years: list[SessionSpan] = []
    for _, cells in tables.optional("academicSessions.csv", _SESSIONS):
        start = iso(cells.get("startDate", "")) or _year_start(cells.get("schoolYear", ""))
        term = SessionSpan(start, iso(cells.get("endDate", "")))
        terms[cells.get("sourcedId", "")] = term
        if cells.get("type", "").casefold() in ("schoolyear", ""):
            years.append(term)
    return Sessions(terms, years)


def _year_start(school_year: str) -> str:
    """Return the first day of the academic year that is named by its end."""
    return f"{int(school_year) - 1}-09-01" if _YEAR.fullmatch(school_year) else ""


def _roles(tables: Tables, orgs: set[str], sessions: Sessions) -> Mapping[str, list[SyncedRole]]:
    """Return the roles at this school by user; a word that is not known is no role."""

    def ours(cells: Cells) -> bool:
        return cells["orgSourcedId"] in orgs and cells["role"].casefold() in {STUDENT, "", *_STAFF}

    found: defaultdict[str, list[SyncedRole]] = defaultdict(list)
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
        found[cells["userSourcedId"]].append(SyncedRole(cells["role"], cells.get("grade", ""), span, primary))
    return found


def _groups(
    tables: Tables, known_orgs: tuple[set[str], set[str]], sessions: Sessions, day: date
) -> tuple[Mapping[str, str] | None, frozenset[str]]:
    """Return the registration group of each user, and the users whose group is unclear.

    `known_orgs` are the ids of this school's organisations and of all. The groups are None where the export
    tells none.
    """
    orgs, all_orgs = known_orgs
    if "classes.csv" not in tables or "enrollments.csv" not in tables:
        return None, frozenset()

    others: set[str] = set()
    """Classes that are told of and are no registration groups of this school."""

    def ours(cells: Cells) -> bool:
        is_group = cells["orgSourcedId"] in orgs and not cells.get("courseSourcedId")
        is_told = bool(cells["title"]) and cells["orgSourcedId"] in all_orgs
        if is_told and not is_group:
            others.add(cells["sourcedId"])
        return is_told and is_group

    classes = {cells["sourcedId"]: cells for cells in tables.kept("classes.csv", _CLASSES, ours)}
    spans: defaultdict[str, list[EnrolmentSpan]] = defaultdict(list)
    unlisted: set[str] = set()
    for line, cells in tables.kept_lines(
        "enrollments.csv", _ENROLLMENTS, lambda cells: cells["classSourcedId"] not in others
    ):
        of = cells["classSourcedId"]
        if of not in classes:
            unlisted.add(cells["userSourcedId"])
            continue
        term = sessions.of(listed(classes[of].get("sessionSourcedIds", "")))
        spans[cells["userSourcedId"]].append(EnrolmentSpan(of, "", "", Place("enrollments.csv", line), term))
    found = {user: {span.of for span in current(some, day)} for user, some in spans.items()}
    groups = {user: classes[next(iter(some))]["title"] for user, some in found.items() if len(some) == 1}
    unclear = {user for user, some in found.items() if len(some) > 1} | (unlisted - groups.keys())
    return (groups if classes else None), frozenset(unclear)


def _births(tables: Tables) -> Mapping[str, CellValue]:
    births: dict[str, CellValue] = {}
    for line, cells in tables.optional("demographics.csv", _DEMOGRAPHICS):
        user = cells.get("userSourcedId", "") or cells.get("sourcedId", "")
        births[user] = CellValue(iso(cells.get("birthDate", "")), Place("demographics.csv", line))
    return births
