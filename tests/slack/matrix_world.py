"""The world of the matrix: everybody there can be, over one school, and the same furniture at another's.

`OWN` is the school over which everybody has their role, `OTHER` is another local authority's, and
`UNKNOWN` is a number that nobody knows, with things that nobody has.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot import access
from bot.access import EVERYWHERE, Caller, Grant, Role
from bot.alerts.alert import Alert, Key
from bot.alerts.watch import tell
from bot.bootstrap import Services
from bot.desk.case import Asking, Case, Door
from bot.desk.counter import Counter
from bot.desk.triage import Meant
from bot.requests import doing
from bot.requests import store as requests
from bot.requests.wanted import Want
from bot.watching import store as watches
from bot.watching.watch import Watch
from diagnostics.walk import Question
from knowledge.texts import Bilingual, Language, Text
from provisioning import reviews
from provisioning.clock import uk_date
from provisioning.housekeeping import Term
from provisioning.records import RunStatus, School
from provisioning.sources.non_mis import FILE
from provisioning.store import accounts, schools
from tests.builders import BRYN, GLAN, NOW, House, learner, staff_member, upn, write

OWN, OTHER = GLAN, BRYN
UNKNOWN = School("6829999", Bilingual("", ""), "682", "primary", "6", "school", "")
GROUP = "S0MATRIX"
YESTERDAY = uk_date(NOW) - timedelta(days=1)

_SCOPES = {
    Role.LOCAL_AUTHORITY: OWN.local_authority,
    Role.SERVICE_DESK: EVERYWHERE,
    Role.ADMINISTRATOR: EVERYWHERE,
}


@dataclass(frozen=True)
class Column:
    """Somebody who presses, by the grants that they were given, which may not count (any more).

    `crossed`: with all three schools; the others are nobody in further ways, which only their own can show.
    """

    name: str
    user: str
    given: tuple[Grant, ...]
    counts: bool = True
    crossed: bool = True

    @property
    def caller(self) -> Caller:
        """What they are today, by the table in code."""
        return Caller(self.user, self.given if self.counts else ())


def _one_of(role: Role) -> Column:
    user = "U0" + role.replace("-", "").upper()
    return Column(role.value, user, (Grant(user, role, _SCOPES.get(role, OWN.number)),))


def _everything(name: str, user: str, ends_on: date | None = None) -> Column:
    return Column(name, user, (Grant(user, Role.ADMINISTRATOR, EVERYWHERE, ends_on),), False, False)


def _over(scope: str, role: Role, name: str, user: str) -> Column:
    return Column(name, user, (Grant(user, role, scope),))


AT_ONE_SCHOOL = _over(OWN.number, Role.ADMINISTRATOR, "administrator of one school", "U0ONESCHOOL")
OF_ONE_AUTHORITY = _over(OWN.local_authority, Role.SERVICE_DESK, "service desk of one authority", "U0ONEDESK")
STRANGER = Column("stranger", "U0STRANGER", ())
ENDED = _everything("administrator until yesterday", "U0ENDED", YESTERDAY)
LEFT = _everything("administrator who has left Slack", "U0LEFT")
GUEST = _everything("administrator who is only a guest", "U0GUEST")
_TO_A_GROUP = (Grant(GROUP, Role.PROVISIONING_MANAGER, OWN.number),)
MEMBER = Column("member of a user group", "U0MEMBER", _TO_A_GROUP, crossed=False)
COLUMNS = (*map(_one_of, Role), AT_ONE_SCHOOL, OF_ONE_AUTHORITY, STRANGER, ENDED, LEFT, GUEST, MEMBER)

IN_WELSH = (COLUMNS[0], COLUMNS[1], COLUMNS[5], STRANGER)
"""Who between them see every screen: what is somebody's own and what is everybody's, and each refusal."""

ASKERS = {OWN.number: "U0OWNASKER", OTHER.number: "U0OTHERASKER"}
"""Who has asked the desk and the provisioning managers at each school."""
MANAGERS = {OWN.number: "U0OWNMANAGER", OTHER.number: "U0OTHERMANAGER"}
_OTHERS = (*ASKERS.values(), *MANAGERS.values())
EVERYBODY = (*(one.user for one in COLUMNS), *_OTHERS)
COLLEAGUE = "U0ADMINISTRATOR"
"""To whom everything can be handed over."""
_THEIRS = (
    *(Grant(user, Role.DIGITAL_CHAMPION, number) for number, user in ASKERS.items()),
    *(Grant(user, Role.PROVISIONING_MANAGER, number) for number, user in MANAGERS.items()),
)


@dataclass(frozen=True)
class Place:
    """A school with what elements of Slack can name there, and what nobody else may learn of it.

    `things` are the words with which the table's lines are filled.
    """

    name: str
    school: School
    things: dict[str, str]
    secrets: tuple[str, ...] = ()

    @property
    def known(self) -> bool:
        """Whether there is such a school."""
        return self.school != UNKNOWN


_NOTHING = {
    "number": UNKNOWN.number,
    "learner": upn(999),
    "waiting": upn(998),
    "staff": "ZZZ",
    "class": "9Z",
    "run": "999999",
    "done": "999998",
    "account": "999999",
    "decided": "999998",
    "case": "999999",
    "request": "999999",
    "watch": "999999",
    "asker": "U0NOBODY",
    "alert": str(Key("mis-end-of-year", UNKNOWN.number, 2026)),
}
_IS_MISSING: dict[Language, str] = {"en": "is not in the portal at", "cy": "ddim yn y porth yn"}


def build(services: Services, house: House, language: Language) -> tuple[Place, Place, Place]:
    """Furnish own and other school, and give everybody their roles; whoever writes, writes one language."""
    with services.database.writing() as session:
        access.add(session, [*(grant for one in COLUMNS for grant in one.given), *_THEIRS], NOW)
    write(house.folder / FILE, [_HAND_MADE, *_made_by_hand(OWN, "Own"), *_made_by_hand(OTHER, "Other")])
    reviews.take_in(services.house)
    words = {"is_missing": _IS_MISSING[language], "colleague": COLLEAGUE}
    own = _furnish(services, house, OWN, language, 100, "Own")
    other = _furnish(services, house, OTHER, language, 500, "Other")
    own, other, unknown = (
        replace(place, things={**place.things, **words})
        for place in (own, other, Place("unknown", UNKNOWN, _NOTHING))
    )
    return own, other, unknown


_HAND_MADE = ["school", "username", "name", "kind", "expires_on", "last_signed_in"]


def _made_by_hand(school: School, word: str) -> list[list[str]]:
    return [
        [school.number, f"Supply{word}@hwbcymru.net", f"Sally Supply{word}", "non-mis", "2026-09-20", ""],
        [school.number, f"Kept{word}@hwbcymru.net", f"Kate Kept{word}", "non-mis", "", "2026-08-20"],
        [school.number, f"Llyw{word}@hwbcymru.net", f"Gwen Llyw{word}", "governor", "", ""],
    ]


def _furnish(
    services: Services, house: House, school: School, language: Language, first: int, word: str
) -> Place:
    """People, a run, a run that holds its changes, reviews, an alert, a case and a request."""
    surname, class_name = f"Sur{word}", f"Cl{word}"
    everybody = [
        learner(first + number, surname=surname, forename=f"Fore{word}", class_name=class_name)
        for number in range(30)
    ]
    staff = staff_member(f"STF{word.upper()}", surname=surname, forename=f"Jac{word}")
    house.extracts(school, *everybody, staff, at=NOW - timedelta(days=2))
    done = house.runs(school, at=NOW - timedelta(days=2))
    waiting = replace(everybody[0], upn=upn(first + 90))
    nameless = replace(everybody[0], upn=upn(first + 91), surname="")
    moved = [replace(one, class_name=f"Other{class_name}") for one in everybody[:8]]
    house.extracts(school, *moved, waiting, nameless, staff, at=NOW - timedelta(days=1))
    held = house.runs(school, at=NOW - timedelta(days=1))
    assert (done.status, held.status) == (RunStatus.SUCCEEDED, RunStatus.HELD)
    supply, kept = _accounts(house, school, "Supply"), _accounts(house, school, "Kept")
    reviews.keep(services.house, kept, Term.YEAR, by=MANAGERS[school.number])
    key = Key("mis-end-of-year", school.number, 2026)
    services.database.write(lambda session: tell(session, _alert(key, school), schools.every(session), NOW))
    things = {
        "number": school.number,
        "learner": everybody[0].upn,
        "waiting": waiting.upn,
        "staff": staff.staff_code,
        "class": class_name,
        "run": str(held.id),
        "done": str(done.id),
        "account": str(supply),
        "decided": str(kept),
        "case": str(_case(services, school, language, waiting.upn).number),
        "request": str(_request(services, school)),
        "watch": str(_watch(services, school, waiting.upn)),
        "asker": ASKERS[school.number],
        "alert": str(key),
    }
    identifiers = [one.upn for one in (*everybody, waiting, nameless)]
    made = tuple(f"{kind}{word}" for kind in ("Supply", "Kept", "Llyw"))
    people = (ASKERS[school.number], MANAGERS[school.number])
    secrets = (
        *people,
        surname,
        f"Fore{word}",
        f"Jac{word}",
        class_name,
        staff.staff_code,
        *made,
        *identifiers,
    )
    return Place(word.casefold(), school, things, secrets)


def _accounts(house: House, school: School, start: str) -> int:
    with house.database.reading() as session:
        found = accounts.listed(session, school.number)
    return next(one.id for one in found if one.username.startswith(start))


def _alert(key: Key, school: School) -> Alert:
    return Alert(
        key,
        Text("step.mis-end-of-year.behind", {"deadline": date(2026, 8, 21)}),
        date(2026, 8, 21),
        "mis-administrator",
        Text("stage.mis-end-of-year.action", {"school": school.name, "previous": school.name}),
        raised_at=NOW,
        since=NOW,
    )


def _case(services: Services, school: School, language: Language, identifier: str) -> Case:
    asker = ASKERS[school.number]
    asking = Asking(NOW, asker, Door.DIAGNOSIS, language, writer=asker)
    (opened,) = Counter(services, asker).open(asking, [Meant(school, identifier, Question.WHY_MISSING)])
    return opened.case


def _request(services: Services, school: School) -> int:
    want = Want(school, "not-run-since-record", 3, Bilingual("the contact", "y cyswllt"))
    doing.ask(services, want, ASKERS[school.number], school.number)
    with services.database.reading() as session:
        (found,) = (one for one in requests.every_open(session) if one.school == school.number)
    return found.id


def _watch(services: Services, school: School, identifier: str) -> int:
    watch = Watch(ASKERS[school.number], school.number, Question.WHY_MISSING, identifier, "run-held", NOW)
    kept, _ = services.database.write(lambda session: watches.start(session, watch))
    return kept.id
