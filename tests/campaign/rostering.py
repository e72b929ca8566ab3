"""A made-up school in the tables of OneRoster 1.1 and 1.2 and of School Data Sync 2.1."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import count

from provisioning.records.people import Learner, Record
from tests.builders import GLAN
from tests.campaign.people import Made

Rows = list[list[str]]
"""The rows of a table, its header first."""
Tables = Mapping[str, Rows]
Files = Mapping[str, bytes]
_YEARS = range(2011, 2028)
"""Academic years, named by the year in which they end."""


def stays(made: Made) -> Iterator[tuple[int, Record, bool]]:
    """Every stay with the number of its person, and whether it is the present one."""
    earlier = {person.key: person for person in made.earlier}
    for number, person in enumerate(made.people, start=1):
        if person.key in earlier:
            yield number, earlier[person.key], False
        yield number, person, True


def oneroster(made: Made, version: str) -> Tables:
    """The tables of a OneRoster bulk export; in version 1.2 roles stand in a table of their own."""
    roles = version == "1.2"
    return {
        "manifest.csv": _manifest(version, roles=roles),
        "orgs.csv": _orgs(),
        "academicSessions.csv": _sessions(),
        "classes.csv": _classes(made),
        "users.csv": _users(made, roles=roles),
        "enrollments.csv": _enrolments(made, roles=roles),
        **({"roles.csv": _roles(made)} if roles else {}),
        **({"demographics.csv": _births(made, "sourcedId")} if made.births else {}),
    }


def _manifest(version: str, *, roles: bool) -> Rows:
    tables = ["academicSessions", "classes", "enrollments", "orgs", "users", *(["roles"] if roles else [])]
    return [
        ["propertyName", "value"],
        ["manifest.version", "1.0"],
        ["oneroster.version", version],
        *([f"file.{table}", "bulk"] for table in tables),
    ]


def _orgs() -> Rows:
    return [
        ["sourcedId", "status", "name", "type", "identifier", "parentSourcedId"],
        ["la", "", "Newport", "district", "680", ""],
        ["glan", "", "Ysgol Glan", "school", GLAN.number, "la"],
        ["nant", "", "Ysgol Nant", "school", "6809901", "la"],
    ]


def _sessions() -> Rows:
    header = ["sourcedId", "status", "title", "type", "startDate", "endDate", "schoolYear"]
    years = (
        [f"y{year}", "", str(year), "schoolYear", f"{year - 1}-09-01", f"{year}-08-31", str(year)]
        for year in _YEARS
    )
    return [header, *years]


def _session(day: date) -> str:
    return f"y{day.year + (day.month > 8)}"


def _class(person: Record, *, now: bool) -> str:
    """The id of the class of a stay: a registration group, or what a member of staff teaches."""
    if now:
        return str(person.class_name) if isinstance(person, Learner) else "maths"
    assert person.leaving_date is not None
    side = "form" if isinstance(person, Learner) else "maths"
    return f"{side}-{_session(person.leaving_date)}"


def _classes(made: Made) -> Rows:
    header = ["sourcedId", "status", "title", "classType", "schoolSourcedId", "termSourcedIds"]
    groups = sorted({str(person.class_name) for person in made.learners})
    return [
        header,
        *([group, "", group, "homeroom", "glan", "y2027"] for group in groups),
        *([f"form-y{year}", "", f"Form {year}", "homeroom", "glan", f"y{year}"] for year in _YEARS),
        *([f"maths-y{year}", "", f"Maths {year}", "scheduled", "glan", f"y{year}"] for year in _YEARS),
        ["maths", "", "Maths", "scheduled", "glan", "y2027"],
    ]


def _users(made: Made, *, roles: bool) -> Rows:
    header = ["sourcedId", "status", "enabledUser", "givenName", "familyName", "identifier", "userIds"]
    header += ["grades", *([] if roles else ["orgSourcedIds", "role"])]
    rows = [header]
    for number, person in enumerate(made.people, start=1):
        learns = isinstance(person, Learner)
        row = [f"u{number}", "", "true", person.forename, person.surname]
        row += ["", f"{{UPN:{person.identifier}}}"] if learns else [person.identifier, ""]
        row.append(person.year_group if isinstance(person, Learner) else "")
        rows.append(row if roles else [*row, "glan", _word(person)])
    return rows


def _word(person: Record) -> str:
    return "student" if isinstance(person, Learner) else "teacher"


def _enrolments(made: Made, *, roles: bool) -> Rows:
    header = ["sourcedId", "status", "classSourcedId", "schoolSourcedId", "userSourcedId", "role"]
    rows = [[*header, "beginDate", "endDate"]]
    numbers = count(1)
    for number, person, now in stays(made):
        if isinstance(person, Learner) or not roles:
            row = [f"e{next(numbers)}", "", _class(person, now=now), "glan", f"u{number}", _word(person)]
            rows.append([*row, *_dates(person)])
    return rows


def _roles(made: Made) -> Rows:
    header = ["sourcedId", "status", "userSourcedId", "roleType", "role", "beginDate", "endDate"]
    rows = [[*header, "orgSourcedId"]]
    for number, person, now in stays(made):
        if now or not isinstance(person, Learner):
            dates = ["", ""] if isinstance(person, Learner) else _dates(person)
            rows.append([f"r{len(rows)}", "", f"u{number}", "primary", _word(person), *dates, "glan"])
    return rows


def _dates(person: Record) -> Sequence[str]:
    return str(person.joins_on), str(person.leaving_date or "")


def _births(made: Made, column: str) -> Rows:
    births = ([f"u{number}", str(person.date_of_birth)] for number, person in enumerate(made.learners, 1))
    return [[column, "birthDate"], *births]


def sds(made: Made) -> Tables:
    """The tables of a School Data Sync export."""
    return {
        "orgs.csv": [
            ["sourcedId", "name", "type", "parentSourcedId"],
            ["680", "Newport", "localAuthority", ""],
            [GLAN.number, "Ysgol Glan", "school", "680"],
        ],
        "academicSessions.csv": [[*row[:1], *row[3:]] for row in _sessions()],
        "classes.csv": _sds_classes(made),
        "users.csv": _sds_users(made),
        "roles.csv": _sds_roles(made),
        "enrollments.csv": _sds_enrolments(made),
        **({"demographics.csv": _births(made, "userSourcedId")} if made.births else {}),
    }


def _sds_classes(made: Made) -> Rows:
    groups = sorted({str(person.class_name) for person in made.learners})
    return [
        ["sourcedId", "orgSourcedId", "title", "sessionSourcedIds", "courseSourcedId"],
        *([group, GLAN.number, group, "y2027", ""] for group in groups),
        ["maths", GLAN.number, "Maths", "y2027", "mathematics"],
    ]


def _sds_users(made: Made) -> Rows:
    rows = [["sourcedId", "givenName", "familyName", "studentNumber", "staffCode"]]
    for number, person in enumerate(made.people, start=1):
        numbers = [person.identifier, ""] if isinstance(person, Learner) else ["", person.identifier]
        rows.append([f"u{number}", person.forename, person.surname, *numbers])
    return rows


def _sds_roles(made: Made) -> Rows:
    header = ["userSourcedId", "orgSourcedId", "role", "sessionSourcedId", "grade", "isPrimary"]
    rows = [[*header, "roleStartDate", "roleEndDate"]]
    for number, person, now in stays(made):
        grade = person.year_group if isinstance(person, Learner) else ""
        session = "y2027" if now else _session(person.leaving_date or date.max)
        row = [f"u{number}", GLAN.number, _word(person), session, grade, "true"]
        rows.append([*row, *_dates(person)])
    return rows


def _sds_enrolments(made: Made) -> Rows:
    rows = [["classSourcedId", "userSourcedId", "role"]]
    for number, person in enumerate(made.people, start=1):
        rows.append([_class(person, now=True), f"u{number}", _word(person)])
    return rows
