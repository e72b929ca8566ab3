"""The `oneroster` source: OneRoster 1.1 or 1.2 CSV, as a bulk export.

1EdTech, "OneRoster CSV Tables", v1.1 and v1.2: `manifest.csv` says the version. Only people of this
school's organisation are read: the one whose `identifier` (or `sourcedId`) is the school number, and those
under it. The standard has no leaving date: `_leaving` says what counts as one. A delta export is refused,
since it does not say how things stand (contract, section 2: a file holds all the school's records).
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

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
    listed,
    newest,
)
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
_ORGS = _columns("sourcedId", "status identifier parentSourcedId")
_SESSIONS = _columns("sourcedId startDate", "type")
_CLASSES = _columns("sourcedId title schoolSourcedId", "classCode classType grades termSourcedIds")
_ENROLLMENTS = _columns("classSourcedId userSourcedId", "status schoolSourcedId beginDate endDate")
_ROLES = _columns("userSourcedId role orgSourcedId", "status roleType beginDate endDate")
_USERS = _columns(
    "sourcedId givenName familyName",
    "status enabledUser orgSourcedIds role userIds identifier email grades",
)
_DEMOGRAPHICS = _columns("sourcedId birthDate")


@dataclass(frozen=True)
class _Role:
    """A role at this school."""

    word: str
    span: EnrolmentSpan
    primary: bool


@dataclass
class _School:
    """What the other tables say about this school's people, by the user's id."""

    orgs: set[str]
    classes: dict[str, Cells]
    enrolments: Mapping[str, list[EnrolmentSpan]]
    roles: Mapping[str, list[_Role]] | None
    births: dict[str, str] = field(default_factory=dict)
    starts: dict[str, str] = field(default_factory=dict)
    year_start: str = ""


def read(folder: Path, school: str) -> Reading:
    """The tables of one school; a file problem raises `ExtractProblem` that names the table."""
    gathering = Gathering(school, {Kind.LEARNER: "users.csv", Kind.STAFF: "users.csv"})
    with Tables(folder, school, "manifest.csv", gathering) as tables:
        known = _school(tables, school, _version(tables), gathering)
        for line, user in tables.rows("users.csv", _USERS):
            _add(user, line, known, gathering)
    if gathering.empty:
        raise ExtractProblem("extract-no-people", file="users.csv", school=school)
    return gathering.done()


def _version(tables: Tables) -> str:
    """The version by the manifest; a delta, or a version that is not known, is refused."""
    manifest = {
        cells["propertyName"].casefold(): cells["value"] for cells in tables.kept("manifest.csv", _MANIFEST)
    }
    version = manifest.get("oneroster.version", "")
    if version[:3] not in VERSIONS:
        raise ExtractProblem(
            "extract-version", file="manifest.csv", found=version, expected=", ".join(VERSIONS)
        )
    if any(value.casefold() == "delta" for value in manifest.values()):
        raise ExtractProblem("extract-delta", file="manifest.csv")
    return version[:3]


def _school(tables: Tables, school: str, version: str, gathering: Gathering) -> _School:
    orgs = _orgs(tables, school)
    classes = {
        cells["sourcedId"]: cells
        for cells in tables.kept("classes.csv", _CLASSES, lambda cells: cells["schoolSourcedId"] in orgs)
    }
    known = _School(
        orgs=orgs,
        classes=classes,
        enrolments=_enrolments(tables, orgs, classes),
        roles=_roles(tables, orgs) if version == "1.2" else None,
    )
    if "demographics.csv" in tables:
        known.births = {
            cells["sourcedId"]: iso(cells["birthDate"])
            for cells in tables.kept("demographics.csv", _DEMOGRAPHICS)
        }
    if "academicSessions.csv" in tables:
        today, years = gathering.day.isoformat(), []
        for cells in tables.kept("academicSessions.csv", _SESSIONS):
            known.starts[cells["sourcedId"]] = cells["startDate"]
            if cells.get("type", "").casefold() in ("schoolyear", "") and cells["startDate"] <= today:
                years.append(cells["startDate"])
        known.year_start = latest(years)
    return known


def _orgs(tables: Tables, school: str) -> set[str]:
    listed_orgs = (
        (cells["sourcedId"], cells.get("identifier", ""), cells.get("parentSourcedId", ""))
        for cells in tables.kept("orgs.csv", _ORGS)
    )
    return family(school, listed_orgs, "orgs.csv")


def _enrolments(tables: Tables, orgs: set[str], classes: Iterable[str]) -> Mapping[str, list[EnrolmentSpan]]:
    """Enrolments at this school by user; one that is to be deleted without an end is left out."""

    def ours(cells: Cells) -> bool:
        here = cells.get("schoolSourcedId") in orgs or cells["classSourcedId"] in classes
        return here and (bool(cells.get("endDate")) or not _deleted(cells))

    found: defaultdict[str, list[EnrolmentSpan]] = defaultdict(list)
    for cells in tables.kept("enrollments.csv", _ENROLLMENTS, ours):
        span = EnrolmentSpan(cells["classSourcedId"], cells.get("beginDate", ""), cells.get("endDate", ""))
        found[cells["userSourcedId"]].append(span)
    return found


def _roles(tables: Tables, orgs: set[str]) -> Mapping[str, list[_Role]]:
    def ours(cells: Cells) -> bool:
        return cells["orgSourcedId"] in orgs and (bool(cells.get("endDate")) or not _deleted(cells))

    found: defaultdict[str, list[_Role]] = defaultdict(list)
    for cells in tables.kept("roles.csv", _ROLES, ours):
        span = EnrolmentSpan(cells["orgSourcedId"], cells.get("beginDate", ""), cells.get("endDate", ""))
        primary = cells.get("roleType", "").casefold() == "primary"
        found[cells["userSourcedId"]].append(_Role(cells["role"], span, primary))
    return found


def _add(user: Cells, line: int, known: _School, gathering: Gathering) -> None:
    """Add a user of this school as what their role here makes them; families and others are left out."""
    word, roles = _role(user, known)
    if word is None:
        return
    enrolments = known.enrolments.get(user["sourcedId"], [])
    start = earliest(span.begin for span in enrolments) or earliest(span.begin for span in roles)
    cells = {
        "legal_surname": user["familyName"],
        "legal_forename": user["givenName"],
        "leaving_date": _leaving(user, enrolments, roles, gathering.day.isoformat()),
    }
    start = start or _session_start(enrolments, known)
    if word.casefold() == STUDENT:
        cells |= _learner(user, enrolments, known) | {"admission_date": start}
        gathering.add(Kind.LEARNER, cells, line)
    elif word.casefold() in _STAFF or not word:
        cells |= {"staff_code": user.get("identifier", ""), "swac_role": word, "start_date": start}
        gathering.add(Kind.STAFF, cells | {"email": user.get("email", "")}, line)


def _role(user: Cells, known: _School) -> tuple[str | None, list[EnrolmentSpan]]:
    """The role word at this school, the primary one first, and when roles were held; None: not ours."""
    if known.roles is None:
        ours = any(org in known.orgs for org in listed(user.get("orgSourcedIds", "")))
        return (user.get("role", ""), []) if ours else (None, [])
    roles = known.roles.get(user["sourcedId"], [])
    if not roles:
        return None, []
    chief = max(roles, key=lambda role: (not role.span.end, role.primary))
    return chief.word, [role.span for role in roles]


def _leaving(user: Cells, enrolments: list[EnrolmentSpan], roles: list[EnrolmentSpan], today: str) -> str:
    """The leaving date: the latest end where every enrolment, or every role, has one.

    A user to be deleted, or whose account is not enabled, has left: at that date where it has come,
    otherwise on the day of the file. Absence is not leaving.
    """
    end = next((latest(s.end for s in spans) for spans in (roles, enrolments) if ended(spans)), "")
    if _deleted(user) or user.get("enabledUser", "").casefold() in ("false", "0"):
        return end if "" < end <= today else today
    return end


def _learner(user: Cells, enrolments: list[EnrolmentSpan], known: _School) -> dict[str, str]:
    ids = {
        name.casefold().replace(" ", ""): value.strip()
        for name, value in _ID.findall(user.get("userIds", ""))
    }
    homerooms = [
        span
        for span in enrolments
        if known.classes.get(span.of, {}).get("classType", "").casefold() == "homeroom"
    ]
    span = newest(homerooms)
    home = known.classes[span.of] if span else {}
    grades = listed(user.get("grades", "")) or listed(home.get("grades", ""))
    return {
        "upn": ids.get("upn") or user.get("identifier", ""),
        "former_upn": ids.get("formerupn", ""),
        "year_group": grades[0] if len(grades) == 1 else ", ".join(grades),
        "class": home.get("title", "") or home.get("classCode", ""),
        "date_of_birth": known.births.get(user["sourcedId"], ""),
    }


def _session_start(enrolments: list[EnrolmentSpan], known: _School) -> str:
    """When the sessions of the classes in `enrolments` start, otherwise the school year of the file's day."""
    terms = (
        term
        for span in enrolments
        for term in listed(known.classes.get(span.of, {}).get("termSourcedIds", ""))
    )
    return earliest(known.starts.get(term, "") for term in terms) or known.year_start


def _deleted(cells: Cells) -> bool:
    return cells.get("status", "").casefold() == "tobedeleted"
