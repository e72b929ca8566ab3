"""The columns of an extract and the header names that they go by (`docs/connecting-a-mis.md`)."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from provisioning.records.people import Kind
from provisioning.sources.cells import clean

Cells = Mapping[str, str]
"""One row: canonical column name to what stands in the cell, as `cells.clean` leaves it."""


@dataclass(frozen=True)
class Column:
    """A column by its canonical name; `mandatory` ones must be in the header of every file."""

    name: str
    aliases: tuple[str, ...] = ()
    mandatory: bool = False


_SURNAME = Column("legal_surname", ("Surname", "Family name", "Cyfenw", "Cyfenw cyfreithiol"), mandatory=True)
_FORENAME = Column(
    "legal_forename",
    ("Forename", "First name", "Given name", "Enw cyntaf", "Enw cyntaf cyfreithiol", "Blaenenw"),
    mandatory=True,
)

LEARNER_COLUMNS = (
    Column("upn", ("Unique Pupil Number", "Rhif unigryw'r disgybl", "RhUD"), mandatory=True),
    _SURNAME,
    _FORENAME,
    Column("admission_date", ("DOA", "Date of admission", "Entry date", "Dyddiad derbyn"), mandatory=True),
    Column("leaving_date", ("DOL", "Date of leaving", "Dyddiad gadael"), mandatory=True),
    Column(
        "year_group",
        ("Year", "NC year", "Year taught in", "NCyearActual", "Grŵp blwyddyn", "Blwyddyn"),
        mandatory=True,
    ),
    Column("class", ("Reg", "Reg group", "Registration group", "Dosbarth", "Grŵp cofrestru"), mandatory=True),
    Column("admission_number", ("Adno", "Admission no", "Rhif derbyn")),
    Column("date_of_birth", ("DOB", "Dyddiad geni")),
    Column("former_upn", ("Former UPN", "UPN blaenorol")),
    Column("enrolment_status", ("Enrol status", "EnrolStatus")),
)

STAFF_COLUMNS = (
    Column("staff_code", ("Code", "Teacher code", "Cod staff"), mandatory=True),
    _SURNAME,
    _FORENAME,
    Column("start_date", ("Employment start", "Date of arrival", "Dyddiad dechrau"), mandatory=True),
    Column("leaving_date", ("Employment end", "DOL", "Dyddiad gadael"), mandatory=True),
    Column("swac_role", ("Role", "Post", "Rôl", "Swydd")),
    Column("email", ("Work email", "E-bost")),
)

COLUMNS = {Kind.LEARNER: LEARNER_COLUMNS, Kind.STAFF: STAFF_COLUMNS}


@lru_cache(maxsize=4_096)
def folded(header: str) -> str:
    """Return a header name as it is compared.

    Without case, spaces, line breaks, dots, colons, underscores, invisible characters and accents, which an
    export in the wrong encoding has lost.
    """
    apart = unicodedata.normalize("NFKD", clean(header).replace("’", "'").casefold())
    return "".join(
        character for character in apart if character not in " .:_" and not unicodedata.combining(character)
    )


def positions(header: Sequence[str], columns: Sequence[Column]) -> dict[str, int]:
    """Return where each known column stands in a header; a canonical name goes before its aliases."""
    return {name: places[0] for name, places in every_position(header, columns).items()}


def every_position(header: Sequence[str], columns: Sequence[Column]) -> dict[str, tuple[int, ...]]:
    """Return all places in a header that go by a name of each known column, the canonical name's first."""
    found: dict[str, list[int]] = {}
    for place, name in enumerate(header):
        found.setdefault(folded(name), []).append(place)
    places: dict[str, tuple[int, ...]] = {}
    for column in columns:
        known = [place for name in _folded_names(column) for place in found.get(name, ())]
        if known:
            places[column.name] = tuple(known)
    return places


@cache
def _folded_names(column: Column) -> tuple[str, ...]:
    """Return the names that a column goes by, each once, the canonical one first."""
    return tuple(dict.fromkeys(folded(name) for name in (column.name, *column.aliases)))
