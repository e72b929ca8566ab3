"""The `sds` source: Microsoft School Data Sync CSV, version 2.1.

Microsoft, "SDS V2.1 CSV file format" and "Default list of values". The format has no place of its own for
UPN, staff code and school number: they are read from the columns below where a school added one, otherwise
from `sourcedId`. It names an academic year by its END (`schoolYear` 2027 is 2026/27). Registration groups are
the classes that belong to no course. Version 1 (School.csv, Student.csv, ..., also with the UK's headers) has
neither admission nor leaving dates: it is refused, with an error that names the version.
"""

from collections.abc import Iterable
from pathlib import Path

from provisioning import upn
from provisioning.errors import ExtractProblem
from provisioning.records.people import Kind
from provisioning.sources.columns import Cells, Column
from provisioning.sources.formats.rostering import (
    STUDENT,
    CellValue,
    EnrolmentSpan,
    current,
    earliest,
    joined,
    latest_stay,
    leaving,
)
from provisioning.sources.formats.school_data_sync_tables import SyncTables, read_school
from provisioning.sources.reading import Gathering, Reading
from provisioning.sources.tables import Tables, table_names

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
_VERSION_1 = {
    *("school.csv", "section.csv", "student.csv", "teacher.csv"),
    *("studentenrollment.csv", "teacherroster.csv"),
}


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
        known = read_school(tables, school, gathering)
        for line, user in tables.rows("users.csv", _USERS):
            if user["sourcedId"] in known.roles:
                _add(user, line, known, gathering)
    if gathering.empty:
        raise ExtractProblem("extract-no-people", file="users.csv", school=school)
    return gathering.done()


def _add(user: Cells, line: int, known: SyncTables, gathering: Gathering) -> None:
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
    placed = {"leaving_date": left}
    cells = {"legal_surname": user["familyName"], "legal_forename": user["givenName"]}
    if role.word.casefold() == STUDENT:
        grades = sorted({role.grade for role in standing if role.grade})
        placed |= {
            "admission_date": start,
            "date_of_birth": known.births.get(number, CellValue()),
            "year_group": CellValue(", ".join(grades), role.span.place),
        }
        cells |= {"upn": _upn(user), "former_upn": user.get("formerUpn", "")} | _class(number, known)
        kind = Kind.LEARNER
    else:
        placed |= {"start_date": start, "swac_role": CellValue(role.word, role.span.place)}
        code = next(user[name] for name in _CODE_COLUMNS if user.get(name))
        cells |= {"staff_code": code, "email": user.get("email", "")}
        kind = Kind.STAFF
    cells |= {name: found.value for name, found in placed.items()}
    gathering.add(kind, cells, line, {name: found.place for name, found in placed.items() if found.place})


def _start(spans: Iterable[EnrolmentSpan]) -> CellValue:
    """Return when the first role of the latest stay began or, where none has a date, its first session."""
    spans = tuple(spans)
    stay = latest_stay(spans)
    begun = earliest(CellValue(span.begin, span.place) for span in stay)
    first = begun if begun.value else earliest(CellValue(span.term.begin) for span in stay)
    return first if first.value else CellValue("", spans[0].place)


def _upn(user: Cells) -> str:
    """Return the UPN where a column is called so, otherwise the first number or id that is one."""
    given = [user[name] for name in _UPN_COLUMNS if user.get(name)]
    return user.get("upn") or next(
        (number for number in given if upn.is_valid(upn.normalise(number))), given[0]
    )


def _class(number: str, known: SyncTables) -> dict[str, str]:
    """Return the class where it is known: blank for a learner in none of the export's groups."""
    if known.groups is None or number in known.unclear:
        return {}
    return {"class": known.groups.get(number, "")}
