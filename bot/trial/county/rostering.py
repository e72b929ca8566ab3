"""A school's records as a OneRoster 1.2 export: a zip of the standard's tables."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from bot.trial.county.rolls import LearnerRow, SchoolRoll, StaffRow
from bot.trial.county.schools import AUTHORITY, school
from bot.trial.county.styles import ExportFault
from bot.trial.county.workbooks import archive

_WORDS = {
    "Head Teacher": "principal",
    "MIS Administrator": "administrator",
    "Classroom Teacher": "teacher",
    "Teaching Assistant": "aide",
    "Cover Supervisor": "aide",
}
"""The standard's word for each post."""
_Rows = Iterable[Sequence[str]]


def one_roster(roll: SchoolRoll, fault: ExportFault | None) -> bytes:
    """Return the zip of a school's tables; the school year is that in which the latest learner joined."""
    year = max(row.admitted.year for row in roll.learners)
    tables = {
        "orgs": _orgs(roll.school),
        "academicSessions": _sessions(year),
        "classes": _classes(roll, year),
        "users": _users(roll),
        "roles": _roles(roll),
        "enrollments": _enrolments(roll, year),
        "demographics": _births(roll),
    }
    announced = "delta" if fault is ExportFault.DELTA else "bulk"
    manifest = [
        ("propertyName", "value"),
        ("manifest.version", "1.0"),
        ("oneroster.version", "1.2"),
        *((f"file.{name}", announced) for name in tables),
    ]
    if fault is ExportFault.TABLE_LEFT_OUT:
        del tables["enrollments"]
    return archive({f"{name}.csv": _table(rows) for name, rows in {"manifest": manifest, **tables}.items()})


def _table(rows: _Rows) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()


def _orgs(number: str) -> _Rows:
    yield "sourcedId", "name", "type", "identifier", "parentSourcedId"
    yield "authority", "Ynys Meillion", "district", AUTHORITY, ""
    yield "school", school(number).name.en, "school", number, "authority"


def _sessions(year: int) -> _Rows:
    yield "sourcedId", "title", "type", "startDate", "endDate", "schoolYear"
    for start in (year - 1, year):
        yield (
            f"year-{start}",
            f"{start}/{start + 1}",
            "schoolYear",
            f"{start}-09-01",
            f"{start + 1}-08-31",
            f"{start + 1}",
        )


def _classes(roll: SchoolRoll, year: int) -> _Rows:
    yield "sourcedId", "title", "classType", "schoolSourcedId", "termSourcedIds"
    for of, name in sorted({(_year_of(row, year), row.class_name) for row in roll.learners}):
        yield _class(of, name), name, "homeroom", "school", f"year-{of}"


def _year_of(row: LearnerRow, year: int) -> int:
    """Return the school year of a learner's class: that which now is, or in which the learner left."""
    return row.left.year - (row.left.month < 9) if row.left else year


def _class(year: int, name: str) -> str:
    return f"class-{year}-{name}"


def _users(roll: SchoolRoll) -> _Rows:
    yield "sourcedId", "enabledUser", "givenName", "familyName", "userIds", "identifier", "email", "grades"
    for learner in roll.learners:
        ids = f"{{UPN:{learner.upn}}}"
        if learner.former_upn:
            ids += f",{{FormerUPN:{learner.former_upn}}}"
        yield _user(learner), "true", learner.forename, learner.surname, ids, "", "", learner.year_group
    for member in roll.staff:
        yield _user(member), "true", member.forename, member.surname, "", member.code, member.email, ""


def _user(row: LearnerRow | StaffRow) -> str:
    return f"learner-{row.upn}" if isinstance(row, LearnerRow) else f"staff-{row.code}"


def _roles(roll: SchoolRoll) -> _Rows:
    yield "sourcedId", "userSourcedId", "roleType", "role", "beginDate", "endDate", "orgSourcedId"
    for row in roll.learners:
        yield f"role-{_user(row)}", _user(row), "primary", "student", "", "", "school"
    for member in roll.staff:
        dates = str(member.started), _written(member.left)
        yield f"role-{_user(member)}", _user(member), "primary", _WORDS[member.role], *dates, "school"


def _enrolments(roll: SchoolRoll, year: int) -> Iterator[Sequence[str]]:
    yield "sourcedId", "classSourcedId", "schoolSourcedId", "userSourcedId", "role", "beginDate", "endDate"
    for row in roll.learners:
        of = _class(_year_of(row, year), row.class_name)
        dates = str(row.admitted), _written(row.left)
        yield f"enrolment-{row.upn}", of, "school", _user(row), "student", *dates


def _births(roll: SchoolRoll) -> _Rows:
    yield "sourcedId", "birthDate"
    for row in roll.learners:
        yield _user(row), str(row.born)


def _written(day: date | None) -> str:
    return day.isoformat() if day else ""
