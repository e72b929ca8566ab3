"""`non_mis.csv`: the accounts made by hand, for the whole installation."""

import hashlib
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, StringConstraints, ValidationError, field_validator

from provisioning.errors import ExtractProblem, KnownError
from provisioning.manual.handmade import FILE
from provisioning.records.people import Kind
from provisioning.sources.columns import Cells, Column
from provisioning.sources.formats.delimited import rows
from provisioning.sources.opening import open_file
from provisioning.sources.rows import read_date

_COLUMNS = (
    Column("school", ("School number",), mandatory=True),
    Column("username", mandatory=True),
    Column("name", mandatory=True),
    Column("kind", mandatory=True),
    Column("expires_on", ("Expiry date",)),
    Column("last_signed_in", ("Last sign in",)),
)


@dataclass(frozen=True)
class Listed:
    """An account made by hand, as a row of the file has it."""

    school: str
    username: str
    name: str
    kind: Kind
    expires_on: date | None
    last_signed_in: date | None
    line: int


@dataclass(frozen=True)
class Listing:
    """What the file holds; `problems` are the rows left out, `stamp` is a hash of its content.

    `as_of` is the day that its first line names (`as_of,2026-09-06`); None where it names none: then it is of
    the day on which this content was first seen, whatever the time of the file.
    """

    rows: tuple[Listed, ...]
    problems: tuple[KnownError, ...]
    stamp: str
    as_of: date | None


class _Row(BaseModel):
    school: Annotated[str, StringConstraints(pattern=r"^[0-9]{7}$")]
    username: Annotated[str, StringConstraints(pattern=r"^[^\s@]+(@[^\s@]+)?$", max_length=255)]
    name: Annotated[str, StringConstraints(min_length=1)]
    kind: Literal["non-mis", "governor"]
    expires_on: date | None = None
    last_signed_in: date | None = None

    @field_validator("kind", mode="before")
    @classmethod
    def _as_written(cls, value: str) -> str:
        return value.casefold().replace(" ", "-")

    @field_validator("expires_on", "last_signed_in", mode="before")
    @classmethod
    def _a_date(cls, value: str) -> date:
        day = read_date(value)
        if day is None:
            raise ValueError("not a date")
        return day


def stamp_of(folder: Path) -> str | None:
    """Return a hash of the file's content; None where no file can be read.

    A copy of the file has an equal hash.
    """
    try:
        with open_file(folder, FILE) as file:
            return hashlib.sha256(file.read()).hexdigest()
    except (ExtractProblem, OSError):
        return None


def read_listing(folder: Path) -> Listing:
    """Return the file of a folder of extracts; a file that can't be read at all raises `KnownError`.

    A row that can't be read is left out, and told with its line and column.
    """
    try:
        with open_file(folder, FILE) as file:
            content = file.read()
        as_of, skipped = _dated(content)
        read = list(_read(rows(io.BytesIO(content[skipped:]), FILE, _COLUMNS, hashlib.sha256()), skipped > 0))
    except ExtractProblem as problem:
        raise KnownError("non-mis-unreadable", problem=problem.said) from None
    except OSError as error:
        raise KnownError("non-mis-unreadable", problem=_not_opened(error)) from None
    return Listing(
        tuple(row for row in read if isinstance(row, Listed)),
        tuple(row for row in read if isinstance(row, KnownError)),
        hashlib.sha256(content).hexdigest(),
        as_of,
    )


_DATED = re.compile(
    rb"(?:\xef\xbb\xbf)?\"?as_of\"?[,;\t]\"?([0-9/-]+)\"?[,;\t]*(?:\r\n|\n|\r)", re.IGNORECASE
)


def _dated(content: bytes) -> tuple[date | None, int]:
    """Return the day that a first line names, and how many bytes that line has.

    None and 0 where there is no such line.
    """
    found = _DATED.match(content)
    if found is None:
        return None, 0
    day = read_date(found[1].decode("ascii"))
    if day is None:
        raise KnownError("non-mis-as-of", file=FILE, value=found[1].decode("ascii"))
    return day, found.end()


def _read(lines: Iterator[tuple[int, Cells]], dated: bool) -> Iterator[Listed | KnownError]:
    seen: dict[str, int] = {}
    for number, cells in lines:
        line = number + dated
        row = _row(line, cells)
        if isinstance(row, Listed):
            first = seen.setdefault(row.username.casefold(), line)
            if first != line:
                yield KnownError("non-mis-twice", file=FILE, line=line, first=first)
                continue
        yield row


def _row(line: int, cells: Cells) -> Listed | KnownError:
    try:
        # An empty cell is one that was left out.
        row = _Row.model_validate({name: cell for name, cell in cells.items() if cell})
    except ValidationError as error:
        column = str(error.errors()[0]["loc"][0])
        # No name or username may stand in a text that goes to a log.
        value = "" if column in ("username", "name") else cells.get(column, "")[:40]
        return KnownError(
            "non-mis-row", file=FILE, line=line, column=column, value=value, expected=_EXPECTED[column]
        )
    return Listed(
        row.school, row.username, row.name, Kind(row.kind), row.expires_on, row.last_signed_in, line
    )


_EXPECTED = {
    "school": "1234567",
    "username": "BloggsJ@hwbcymru.net",
    "name": "Jo Bloggs",
    "kind": "non-mis, governor",
    "expires_on": "YYYY-MM-DD, DD/MM/YYYY",
    "last_signed_in": "YYYY-MM-DD, DD/MM/YYYY",
}


def _not_opened(error: OSError) -> object:
    return ExtractProblem("extract-not-opened", file=FILE, why=error.strerror).said
