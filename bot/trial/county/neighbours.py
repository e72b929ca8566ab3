"""The county as two authorities, each with a Slack workspace of its own: `hwb trial --workspaces 2`.

The schools that go on to Dyffryn Eirlys are the neighbour's; their numbers stay as they were. The people of
the two workspaces have equal ids, and are different people.
"""

from dataclasses import dataclass, replace

from bot.trial.county.overview import County
from bot.trial.county.people import (
    DAFYDD,
    ELERI,
    GRANTS,
    GWENNO,
    HEULWEN,
    MAIR,
    OWAIN,
    PEOPLE,
    RHUN,
    SIAN,
    TOMOS,
    CountyGrant,
    CountyPerson,
)
from bot.trial.county.schools import (
    AUTHORITY,
    BRO_ALARCH,
    BROR_WENNOL,
    CAER_EHEDYDD,
    DYFFRYN_EIRLYS,
    PENRHYN_GWYN,
    SANTES_EURGAN,
    SCHOOLS,
    CountySchool,
)
from bot.trial.county.seeding import open_with
from knowledge.texts import Bilingual
from provisioning.runs.dependencies import Provisioning

SECOND_AUTHORITY = "661"
_CONTACT = ("local-authority", "darparu@glyneirlys.example, 01632 960661")
_SECOND = frozenset({DYFFRYN_EIRLYS, PENRHYN_GWYN, CAER_EHEDYDD, SANTES_EURGAN, BROR_WENNOL})


@dataclass(frozen=True)
class Neighbour:
    """An authority with its Slack workspace: its schools' numbers, its people and their roles there."""

    team: str
    name: str
    authority: str
    schools: frozenset[str]
    people: tuple[CountyPerson, ...]
    grants: tuple[CountyGrant, ...]

    def part_of(self, county: County) -> County:
        """Return what there is of `county` here: its plants that people here may ask of and mend."""
        edits = tuple(edit for edit in county.edits if edit.school in self.schools)
        mended_here = {None, *(edit.id for edit in edits)}
        plants = tuple(
            plant
            for plant in county.plants
            if plant.school in self.schools
            and plant.edit in mended_here
            and any(
                grant.user == plant.person and self._is_over(grant, plant.school) for grant in self.grants
            )
        )
        return replace(county, people=self.people, grants=self.grants, plants=plants, edits=edits)

    def _is_over(self, grant: CountyGrant, school: str) -> bool:
        return grant.scope in (school, self.authority, "*")


def _of_authority(here: CountySchool) -> CountySchool:
    """Return a school as its authority has it."""
    if here.number not in _SECOND:
        return here
    managed = _CONTACT if here.managed[0] == "local-authority" else here.managed
    return replace(here, authority=SECOND_AUTHORITY, managed=managed)


SCHOOLS_OF_BOTH = tuple(_of_authority(school) for school in SCHOOLS)


def share_out(provisioning: Provisioning) -> None:
    """Give the neighbour its schools, in a county that has been seeded."""
    open_with(provisioning, SCHOOLS_OF_BOTH)


def _managed(authority: str) -> tuple[CountyGrant, ...]:
    return tuple(
        CountyGrant(DAFYDD, "provisioning-manager", school.number)
        for school in SCHOOLS_OF_BOTH
        if school.authority == authority and school.managed[0] == "local-authority"
    )


def _person(
    id_: str, name: str, real_name: str, title: tuple[str, str], locale: str, place: str
) -> CountyPerson:
    return CountyPerson(id_, name, real_name, Bilingual(*title), locale, f"{name}@{place}.example")


_ELIN = _person(
    ELERI,
    "elin",
    "Elin Brwynog",
    ("MIS administrator, Bro Alarch High School", "Gweinyddwr MIS, Ysgol Uwchradd Bro Alarch"),
    "en-GB",
    "broalarch",
)
_SECOND_PEOPLE = (
    _person(
        MAIR,
        "macsen",
        "Macsen Tudur-Wyn",
        ("MIS administrator, Penrhyn Gwyn Community School", "Gweinyddwr MIS, Ysgol Gymuned Penrhyn Gwyn"),
        "cy-GB",
        "penrhyngwyn",
    ),
    _person(
        GWENNO,
        "lowri",
        "Lowri Penmaen",
        (
            "Digital Champion, Dyffryn Eirlys Comprehensive School",
            "Pencampwr Digidol, Ysgol Gyfun Dyffryn Eirlys",
        ),
        "en-GB",
        "dyffryneirlys",
    ),
    _person(
        DAFYDD,
        "ifan",
        "Ifan Llwyd-Gethin",
        ("Provisioning manager, local authority", "Rheolwr darparu, awdurdod lleol"),
        "cy-GB",
        "glyneirlys",
    ),
    _person(
        SIAN,
        "nerys",
        "Nerys Cadwaladr",
        ("Digital learning officer, local authority", "Swyddog dysgu digidol, awdurdod lleol"),
        "en-GB",
        "glyneirlys",
    ),
    _person(
        OWAIN,
        "bleddyn",
        "Bleddyn Roch",
        ("Teacher, without a role in the bot", "Athro, heb rôl yn y bot"),
        "en-GB",
        "caerehedydd",
    ),
    next(person for person in PEOPLE if person.id == ELERI),
    _person(
        TOMOS,
        "tegwen",
        "Tegwen Aur",
        ("Looks after the bot", "Yn gofalu am y bot"),
        "en-GB",
        "glyneirlys",
    ),
)

NEIGHBOURS = (
    Neighbour(
        "T01MEILLION",
        "Ynys Meillion",
        AUTHORITY,
        frozenset(school.number for school in SCHOOLS) - _SECOND,
        tuple(
            _ELIN if person.id == ELERI else person for person in PEOPLE if person.id not in (HEULWEN, RHUN)
        ),
        (
            *(grant for grant in GRANTS if grant.user not in (DAFYDD, ELERI, HEULWEN)),
            *_managed(AUTHORITY),
            CountyGrant(ELERI, "mis-administrator", BRO_ALARCH),
        ),
    ),
    Neighbour(
        "T02EIRLYS",
        "Glyn Eirlys",
        SECOND_AUTHORITY,
        _SECOND,
        _SECOND_PEOPLE,
        (
            CountyGrant(MAIR, "mis-administrator", PENRHYN_GWYN),
            CountyGrant(GWENNO, "digital-champion", DYFFRYN_EIRLYS),
            *_managed(SECOND_AUTHORITY),
            CountyGrant(SIAN, "local-authority", SECOND_AUTHORITY),
            CountyGrant(ELERI, "mis-administrator", DYFFRYN_EIRLYS),
            CountyGrant(TOMOS, "administrator", "*"),
        ),
    ),
)
