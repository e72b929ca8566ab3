"""The User Management Portal's user export: a CSV in which every account of some schools has a row.

Its header names and words are settings (`PortalExport`), because the portal's page decides them. The
extracts' reader reads it, so all of their encodings and delimiters are accepted. A row that can't be read
leaves its account as last read; only where many can't be read is the whole file refused.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from knowledge.texts import Text
from provisioning.errors import ExtractProblem, KnownError
from provisioning.portal import export_file
from provisioning.portal.export_duplicates import once_each
from provisioning.portal.export_rows import (
    COLUMNS,
    OPTIONAL,
    RowReader,
    SeenAccount,
    UnreadRow,
    Word,
    unknown_words,
)
from provisioning.records.accounts import Status
from provisioning.records.people import Kind
from provisioning.sources.columns import Column
from provisioning.sources.limits import MAX_FILE
from provisioning.sources.opening import mib, open_named

SCHOOL = "{school}"
"""The placeholder of the school's number in the path of an export and in the client's arguments."""

MANY = 10
"""So many rows that can't be read, if they are most rows of the file, make it unusable."""

KINDS: Mapping[str, Word] = {
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


@dataclass(frozen=True)
class ExportReading:
    """The accounts in a file of the export, each once; `school` is the file's school, if it has only one.

    `stamp` changes whenever the file is written; `as_of` is when it was written. `unread` are the rows that
    could not be read. `whole` says whether the file ends with a line end. `file` is its name, and `lines` has
    the line of each username, folded.
    """

    seen: tuple[SeenAccount, ...]
    school: str | None
    stamp: str
    as_of: datetime
    unread: tuple[UnreadRow, ...] = ()
    whole: bool = True
    file: str = ""
    lines: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class PortalExport:
    """Where the export is and how it is read: a file for the installation, or a file for each school."""

    path: str
    columns: Mapping[str, str] = field(default_factory=lambda: COLUMNS)
    kinds: Mapping[str, Word] = field(default_factory=lambda: KINDS)
    statuses: Mapping[str, Status] = field(default_factory=lambda: STATUSES)

    @property
    def by_school(self) -> bool:
        """Whether each school has a file of its own."""
        return SCHOOL in self.path

    def file(self, school: str) -> Path:
        """Return the file with a school's accounts."""
        return Path(self.path.replace(SCHOOL, school))

    def stamp(self, school: str) -> str | None:
        """Return a stamp that changes when the file is written; None where there is no file."""
        try:
            return _stamp(self.file(school).stat())
        except OSError:
            return None

    def read(self, school: str) -> ExportReading:
        """Read the file with a school's accounts; raises `ExportProblem` where it can't be used."""
        path = self.file(school)
        try:
            with _open(path) as file:
                status = os.fstat(file.fileno())
                data = file.read()
            found = self._rows(data, path.name, school)
        except ExtractProblem as problem:
            raise _unreadable(problem.said) from None
        except OSError as error:
            said = Text("error.file-not-opened", {"file": str(path), "why": error.strerror})
            raise _unreadable(said) from None
        seen, unread = once_each(found, path.name)
        _require_readable(seen, unread, path.name)
        as_of = datetime.fromtimestamp(status.st_mtime, UTC)
        of = school if self.by_school else None
        read = (row for row in found if not isinstance(row, UnreadRow))
        return ExportReading(
            seen,
            of,
            _stamp(status),
            as_of,
            unread,
            export_file.ends_line(data),
            path.name,
            {row.username.casefold(): line for line, row in read},
        )

    def _rows(self, data: bytes, name: str, school: str) -> list[tuple[int, SeenAccount] | UnreadRow]:
        header = {field: self.columns[field] for field in COLUMNS}
        optional = {*OPTIONAL, *(["school"] if self.by_school else [])}
        columns = [Column(header[field], mandatory=field not in optional) for field in COLUMNS]
        row = RowReader(self.columns, self.kinds, self.statuses, name, school if self.by_school else "")
        read = (
            row.read({field: cells[head] for field, head in header.items() if head in cells}, line)
            for line, cells in export_file.rows(data, name, columns)
        )
        return [found for found in read if found is not None]


def _require_readable(seen: Sequence[SeenAccount], unread: Sequence[UnreadRow], file: str) -> None:
    """Refuse a file without accounts, or with many rows that can't be read."""
    if not seen and not unread:
        raise ExportProblem("export-empty", file=file)
    if not seen or (len(unread) >= MANY and len(unread) > len(seen)):
        raise ExportProblem(
            "export-rows",
            file=file,
            count=len(unread),
            total=len(seen) + len(unread),
            first=unread[0].problem,
            words=unknown_words(row.problem for row in unread),
        )


def _open(path: Path) -> IO[bytes]:
    """Open a regular file no larger than an extract's may be; a pipe would block."""
    status = path.stat()
    if status.st_size > MAX_FILE:
        size, limit = mib(status.st_size), mib(MAX_FILE)
        raise ExtractProblem("export-too-large", file=path.name, size=size, limit=limit)
    try:
        return open_named(path)
    except KnownError as problem:
        raise _unreadable(problem.said) from None


def _stamp(status: os.stat_result) -> str:
    return f"{status.st_mtime_ns}/{status.st_size}"


def _unreadable(problem: Text) -> ExportProblem:
    return ExportProblem("export-unreadable", problem=problem)
