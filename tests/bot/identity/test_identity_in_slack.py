"""Accounts in doubt in Slack: side by side for those who may decide, and what their answer does."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.alerts.monitor import AlertMonitor
from bot.identity.letters import announce, announce_again
from bot.outbox.sending import Sender
from bot.people.permissions import Grant, Role
from bot.service.features import LETTER_KINDS
from provisioning.clock import FixedClock
from provisioning.store import identities
from tests.bot.app_fixtures import CARYS, DAI, NIA, PRYS, Json, Room, buttons, words
from tests.builders import BRYN, GLAN, NANT, NOW, learner, staff_member

ALYS = learner(1, surname="Jones", forename="Alys", date_of_birth=date(2014, 5, 3))
BECA = replace(ALYS, surname="Evans", forename="Beca", date_of_birth=date(2013, 11, 20))
JANE = staff_member("JEV", surname="Evans", forename="Jane")
JAC = replace(JANE, surname="Everett", forename="Jac")
DECIDE = ["The same person", "Another person", "Ask the office"]


@pytest.fixture
def doubtful(here: Room) -> Room:
    """At Glan, Alys's UPN stands with Beca's name, and Jane's staff code with Jac's."""
    here.provisioning.extracts(GLAN, ALYS, JANE)
    here.provisioning.runs(GLAN)
    here.provisioning.extracts(GLAN, BECA, JAC, at=NOW + timedelta(minutes=1))
    here.provisioning.runs(GLAN)
    return here


def opens(room: Room) -> Json:
    """Prys looks at the last run and at the accounts in doubt: a modal, which no other user sees."""
    room.answer(PRYS, f"last-run {GLAN.number}")
    room.press(PRYS, "identity:open")
    return room.modal(PRYS)


def presses(room: Room, action: str) -> Json:
    room.press_in_view(PRYS, action)
    return room.modal(PRYS)


def left(room: Room) -> int:
    with room.services.database.reading() as session:
        return len(identities.waiting(session))


def test_the_last_run_opens_them_for_those_who_may_decide(doubtful: Room) -> None:
    assert "Decide on 2 in doubt" in buttons(doubtful.answer(PRYS, f"last-run {GLAN.number}"))
    assert "Decide on 2 in doubt" not in buttons(doubtful.answer(CARYS, f"last-run {GLAN.number}"))


def test_where_one_is_missing_for_it_those_who_may_decide_can_do_so_at_once(here: Room) -> None:
    before, now = learner(2, surname="Prydderch"), learner(3, surname="Prydderch")
    here.provisioning.extracts(GLAN, before)
    here.provisioning.runs(GLAN)
    here.provisioning.extracts(GLAN, now, at=NOW + timedelta(minutes=1))
    here.provisioning.runs(GLAN)
    for line in (f"why-missing {now.upn} {GLAN.number}", f"missing {GLAN.number}"):
        assert "Decide on 1 in doubt" in buttons(here.answer(PRYS, line))
        assert "Decide on 1 in doubt" not in buttons(here.answer(CARYS, line))
    here.press(PRYS, "identity:open")
    assert "Glan High: 1 account in doubt" in words(here.modal(PRYS))


def test_the_digest_of_the_morning_says_of_them_what_home_says(doubtful: Room) -> None:
    morning = doubtful.at(FixedClock(NOW + timedelta(days=1)))
    AlertMonitor(morning.services).evaluate()
    Sender(morning.services, morning.app.client, LETTER_KINDS).deliver()
    digests = [words(message) for message in morning.server.person(PRYS).messages()]
    waits = "2 accounts in doubt: say whose they are"
    assert any(waits in digest for digest in digests)
    home = morning.open_home(PRYS)
    assert home is not None
    assert waits in words(home)
    assert waits in words(morning.answer(PRYS, "mine"))


def test_the_forecast_counts_them(doubtful: Room) -> None:
    said = words(doubtful.answer(PRYS, f"forecast {GLAN.number}"))
    assert "2 people wait for a decision: the account may be another person's" in said
    assert "No changes" not in said


def test_account_and_record_stand_side_by_side(doubtful: Room) -> None:
    shown = opens(doubtful)
    assert buttons(shown) == DECIDE * 2
    said = words(shown)
    for line in ("Alys Jones", "born 3 May 2014", "Beca Evans", "born 20 November 2013", "Year 7 · 7A"):
        assert line in said
    assert "Differs: surname, forename, date of birth" in said
    assert "Differs: surname, forename\n" in f"{said}\n"


def test_the_same_person_is_carried_out_at_once(doubtful: Room) -> None:
    opens(doubtful)
    answer = presses(doubtful, "identity:same")
    assert "The Provisioning Client has run for Glan High." in words(answer)
    assert left(doubtful) == 1
    assert buttons(answer) == ["Decide on 1 in doubt"]


def test_another_member_of_staff_gets_a_new_account(doubtful: Room) -> None:
    doubtful.provisioning.extracts(GLAN, ALYS, JAC, at=NOW + timedelta(minutes=2))
    doubtful.provisioning.runs(GLAN)
    opens(doubtful)
    answer = presses(doubtful, "identity:another")
    assert "1 created" in words(answer)
    assert "1 released" in words(answer)
    assert (left(doubtful), buttons(answer)) == (0, [])
    assert doubtful.provisioning.account(JAC).surname == "Everett"


def test_ask_the_office_leaves_the_question_open(doubtful: Room) -> None:
    opens(doubtful)
    said = presses(doubtful, "identity:office")
    assert "Ask the office of Glan High to look at" in words(said)
    assert left(doubtful) == 2


def test_of_another_authoritys_account_no_more_than_the_decision_needs(here: Room) -> None:
    here.provisioning.extracts(BRYN, replace(ALYS, admission_date=date(2019, 9, 1), class_name="Derwen"))
    here.provisioning.runs(BRYN)
    here.provisioning.extracts(GLAN, BECA)
    here.provisioning.runs(GLAN)
    shown = opens(here)
    assert "Alys Jones" in words(shown)
    assert "from another school" in words(shown)
    assert "date of birth differs" in words(shown)
    for kept in ("Derwen", "3 May 2014", "Bryn", "JonesA"):
        assert kept not in words(shown)


def test_who_may_look_up_that_school_is_told_the_username_too(here: Room) -> None:
    here.provisioning.extracts(NANT, ALYS)
    here.provisioning.runs(NANT)
    here.provisioning.extracts(GLAN, replace(BECA, date_of_birth=ALYS.date_of_birth))
    here.provisioning.runs(GLAN)
    said = words(opens(here))
    assert "JonesA@hwbcymru.net" in said
    assert "date of birth agrees" in said
    assert "Nant" not in said


def test_of_a_person_under_a_new_identifier_both_identifiers_are_shown(here: Room) -> None:
    renumbered = replace(ALYS, upn=learner(2).upn)
    here.provisioning.extracts(GLAN, ALYS)
    here.provisioning.runs(GLAN)
    here.provisioning.extracts(GLAN, renumbered, at=NOW + timedelta(minutes=1))
    here.provisioning.runs(GLAN)
    said = words(opens(here))
    assert f"JonesA@hwbcymru.net\n{ALYS.upn}" in said
    assert f"Alys Jones\n{renumbered.upn}" in said
    assert "Differs: identifier" in said


def test_those_who_may_decide_are_told_once_and_no_person_in_doubt_is_named(doubtful: Room) -> None:
    sender = Sender(doubtful.services, doubtful.app.client, LETTER_KINDS)
    for _ in range(3):
        announce(doubtful.services)
        sender.deliver()
    told = [len(doubtful.server.person(user).messages()) for user in (PRYS, NIA, CARYS, DAI)]
    assert told == [1, 1, 0, 0]
    (message,) = doubtful.server.person(PRYS).messages()
    assert buttons(message) == ["Decide on 2 in doubt"]
    for name in ("Alys", "Jones", "Beca", "Jac", ALYS.upn):
        assert name not in words(message)


def test_where_all_who_were_told_have_lost_their_role_those_who_have_it_now_are_told(doubtful: Room) -> None:
    sender = Sender(doubtful.services, doubtful.app.client, LETTER_KINDS)
    announce(doubtful.services)
    announce_again(doubtful.services)
    sender.deliver()
    for user in (PRYS, NIA):
        doubtful.take_away(user)
    doubtful.grant(Grant(DAI, Role.PROVISIONING_MANAGER, GLAN.number))
    for _ in range(2):
        announce_again(doubtful.services)
        sender.deliver()
    assert [len(doubtful.server.person(user).messages()) for user in (PRYS, NIA, DAI)] == [1, 1, 1]


def test_what_was_decided_in_the_meantime_is_no_news(doubtful: Room) -> None:
    announce(doubtful.services)
    doubtful.provisioning.extracts(GLAN, ALYS, JANE, at=NOW + timedelta(minutes=3))
    doubtful.provisioning.runs(GLAN)
    Sender(doubtful.services, doubtful.app.client, LETTER_KINDS).deliver()
    assert doubtful.server.person(PRYS).messages() == []
    assert left(doubtful) == 0


def test_an_old_button_says_that_there_is_nothing(doubtful: Room) -> None:
    shown = doubtful.answer(PRYS, f"last-run {GLAN.number}")
    press = doubtful.pressed(PRYS, shown, "identity:open")
    doubtful.provisioning.extracts(GLAN, ALYS, JANE, at=NOW + timedelta(minutes=3))
    doubtful.provisioning.runs(GLAN)
    doubtful.deliver("interactive", press)
    assert "No account is in doubt." in words(doubtful.modal(PRYS))
