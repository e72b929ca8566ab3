"""The rows of the portal's export: an account as a row shows it, or why the row can't be read."""

import re
from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal

from knowledge.texts import Text
from provisioning import upn
from provisioning.ids import SchoolNumber, Upn
from provisioning.masking import masked
from provisioning.records.accounts import Status
from provisioning.records.people import Kind
from provisioning.sources.columns import Cells, folded
from provisioning.sources.rows import read_date, read_year_group

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

IGNORE: Literal["ignore"] = "ignore"
Word = Kind | Literal["ignore"]
"""What a word of the export means: a kind of account, or one that is left out without a note."""

_NO_SCHOOL = SchoolNumber("")
_NO_DATE = frozenset(map(folded, ("-", "Never", "Byth", "None", "Dim", "N/A", "No expiry", "Null")))
_TOTAL = re.compile(
    r"(grand|sub)?\s*(?:-\s*)?"
    r"(totals?|cyfansymi?(au)?|cyfanswm|count|nifer|end of (report|file)|diwedd\w*)\b.*"
    r"|\d+ (users?|accounts?|rows?|records?|cyfrifon)\b.*",
    re.IGNORECASE,
)


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


@dataclass(frozen=True, slots=True)
class UnreadRow:
    """A row that can't be read, and why; its account stays as last read.

    Username, UPN, staff code and school are those that could be read: they find the account.
    """

    line: int
    problem: Text
    username: str = ""
    school: SchoolNumber = _NO_SCHOOL
    upn: Upn | None = None
    staff_code: str | None = None


Read = tuple[int, SeenAccount] | UnreadRow
"""A row with its line, or why it can't be read."""


class _CellProblem(Exception):
    """The column whose cell can't be understood; None where the row is no account's."""

    def __init__(self, column: str | None) -> None:
        self.column = column


class RowReader:
    """Reads the rows of one file; `school` is the file's school, if it has only one."""

    def __init__(
        self,
        columns: Mapping[str, str],
        kinds: Mapping[str, Word],
        statuses: Mapping[str, Status],
        file: str,
        school: str,
    ) -> None:
        self._columns, self._file, self._school = columns, file, school
        self._kinds = {folded(word): kind for word, kind in kinds.items()}
        self._statuses = {folded(word): status for word, status in statuses.items()}
        self._known = {
            "kind": [word for word, kind in kinds.items() if kind != IGNORE],
            "status": list(statuses),
        }

    def read(self, cells: Cells, line: int) -> Read | None:
        """Return the account of a row, or why it can't be read; None for a kind that is left out."""
        kind = self._kinds.get(_word(cells["kind"]))
        if kind == IGNORE:
            return None
        try:
            return line, self._seen(cells, kind)
        except _CellProblem as problem:
            return self._unread(cells, line, problem.column)

    def _seen(self, cells: Cells, kind: Kind | None) -> SeenAccount:
        if is_no_account(list(cells.values())) or self._is_header(cells):
            raise _CellProblem(None)
        status = self._statuses.get(_word(cells["status"]))
        if kind is None:
            raise _CellProblem("kind")
        if status is None:
            raise _CellProblem("status")
        if not cells["username"]:
            raise _CellProblem("username")
        learner = kind is Kind.LEARNER
        return SeenAccount(
            kind=kind,
            school=self._number(cells, status),
            username=cells["username"],
            surname=cells.get("surname", ""),
            forename=cells.get("forename", ""),
            status=status,
            upn=_upn(cells) if learner else None,
            staff_code=(cells["staff_code"] or None) if kind is Kind.STAFF else None,
            year_group=_year_group(cells, status) if learner else None,
            class_name=(cells["class"] or None) if learner else None,
            expires_on=_date(cells, "expires_on"),
            last_signed_in=_date(cells, "last_signed_in"),
        )

    def _is_header(self, cells: Cells) -> bool:
        """Return whether the header stands here once more, as in files that were put together."""
        return all(folded(value) == folded(self._columns[name]) for name, value in cells.items() if value)

    def _number(self, cells: Cells, status: Status) -> SchoolNumber:
        number = cells.get("school", "") or self._school
        let_go = not number and status is Status.INACTIVE
        if not let_go and not _is_school(number):
            raise _CellProblem("school")
        return SchoolNumber(number)

    def _unread(self, cells: Cells, line: int, column: str | None) -> UnreadRow:
        school, number = cells.get("school", "") or self._school, upn.normalise(cells["upn"])
        return UnreadRow(
            line,
            self._problem(cells, line, column),
            username=cells["username"],
            school=SchoolNumber(school if _is_school(school) else ""),
            upn=number if number and upn.is_valid(number) else None,
            staff_code=cells["staff_code"] or None,
        )

    def _unknown(self, cells: Cells) -> list[list[str]]:
        """Return the unknown words of a row, each after its column's name.

        In a list in another language they are both its kind and its status.
        """
        known: Mapping[str, Container[str]] = {"kind": self._kinds, "status": self._statuses}
        return [
            [self._columns[column], _quoted(cells[column])]
            for column, words in known.items()
            if _word(cells[column]) not in words
        ]

    def _problem(self, cells: Cells, line: int, column: str | None) -> Text:
        """Return what is wrong; a UPN or username is not quoted: texts about runs name no person."""
        if column is None:
            return Text("error.export-line", {"file": self._file, "line": line})
        private = column in ("upn", "username")
        return Text(
            "error.export-row",
            {
                "file": self._file,
                "line": line,
                "column": self._columns[column],
                "value": "" if private else _quoted(cells.get(column, "")),
                "expected": ", ".join(self._known.get(column, ())) or _EXPECTED[column],
                "private": private,
                "words": self._unknown(cells) if column in self._known else [],
            },
        )


def unknown_words(problems: Iterable[Text]) -> str:
    """Return all words of the export that are not known, by column, each once."""
    words: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for column, word in (found for problem in problems for found in problem.values.get("words", ())):
        words[column][word or "–"] = None
    return "; ".join(f"{column}: {', '.join(found)}" for column, found in words.items())


def is_no_account(cells: Sequence[str]) -> bool:
    """Return whether a row is a title, total or footer line."""
    return sum(bool(cell.strip()) for cell in cells) <= 1 or is_total(cells, len(cells))


def is_total(cells: Sequence[str], columns: int) -> bool:
    """Return whether a row, of a table with so many `columns`, is a total or footer line."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    return len(filled) <= columns // 2 and any(map(_TOTAL.fullmatch, filled))


def _quoted(cell: str) -> str:
    return masked(cell)[:40]


def _upn(cells: Cells) -> Upn | None:
    number = upn.normalise(cells["upn"])
    if number and upn.fault(number) not in (None, upn.UpnFault.CHECK_LETTER):
        raise _CellProblem("upn")
    return number or None


def _year_group(cells: Cells, status: Status) -> str | None:
    year_group = read_year_group(cells["year_group"])
    if year_group is None and cells["year_group"] and status is Status.ACTIVE:
        raise _CellProblem("year_group")
    return year_group


def _date(cells: Cells, name: str) -> date | None:
    value = cells.get(name, "")
    # Some lists have the time of day after the date.
    day = read_date(value) or read_date(value[:10])
    if day is None and value and _word(value) not in _NO_DATE:
        raise _CellProblem(name)
    return day


def _is_school(number: str) -> bool:
    return len(number) == 7 and number.isascii() and number.isdigit()


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
