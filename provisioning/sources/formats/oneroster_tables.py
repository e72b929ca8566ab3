"""The tables of a OneRoster export beside `users.csv`: what they say about the people of one school."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from provisioning.errors import ExtractProblem
from provisioning.sources.columns import Cells, Column
from provisioning.sources.formats.rostering import (
    STUDENT,
    CellValue,
    EnrolmentSpan,
    Org,
    Peers,
    Sessions,
    SessionSpan,
    iso,
    listed,
    school_orgs,
    side,
)
from provisioning.sources.reading import Gathering
from provisioning.sources.rows import Place
from provisioning.sources.tables import Tables

VERSIONS = ("1.1", "1.2")
STAFF = {"teacher", "aide", "administrator", "principal", "siteadministrator", "counselor", "proctor"}


def _columns(needed: str, optional: str = "") -> tuple[Column, ...]:
    return (
        *(Column(name, mandatory=True) for name in needed.split()),
        *(Column(name) for name in optional.split()),
    )


_MANIFEST = _columns("propertyName value")
_ORGS = _columns("sourcedId", "status type identifier parentSourcedId")
_CLASSES = _columns("sourcedId title schoolSourcedId", "status classCode classType grades termSourcedIds")
_ENROLLMENTS = _columns("classSourcedId userSourcedId", "status schoolSourcedId role beginDate endDate")
_ROLES = _columns("userSourcedId role orgSourcedId", "status roleType beginDate endDate")
USERS = _columns(
    "sourcedId givenName familyName",
    "status enabledUser orgSourcedIds role userIds identifier email grades",
)
# Tables that may be left out, and have had other headers in older versions: none of their columns is needed.
_SESSIONS = _columns("", "sourcedId status type startDate endDate schoolYear")
_DEMOGRAPHICS = _columns("", "sourcedId userSourcedId status birthDate")
_TABLES = ("academicSessions", "classes", "demographics", "enrollments", "orgs", "roles", "users")


class OneRosterRole(NamedTuple):
    """A role at this school."""

    word: str
    span: EnrolmentSpan
    primary: bool


@dataclass(frozen=True)
class Classes:
    """This school's classes by id, and the ids of those that are to be deleted."""

    here: Mapping[str, Cells]
    deleted: frozenset[str]
    homerooms: bool
    """Whether the export tells registration groups from other classes, by their type."""


@dataclass(frozen=True)
class OneRosterTables:
    """What the other tables say about this school's people, by the user's id."""

    orgs: set[str]
    classes: Classes | None
    enrolments: Mapping[str, list[EnrolmentSpan]] | None
    peers: Peers
    roles: Mapping[str, list[OneRosterRole]] | None
    deleted_roles: Mapping[str, list[OneRosterRole]]
    """Roles that are to be deleted, which tell of a user who has left that it was this school."""
    role_peers: Peers
    births: Mapping[str, CellValue]
    year_start: str
    day: date


def read_manifest(tables: Tables) -> Mapping[str, str]:
    """Return what the manifest says; a delta of a table that is read, or an unknown version, is refused."""
    manifest = {
        cells["propertyName"].casefold(): cells["value"].casefold()
        for cells in tables.kept("manifest.csv", _MANIFEST)
    }
    version = manifest.get("oneroster.version", "")
    if _version(manifest) not in VERSIONS:
        raise ExtractProblem(
            "extract-version", file="manifest.csv", found=version, expected=", ".join(VERSIONS)
        )
    if any(manifest.get(f"file.{table.casefold()}") == "delta" for table in _TABLES):
        raise ExtractProblem("extract-delta", file="manifest.csv")
    return manifest


def _version(manifest: Mapping[str, str]) -> str:
    return manifest.get("oneroster.version", "").lstrip("v")[:3]


def read_school(
    tables: Tables, school: str, manifest: Mapping[str, str], gathering: Gathering
) -> OneRosterTables:
    """Return what the tables say about a school's people.

    A table that is needed and missing raises `ExtractProblem`.
    """
    listed_orgs = [
        Org(*(cells.get(name, "") for name in ("sourcedId", "identifier", "type", "parentSourcedId")))
        for cells in tables.kept("orgs.csv", _ORGS, counts)
    ]
    orgs = school_orgs(school, listed_orgs, "orgs.csv")
    sessions = _sessions(tables)
    classes = _classes(tables, orgs) if _is_there("classes", tables, manifest) else None
    enrolments = None
    if _is_there("enrollments", tables, manifest):
        enrolments = _enrolments(tables, orgs, classes, sessions)
    roles, deleted_roles = _roles(tables, orgs) if _version(manifest) == "1.2" else (None, {})
    today = gathering.day.isoformat()
    return OneRosterTables(
        orgs=orgs,
        classes=classes,
        enrolments=enrolments,
        peers=Peers((span for spans in (enrolments or {}).values() for span in spans), sessions),
        roles=roles,
        deleted_roles=deleted_roles,
        role_peers=Peers((role.span for some in (roles or {}).values() for role in some), sessions),
        births=_births(tables),
        year_start=max((term.begin for term in sessions.years if term.begin <= today), default=""),
        day=gathering.day,
    )


def _is_there(table: str, tables: Tables, manifest: Mapping[str, str]) -> bool:
    """Return whether a table that may be left out is there; one that the manifest announces is needed."""
    return f"{table}.csv" in tables or manifest.get(f"file.{table}") == "bulk"


def _sessions(tables: Tables) -> Sessions:
    terms: dict[str, SessionSpan] = {}
    years: list[SessionSpan] = []
    for _, cells in tables.optional("academicSessions.csv", _SESSIONS):
        if counts(cells):
            term = SessionSpan(iso(cells.get("startDate", "")), iso(cells.get("endDate", "")))
            terms[cells.get("sourcedId", "")] = term
            if cells.get("type", "").casefold() in ("schoolyear", ""):
                years.append(term)
    return Sessions(terms, years)


def _births(tables: Tables) -> Mapping[str, CellValue]:
    births: dict[str, CellValue] = {}
    for line, cells in tables.optional("demographics.csv", _DEMOGRAPHICS):
        if counts(cells):
            user = cells.get("sourcedId", "") or cells.get("userSourcedId", "")
            births[user] = CellValue(iso(cells.get("birthDate", "")), Place("demographics.csv", line))
    return births


def _classes(tables: Tables, orgs: set[str]) -> Classes:
    here: dict[str, Cells] = {}
    deleted: set[str] = set()
    homerooms = False
    for cells in tables.kept("classes.csv", _CLASSES, lambda cells: cells["schoolSourcedId"] in orgs):
        homerooms = homerooms or is_homeroom(cells)
        if counts(cells):
            here[cells["sourcedId"]] = cells
        else:
            deleted.add(cells["sourcedId"])
    return Classes(here, frozenset(deleted), homerooms)


def is_homeroom(cells: Cells) -> bool:
    """Return whether a class is a registration group."""
    return cells.get("classType", "").casefold() == "homeroom"


def is_lesson(cells: Cells) -> bool:
    """Return whether a class is known not to be a registration group."""
    return cells.get("classType", "").casefold() == "scheduled"


def _enrolments(
    tables: Tables, orgs: set[str], classes: Classes | None, sessions: Sessions
) -> Mapping[str, list[EnrolmentSpan]]:
    """Return the enrolments at this school by user; one names its school, or else its class does."""
    here = classes.here if classes else {}
    deleted = classes.deleted if classes else frozenset()

    def ours(cells: Cells) -> bool:
        named, of = cells.get("schoolSourcedId"), cells["classSourcedId"]
        return (named in orgs if named else of in here) and of not in deleted and counts(cells)

    found: defaultdict[str, list[EnrolmentSpan]] = defaultdict(list)
    for line, cells in tables.kept_lines("enrollments.csv", _ENROLLMENTS, ours):
        of = cells["classSourcedId"]
        term = sessions.of(listed(here.get(of, {}).get("termSourcedIds", "")))
        found[cells["userSourcedId"]].append(_span(of, cells, Place("enrollments.csv", line), term))
    return found


_Roles = Mapping[str, list[OneRosterRole]]


def _roles(tables: Tables, orgs: set[str]) -> tuple[_Roles, _Roles]:
    """Return the roles at this school by user, and those that are to be deleted.

    A word that is not known is no role.
    """

    def ours(cells: Cells) -> bool:
        return cells["orgSourcedId"] in orgs and cells["role"].casefold() in {STUDENT, "", *STAFF}

    found: defaultdict[str, list[OneRosterRole]] = defaultdict(list)
    deleted: defaultdict[str, list[OneRosterRole]] = defaultdict(list)
    for line, cells in tables.kept_lines("roles.csv", _ROLES, ours):
        span = _span("", cells, Place("roles.csv", line), SessionSpan())
        primary = cells.get("roleType", "").casefold() == "primary"
        some = found if counts(cells) else deleted
        some[cells["userSourcedId"]].append(OneRosterRole(cells["role"], span, primary))
    return found, deleted


def _span(of: str, cells: Cells, place: Place, term: SessionSpan) -> EnrolmentSpan:
    begin, end = iso(cells.get("beginDate", "")), iso(cells.get("endDate", ""))
    return EnrolmentSpan(of, begin, end, place, term, side(cells.get("role", "")))


def counts(cells: Cells) -> bool:
    """Return whether a row is not to be deleted."""
    return cells.get("status", "").casefold() != "tobedeleted"
