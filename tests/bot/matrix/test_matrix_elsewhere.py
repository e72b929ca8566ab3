"""Of a learner at another school: whether the account has been released and whom to contact, and no more.

Each situation at the other school x each of the new school's people x each question, and what follows an
answer: nothing of the other school's record, extract or account is in anything that they are shown.
"""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.desk.actions import DeskAction
from bot.outbox.sending import Sender
from bot.people.permissions import Grant, Role
from bot.requests.actions import RequestAction
from bot.service.features import LETTER_KINDS
from bot.watches.actions import WatchAction
from knowledge.ids import Question
from provisioning.records.people import Learner
from provisioning.records.runs import RunStatus
from tests.bot.app_fixtures import (
    CARYS,
    ELIS,
    HELP,
    HUW,
    PRYS,
    WYN,
    Json,
    Room,
    elements,
    words,
)
from tests.builders import (
    BRYN,
    GLAN,
    LEARNERS_HEADER,
    NOW,
    Schools,
    learner,
    sheet,
    staff_member,
    write,
)

MANAGER = ELIS
"""Glan's provisioning manager; Carys and Wyn, who reads Welsh, are its champions, Huw sees to its MIS, and
Prys is its authority's officer. None of them has a role at Bryn, which is another authority's."""

MONTH_AGO, WEEK_AGO = NOW - timedelta(days=30), NOW - timedelta(days=7)
HERE = learner(1, surname="Newydd", forename="Enw", class_name="7A")
THERE = replace(
    HERE,
    surname="Cuddiedig",
    year_group="6",
    class_name="6Celyn",
    admission_date=date(2020, 9, 3),
    date_of_birth=date(2015, 2, 13),
)
OTHERS = [replace(THERE, upn=learner(number).upn) for number in range(2, 30)]
LEFT = replace(THERE, leaving_date=date(2026, 8, 19))
ADMISSION_NUMBER = "ADM-7731"
SECRET = re.compile(
    r"Cuddiedig|6Celyn|ADM-7731|2020-09-03|3 Sept|3 Medi|2015-02-13|13 Feb|13 Chwef"
    r"|2026-08-19|19 Aug|19 Awst|learners\.csv|@hwbcymru|(?:line|llinell) (?!2\b)[0-9]+",
    re.IGNORECASE,
)
"""What the other school knows: names, class, dates, admission number, file, a line that is not Glan's own
(which is the second), and the username."""


def at_bryn(provisioning: Schools, *people: Learner, broken: bool = False) -> None:
    """Bryn's MIS has these learners, each with an admission number."""
    rows = sheet(LEARNERS_HEADER, people)
    rows = [
        [*row, "admission_number" if number == 0 else ADMISSION_NUMBER] for number, row in enumerate(rows)
    ]
    write(provisioning.folder / BRYN.number / "learners.csv", [["nothing", "that"]] if broken else rows)
    write(provisioning.folder / BRYN.number / "staff.csv", [_STAFF])


_STAFF = ["staff_code", "legal_surname", "legal_forename", "start_date", "leaving_date"]


def no_leaving_date(provisioning: Schools) -> None:
    at_bryn(provisioning, *OTHERS, THERE)


def yet_to_leave(provisioning: Schools) -> None:
    at_bryn(provisioning, *OTHERS, replace(THERE, leaving_date=date(2026, 9, 19)))


def no_row(provisioning: Schools) -> None:
    at_bryn(provisioning, *OTHERS)


def a_row_that_cannot_be_used(provisioning: Schools) -> None:
    at_bryn(provisioning, *OTHERS, replace(LEFT, surname=""))


def its_extract_is_unreadable(provisioning: Schools) -> None:
    at_bryn(provisioning, broken=True)


def not_run_since(provisioning: Schools) -> None:
    at_bryn(provisioning, *OTHERS, LEFT)


def its_run_failed(provisioning: Schools) -> None:
    at_bryn(provisioning, broken=True)
    assert provisioning.runs(BRYN, at=WEEK_AGO).status is RunStatus.FAILED
    at_bryn(provisioning, *OTHERS, LEFT)


def its_run_is_held(provisioning: Schools) -> None:
    at_bryn(provisioning, *OTHERS[:5], LEFT)
    assert provisioning.runs(BRYN, at=WEEK_AGO).status is RunStatus.HELD


def released(provisioning: Schools) -> None:
    at_bryn(provisioning, *OTHERS, LEFT)
    assert provisioning.runs(BRYN, at=WEEK_AGO).counts["release"] == 1


Situation = Callable[[Schools], None]
SITUATIONS: dict[Situation, str] = {
    no_leaving_date: "previous-school-no-leaving-date",
    yet_to_leave: "previous-school-no-leaving-date",
    no_row: "previous-school-no-leaving-date",
    a_row_that_cannot_be_used: "previous-school-no-leaving-date",
    its_extract_is_unreadable: "previous-school-run-failed",
    not_run_since: "previous-school-not-run",
    its_run_failed: "previous-school-run-failed",
    its_run_is_held: "previous-school-run-held",
    released: "not-run-since-release",
}
"""What may be so at the other school, and the cause that is found."""

LINES = (
    f"why-missing {HERE.upn} {GLAN.number}",
    f"no-password {HERE.upn} {GLAN.number}",
    f"old-class {HERE.upn} {GLAN.number}",
    f"missing {GLAN.number}",
    f"missing csv {GLAN.number}",
    f"rollover {GLAN.number}",
    f"forecast {GLAN.number}",
)


FOLLOWING = {DeskAction.ASK, RequestAction.ASK, WatchAction.START, "say:again"}
"""The buttons under an answer by which others come to hear of it, or it is told again."""


@pytest.fixture
def provisioning(here: Room) -> Schools:
    """Bryn ran a month ago and has the account; Glan has had the learner since, and has run a week ago."""
    provisioning: Schools = here.provisioning
    at_bryn(provisioning, *OTHERS, THERE)
    assert provisioning.runs(BRYN, at=MONTH_AGO).status is RunStatus.SUCCEEDED
    provisioning.extracts(GLAN, HERE, staff_member())
    provisioning.runs(GLAN, at=WEEK_AGO - timedelta(days=1))
    here.grant(Grant(MANAGER, Role.PROVISIONING_MANAGER, GLAN.number))
    return provisioning


@pytest.fixture(params=SITUATIONS, ids=lambda situation: situation.__name__)
def situation(request: pytest.FixtureRequest, provisioning: Schools) -> Situation:
    """Something that may be so at Bryn, which it now is."""
    so: Situation = request.param
    so(provisioning)
    return so


def seen(room: Room, user: str) -> str:
    """Everything that a person sees, what buttons carry among it, and the files that they were given."""
    visit = room.server.person(user)
    shown: list[Json] = [*visit.messages(HELP), *visit.messages(), *visit.modals()]
    shown += [home] if (home := room.open_home(user)) else []
    files = [file.content or b"" for file in room.live.workspace.files.values()]
    return json.dumps(shown, ensure_ascii=False) + b"\n".join(files).decode()


def leaked(said: str) -> list[str]:
    """What of the other school is in it."""
    return SECRET.findall(said)


@pytest.mark.parametrize("user", [CARYS, HUW, PRYS, MANAGER, WYN])
def test_nothing_tells_anything_of_the_other_schools_record(
    situation: Situation, here: Room, user: str
) -> None:
    for line in LINES:
        here.run(user, line)
    (answer,) = here.run(user, LINES[0])
    for action in {element["action_id"] for element in elements(answer)} & FOLLOWING:
        here.run(user, LINES[0])
        here.press(user, action, HELP)
        Sender(here.services, here.app.client, LETTER_KINDS).deliver()
    assert leaked(seen(here, user)) == []


def test_the_officer_who_works_on_the_new_schools_case_learns_no_more(
    situation: Situation, here: Room
) -> None:
    here.run(CARYS, LINES[0])
    here.press(CARYS, DeskAction.ASK, HELP)
    assert HERE.upn in words(here.answer(PRYS, "desk 1"))
    assert leaked(seen(here, PRYS)) == []


def test_it_is_said_whether_it_was_released_and_whom_to_contact(situation: Situation, here: Room) -> None:
    assert here.provisioning.asks(Question.WHY_MISSING, HERE.upn, GLAN).cause == SITUATIONS[situation]
    said = words(here.answer(CARYS, LINES[0]))
    assert (f"{BRYN.name.en} released the account" in said) is (situation is released)
    assert ":point_right: *" in said


def test_a_digital_champion_there_does_see_what_these_tests_look_for(
    provisioning: Schools, here: Room
) -> None:
    no_leaving_date(provisioning)
    here.grant(Grant(CARYS, Role.DIGITAL_CHAMPION, BRYN.number))
    here.run(CARYS, f"why-missing {THERE.upn} {BRYN.number}")
    assert leaked(seen(here, CARYS))
