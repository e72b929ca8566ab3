"""The world of the matrix: two schools with equal records, and the number of no school.

`UNKNOWN` has things that do not exist.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.alerts.alert import Alert, Key
from bot.alerts.monitor import save_and_notify
from bot.desk.case import DeskCase, Enquiry, EnquirySource
from bot.desk.service import CaseService
from bot.desk.triage import Interpretation
from bot.people import permissions
from bot.requests import service
from bot.requests import store as requests
from bot.requests.wanted import Want
from bot.services import Services
from bot.watches import store as watches
from bot.watches.watch import Watch
from knowledge.ids import Question
from knowledge.texts import Bilingual, Language, Text
from provisioning.manual import reviews, upkeep
from provisioning.manual.handmade import FILE, Term
from provisioning.records.runs import RunStatus
from provisioning.records.schools import School
from provisioning.store import accounts, freezes, identities, schools
from provisioning.store.freezes import Freeze
from tests.bot.matrix.matrix_people import CHAMPIONS, COLLEAGUE, COLUMNS, MANAGERS, OTHER, OWN, THEIRS
from tests.builders import NOW, Schools, learner, staff_member, upn, write

UNKNOWN = School("6829999", Bilingual("", ""), "682", "primary", "6", "school", "")


@dataclass(frozen=True)
class Place:
    """A school with what elements of Slack can name there, and what only its people may learn of it.

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
    "doubt": "999999",
    "account": "999999",
    "decided": "999998",
    "case": "999999",
    "request": "999999",
    "dates": "999998",
    "watch": "999999",
    "champion": "U0NOBODY",
    "freeze": "999999",
    "alert": str(Key("mis-end-of-year", UNKNOWN.number, 2026)),
}
_IS_MISSING: dict[Language, str] = {"en": "is not in the portal at", "cy": "ddim yn y porth yn"}


def build(services: Services, provisioning: Schools, language: Language) -> tuple[Place, Place, Place]:
    """Furnish own and other school and grant every role; all people use `language`."""
    with services.database.writing() as session:
        permissions.add(session, [*(grant for column in COLUMNS for grant in column.given), *THEIRS], NOW)
    write(
        provisioning.folder / FILE, [_HAND_MADE, *_made_by_hand(OWN, "Own"), *_made_by_hand(OTHER, "Other")]
    )
    upkeep.take_in(services.provisioning)
    words = {"is_missing": _IS_MISSING[language], "colleague": COLLEAGUE}
    own = _furnish(services, provisioning, OWN, language, 100, "Own")
    other = _furnish(services, provisioning, OTHER, language, 500, "Other")
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
    services: Services,
    provisioning: Schools,
    school: School,
    language: Language,
    first: int,
    word: str,
) -> Place:
    """People, a run, a run with held changes and a doubt, reviews, an alert, a case and a request."""
    surname, class_name = f"Sur{word}", f"Cl{word}"
    everybody = [
        learner(first + number, surname=surname, forename=f"Fore{word}", class_name=class_name)
        for number in range(30)
    ]
    staff = staff_member(f"STF{word.upper()}", surname=surname, forename=f"Jac{word}")
    provisioning.extracts(school, *everybody, staff, at=NOW - timedelta(days=2))
    done = provisioning.runs(school, at=NOW - timedelta(days=2))
    waiting = replace(everybody[0], upn=upn(first + 90))
    nameless = replace(everybody[0], upn=upn(first + 91), surname="")
    moved = [replace(person, class_name=f"Other{class_name}") for person in everybody[:8]]
    another = replace(everybody[9], surname=f"Else{word}", forename=f"Some{word}")
    provisioning.extracts(school, *moved, waiting, nameless, another, staff, at=NOW - timedelta(days=1))
    held = provisioning.runs(school, at=NOW - timedelta(days=1))
    assert (done.status, held.status) == (RunStatus.SUCCEEDED, RunStatus.HELD)
    supply, kept = _accounts(provisioning, school, "Supply"), _accounts(provisioning, school, "Kept")
    reviews.keep(services.provisioning, kept, Term.YEAR, by=MANAGERS[school.number])
    key = Key("mis-end-of-year", school.number, 2026)
    services.database.write(
        lambda session: save_and_notify(session, _alert(key, school), schools.every(session), NOW)
    )
    things = {
        "number": school.number,
        "learner": everybody[0].upn,
        "waiting": waiting.upn,
        "staff": staff.staff_code,
        "class": class_name,
        "run": str(held.id),
        "done": str(done.id),
        "doubt": str(_doubt(provisioning, school)),
        "account": str(supply),
        "decided": str(kept),
        "case": str(_case(services, school, language, waiting.upn).number),
        "request": str(_request(services, school)),
        "dates": str(_dates(services, school, waiting.upn)),
        "watch": str(_watch(services, school, waiting.upn)),
        "champion": CHAMPIONS[school.number],
        "freeze": str(_freeze(services, school)),
        "alert": str(key),
    }
    identifiers = [person.upn for person in (*everybody, waiting, nameless)]
    made = tuple(f"{kind}{word}" for kind in ("Supply", "Kept", "Llyw"))
    people = (CHAMPIONS[school.number], MANAGERS[school.number])
    secrets = (
        *people,
        surname,
        f"Fore{word}",
        f"Else{word}",
        f"Some{word}",
        f"Jac{word}",
        class_name,
        staff.staff_code,
        *made,
        *identifiers,
    )
    return Place(word.casefold(), school, things, secrets)


def _accounts(provisioning: Schools, school: School, start: str) -> int:
    with provisioning.database.reading() as session:
        found = accounts.listed(session, school.number)
    return next(account.id for account in found if account.username.startswith(start))


def _doubt(provisioning: Schools, school: School) -> int:
    with provisioning.database.reading() as session:
        (question,) = identities.waiting(session, school.number)
    return question.id


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


def _case(services: Services, school: School, language: Language, identifier: str) -> DeskCase:
    context = CHAMPIONS[school.number]
    asking = Enquiry(NOW, context, EnquirySource.DIAGNOSIS, language, writer=context)
    (opened,) = CaseService(services, context).open(
        asking, [Interpretation(school, identifier, Question.WHY_MISSING)]
    )
    return opened.case


def _request(services: Services, school: School) -> int:
    want = Want(school, "not-run-since-record", 3, Bilingual("the contact", "y cyswllt"))
    service.ask(services, want, CHAMPIONS[school.number], school.number)
    with services.database.reading() as session:
        (found,) = (request for request in requests.every_open(session) if request.school == school.number)
    return found.id


def _dates(services: Services, school: School, identifier: str) -> int:
    """Ask for the leaving date of a learner, and return the number of the request."""
    cause, contact = "previous-school-no-leaving-date", Bilingual("the contact", "y cyswllt")
    want = Want(school, cause, 1, contact, (identifier,))
    service.ask(services, want, MANAGERS[school.number], school.number)
    with services.database.reading() as session:
        (found,) = (
            request
            for request in requests.every_open(session)
            if (request.school, request.cause) == (school.number, cause)
        )
    return found.id


def _freeze(services: Services, school: School) -> int:
    """Freeze the school a year from now, so that it runs meanwhile."""
    day = NOW.date() + timedelta(days=300)
    freeze = Freeze(school.number, day, day, "words", MANAGERS[school.number], NOW)
    return services.database.write(lambda session: freezes.begin(session, freeze)).id


def _watch(services: Services, school: School, identifier: str) -> int:
    watch = Watch(CHAMPIONS[school.number], school.number, Question.WHY_MISSING, identifier, "run-held", NOW)
    kept, _ = services.database.write(lambda session: watches.start(session, watch))
    return kept.id
