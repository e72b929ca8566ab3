"""The made-up people of the trial, and what each of them may see and do."""

from dataclasses import dataclass

from bot.trial.county.schools import (
    AUTHORITY,
    BRO_ALARCH,
    BRYN_BABANOD,
    BRYN_IAU,
    DYFFRYN_EIRLYS,
    RHYD_Y_GWYLANOD,
    SCHOOLS,
)
from knowledge.texts import Bilingual


@dataclass(frozen=True)
class CountyPerson:
    """A person whom a visitor of the trial can act as; `locale` as Slack gives it."""

    id: str
    name: str
    real_name: str
    title: Bilingual
    locale: str
    email: str


@dataclass(frozen=True)
class CountyGrant:
    """A person's role over a scope: a school's number, an authority's code, or `*` for all."""

    user: str
    role: str
    scope: str

    def covers(self, school: str) -> bool:
        """Return whether a school lies within the scope."""
        return self.scope in (school, school[:3], "*")


MAIR, GWENNO, DAFYDD = "U01MAIR", "U02GWENNO", "U03DAFYDD"
SIAN, OWAIN, ELERI, TOMOS = "U04SIAN", "U05OWAIN", "U06ELERI", "U07TOMOS"
HEULWEN, RHUN = "U08HEULWEN", "U09RHUN"

PEOPLE = (
    CountyPerson(
        MAIR,
        "mair",
        "Mair Wyn Prydderch",
        Bilingual("Digital Champion, Bro Alarch High School", "Pencampwr Digidol, Ysgol Uwchradd Bro Alarch"),
        "en-GB",
        "mair@broalarch.example",
    ),
    CountyPerson(
        GWENNO,
        "gwenno",
        "Gwenno Tŷgwyn",
        Bilingual("Digital Champion, Ysgol Rhyd-y-gwylanod", "Pencampwr Digidol, Ysgol Rhyd-y-gwylanod"),
        "cy-GB",
        "gwenno@rhydygwylanod.example",
    ),
    CountyPerson(
        DAFYDD,
        "dafydd",
        "Dafydd ap Siencyn",
        Bilingual("Provisioning manager, local authority", "Rheolwr darparu, awdurdod lleol"),
        "en-GB",
        "dafydd@ynysmeillion.example",
    ),
    CountyPerson(
        SIAN,
        "sian",
        "Siân Gŵyr",
        Bilingual("Digital learning officer, local authority", "Swyddog dysgu digidol, awdurdod lleol"),
        "en-GB",
        "sian@ynysmeillion.example",
    ),
    CountyPerson(
        OWAIN,
        "owain",
        "Owain Meredydd-Bebb",
        Bilingual("Service Desk", "Desg Wasanaeth"),
        "en-GB",
        "owain@desg.example",
    ),
    CountyPerson(
        ELERI,
        "eleri",
        "Eleri Nanmor",
        Bilingual(
            "MIS administrator, Dyffryn Eirlys Comprehensive School",
            "Gweinyddwr MIS, Ysgol Gyfun Dyffryn Eirlys",
        ),
        "cy-GB",
        "eleri@dyffryneirlys.example",
    ),
    CountyPerson(
        TOMOS,
        "tomos",
        "Tomos ab Ynyr",
        Bilingual("Looks after the bot", "Yn gofalu am y bot"),
        "en-GB",
        "tomos@ynysmeillion.example",
    ),
    CountyPerson(
        HEULWEN,
        "heulwen",
        "Heulwen Garthmyl",
        Bilingual(
            "Digital Champion, both Bryn Meillion schools", "Pencampwr Digidol, dwy ysgol Bryn Meillion"
        ),
        "cy-GB",
        "heulwen@brynmeillion.example",
    ),
    CountyPerson(
        RHUN,
        "rhun",
        "Rhun Pantglas",
        Bilingual(
            "Teacher, Bro Alarch High School; without a role in the bot",
            "Athro, Ysgol Uwchradd Bro Alarch; heb rôl yn y bot",
        ),
        "en-GB",
        "rhun@broalarch.example",
    ),
)

DESK, DESK_MEMBERS = "S01DESG", (OWAIN,)
"""The service desk's user group: its members in Slack have its role."""

GRANTS = (
    CountyGrant(MAIR, "digital-champion", BRO_ALARCH),
    CountyGrant(GWENNO, "digital-champion", RHYD_Y_GWYLANOD),
    *(
        CountyGrant(DAFYDD, "provisioning-manager", school.number)
        for school in SCHOOLS
        if school.managed[0] == "local-authority"
    ),
    CountyGrant(SIAN, "local-authority", AUTHORITY),
    CountyGrant(OWAIN, "service-desk", "*"),
    CountyGrant(DESK, "service-desk", "*"),
    CountyGrant(ELERI, "mis-administrator", DYFFRYN_EIRLYS),
    CountyGrant(TOMOS, "administrator", "*"),
    *(CountyGrant(HEULWEN, "digital-champion", number) for number in (BRYN_BABANOD, BRYN_IAU)),
)
