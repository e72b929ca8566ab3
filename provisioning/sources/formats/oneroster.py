"""The `oneroster` source: OneRoster 1.1 or 1.2 CSV, as a bulk export.

1EdTech, "OneRoster CSV Tables", v1.1 and v1.2: `manifest.csv` says the version, and of each table whether it
is bulk, delta or absent. Only people of this school's organisation are read: the one whose `identifier` (or
else `sourcedId`) is the school number, with its departments. What has the status `tobedeleted` counts
nowhere; a user with that status has left. The standard has no leaving date: `_leaving` says what counts as
one. A delta of a table that is read is refused, since it does not say how things stand (contract, section 2:
a file holds all the school's records); `status` and `dateLastModified` alone make no delta, for many bulk
exports fill them.
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
from provisioning.records import Kind
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
    last_end,
    leaving,
    listed,
    readable,
    school_orgs,
    side,
)
from provisioning.sources.places import Place
from provisioning.sources.reading import Gathering, Reading
from provisioning.sources.tables import Tables

VERSIONS = ("1.1", "1.2")
_STAFF = {"teacher", "aide", "administrator", "principal", "siteadministrator", "counselor", "proctor"}
_ID = re.compile(r"\{([^:{}]*):([^{}]*)\}")


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
_USERS = _columns(
    "sourcedId givenName familyName",
    "status enabledUser orgSourcedIds role userIds identifier email grades",
)
# Tables that may be left out, and have had other headers in older versions: none of their columns is needed.
_SESSIONS = _columns("", "sourcedId status type startDate endDate schoolYear")
_DEMOGRAPHICS = _columns("", "sourcedId userSourcedId status birthDate")
_TABLES = ("academicSessions", "classes", "demographics", "enrollments", "orgs", "roles", "users")


class _Role(NamedTuple):
    """A role at this school."""

    word: str
    span: EnrolmentSpan
    primary: bool


@dataclass(frozen=True)
class _Classes:
    """This school's classes by id, those that are to be deleted apart; None where the export has none."""

    here: Mapping[str, Cells]
    deleted: frozenset[str]
    homerooms: bool
    """Whether the export tells registration groups from other classes, by their type."""


@dataclass(frozen=True)
class _School:
    """What the other tables say about this school's people, by the user's id."""

    orgs: set[str]
    classes: _Classes | None
    enrolments: Mapping[str, list[EnrolmentSpan]] | None
    peers: Peers
    roles: Mapping[str, list[_Role]] | None
    deleted_roles: Mapping[str, list[_Role]]
    """Roles that are to be deleted, which tell of a user who has left that it was this school."""
    role_peers: Peers
    births: Mapping[str, Told]
    year_start: str
    day: date


def read(folder: Path, school: str) -> Reading:
    """The tables of one school; a file problem raises `ExtractProblem` that names the table."""
    gathering = Gathering(school, {Kind.LEARNER: "users.csv", Kind.STAFF: "users.csv"})
    with Tables(folder, school, "manifest.csv", gathering) as tables:
        known = _school(tables, school, _manifest(tables), gathering)
        for line, user in tables.rows("users.csv", _USERS):
            _add(user, line, known, gathering)
    if gathering.empty:
        raise ExtractProblem("extract-no-people", file="users.csv", school=school)
    return gathering.done()


def _manifest(tables: Tables) -> Mapping[str, str]:
    """What the manifest says; a delta of a table that is read, or an unknown version, is refused."""
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


def _school(tables: Tables, school: str, manifest: Mapping[str, str], gathering: Gathering) -> _School:
    listed_orgs = [
        Org(*(cells.get(name, "") for name in ("sourcedId", "identifier", "type", "parentSourcedId")))
        for cells in tables.kept("orgs.csv", _ORGS, _counts)
    ]
    orgs = school_orgs(school, listed_orgs, "orgs.csv")
    sessions = _sessions(tables)
    classes = _classes(tables, orgs) if _is_there("classes", tables, manifest) else None
    enrolments = None
    if _is_there("enrollments", tables, manifest):
        enrolments = _enrolments(tables, orgs, classes, sessions)
    roles, deleted_roles = _roles(tables, orgs) if _version(manifest) == "1.2" else (None, {})
    today = gathering.day.isoformat()
    return _School(
        orgs=orgs,
        classes=classes,
        enrolments=enrolments,
        peers=Peers((span for spans in (enrolments or {}).values() for span in spans), sessions),
        roles=roles,
        deleted_roles=deleted_roles,
        role_peers=Peers((one.span for some in (roles or {}).values() for one in some), sessions),
        births=_births(tables),
        year_start=max((term.begin for term in sessions.years if term.begin <= today), default=""),
        day=gathering.day,
    )


def _is_there(table: str, tables: Tables, manifest: Mapping[str, str]) -> bool:
    """Whether a table that may be left out is there; one that the manifest announces is needed."""
    return f"{table}.csv" in tables or manifest.get(f"file.{table}") == "bulk"


def _sessions(tables: Tables) -> Sessions:
    terms: dict[str, Term] = {}
    years: list[Term] = []
    for _, cells in tables.optional("academicSessions.csv", _SESSIONS):
        if _counts(cells):
            term = Term(iso(cells.get("startDate", "")), iso(cells.get("endDate", "")))
            terms[cells.get("sourcedId", "")] = term
            if cells.get("type", "").casefold() in ("schoolyear", ""):
                years.append(term)
    return Sessions(terms, years)


def _births(tables: Tables) -> Mapping[str, Told]:
    births: dict[str, Told] = {}
    for line, cells in tables.optional("demographics.csv", _DEMOGRAPHICS):
        if _counts(cells):
            user = cells.get("sourcedId", "") or cells.get("userSourcedId", "")
            births[user] = Told(iso(cells.get("birthDate", "")), Place("demographics.csv", line))
    return births


def _classes(tables: Tables, orgs: set[str]) -> _Classes:
    here: dict[str, Cells] = {}
    deleted: set[str] = set()
    homerooms = False
    for cells in tables.kept("classes.csv", _CLASSES, lambda cells: cells["schoolSourcedId"] in orgs):
        homerooms = homerooms or _is_homeroom(cells)
        if _counts(cells):
            here[cells["sourcedId"]] = cells
        else:
            deleted.add(cells["sourcedId"])
    return _Classes(here, frozenset(deleted), homerooms)


def _is_homeroom(cells: Cells) -> bool:
    return cells.get("classType", "").casefold() == "homeroom"


def _enrolments(
    tables: Tables, orgs: set[str], classes: _Classes | None, sessions: Sessions
) -> Mapping[str, list[EnrolmentSpan]]:
    """Enrolments at this school by user; one names its school, or else its class does."""
    here = classes.here if classes else {}
    deleted = classes.deleted if classes else frozenset()

    def ours(cells: Cells) -> bool:
        named, of = cells.get("schoolSourcedId"), cells["classSourcedId"]
        return (named in orgs if named else of in here) and of not in deleted and _counts(cells)

    found: defaultdict[str, list[EnrolmentSpan]] = defaultdict(list)
    for line, cells in tables.kept_lines("enrollments.csv", _ENROLLMENTS, ours):
        of = cells["classSourcedId"]
        term = sessions.of(listed(here.get(of, {}).get("termSourcedIds", "")))
        found[cells["userSourcedId"]].append(_span(of, cells, Place("enrollments.csv", line), term))
    return found


_Roles = Mapping[str, list[_Role]]


def _roles(tables: Tables, orgs: set[str]) -> tuple[_Roles, _Roles]:
    """Roles at this school by user, and those that are to be deleted; a word that is not known is no role."""

    def ours(cells: Cells) -> bool:
        return cells["orgSourcedId"] in orgs and cells["role"].casefold() in {STUDENT, "", *_STAFF}

    found: defaultdict[str, list[_Role]] = defaultdict(list)
    deleted: defaultdict[str, list[_Role]] = defaultdict(list)
    for line, cells in tables.kept_lines("roles.csv", _ROLES, ours):
        span = _span("", cells, Place("roles.csv", line), Term())
        primary = cells.get("roleType", "").casefold() == "primary"
        some = found if _counts(cells) else deleted
        some[cells["userSourcedId"]].append(_Role(cells["role"], span, primary))
    return found, deleted


def _span(of: str, cells: Cells, place: Place, term: Term) -> EnrolmentSpan:
    begin, end = iso(cells.get("beginDate", "")), iso(cells.get("endDate", ""))
    return EnrolmentSpan(of, begin, end, place, term, side(cells.get("role", "")))


def _add(user: Cells, line: int, known: _School, gathering: Gathering) -> None:
    """Add a user of this school as what their role here makes them; families and others are left out."""
    word, roles = _role(user, known)
    if word is None:
        return
    enrolments = (known.enrolments or {}).get(user["sourcedId"], [])
    left = _leaving(user, enrolments, roles, known)
    start = joined(_start(enrolments, roles, known), left)
    told = {"leaving_date": left}
    cells = {"legal_surname": user["familyName"], "legal_forename": user["givenName"]}
    if word.casefold() == STUDENT:
        told |= {"admission_date": start, "date_of_birth": known.births.get(user["sourcedId"], Told())}
        cells |= _learner(user, enrolments, known)
        kind = Kind.LEARNER
    elif word.casefold() in _STAFF or not word:
        told |= {"start_date": start}
        cells |= {"staff_code": user.get("identifier", ""), "swac_role": word, "email": user.get("email", "")}
        kind = Kind.STAFF
    else:
        return
    cells |= {name: one.value for name, one in told.items()}
    gathering.add(kind, cells, line, {name: one.place for name, one in told.items() if one.place})


def _role(user: Cells, known: _School) -> tuple[str | None, list[EnrolmentSpan]]:
    """The role word at this school, the primary one first, and when roles were held; None: not ours."""
    if known.roles is None:
        ours = any(org in known.orgs for org in listed(user.get("orgSourcedIds", "")))
        return (user.get("role", ""), []) if ours else (None, [])
    roles = known.roles.get(user["sourcedId"], [])
    if not _is_enabled(user):
        roles = roles or known.deleted_roles.get(user["sourcedId"], [])
    if not roles:
        return None, []
    chief = max(roles, key=lambda role: (not role.span.end, role.primary, role.span.end, role.word))
    return chief.word, [role.span for role in roles]


def _leaving(
    user: Cells, enrolments: list[EnrolmentSpan], roles: list[EnrolmentSpan], known: _School
) -> Told:
    """The leaving date: where every role, or every enrolment, ended before its session did, the latest end.

    A user to be deleted, or not enabled, has left: when the last of them ended where that has come, otherwise
    on the day of the file. Absence is not leaving.
    """
    if _is_enabled(user):
        left = leaving(roles, known.role_peers)
        return left if left.value else leaving(enrolments, known.peers)
    end, today = last_end(roles), known.day.isoformat()
    end = end if end.value else last_end(enrolments)
    return end if end.value and (end.value <= today or not readable(end.value)) else Told(today)


def _start(enrolments: list[EnrolmentSpan], roles: list[EnrolmentSpan], known: _School) -> Told:
    """When the first enrolment or role began, otherwise the first session, or the year of the file's day."""
    begun = earliest(Told(span.begin, span.place) for span in (*enrolments, *roles))
    first = begun if begun.value else earliest(Told(span.term.begin) for span in enrolments)
    return first if first.value else Told(known.year_start)


def _learner(user: Cells, enrolments: list[EnrolmentSpan], known: _School) -> dict[str, str]:
    ids = {
        name.casefold().replace(" ", ""): value.strip()
        for name, value in _ID.findall(user.get("userIds", ""))
    }
    cells = {"upn": _upn(ids, user), "former_upn": ids.get("formerupn", "")}
    home = _home(enrolments, known)
    if home is not None:
        cells["class"] = home.get("title", "") or home.get("classCode", "")
    grades = listed(user.get("grades", "")) or listed((home or {}).get("grades", ""))
    cells["year_group"] = grades[0] if len(grades) == 1 else ", ".join(grades)
    return cells


def _upn(ids: Mapping[str, str], user: Cells) -> str:
    """The UPN where one is named so, otherwise the identifier or id that is one."""
    given = user.get("identifier", "")
    valid: Iterable[str] = (one for one in (given, user["sourcedId"]) if upn.is_valid(upn.normalise(one)))
    return ids.get("upn") or next(iter(valid), given)


def _home(enrolments: list[EnrolmentSpan], known: _School) -> Cells | None:
    """The registration group: empty where the export tells that there is none, None where it is unknown.

    It is the homeroom; where no class says its type, the only class.
    """
    if known.classes is None or known.enrolments is None:
        return None
    here, homerooms = known.classes.here, known.classes.homerooms
    groups = [
        span
        for span in enrolments
        if span.of in here
        and (_is_homeroom(here[span.of]) if homerooms else not here[span.of].get("classType"))
    ]
    found = {span.of for span in current(groups, known.day)}
    if len(found) == 1:
        return here[found.pop()]
    return {} if homerooms and not groups else None


def _is_enabled(user: Cells) -> bool:
    """Whether a user is neither to be deleted nor switched off."""
    return _counts(user) and user.get("enabledUser", "").casefold() not in ("false", "0", "no")


def _counts(cells: Cells) -> bool:
    """Whether a row is not to be deleted."""
    return cells.get("status", "").casefold() != "tobedeleted"
