"""A decision whose account it is: told in every message about it, and taken back by who may decide."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from bot.identity.letters import announce
from bot.outbox.sending import Sender
from bot.people import audit
from bot.people.tables import AuditRow
from bot.service.copies_watch import CopiesWatch
from bot.service.features import LETTER_KINDS
from provisioning.records.plans import IdentityAnswer
from provisioning.runs.identities import decide
from provisioning.store import identities
from tests.bot.app_fixtures import CARYS, NIA, PRYS, Json, Room, buttons, words
from tests.builders import GLAN, NOW, learner, staff_member

ALYS = learner(1, surname="Jones", forename="Alys", date_of_birth=date(2014, 5, 3))
BECA = replace(ALYS, surname="Evans", forename="Beca", date_of_birth=date(2013, 11, 20))
JANE = staff_member("JEV", surname="Evans", forename="Jane")
JAC = replace(JANE, surname="Everett", forename="Jac")
DECISIONS = "Whose account: decisions"


def delivered(room: Room) -> None:
    Sender(room.services, room.app.client, LETTER_KINDS).deliver()


def audited(room: Room) -> list[str]:
    """The outcomes of what was asked and done, in order."""
    with room.services.database.reading() as session:
        return list(session.scalars(select(AuditRow.outcome).order_by(AuditRow.id)))


def message(room: Room, user: str) -> Json:
    """The one message that this person has from the bot."""
    (found,) = room.server.person(user).messages()
    return found


@pytest.fixture
def told(here: Room) -> Room:
    """Prys and Nia know that Alys's UPN stands with Beca's name, and Jane's staff code with Jac's."""
    here.provisioning.extracts(GLAN, ALYS, JANE)
    here.provisioning.runs(GLAN)
    here.provisioning.extracts(GLAN, BECA, JAC, at=NOW + timedelta(minutes=1))
    here.provisioning.runs(GLAN)
    announce(here.services)
    delivered(here)
    return here


def decides(room: Room, user: str, action: str) -> Json:
    """This person opens the questions from the message, and answers the first."""
    room.press(user, "identity:open", None)
    room.press_in_view(user, action)
    delivered(room)
    return room.modal(user)


def answers(room: Room) -> list[str | None]:
    with room.services.database.reading() as session:
        return [question.decided for question in identities.decided(session, GLAN.number)]


def test_a_decision_stands_in_the_message_of_each_without_the_persons_name(told: Room) -> None:
    decides(told, PRYS, "identity:same")
    for user in (PRYS, NIA):
        said = words(message(told, user))
        assert "Glan High: 1 account in doubt" in said
        assert f"*the same person*: decided on 7 Sept 09:00 by <@{PRYS}>." in said
        assert buttons(message(told, user)) == ["Decide on 1 in doubt", DECISIONS]
        for name in ("Alys", "Jones", "Beca", "Jac", ALYS.upn):
            assert name not in said


def test_once_all_are_decided_nothing_is_asked_any_more(told: Room) -> None:
    for _ in range(2):
        decides(told, PRYS, "identity:same")
    assert "Glan High: no account is in doubt any more" in words(message(told, NIA))
    assert buttons(message(told, NIA)) == [DECISIONS]


def test_a_decision_is_taken_back_where_it_is_shown_and_all_are_told(told: Room) -> None:
    decides(told, PRYS, "identity:same")
    told.press(NIA, "identity:decided", None)
    assert buttons(told.modal(NIA)) == ["It is another person"]
    assert f"decided on 7 Sept 09:00 by <@{PRYS}>." in words(told.modal(NIA))
    told.press_in_view(NIA, "identity:change")
    delivered(told)
    assert answers(told) == [IdentityAnswer.ANOTHER]
    for user in (PRYS, NIA):
        said = words(message(told, user))
        assert f"*another person*: decided on 7 Sept 09:00 by <@{NIA}>." in said
        assert "the same person" not in said


def test_who_presses_after_another_is_told_who_decided_and_changes_nothing(told: Room) -> None:
    for user in (PRYS, NIA):
        told.press(user, "identity:open", None)
    told.press_in_view(PRYS, "identity:same")
    told.press_in_view(NIA, "identity:another")
    said = words(told.modal(NIA))
    assert "This was decided before you pressed; your press has changed nothing." in said
    assert f"*the same person*: decided on 7 Sept 09:00 by <@{PRYS}>." in said
    assert buttons(told.modal(NIA)) == ["It is another person"]
    assert answers(told) == [IdentityAnswer.SAME]
    assert audited(told)[-1] == audit.GONE


def test_a_decision_that_was_taken_back_meanwhile_is_not_taken_back_again(told: Room) -> None:
    decides(told, PRYS, "identity:same")
    for user in (PRYS, NIA):
        told.press(user, "identity:decided", None)
    told.press_in_view(NIA, "identity:change")
    told.press_in_view(PRYS, "identity:change")
    assert f"*another person*: decided on 7 Sept 09:00 by <@{NIA}>." in words(told.modal(PRYS))
    assert answers(told) == [IdentityAnswer.ANOTHER]


def test_the_last_run_opens_the_decisions_for_those_who_may_decide(told: Room) -> None:
    decides(told, PRYS, "identity:same")
    assert DECISIONS in buttons(told.answer(PRYS, f"last-run {GLAN.number}"))
    assert DECISIONS not in buttons(told.answer(CARYS, f"last-run {GLAN.number}"))


def test_a_decision_of_another_process_is_told_once(told: Room) -> None:
    watch = CopiesWatch(told.services)
    watch.check()
    with told.services.database.reading() as session:
        first = identities.waiting(session)[0]
    decide(told.services.provisioning, first.id, IdentityAnswer.SAME, by="jones")
    for _ in range(3):
        watch.check()
        delivered(told)
    assert "decided on 7 Sept 09:00 by jones." in words(message(told, NIA))
    edits = [name for name, _ in told.live.workspace.calls if name == "chat.update"]
    assert len(edits) == 2


def test_once_the_records_are_put_right_the_messages_say_that_nothing_is_in_doubt(told: Room) -> None:
    told.provisioning.extracts(GLAN, ALYS, JANE, at=NOW + timedelta(minutes=3))
    told.provisioning.runs(GLAN, at=NOW + timedelta(minutes=3))
    CopiesWatch(told.services).check()
    delivered(told)
    assert "Glan High: no account is in doubt any more" in words(message(told, NIA))
    assert buttons(message(told, NIA)) == []
