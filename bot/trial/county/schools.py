"""The thirteen schools of the county: a real authority's code, with invented numbers and names."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.texts import Bilingual

AUTHORITY = "660"

BRYN_BABANOD = "6602901"
BRYN_IAU = "6602902"
LLANFEILLION = "6602903"
PENRHYN_GWYN = "6602904"
CAER_EHEDYDD = "6602905"
PORTH_HALLT = "6602906"
RHYD_Y_GWYLANOD = "6602907"
TRAETH_ARIAN = "6602908"
SANTES_EURGAN = "6603909"
BRO_ALARCH = "6604911"
DYFFRYN_EIRLYS = "6604912"
BROR_WENNOL = "6605913"
GILFACH_DAWEL = "6607914"

_ALL_YEARS = ("N2", "R", *(str(number) for number in range(1, 14)))
_BY_AUTHORITY = ("local-authority", "darparu@ynysmeillion.example, 01632 960660")


def _years(first: str, last: str) -> tuple[str, ...]:
    return _ALL_YEARS[_ALL_YEARS.index(first) : _ALL_YEARS.index(last) + 1]


_LIST_COLUMNS = (
    "number",
    "name",
    "name_cy",
    "local_authority",
    "phase",
    "final_year",
    "provisioning_managed_by",
    "provisioning_contact",
    "source",
)


@dataclass(frozen=True)
class CountySchool:
    """A made-up school.

    `cohort` learners a year; classes are a pattern and the names that go into it; `goes_on_to` is where
    its final year goes; `source` is the format in which its office exports, `style` how; OneRoster has its
    own style.
    """

    number: str
    name: Bilingual
    phase: str
    years: tuple[str, ...]
    cohort: int
    staff: int
    pattern: str
    names: tuple[str, ...]
    style: str
    goes_on_to: str | None = None
    managed: tuple[str, str] = _BY_AUTHORITY
    source: str = "csv"
    authority: str = AUTHORITY

    @property
    def final_year(self) -> str:
        """The year group after which learners leave."""
        return self.years[-1]

    def class_of(self, upn: str, year_group: str) -> str:
        """Return the class of a learner by the serial of `upn`, so that a form stays together for years."""
        if "{year}" not in self.pattern:
            return self.pattern.format(name=self.names[self.years.index(year_group) % len(self.names)])
        name = self.names[int(upn[10:12]) % len(self.names)]
        return self.pattern.format(year=year_group, name=name)


_TREES = ("Derwen", "Onnen", "Bedwen", "Helyg", "Celyn", "Ywen", "Criafol", "Masarn")
_BIRDS = ("Dryw", "Titw", "Robin", "Gwennol", "Drudwen", "Bronfraith", "Ehedydd", "Barcud")

SCHOOLS = (
    CountySchool(
        BRYN_BABANOD,
        Bilingual("Bryn Meillion Infant School", "Ysgol Babanod Bryn Meillion"),
        "infant",
        _years("N2", "2"),
        40,
        12,
        "Dosbarth {name}",
        ("Coch", "Melyn", "Gwyrdd", "Glas"),
        "plain",
        BRYN_IAU,
    ),
    CountySchool(
        BRYN_IAU,
        Bilingual("Bryn Meillion Junior School", "Ysgol Iau Bryn Meillion"),
        "junior",
        _years("3", "6"),
        40,
        14,
        "{year} {name}",
        ("Haul", "Lloer"),
        "sims",
        BRO_ALARCH,
    ),
    CountySchool(
        LLANFEILLION,
        Bilingual("Llanfeillion Primary School", "Ysgol Gynradd Llanfeillion"),
        "primary",
        _years("N2", "6"),
        26,
        18,
        "Dosbarth {name}",
        _TREES,
        "sims",
        BRO_ALARCH,
    ),
    CountySchool(
        PENRHYN_GWYN,
        Bilingual("Penrhyn Gwyn Community School", "Ysgol Gymuned Penrhyn Gwyn"),
        "primary",
        _years("N2", "6"),
        30,
        20,
        "{year} {name}",
        ("Gwylan", "Pâl"),
        "tabs",
        DYFFRYN_EIRLYS,
    ),
    CountySchool(
        CAER_EHEDYDD,
        Bilingual("Ysgol Cae'r Ehedydd", "Ysgol Cae'r Ehedydd"),
        "primary",
        _years("N2", "6"),
        20,
        15,
        "Dosbarth {name}",
        _BIRDS,
        "windows",
        DYFFRYN_EIRLYS,
    ),
    CountySchool(
        PORTH_HALLT,
        Bilingual("Porth Hallt Primary School", "Ysgol Gynradd Porth Hallt"),
        "primary",
        _years("N2", "6"),
        22,
        16,
        "Dosbarth {name}",
        ("Cragen", "Cranc", "Morlo", "Gwymon", "Tywod", "Ewyn", "Goleudy", "Angor"),
        "short",
        BRO_ALARCH,
        ("third-party", "cymorth@tonnautg.example, 01632 960606"),
    ),
    CountySchool(
        RHYD_Y_GWYLANOD,
        Bilingual("Ysgol Rhyd-y-gwylanod", "Ysgol Rhyd-y-gwylanod"),
        "primary",
        _years("R", "6"),
        24,
        15,
        "Dosbarth {name}",
        _TREES,
        "plain",
        BRO_ALARCH,
    ),
    CountySchool(
        TRAETH_ARIAN,
        Bilingual("Ysgol Gymraeg Traeth Arian", "Ysgol Gymraeg Traeth Arian"),
        "primary",
        _years("N2", "6"),
        14,
        8,
        "Dosbarth {name}",
        _BIRDS,
        "plain",
    ),
    CountySchool(
        SANTES_EURGAN,
        Bilingual(
            "St Eurgan's Church in Wales Primary School", "Ysgol Gynradd yr Eglwys yng Nghymru Santes Eurgan"
        ),
        "primary",
        _years("R", "6"),
        24,
        16,
        "{name} Class",
        ("Oak", "Ash", "Birch", "Willow", "Holly", "Yew", "Rowan"),
        "sims",
        DYFFRYN_EIRLYS,
    ),
    CountySchool(
        BRO_ALARCH,
        Bilingual("Bro Alarch High School", "Ysgol Uwchradd Bro Alarch"),
        "secondary",
        _years("7", "13"),
        112,
        62,
        "{year}{name}",
        ("A", "L", "R", "C"),
        "sims",
        None,
        ("school", "rhwydwaith@broalarch.example, 01632 960911"),
    ),
    CountySchool(
        DYFFRYN_EIRLYS,
        Bilingual("Dyffryn Eirlys Comprehensive School", "Ysgol Gyfun Dyffryn Eirlys"),
        "secondary",
        _years("7", "13"),
        78,
        48,
        "{year}{name}",
        ("E", "I", "R"),
        "full",
    ),
    CountySchool(
        BROR_WENNOL,
        Bilingual("Ysgol Bro'r Wennol", "Ysgol Bro'r Wennol"),
        "middle",
        _years("N2", "11"),
        32,
        40,
        "{year}{name}",
        ("B", "W"),
        "full",
        DYFFRYN_EIRLYS,
        source="oneroster",
    ),
    CountySchool(
        GILFACH_DAWEL,
        Bilingual("Ysgol y Gilfach Dawel", "Ysgol y Gilfach Dawel"),
        "special",
        _years("R", "13"),
        5,
        22,
        "Dosbarth {name}",
        ("Enfys", "Seren", "Cwmwl", "Awel", "Gwlith"),
        "full",
        source="xlsx",
    ),
)


def school(number: str) -> CountySchool:
    """Return a school of the county by its number."""
    return next(school for school in SCHOOLS if school.number == number)


def school_list(schools: Sequence[CountySchool] = SCHOOLS) -> bytes:
    """Return the county's `schools.csv`."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_LIST_COLUMNS)
    for school in schools:
        writer.writerow(
            (
                school.number,
                school.name.en,
                school.name.cy,
                school.authority,
                school.phase,
                school.final_year,
                *school.managed,
                school.source,
            )
        )
    return text.getvalue().encode()
