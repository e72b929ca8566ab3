"""The columns of an extract and the header names that they go by (contract, section 2)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from provisioning.records import Kind

Cells = Mapping[str, str]
"""One row: canonical column name to what stands in the cell, blanks around it removed."""


@dataclass(frozen=True)
class Column:
    """A column by its canonical name; `mandatory` ones must be in the header of every file."""

    name: str
    aliases: tuple[str, ...] = ()
    mandatory: bool = False


_SURNAME = Column("legal_surname", ("Surname", "Family name"), mandatory=True)
_FORENAME = Column("legal_forename", ("Forename", "First name", "Given name"), mandatory=True)

LEARNER_COLUMNS = (
    Column("upn", ("Unique Pupil Number",), mandatory=True),
    _SURNAME,
    _FORENAME,
    Column("admission_date", ("DOA", "Date of admission", "Entry date"), mandatory=True),
    Column("leaving_date", ("DOL", "Date of leaving"), mandatory=True),
    Column("year_group", ("Year", "NC year", "Year taught in", "NCyearActual"), mandatory=True),
    Column("class", ("Reg", "Reg group", "Registration group"), mandatory=True),
    Column("admission_number", ("Adno", "Admission no")),
    Column("date_of_birth", ("DOB",)),
    Column("former_upn", ("Former UPN",)),
    Column("enrolment_status", ("Enrol status", "EnrolStatus")),
)

STAFF_COLUMNS = (
    Column("staff_code", ("Code", "Teacher code"), mandatory=True),
    _SURNAME,
    _FORENAME,
    Column("start_date", ("Employment start", "Date of arrival"), mandatory=True),
    Column("leaving_date", ("Employment end", "DOL"), mandatory=True),
    Column("swac_role", ("Role", "Post")),
    Column("email", ("Work email",)),
)

COLUMNS = {Kind.LEARNER: LEARNER_COLUMNS, Kind.STAFF: STAFF_COLUMNS}
FILES = {Kind.LEARNER: "learners.csv", Kind.STAFF: "staff.csv"}


def folded(header: str) -> str:
    """A header name as it is compared: without case, spaces, dots and underscores."""
    return header.casefold().translate(_IGNORED)


_IGNORED = {ord(character): None for character in " ._\t\u00a0"}


def positions(header: Sequence[str], columns: Sequence[Column]) -> dict[str, int]:
    """Where each known column stands in a header; a canonical name goes before its aliases."""
    found: dict[str, int] = {}
    for place, name in enumerate(header):
        found.setdefault(folded(name), place)
    places: dict[str, int] = {}
    for column in columns:
        known = next((name for name in _folded_names(column) if name in found), None)
        if known is not None:
            places[column.name] = found[known]
    return places


@cache
def _folded_names(column: Column) -> tuple[str, ...]:
    """The names that a column goes by, the canonical one first."""
    return tuple(folded(name) for name in (column.name, *column.aliases))
