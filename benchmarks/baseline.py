"""The baseline: the least raw work for an equal outcome.

One pass over the files with the csv module, dictionaries, and one statement per table for the whole nation in
one transaction: no ORM, no safeguards, no crash safety between schools. It is as careful as every reader must
be: with cells, UPNs, dates, year groups and names, and with whose account an identifier finds. Its tables end
up with the same rows as ours; only usernames are numbered as they come.
"""

import csv
import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from anyascii import anyascii

from benchmarks.nation import LEARNERS, STAFF
from benchmarks.raw import Raw
from provisioning.upn import LETTERS

Row = tuple[Any, ...]

ACCOUNT = (
    "id",
    "kind",
    "school",
    "username",
    "username_key",
    "surname",
    "forename",
    "status",
    "upn",
    "staff_code",
    "year_group",
    "class_name",
    "released_from",
    "date_of_birth",
)
JOURNAL = ("run", "account", "person", "identifier", "fingerprint", "kind", "before", "after")
COVERED = ("school", "kind", "identifier", "joins_on", "leaving_date", "year_group", "class_name")
RUN = ("id", "school", "status", "started_by", "started_at", "finished_at", "fingerprint", "counts", "holds")

_EARLIEST, _LATEST = date(1930, 1, 1), date(2100, 12, 31)
_YEARS = {"N1": "N1", "N2": "N2", "R": "R", "0": "R", **{str(year): str(year) for year in range(1, 14)}}
_LOST = re.compile(r"[\ufffd?]|#[A-Za-z]")
"""Lost characters, or the beginning of a spreadsheet's error value."""
_UPN = re.compile(rf"[{LETTERS}][0-9]{{11}}[0-9{LETTERS}]")
_WEIGHTS = range(2, 14)
_VALUES = {**{str(digit): digit for digit in range(10)}, **{letter: i for i, letter in enumerate(LETTERS)}}


@dataclass
class Work:
    """What is to be written, by table."""

    at: datetime
    secret: bytes
    runs: list[Row] = field(default_factory=list)
    counts: defaultdict[int, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    journal: list[Row] = field(default_factory=list)
    create: list[Row] = field(default_factory=list)
    covered: list[Row] = field(default_factory=list)
    update: list[Row] = field(default_factory=list)
    release: list[Row] = field(default_factory=list)
    match: list[Row] = field(default_factory=list)


def parse(extracts: Path) -> int:
    """Merely parse all files; the number of rows."""
    return sum(1 for school in sorted(extracts.iterdir()) for file in _FILES for _ in _rows(school / file))


def provision(raw: Raw, extracts: Path, at: datetime, schools: Iterable[str] | None = None) -> None:
    """Bring the directory up to the extracts, journal and all."""
    numbers = sorted(schools) if schools else sorted(folder.name for folder in extracts.iterdir())
    few = numbers if schools else None
    directory = raw.accounts(few)
    by_upn: dict[str, Row] = {row[3]: row for row in directory if row[3]}
    by_code: dict[Row, Row] = {(row[1], row[4]): row for row in directory if row[4]}
    known = raw.covered(few)
    stems = raw.stems()
    work = Work(at, raw.secret())
    run, account = raw.last("runs"), raw.last("accounts")
    today = at.date()
    soon, now = str(today + timedelta(days=14)), str(today)
    read = []
    # All releases come before all matches, as they do when schools run in the right order.
    for number in numbers:
        run += 1
        read.append((run, number, *_read(extracts / number)))
    for run_, number, people, _ in read:
        for kind, who, row in people:
            if row[4] and row[4] <= now:
                held = by_upn.get(who) if kind == "learner" else by_code.get((number, who))
                if held and held[1] == number and held[2] == "active" and not _another(row, held):
                    _release(work, run_, number, kind, who, held, row[4])
                    held = (held[0], number, "inactive", *held[3:])
                    if kind == "learner":
                        by_upn[who] = held
                    else:
                        by_code[number, who] = held
    for run_, number, people, fingerprint in read:
        unchanged = 0
        for kind, who, row in people:
            learner = kind == "learner"
            of_class = row[5:7]
            covered = (number, kind, who, *row[3:7])
            if known.get(covered[:3]) != covered[3:]:
                work.covered.append(covered)
            held = by_upn.get(who) if learner else by_code.get((number, who))
            if row[3] > soon or (row[4] and row[4] <= now) or _is_doubtful(row, held):
                continue
            if held is None:
                account += 1
                _create(work, run_, account, number, kind, who, row, of_class, stems)
            elif held[2] == "inactive" and held[1] != number:
                _match(work, run_, number, who, held, of_class, row[3])
            elif held[1] == number and learner and held[5:7] != of_class:
                _update(work, run_, who, held, of_class)
            else:
                unchanged += 1
        counts = json.dumps(work.counts[run_] | {"unchanged": unchanged})
        work.runs.append((run_, number, "succeeded", "baseline", at, at, fingerprint, counts, "[]"))
    raw.write(work, stems)


_FILES = ("learners.csv", "staff.csv")


def _rows(path: Path) -> Iterator[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        next(reader)
        yield from reader


def _read(school: Path) -> tuple[list[tuple[str, str, Row]], str]:
    """Return the people of a school whose rows are good, and a hash of both files."""
    people = [
        ("learner", row[0], row)
        for cells in _rows(school / "learners.csv")
        if (row := _learner(_clean(cells)))
    ]
    people += [
        ("staff", row[0], row) for cells in _rows(school / "staff.csv") if (row := _member(_clean(cells)))
    ]
    rows = Counter((kind, who.upper()) for kind, who, _ in people)
    if len(rows) < len(people):
        people = [person for person in people if rows[person[0], person[1].upper()] == 1]
    digest = hashlib.sha256()
    for file in _FILES:
        digest.update((school / file).read_bytes())
    return people, digest.hexdigest()


def _clean(row: list[str]) -> list[str]:
    """Return cells without surrounding and invisible characters, and without a leading apostrophe."""
    together = "".join(row)
    if together.isprintable() and "'" not in together:
        return [cell.strip() for cell in row]
    return ["".join(filter(str.isprintable, cell)).strip().removeprefix("'") for cell in row]


def _learner(row: list[str]) -> Row | None:
    """Return UPN, names, dates, year group, class and date of birth; None where the row is rejected."""
    if len(row) != len(LEARNERS) or not (row[1] and row[2] and row[7]):
        return None
    upn, dates, year = row[0].upper(), _dates(row), _YEARS.get(row[5])
    if dates is None or year is None or not _valid(upn):
        return None
    return (upn, row[1], row[2], *dates, year, row[6], _day(row[8]))


def _member(row: list[str]) -> Row | None:
    """Return what `_learner` returns, of a member of staff."""
    if len(row) != len(STAFF) or not (row[0] and row[1] and row[2] and row[5]):
        return None
    dates = _dates(row)
    return (*row[:3], *dates, None, None, None) if dates else None


def _valid(upn: str) -> bool:
    """Return whether a UPN has the right shape and check letter."""
    if not _UPN.fullmatch(upn):
        return False
    return upn[0] == LETTERS[sum(w * _VALUES[c] for w, c in zip(_WEIGHTS, upn[1:], strict=True)) % 23]


def _dates(row: list[str]) -> Row | None:
    """Return the first and the last day of a row; None where the row is rejected for them."""
    joins, leaves = _day(row[3]), _day(row[4])
    if joins is None or (row[4] and (leaves is None or leaves < joins)):
        return None
    return joins, leaves


@cache
def _day(text: str) -> str | None:
    """Return a plausible day, as ISO writes it; None where a text is none."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day.isoformat() if _EARLIEST <= day <= _LATEST else None


def _is_doubtful(row: Row, held: Row | None) -> bool:
    """Return whether a row is too damaged for a new account, or the account found for it is another's."""
    return _damaged(row[1]) or _damaged(row[2]) if held is None else _another(row, held)


def _damaged(name: str) -> bool:
    """Return whether a name has lost characters, or no letter."""
    return not name.isalpha() and (_LOST.search(name) is not None or not any(map(str.isalpha, name)))


def _another(row: Row, held: Row) -> bool:
    """Return whether an account seems another person's: both names differ, or one and the date of birth."""
    if row[1:3] == held[7:9]:
        return False
    differing = {_folded(name) for name in row[1:3]} - {_folded(name) for name in held[7:9]}
    births_differ = row[7] and held[9] and row[7] != held[9]
    return len(differing) == 2 or bool(differing and births_differ)


def _folded(name: str) -> str:
    return "".join(filter(str.isalpha, anyascii(name))).casefold()


def _journal(
    work: Work, run: int, account: int, who: str, kind: str, what: Row, before: Any, after: Any
) -> None:
    person, asked, by_date = what
    content = f"{json.dumps((kind, person, who, sorted(asked.items())))} {by_date}"
    fingerprint = hashlib.sha256(content.encode()).hexdigest()
    told = json.dumps(before) if before is not None else None
    work.counts[run][kind] += 1
    work.journal.append((run, account, person, who, fingerprint, kind, told, json.dumps(after)))


def _create(
    work: Work, run: int, id_: int, school: str, kind: str, who: str, row: Row, of_class: Row,
    stems: dict[str, int],
) -> None:  # fmt: skip
    surname, forename = row[1], row[2]
    stem = "".join(filter(str.isalpha, anyascii(surname))) + anyascii(forename)[0]
    key = hashlib.blake2b(stem.casefold().encode(), key=work.secret, digest_size=16).hexdigest()
    given = stems[key] = stems.get(key, 0) + 1
    username = f"{stem}{given if given > 1 else ''}@hwbcymru.net"
    after: dict[str, Any] = {}
    if kind == "learner":
        after = {"upn": who, "year_group": of_class[0], "class_name": of_class[1]}
    after |= {
        "status": "active",
        "school": school,
        "released_from": None,
        "surname": surname,
        "forename": forename,
    }
    if kind == "staff":
        after["staff_code"] = who
    upn, code = (who, None) if kind == "learner" else (None, who)
    work.create.append(
        (
            id_,
            kind,
            school,
            username,
            username.casefold(),
            surname,
            forename,
            "active",
            upn,
            code,
            *of_class,
            None,
            row[7],
        )
    )
    _journal(work, run, id_, who, "create", (kind, after, row[3]), None, after)


def _update(work: Work, run: int, who: str, held: Row, of_class: Row) -> None:
    after = {"upn": who, "year_group": of_class[0], "class_name": of_class[1]}
    before = {"upn": held[3], "year_group": held[5], "class_name": held[6]}
    work.update.append((*of_class, who, held[0]))
    _journal(work, run, held[0], who, "update", ("learner", after, ""), before, after)


def _release(work: Work, run: int, school: str, kind: str, who: str, held: Row, leaves: str) -> None:
    asked = {"status": "inactive", "released_from": school}
    before = {"status": "active", "released_from": None, "released_at": None}
    work.release.append(("inactive", school, work.at, held[0]))
    after = asked | {"released_at": str(work.at)}
    _journal(work, run, held[0], who, "release", (kind, asked, leaves), before, after)


def _match(work: Work, run: int, school: str, who: str, held: Row, of_class: Row, joins: str) -> None:
    asked = {
        "upn": who, "year_group": of_class[0], "class_name": of_class[1],
        "status": "active", "school": school, "released_from": None,
    }  # fmt: skip
    stamps = {"released_at": None, "arrived_from": held[1], "arrived_at": str(work.at)}
    before = {
        "upn": who, "year_group": held[5], "class_name": held[6], "status": "inactive", "school": held[1],
        "released_from": held[1], "released_at": str(work.at), "arrived_from": None, "arrived_at": None,
    }  # fmt: skip
    work.match.append((*of_class, school, "active", None, None, held[1], work.at, held[0]))
    _journal(work, run, held[0], who, "match", ("learner", asked, joins), before, asked | stamps)


def moment(text: str) -> datetime:
    """Return a moment from its ISO form, in UTC."""
    return datetime.fromisoformat(text).astimezone(UTC)
