"""By what a held run is decided, as it is told: in the letter, the last run, examples and in a terminal."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.outbox.sending import Sender
from bot.people.permissions import Grant, Role
from bot.runs.grounds_screen import example
from bot.runs.letters import announce
from bot.service.features import LETTER_KINDS
from knowledge.loading import Knowledge
from provisioning.records.changes import Change, ChangeKind
from provisioning.records.people import Learner
from provisioning.records.runs import RunStatus
from tests.bot.app_fixtures import PRYS, WYN, Room, words
from tests.bot.command_line import CommandLine
from tests.builders import GLAN, NOW, account_of, learner, staff_member

LONG_AGO, AUGUST = date(2020, 9, 1), date(2026, 8, 26)
LATER = NOW + timedelta(minutes=3)


def year(group: str, numbers: range) -> list[Learner]:
    """Learners of a year group, in turn in its classes A and B."""
    classes = [f"{group}{'AB'[number % 2]}" for number in numbers]
    return [
        learner(number, year_group=group, class_name=class_name, admission_date=LONG_AGO)
        for number, class_name in zip(numbers, classes, strict=True)
    ]


YEAR_8, YEAR_9 = year("8", range(1, 28)), year("9", range(28, 58))
ALL_OF_YEAR_8_LEAVES = [*(replace(person, leaving_date=AUGUST) for person in YEAR_8), *YEAR_9]
IN_ENGLISH = (
    "Year 8: 27 of 27, classes 8A and 8B, leaving date 26 August 2026 for all",
    "Likely slip: all or nearly all of Year 8 leave on one day. "
    "The end of year was probably done wrongly in the MIS, or for the wrong year group.",
    "If you approve, 27 learners can't sign in any more.",
    "What was usual in the same week last year is not known: nothing is kept of the runs of that time.",
)
IN_WELSH = (
    "Blwyddyn 8: 27 o 27, dosbarthiadau 8A, 8B, dyddiad gadael 26 Awst 2026 i bawb",
    "Camgymeriad tebygol: mae Blwyddyn 8 i gyd, neu bron i gyd, yn gadael ar yr un diwrnod. "
    "Mae'n debyg i drefn diwedd y flwyddyn gael ei gwneud yn anghywir yn y MIS, neu ar gyfer "
    "y grŵp blwyddyn anghywir.",
    "Os cymeradwywch, ni fydd 27 dysgwr yn gallu mewngofnodi mwyach.",
    "Nid yw'n hysbys beth oedd yn arferol yn yr un wythnos y llynedd: "
    "nid oes dim wedi'i gadw o rediadau'r cyfnod hwnnw.",
)
READERS = pytest.mark.parametrize(("user", "says"), [(PRYS, IN_ENGLISH), (WYN, IN_WELSH)], ids=["en", "cy"])


@pytest.fixture
def held(here: Room) -> Room:
    """All of Year 8 leaves at once; Prys reads English and Wyn Welsh, and both may decide."""
    here.grant(Grant(WYN, Role.PROVISIONING_MANAGER, GLAN.number))
    here.provisioning.extracts(GLAN, *YEAR_8, *YEAR_9)
    here.provisioning.runs(GLAN)
    here.provisioning.extracts(GLAN, *ALL_OF_YEAR_8_LEAVES, at=LATER)
    assert here.provisioning.runs(GLAN, at=LATER).status is RunStatus.HELD
    return here


@READERS
def test_the_letter_has_the_grounds_in_counts(held: Room, user: str, says: tuple[str, ...]) -> None:
    announce(held.services)
    Sender(held.services, held.app.client, LETTER_KINDS).deliver()
    (message,) = held.server.person(user).messages()
    shown = words(message["blocks"])
    assert [sentence for sentence in says if shown.count(sentence) != 1] == []
    assert [person.upn for person in YEAR_8 if person.upn in shown + message["text"]] == []


@READERS
def test_the_last_run_has_them_too(held: Room, user: str, says: tuple[str, ...]) -> None:
    shown = words(held.answer(user, f"last-run {GLAN.number}"))
    assert [sentence for sentence in says if shown.count(sentence) != 1] == []


def test_a_run_that_is_held_as_it_is_started_has_them_too(held: Room) -> None:
    _, result = held.run(PRYS, f"run {GLAN.number}")
    assert [sentence for sentence in IN_ENGLISH if sentence not in words(result)] == []


@pytest.mark.parametrize(
    ("user", "says"),
    [
        (PRYS, "the account would end: Year 8, class 8B, leaving date 26 August 2026"),
        (WYN, "byddai'r cyfrif yn dod i ben: Blwyddyn 8, dosbarth 8B, dyddiad gadael 26 Awst 2026"),
    ],
)
def test_an_example_is_in_words_with_year_group_and_class(held: Room, user: str, says: str) -> None:
    held.answer(user, f"last-run {GLAN.number}")
    held.press(user, "held:samples")
    assert f"`{YEAR_8[0].upn}`: {says}" in words(held.modal(user))


def test_once_the_extract_asks_for_something_else_the_letter_says_so(held: Room) -> None:
    announce(held.services)
    held.provisioning.extracts(GLAN, *YEAR_8, *YEAR_9, at=LATER + timedelta(minutes=1))
    Sender(held.services, held.app.client, LETTER_KINDS).deliver()
    (message,) = held.server.person(PRYS).messages()
    assert "the data from the MIS asks for something else by now" in words(message["blocks"])


# In a terminal


def test_the_command_line_says_them_and_json_stays_as_it_is(
    hwb: CommandLine, monkeypatch: pytest.MonkeyPatch, held: Room
) -> None:
    monkeypatch.setenv("HWB_DATABASE_URL", held.services.settings.database_url)
    monkeypatch.setenv("HWB_EXTRACTS", str(held.provisioning.folder))
    monkeypatch.setenv("HWB_AT", "2026-09-07T09:05")
    for line in (f"provision --school {GLAN.number}", f"provision --school {GLAN.number} --dry-run"):
        said = " ".join(hwb(line).out.split())
        assert [sentence for sentence in IN_ENGLISH if sentence not in said] == [], line
    assert "grounds" not in hwb("runs --json").out


# Examples of every kind of change

HERE = account_of(YEAR_8[1])


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            Change(ChangeKind.CREATE, YEAR_9[0], None, {}),
            "there would be a new account: Year 9, class 9A, starting on 1 September 2020",
        ),
        (
            Change(ChangeKind.UPDATE, YEAR_9[0], HERE, {"class_name": "9A"}),
            "would move from Year 8, class 8A to Year 9, class 9A",
        ),
        (
            Change(ChangeKind.UPDATE, YEAR_9[0], HERE, {"class_name": ""}),
            "would move from Year 8, class 8A to Year 9, without a class",
        ),
        (  # the MIS does not tell the class, so that of the account stays
            Change(ChangeKind.UPDATE, replace(YEAR_9[0], class_name=None), HERE, {}),
            "would move from Year 8, class 8A to Year 9, class 8A",
        ),
        (
            Change(ChangeKind.RELEASE, staff_member(leaving_date=AUGUST), None, {}),
            "the account would end: Staff, leaving date 26 August 2026",
        ),
        (
            Change(ChangeKind.UPDATE, staff_member("NEW"), account_of(staff_member("OLD")), {}),
            "the staff code would change",
        ),
    ],
)
def test_an_example_says_what_would_become_of_an_account(
    change: Change, says: str, everything: Knowledge
) -> None:
    assert everything.catalogue.say(example(change), "en") == says
