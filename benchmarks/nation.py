"""A made-up nation of any size and its summer, without randomness.

Seven schools make a cluster: six primaries, and the secondary that their Year 6 goes to. A nation of 1,500
schools has 470,000 learners and 50,000 staff. Every person follows from a number.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from provisioning.upn import check_letter

PRIMARIES = 6
IN_PRIMARY_YEAR, IN_SECONDARY_YEAR = 28, 28 * PRIMARIES
SIXTH_FORM = {12: 100, 13: 80}
PRIMARY_STAFF, SECONDARY_STAFF = 20, 114
MOVES_ONE_IN = 10
"""Of the staff, this share goes to the next school in summer."""
MOVE_LATER = 50
"""In later summers only some of so many staff go: few come to a secondary, which would be left small."""

JULY, SEPTEMBER = 2026, 2027
"""The rollover years that the extracts before and after the summer belong to."""

LEARNERS = (
    "upn",
    "legal_surname",
    "legal_forename",
    "admission_date",
    "leaving_date",
    "year_group",
    "class",
    "admission_number",
    "date_of_birth",
)
STAFF = ("staff_code", "legal_surname", "legal_forename", "start_date", "leaving_date", "swac_role", "email")
SCHOOLS = (
    "number",
    "name",
    "name_cy",
    "local_authority",
    "phase",
    "final_year",
    "provisioning_managed_by",
    "provisioning_contact",
)

_FORENAMES = """
Aled Alys Bedwyr Beca Cadi Caleb Dafydd Efa Elin Emrys Ffion Gethin Glain Gwen Hari Huw Ifan Ioan Jac
Lowri Mali Megan Nansi Nel Osian Owain Rhys Sara Tomos Twm Wil Zara Oliver Amelia Noah Isla Yusuf Maja
"""
_SURNAMES = """
Jones Davies Williams Evans Thomas Roberts Lewis Hughes Morgan Griffiths Edwards Owen James Rees Price
Morris Phillips Jenkins Harris Richards Lloyd Powell Parry Watkins Ellis Khan Nowak Smith Taylor Bevan
"""


@dataclass(frozen=True)
class NationSchool:
    """A school by its place in the nation: `index` counts all schools, the seventh of seven is secondary."""

    index: int

    @property
    def secondary(self) -> bool:
        """Whether it is the secondary of its cluster."""
        return self.index % (PRIMARIES + 1) == PRIMARIES

    @property
    def number(self) -> str:
        """The 7-digit DfES number."""
        authority, place = self.index % 22, self.index // 22
        return f"{660 + authority}{(4000 if self.secondary else 2000) + place}"

    @property
    def years(self) -> range:
        """Its year groups, Reception being 0."""
        return range(7, 14) if self.secondary else range(7)

    @property
    def staff(self) -> int:
        """How many staff it has."""
        return SECONDARY_STAFF if self.secondary else PRIMARY_STAFF


def places(schools: int) -> list[NationSchool]:
    """Return all schools of a nation."""
    return [NationSchool(index) for index in range(schools)]


def write(folder: Path, schools: int) -> None:
    """Write the nation: `schools.csv`, and the extracts before (`july`) and after (`september`) summer."""
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "schools.csv", SCHOOLS, map(_school_row, places(schools)))
    for place in places(schools):
        home = folder / "july" / place.number
        _write(home / "learners.csv", LEARNERS, _before(place))
        _write(home / "staff.csv", STAFF, _staff_before(place))
        write_summer(folder / "september", place, schools, JULY)


def write_summers(folder: Path, schools: int, summers: Iterable[int]) -> None:
    """Write the nation, and its extracts after each of `summers` in a folder of the year's name."""
    write(folder, schools)
    for summer in summers:
        for place in places(schools):
            write_summer(folder / str(summer), place, schools, summer)


def write_summer(folder: Path, place: NationSchool, schools: int, year: int) -> None:
    """Write a school's extracts after the summer of `year`: its leavers have their dates, with the intake."""
    home = folder / place.number
    _write(home / "learners.csv", LEARNERS, _after(place, schools, year))
    _write(home / "staff.csv", STAFF, _staff_after(place, schools, year))


def write_new_classes(folder: Path, place: NationSchool, schools: int) -> None:
    """Write a school's September extract with all learners in a new class."""
    rows = ((*row[:6], f"{row[6]}x", *row[7:]) for row in _after(place, schools, JULY))
    home = folder / place.number
    _write(home / "learners.csv", LEARNERS, rows)
    _write(home / "staff.csv", STAFF, _staff_after(place, schools, JULY))


def _write(path: Path, header: Sequence[str], rows: Iterable[tuple[str, ...]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)


def _school_row(place: NationSchool) -> tuple[str, ...]:
    final = "13" if place.secondary else "6"
    phase = "secondary" if place.secondary else "primary"
    name = f"School {place.index}"
    return (place.number, name, f"Ysgol {place.index}", place.number[:3], phase, final, "school", "")


def _before(place: NationSchool) -> Iterator[tuple[str, ...]]:
    for year in place.years:
        for seat in range(_size(year)):
            yield _learner(place, year, seat, JULY)


def _after(place: NationSchool, schools: int, year: int) -> Iterator[tuple[str, ...]]:
    """Yield the learners after the summer of `year`; the year's leavers have their leaving dates."""
    left = f"{year}-08-31"
    for group in place.years:
        stay = _size(group + 1) if group + 1 in place.years else 0
        for seat in range(_size(group)):
            row = _enrolled(place, group, seat, year, moved_up=seat < stay)
            yield row if seat < stay else (*row[:4], left, *row[5:])
    for seat in range(_size(place.years[0])):
        yield _enrolled(place, place.years[0], seat, year + 1)


def _enrolled(
    place: NationSchool, group: int, seat: int, year: int, *, moved_up: bool = False
) -> tuple[str, ...]:
    """Return a learner who is in a year group until the summer of `year`.

    Those of a secondary who began there since the first summer come from the primaries of its cluster.
    """
    began = year - 1 - group + place.years[0]
    if not place.secondary or began < JULY:
        return _learner(place, group, seat, year, moved_up=moved_up)
    primary = NationSchool(place.index - PRIMARIES + seat // IN_PRIMARY_YEAR)
    number, shown = seat % IN_PRIMARY_YEAR, group + moved_up
    upn, surname, forename, *_, birth = _learner(primary, 6, number, began)
    admission = str(primary.index * 100 + number)
    return upn, surname, forename, f"{began}-09-01", "", str(shown), _class(shown, number), admission, birth


def _size(year: int) -> int:
    if year <= 6:
        return IN_PRIMARY_YEAR
    return SIXTH_FORM.get(year, IN_SECONDARY_YEAR)


def _learner(
    place: NationSchool, year: int, seat: int, rollover: int, *, moved_up: bool = False
) -> tuple[str, ...]:
    entry = rollover - 1 - year + (7 if place.secondary else 0)
    born = date(rollover - 5 - year, 1 + seat % 8, 1 + seat % 28)
    shown = year + moved_up
    name = place.index * 7919 + entry * 613 + seat
    return (
        _upn(place.number, entry, seat),
        *_name(name),
        f"{entry}-09-01",
        "",
        "R" if shown == 0 else str(shown),
        _class(shown, seat),
        str(entry * 1000 + seat),
        born.isoformat(),
    )


def _upn(school: str, entry: int, seat: int) -> str:
    body = f"{school}{entry % 100:02d}{seat:03d}"
    return check_letter(body) + body


def _class(year: int, seat: int) -> str:
    return f"{year}{'ABCDEF'[seat // 28 % 6]}"


def _name(number: int) -> tuple[str, str]:
    forenames, surnames = _words(_FORENAMES), _words(_SURNAMES)
    number, first = divmod(number, len(forenames))
    number, last = divmod(number, len(surnames))
    surname = surnames[last] if number % 3 else f"{surnames[last]}-{surnames[number % len(surnames)]}"
    return surname, forenames[first]


@cache
def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _staff_before(place: NationSchool) -> Iterator[tuple[str, ...]]:
    return (_member(place, seat) for seat in range(place.staff))


def _staff_after(place: NationSchool, schools: int, year: int) -> Iterator[tuple[str, ...]]:
    """Yield the staff after the summer of `year`: a tenth goes in the first, some in each of nine others."""
    for seat in range(place.staff):
        goes, stays = JULY + seat % MOVES_ONE_IN, seat >= MOVE_LATER and seat % MOVES_ONE_IN > 0
        row = _member(place, seat)
        if stays or goes > year:
            yield row
        elif goes == year:
            yield (*row[:4], f"{year}-08-31", *row[5:])
    previous = NationSchool((place.index - 1) % schools)
    # A small school takes on at most a quarter as many as it has: more would be held for a decision.
    for summer in range(JULY, year + 1):
        for seat in range(summer - JULY, previous.staff, MOVES_ONE_IN)[: max(4, place.staff // 4)]:
            _, surname, forename, *_ = _member(previous, seat)
            yield f"N{seat:03d}", surname, forename, f"{summer}-09-01", "", "Classroom Teacher", ""


def _member(place: NationSchool, seat: int) -> tuple[str, ...]:
    surname, forename = _name(place.index * 104729 + seat * 31)
    return f"T{seat:03d}", surname, forename, f"{2010 + seat % 15}-09-01", "", "Classroom Teacher", ""


@cache
def learners_of(place: NationSchool) -> tuple[str, ...]:
    """Return the UPNs of a school in July."""
    return tuple(row[0] for row in _before(place))


def in_first_year(place: NationSchool, summer: int) -> str:
    """Return the UPN of a learner whom a school admitted after a summer."""
    return _enrolled(place, place.years[0], 0, summer + 1)[0]
