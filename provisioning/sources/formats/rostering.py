"""What OneRoster and School Data Sync have in common: people by what they are enrolled in, and when."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from provisioning.errors import ExtractProblem
from provisioning.sources.rows import read_date

STUDENT = "student"


class EnrolmentSpan(NamedTuple):
    """Time spent in a role or a class (`of` is its id); blank dates are not known or still to come."""

    of: str
    begin: str
    end: str


def listed(cell: str) -> list[str]:
    """The values of a cell that holds several, divided by commas."""
    return [value.strip() for value in cell.split(",") if value.strip()]


def iso(value: str) -> str:
    """A date as it sorts; a time of day is cut off, since the standards have both."""
    day = read_date(value[:10])
    return day.isoformat() if day else value


def family(school: str, orgs: Iterable[tuple[str, str, str]], file: str) -> set[str]:
    """The ids of a school's organisation and of those under it, such as departments.

    `orgs` are (id, number, id of the one above); a school that is not among them raises `ExtractProblem`.
    """
    under: defaultdict[str, list[str]] = defaultdict(list)
    waiting: list[str] = []
    for org, number, above in orgs:
        under[above].append(org)
        if school in (_digits(number), _digits(org)):
            waiting.append(org)
    if not waiting:
        raise ExtractProblem("extract-no-school", file=file, school=school)
    found: set[str] = set()
    while waiting:
        org = waiting.pop()
        if org not in found:
            found.add(org)
            waiting += under[org]
    return found


def earliest(dates: Iterable[str]) -> str:
    """The earliest of some dates; one that can't be read goes before all, so that its row is rejected."""
    known = [iso(day) for day in dates if day]
    return next((day for day in known if read_date(day) is None), min(known, default=""))


def latest(dates: Iterable[str]) -> str:
    """The latest of some dates; one that can't be read goes before all, so that its row is rejected."""
    known = [iso(day) for day in dates if day]
    return next((day for day in known if read_date(day) is None), max(known, default=""))


def ended(spans: Sequence[EnrolmentSpan]) -> bool:
    """Whether there were spans and every one of them has an end."""
    return bool(spans) and all(span.end for span in spans)


def newest(spans: Iterable[EnrolmentSpan]) -> EnrolmentSpan | None:
    """The span that tells how things stand: one without an end, then that which began, or ended, last."""
    return max(spans, key=lambda span: (not span.end, iso(span.begin), iso(span.end)), default=None)


def _digits(number: str) -> str:
    """A school number as it is compared: `680/9903` and `680-9903` are 6809903."""
    return "".join(character for character in number if character not in "/- ")
