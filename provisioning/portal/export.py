"""The User Management Portal's user export: a CSV in which every account of some schools has a row.

Its header names and words are settings (`PortalExport`), because the portal's page decides them. The
extracts' reader reads it, so all of their encodings and delimiters are accepted.
"""

import hashlib
import logging
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

from knowledge.texts import Text
from provisioning import upn
from provisioning.errors import ExtractProblem, KnownError
from provisioning.ids import SchoolNumber, Upn
from provisioning.records import Kind, Status
from provisioning.sources.columns import Cells, Column, folded
from provisioning.sources.formats.delimited import rows
from provisioning.sources.rows import read_date, read_year_group

log = logging.getLogger(__name__)

SCHOOL = "{school}"
"""The placeholder of the school's number in the path of an export and in the client's arguments."""

COLUMNS: Mapping[str, str] = {
    "username": "Username",
    "kind": "User type",
    "school": "School number",
    "status": "Status",
    "upn": "UPN",
    "staff_code": "Staff code",
    "year_group": "Year group",
    "class": "Class",
    "surname": "Surname",
    "forename": "Forename",
    "expires_on": "Expiry date",
    "last_signed_in": "Last sign in",
}
OPTIONAL = ("surname", "forename", "expires_on", "last_signed_in")
"""Columns that may be missing, because no diagnosis depends on them."""

KINDS: Mapping[str, Kind] = {
    "Learner": Kind.LEARNER,
    "Student": Kind.LEARNER,
    "Pupil": Kind.LEARNER,
    "Staff": Kind.STAFF,
    "Teacher": Kind.STAFF,
    "Non-MIS": Kind.NON_MIS,
    "Governor": Kind.GOVERNOR,
}
STATUSES: Mapping[str, Status] = {
    "Active": Status.ACTIVE,
    "Enabled": Status.ACTIVE,
    "Inactive": Status.INACTIVE,
    "Disabled": Status.INACTIVE,
    "Deactivated": Status.INACTIVE,
}


class ExportProblem(KnownError):
    """An export that can't be used; the accounts stay as last read."""


@dataclass(frozen=True, slots=True)
class SeenAccount:
    """An account as a row of the export shows it; `school` is empty where the portal shows none."""

    kind: Kind
    school: SchoolNumber
    username: str
    surname: str
    forename: str
    status: Status
    upn: Upn | None
    staff_code: str | None
    year_group: str | None
    class_name: str | None
    expires_on: date | None
    last_signed_in: date | None

    @property
    def active(self) -> bool:
        """Whether the account can be used."""
        return self.status is Status.ACTIVE


@dataclass(frozen=True)
class ExportReading:
    """The accounts in a file of the export, each once; `school` is the file's school, if it has only one.

    `stamp` changes whenever the file is written; `as_of` is when it was written.
    """

    seen: tuple[SeenAccount, ...]
    school: str | None
    stamp: str
    as_of: datetime


@dataclass(frozen=True)
class PortalExport:
    """Where the export is and how it is read: a file for the installation, or a file for each school."""

    path: str
    columns: Mapping[str, str] = field(default_factory=lambda: COLUMNS)
    kinds: Mapping[str, Kind] = field(default_factory=lambda: KINDS)
    statuses: Mapping[str, Status] = field(default_factory=lambda: STATUSES)

    @property
    def by_school(self) -> bool:
        """Whether each school has a file of its own."""
        return SCHOOL in self.path

    def file(self, school: str) -> Path:
        """The file with a school's accounts."""
        return Path(self.path.replace(SCHOOL, school))

    def stamp(self, school: str) -> str | None:
        """A stamp that changes when the file is written; None where there is no file."""
        try:
            return _stamp(self.file(school).stat())
        except OSError:
            return None

    def read(self, school: str) -> ExportReading:
        """Read the file with a school's accounts; raises `ExportProblem` with file and line."""
        path = self.file(school)
        try:
            with _open(path) as file:
                status = os.fstat(file.fileno())
                found = self._rows(file, path.name, school)
        except ExtractProblem as problem:
            raise _unreadable(problem.said) from None
        except OSError as error:
            said = Text("error.file-not-opened", {"file": str(path), "why": error.strerror})
            raise _unreadable(said) from None
        if not found:
            raise ExportProblem("export-empty", file=path.name)
        seen = _each_once(found, path.name)
        as_of = datetime.fromtimestamp(status.st_mtime, UTC)
        return ExportReading(seen, school if self.by_school else None, _stamp(status), as_of)

    def _rows(self, file: BinaryIO, name: str, school: str) -> list[SeenAccount]:
        header = {field: self.columns[field] for field in COLUMNS}
        optional = {*OPTIONAL, *(["school"] if self.by_school else [])}
        columns = [Column(header[field], mandatory=field not in optional) for field in COLUMNS]
        row = _RowReader(self, name, school if self.by_school else "")
        return [
            row.seen({field: cells[head] for field, head in header.items() if head in cells}, line)
            for line, cells in rows(file, name, columns, hashlib.sha256())
        ]


class _RowReader:
    """Reads rows of one file; a cell that can't be understood raises `ExportProblem` with its place."""

    def __init__(self, export: PortalExport, file: str, school: str) -> None:
        self._columns, self._file, self._school = export.columns, file, school
        self._kinds = {folded(word): kind for word, kind in export.kinds.items()}
        self._statuses = {folded(word): status for word, status in export.statuses.items()}
        self._words = {"kind": export.kinds, "status": export.statuses}

    def seen(self, cells: Cells, line: int) -> SeenAccount:
        """The account of a row."""
        kind, status = self._kinds.get(_word(cells["kind"])), self._statuses.get(_word(cells["status"]))
        if kind is None:
            raise self._problem(cells, line, "kind")
        if status is None:
            raise self._problem(cells, line, "status")
        if not cells["username"]:
            raise self._problem(cells, line, "username")
        learner = kind is Kind.LEARNER
        return SeenAccount(
            kind=kind,
            school=self._number(cells, line, status),
            username=cells["username"],
            surname=cells.get("surname", ""),
            forename=cells.get("forename", ""),
            status=status,
            upn=self._upn(cells, line) if learner else None,
            staff_code=(cells["staff_code"] or None) if kind is Kind.STAFF else None,
            year_group=self._year_group(cells, line, status) if learner else None,
            class_name=(cells["class"] or None) if learner else None,
            expires_on=self._date(cells, line, "expires_on"),
            last_signed_in=self._date(cells, line, "last_signed_in"),
        )

    def _number(self, cells: Cells, line: int, status: Status) -> SchoolNumber:
        number = cells.get("school", "") or self._school
        let_go = not number and status is Status.INACTIVE
        if not let_go and not (len(number) == 7 and number.isascii() and number.isdigit()):
            raise self._problem(cells, line, "school")
        return SchoolNumber(number)

    def _upn(self, cells: Cells, line: int) -> Upn | None:
        number = upn.normalise(cells["upn"])
        if number and upn.fault(number) not in (None, upn.UpnFault.CHECK_LETTER):
            raise self._problem(cells, line, "upn")
        return number or None

    def _year_group(self, cells: Cells, line: int, status: Status) -> str | None:
        year_group = read_year_group(cells["year_group"])
        if year_group is None and cells["year_group"] and status is Status.ACTIVE:
            raise self._problem(cells, line, "year_group")
        return year_group

    def _date(self, cells: Cells, line: int, name: str) -> date | None:
        value = cells.get(name, "")
        # Some lists have the time of day after the date.
        day = read_date(value[:10])
        if day is None and value not in ("", "-"):
            raise self._problem(cells, line, name)
        return day

    def _problem(self, cells: Cells, line: int, name: str) -> ExportProblem:
        """The problem of a cell; its UPN or username is not quoted: texts about runs name no person."""
        private = name in ("upn", "username")
        return ExportProblem(
            "export-row",
            file=self._file,
            line=line,
            column=self._columns[name],
            value="" if private else cells.get(name, "")[:40],
            expected=", ".join(self._words.get(name, ())) or _EXPECTED[name],
            private=private,
        )


_word = lru_cache(maxsize=256)(folded)
"""Cached, because few different words occur."""

_EXPECTED = {
    "username": "BloggsJ@hwbcymru.net",
    "school": "1234567",
    "upn": "A123456789012",
    "year_group": "N1, N2, R, 1-13",
    "expires_on": "YYYY-MM-DD, DD/MM/YYYY",
    "last_signed_in": "YYYY-MM-DD, DD/MM/YYYY",
}


def _each_once(found: list[SeenAccount], file: str) -> tuple[SeenAccount, ...]:
    """Each username, UPN and staff code once: the active row before inactive ones, then the first."""
    kept: list[SeenAccount] = []
    taken: set[tuple[str, ...]] = set()
    for row in sorted(found, key=lambda account: not account.active):
        marks: set[tuple[str, ...]] = {("username", row.username.casefold())}
        marks |= {("upn", row.upn)} if row.upn else set()
        marks |= {("code", row.school, row.staff_code)} if row.staff_code else set()
        if not marks & taken:
            taken |= marks
            kept.append(row)
    if len(kept) < len(found):
        log.warning("%s: %d rows left out, for another row has their account", file, len(found) - len(kept))
    return tuple(kept)


def _open(path: Path) -> BinaryIO:
    """Open a regular file; a pipe would block."""
    if not stat.S_ISREG(path.stat().st_mode):
        raise ExtractProblem("extract-not-a-file", file=path.name)
    return path.open("rb")


def _stamp(status: os.stat_result) -> str:
    return f"{status.st_mtime_ns}/{status.st_size}"


def _unreadable(problem: Text) -> ExportProblem:
    return ExportProblem("export-unreadable", problem=problem)
