"""Lists of schools: our own `schools.csv`, or the Welsh Government's address list as published."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, StringConstraints, ValidationError, field_validator

from knowledge.texts import Bilingual
from provisioning.errors import ExtractProblem, KnownError
from provisioning.ids import SchoolNumber
from provisioning.records.schools import School
from provisioning.sources.columns import Cells, Column
from provisioning.sources.dates import plausible_date
from provisioning.sources.formats.delimited import rows
from provisioning.sources.opening import open_named
from provisioning.sources.rows import read_year_group

Phase = Literal["nursery", "infant", "junior", "primary", "middle", "secondary", "special", "pru"]
Manager = Literal["local-authority", "school", "third-party"]
Source = Literal["csv", "sims", "oneroster", "ctf", "sds", "xlsx", "ods"]

_COLUMNS = (
    Column("number", ("School Number", "DfE number", "DfES number"), mandatory=True),
    Column("name", ("School Name",), mandatory=True),
    Column("name_cy"),
    Column("local_authority", ("LA Code",), mandatory=True),
    # The published list has the authority's name under the heading that is ours for its code.
    Column("la_code", ("LA Code",)),
    Column("phase", ("Sector",), mandatory=True),
    Column("final_year"),
    Column("provisioning_managed_by"),
    Column("provisioning_contact"),
    Column("source"),
    Column("closed_on"),
    Column("successor"),
    Column("school_type"),
)
# The published list tells infant and junior schools by their type alone; their sector is Primary.
_INFANT = re.compile(r"infant|babanod", re.IGNORECASE)
_JUNIOR = re.compile(r"junior|iau\b", re.IGNORECASE)

_FINAL_YEARS = {
    "nursery": "N2",
    "infant": "2",
    "junior": "6",
    "primary": "6",
    "middle": "13",
    "secondary": "13",
}

_NONE_KNOWN: Mapping[str, str | None] = MappingProxyType({})


class _Row(BaseModel):
    """One school, as a list has it."""

    number: Annotated[str, StringConstraints(pattern=r"^[0-9]{7}$")]
    name: Annotated[str, StringConstraints(min_length=1)]
    name_cy: str = ""
    local_authority: Annotated[str, StringConstraints(pattern=r"^[0-9]{3}$")]
    phase: Phase
    final_year: str = ""
    provisioning_managed_by: Manager = "local-authority"
    provisioning_contact: str = ""
    source: Source = "csv"
    closed_on: date | None = None
    successor: Annotated[str, StringConstraints(pattern=r"^[0-9]{7}$")] | None = None

    @field_validator("closed_on", mode="before")
    @classmethod
    def _a_day(cls, value: str) -> date:
        day = plausible_date(value)
        if day is None:
            raise ValueError("not a date")
        return day

    @field_validator("phase", "provisioning_managed_by", "source", mode="before")
    @classmethod
    def _as_written(cls, value: str) -> str:
        return value.strip().casefold().replace(" ", "-")

    @field_validator("final_year")
    @classmethod
    def _a_year_group(cls, value: str) -> str:
        if value and read_year_group(value) is None:
            raise ValueError("not a year group")
        return read_year_group(value) or ""

    def school(self) -> School:
        """Return the school, with the final year of its phase where none is given."""
        return School(
            number=SchoolNumber(self.number),
            name=Bilingual(self.name, self.name_cy or self.name),
            local_authority=self.local_authority,
            phase=self.phase,
            final_year=self.final_year or _FINAL_YEARS.get(self.phase),
            managed_by=self.provisioning_managed_by,
            contact=self.provisioning_contact,
            source=self.source,
            closed_on=self.closed_on,
            successor=self.successor,
        )


def read_schools(path: Path, known: Mapping[str, str | None] = _NONE_KNOWN) -> list[School]:
    """Return the schools of a list.

    `known` are the schools that are known already, with their successors. A row that can't be read raises
    `KnownError` with file, line and column, a successor that can't be one with file and line.
    """
    try:
        with open_named(path) as file:
            found = list(_schools(path.name, rows(file, path.name, _COLUMNS, hashlib.sha256())))
    except OSError as error:
        raise KnownError("file-not-opened", file=path.name, why=error.strerror) from None
    except ExtractProblem as problem:
        raise KnownError("schools-file", problem=problem.said) from None
    seen: dict[str, int] = {}
    for line, school in found:
        if school.number in seen:
            raise KnownError(
                "school-twice", file=path.name, line=line, first=seen[school.number], number=school.number
            )
        seen[school.number] = line
    successors = dict(known)
    for _, school in found:
        successors[school.number] = school.successor
    for line, school in found:
        _require_successor(school, successors, path.name, line)
    return [school for _, school in found]


def _require_successor(school: School, successors: Mapping[str, str | None], file: str, line: int) -> None:
    """Refuse a successor that is the school itself, is not known, or leads back to the school."""
    if school.successor is None:
        return
    said = {"file": file, "line": line, "number": school.number, "successor": school.successor}
    if school.successor == school.number:
        raise KnownError("successor-itself", **said)
    if school.successor not in successors:
        raise KnownError("successor-unknown", **said)
    passed: list[str] = [school.number]
    following: str | None = school.successor
    while following is not None and following not in passed:
        passed.append(following)
        following = successors.get(following)
    if following == school.number:
        raise KnownError("successor-in-circle", circle=" → ".join([*passed, following]), **said)


def _schools(file: str, lines: Iterator[tuple[int, Cells]]) -> Iterator[tuple[int, School]]:
    for line, found in lines:
        cells = {**found, "local_authority": found.get("la_code") or found["local_authority"]}
        if kind := _infant_or_junior(cells):
            cells["phase"] = kind
        try:
            # An empty cell is one that was left out: the defaults are meant for both.
            yield line, _Row.model_validate({name: cell for name, cell in cells.items() if cell}).school()
        except ValidationError as error:
            column = str(error.errors()[0]["loc"][0])
            raise KnownError(
                "school-row",
                file=file,
                line=line,
                column=column,
                value=cells.get(column, ""),
                expected=_EXPECTED[column],
            ) from None


def _infant_or_junior(cells: Cells) -> str | None:
    """Return the phase that the published list gives by a primary school's type alone."""
    kind = cells.get("school_type", "")
    infant, junior = bool(_INFANT.search(kind)), bool(_JUNIOR.search(kind))
    if cells["phase"].casefold() != "primary" or infant == junior:
        return None
    return "infant" if infant else "junior"


_EXPECTED = {
    "number": "1234567",
    "name": "Ysgol ...",
    "local_authority": "660-681",
    "phase": ", ".join(get_args(Phase)),
    "final_year": "N1, N2, R, 1-13",
    "provisioning_managed_by": ", ".join(get_args(Manager)),
    "source": ", ".join(get_args(Source)),
    "closed_on": "YYYY-MM-DD",
    "successor": "1234567",
}
