"""What OneRoster and School Data Sync have in common: people by what they are enrolled in, and when."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from provisioning.errors import ExtractProblem
from provisioning.rules import BETWEEN_STAYS
from provisioning.sources.rows import Place, read_date

STUDENT = "student"
_PARTS_OF_A_SCHOOL = frozenset({"department", "division", "program", "campus"})
_NEVER = "9999"
_SOON = timedelta(days=14)
"""So long before a change of class, or of stay, the next one counts; no setting changes it."""


class CellValue(NamedTuple):
    """A value and the cell that it stands in; blank where no cell gives it."""

    value: str = ""
    place: Place | None = None


class SessionSpan(NamedTuple):
    """When a session, or all sessions of a class together, begin and end; blank where that is not known."""

    begin: str = ""
    end: str = ""


class EnrolmentSpan(NamedTuple):
    """Time spent in a role or a class (`of` is its id); blank dates are not known or still to come.

    Dates are as `iso` writes them; `term` is that of the session that the role or class belongs to, `side`
    the learners' or the others' in it.
    """

    of: str
    begin: str
    end: str
    place: Place
    term: SessionSpan = SessionSpan()
    side: str = ""

    @property
    def began(self) -> str:
        """The day on which it began, or else its session."""
        return self.begin or self.term.begin

    @property
    def until(self) -> str:
        """The day until which it lasts, or else its session."""
        return self.end or self.term.end or _NEVER


class Org(NamedTuple):
    """An organisation: its id, number and type, and the id of the organisation above it."""

    id: str
    number: str
    type: str
    above: str


class Sessions(NamedTuple):
    """The sessions of an export: the term of each by its id, and those that are school years."""

    terms: Mapping[str, SessionSpan] = {}
    years: Sequence[SessionSpan] = ()

    def of(self, ids: Iterable[str]) -> SessionSpan:
        """Return the term from the first day of the sessions `ids` to the last, by those that are known."""
        terms = [self.terms[id_] for id_ in ids if id_ in self.terms]
        return SessionSpan(
            min((term.begin for term in terms if term.begin), default=""),
            max((term.end for term in terms), default=""),
        )


def listed(cell: str) -> list[str]:
    """Return the values of a cell that holds several, divided by commas."""
    return [value.strip() for value in cell.split(",") if value.strip()]


def iso(value: str) -> str:
    """Return a date as it sorts, or the value as it stands where it is none.

    The standards write dates as `2026-09-01`, some programs as `20260901`; a time of day is cut off.
    """
    compact = value[:8]
    if compact.isdecimal() and value[8:9] in ("", "T"):
        value = f"{compact[:4]}-{compact[4:6]}-{compact[6:]}"
    day = read_date(value) or read_date(value[:10])
    return day.isoformat() if day else value


def readable(value: str) -> bool:
    """Return whether a value that `iso` has written is a date."""
    return read_date(value) is not None


def school_orgs(school: str, orgs: Sequence[Org], file: str) -> set[str]:
    """Return the ids of a school's organisation and of its own parts, such as departments.

    The organisation above it and schools below it are left out: records belong to the school that they name.
    A school that is not among `orgs` raises `ExtractProblem`.
    """
    found = (
        [org for org in orgs if _digits(org.number) == school]
        or [org for org in orgs if _digits(org.id) == school]
    )  # fmt: skip
    if not found:
        raise ExtractProblem("extract-no-school", file=file, school=school)
    under: defaultdict[str, list[Org]] = defaultdict(list)
    for org in orgs:
        under[org.above].append(org)
    waiting = [org for org in found if org.type.casefold() == "school"] or found
    ids: set[str] = set()
    while waiting:
        org = waiting.pop()
        if org.id not in ids:
            ids.add(org.id)
            waiting += [part for part in under[org.id] if _is_part(part)]
    return ids


def _is_part(org: Org) -> bool:
    return org.type.casefold() in _PARTS_OF_A_SCHOOL or not (org.type or org.number)


def earliest(values: Iterable[CellValue]) -> CellValue:
    """Return the earliest of some dates.

    A date that can't be read comes first, so that its row is rejected.
    """
    known = [date_ for date_ in values if date_.value]
    return min(known, key=lambda date_: (readable(date_.value), date_.value), default=CellValue())


def latest_stay(spans: Iterable[EnrolmentSpan]) -> list[EnrolmentSpan]:
    """Return the spans of a person's latest stay, which begins after more than `BETWEEN_STAYS` without any.

    It is all of them where no such gap is known. Of a span whose beginning is not known nothing can be told;
    one whose beginning can't be read stays, so that it is reported.
    """
    spans = list(spans)
    stay: list[EnrolmentSpan] = []
    until = date.min
    for span in sorted((span for span in spans if readable(span.began)), key=lambda span: span.began):
        if stay and date.fromisoformat(span.began) - until > BETWEEN_STAYS:
            stay, until = [], date.min
        stay.append(span)
        until = max(until, date.fromisoformat(span.until) if readable(span.until) else date.max)
    unreadable = [span for span in spans if span.began and not readable(span.began)]
    return [*stay, *unreadable]


def side(word: str) -> str:
    """Return whether a role word is a learner's or another's.

    Learners' ends are compared with learners' first.
    """
    return STUDENT if word.casefold() in (STUDENT, "") else "staff"


class Peers:
    """When all spans in a role or class end, which tells whether one of them ends before the others."""

    def __init__(self, spans: Iterable[EnrolmentSpan], sessions: Sessions) -> None:
        self._ends: defaultdict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
        self._year_ends = {term.end for term in sessions.years if term.end}
        for span in spans:
            for group in _groups(span):
                self._ends[group][span.end or _NEVER] += 1

    def with_session(self, span: EnrolmentSpan) -> bool:
        """Return whether a span ends only because its session does.

        One without a session does where it ends with a school year, or with others and before none.
        """
        if not readable(span.end):
            return False
        if span.term.end:
            return span.end >= span.term.end
        ends = [self._ends[group] for group in _groups(span)]
        with_others = any(some[span.end] > 1 and span.end >= max(some) for some in ends)
        return span.end in self._year_ends or with_others


def _groups(span: EnrolmentSpan) -> tuple[tuple[str, ...], ...]:
    """Return the groups with which a span is compared: its side of the class, and the whole class."""
    return (span.of, span.side), (span.of,)


def last_end(spans: Sequence[EnrolmentSpan]) -> CellValue:
    """Return the latest end where every span has one.

    An end that can't be read comes first, so that it is reported.
    """
    if not spans or not all(span.end for span in spans):
        return CellValue()
    last = max(spans, key=lambda span: (not readable(span.end), span.end))
    return CellValue(last.end, last.place)


def leaving(spans: Sequence[EnrolmentSpan], peers: Peers) -> CellValue:
    """Return the leaving date: the latest end, unless a span that ends then does so with its session."""
    last = last_end(spans)
    with_session = any(span.end == last.value and peers.with_session(span) for span in spans)
    return CellValue() if with_session else last


def joined(start: CellValue, left: CellValue) -> CellValue:
    """Return the start, but never after the leaving date where either is only inferred and stands in no cell.

    Otherwise the record of a person who has left would seem to contradict itself.
    """
    inferred = start.place is None or left.place is None
    dates = readable(start.value) and readable(left.value)
    return CellValue(left.value) if inferred and dates and left.value < start.value else start


def current(spans: Sequence[EnrolmentSpan], day: date) -> list[EnrolmentSpan]:
    """Return the spans in which a person is on `day`; several where nothing tells which counts.

    Of those that have begun, or will within `_SOON`, those that last; of these, those that began last.
    """
    soon, today = (day + _SOON).isoformat(), day.isoformat()
    begun = [span for span in spans if not readable(span.began) or span.began <= soon] or list(spans)

    def order(span: EnrolmentSpan) -> tuple[bool, str, str]:
        return span.until >= today, span.began, span.until

    best = max(map(order, begun), default=None)
    return [span for span in begun if order(span) == best]


def _digits(number: str) -> str:
    """Return a school number as it is compared: `680/9903` and `680-9903` are 6809903."""
    return "".join(character for character in number if character not in "/- ")
