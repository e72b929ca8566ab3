"""One decision about a held run, every copy of its message: who, when, what came of it, and Undo."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from bot.outbox.sending import Sender
from bot.people import audit
from bot.people.permissions import Grant, Role
from bot.people.tables import AuditRow
from bot.runs import copies
from bot.runs.copies import tell
from bot.runs.letters import announce
from bot.service.copies_watch import CopiesWatch
from bot.service.features import LETTER_KINDS
from provisioning.clock import FixedClock
from provisioning.records.people import Learner
from provisioning.records.runs import RunStatus
from provisioning.runs.approvals import approve, reject
from provisioning.runs.undo import undo
from provisioning.store import decisions
from provisioning.store.latest_runs import latest_of
from tests.bot.app_fixtures import CARYS, DAI, NIA, PRYS, Json, Room, buttons, words
from tests.builders import GLAN, NOW, learner

LAST = "Last run"


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


def held_run(room: Room) -> int:
    with room.services.database.reading() as session:
        latest = latest_of(session, GLAN.number).latest
    assert latest is not None
    return latest.known_id


def pupils(leaving: int) -> list[Learner]:
    """Glan's 40 learners, of whom so many left yesterday by their record."""
    left = date(2026, 9, 6)
    return [learner(number, leaving_date=left if number <= leaving else None) for number in range(1, 41)]


@pytest.fixture
def told(here: Room) -> Room:
    """Sixteen releases of Glan are held, and told to Prys of the authority, Dai who runs it, Nia of the desk.

    All three may decide. Nia may not undo a run.
    """
    here.grant(Grant(DAI, Role.PROVISIONING_MANAGER, GLAN.number))
    here.provisioning.extracts(GLAN, *pupils(0))
    here.provisioning.runs(GLAN)
    here.provisioning.extracts(GLAN, *pupils(16), at=NOW + timedelta(minutes=1))
    assert here.provisioning.runs(GLAN, at=NOW + timedelta(minutes=2)).status is RunStatus.HELD
    announce(here.services)
    delivered(here)
    return here


def test_once_one_approves_the_message_of_each_says_who_when_and_what_came_of_it(told: Room) -> None:
    told.press(PRYS, "held:approve", None)
    delivered(told)
    for user in (PRYS, NIA, DAI):
        said = words(message(told, user))
        assert "what run 2 had held back has been approved and done" in said
        assert f"Approved on 7 Sept 09:00 by <@{PRYS}>." in said
        assert "16 released" in said
    assert buttons(message(told, DAI)) == ["Undo this run", LAST]
    assert buttons(message(told, PRYS)) == ["Undo this run", LAST]
    assert buttons(message(told, NIA)) == [LAST]


def test_a_rejection_is_told_to_all_with_the_button_that_takes_it_back(told: Room) -> None:
    told.press(NIA, "held:reject", None)
    delivered(told)
    for user in (PRYS, NIA, DAI):
        assert f"Decided against on 7 Sept 09:00 by <@{NIA}>." in words(message(told, user))
        assert buttons(message(told, user)) == ["Reconsider", LAST]
    told.run(PRYS, f"reconsider {GLAN.number}")
    delivered(told)
    said = words(message(told, NIA))
    assert "the decision against run 2 does not stand any more" in said
    assert f"Taken back with Reconsider on 7 Sept 09:00 by <@{PRYS}>. The next run asks again" in said
    assert "something else" not in said
    assert buttons(message(told, NIA)) == [LAST]


def test_a_rejection_that_the_records_have_overtaken_names_no_user(told: Room) -> None:
    """Reconsider was pressed before it, and takes back nothing of it."""
    told.run(DAI, f"reconsider {GLAN.number}")
    later = told.at(FixedClock(NOW + timedelta(hours=1)))
    later.press(NIA, "held:reject", None)
    with later.services.database.writing() as session:
        decisions.reconsider(session, GLAN.number)  # as a run forgets what is asked for no more
    tell(later.services, GLAN.number)
    delivered(later)
    said = words(message(later, NIA))
    assert "It was taken back, or the school's records ask for something else now." in said
    assert "Taken back with Reconsider" not in said


def test_a_rejection_overtaken_before_reconsider_of_another_names_no_user(told: Room) -> None:
    """Run 2's sixteen leavers are on roll again, so its rejection ends. Reconsider took back run 4's."""
    reject(told.services.provisioning, 2, by=PRYS)
    told.provisioning.extracts(GLAN, *pupils(0), at=NOW + timedelta(minutes=5))
    told.provisioning.runs(GLAN, at=NOW + timedelta(minutes=6))
    told.provisioning.extracts(GLAN, *pupils(17), at=NOW + timedelta(minutes=7))
    told.provisioning.runs(GLAN, at=NOW + timedelta(minutes=8))
    reject(told.services.provisioning, held_run(told), by=PRYS)
    told.at(FixedClock(NOW + timedelta(minutes=9))).run(DAI, f"reconsider {GLAN.number}")
    delivered(told)
    said = words(message(told, NIA))
    assert "It was taken back, or the school's records ask for something else now." in said
    assert "Taken back with Reconsider" not in said


def test_after_an_undo_the_messages_and_the_last_run_say_how_many_accounts_were_put_back(told: Room) -> None:
    told.press(PRYS, "held:approve", None)
    delivered(told)
    told.press(DAI, "held:undo", None)
    delivered(told)
    for user in (PRYS, NIA, DAI):
        said = words(message(told, user))
        assert f"Approved on 7 Sept 09:00 by <@{PRYS}>." in said
        assert f"Undone on 7 Sept 09:00 by <@{DAI}>." in said
        assert "16 accounts put back" in said
        assert "Undo this run" not in buttons(message(told, user))
    last = words(told.answer(CARYS, f"last-run {GLAN.number}"))
    assert "run 2 has been undone" in last
    assert "16 accounts put back" in last
    assert "released" not in last
    assert "Reconsider" in buttons(told.answer(DAI, f"last-run {GLAN.number}"))
    assert "It is not done again" in words(message(told, NIA))
    told.run(PRYS, f"reconsider {GLAN.number}")
    delivered(told)
    said = words(message(told, NIA))
    assert "run 2 was approved and undone, and the next run may ask again" in said
    assert f"Taken back with Reconsider on 7 Sept 09:00 by <@{PRYS}>." in said
    assert "It is not done again" not in said
    assert buttons(message(told, NIA)) == [LAST]


def test_the_last_run_says_who_approved_it(told: Room) -> None:
    told.press(PRYS, "held:approve", None)
    last = words(told.answer(CARYS, f"last-run {GLAN.number}"))
    assert "Approved: what this run had held back has been done." in last
    assert f"Approved on 7 Sept 09:00 by <@{PRYS}>." in last


def test_what_changed_since_the_run_is_counted_as_left_alone(told: Room) -> None:
    approve(told.services.provisioning, 2, by=PRYS)
    told.provisioning.extracts(GLAN, *pupils(14), at=NOW + timedelta(minutes=8))
    told.provisioning.runs(GLAN, at=NOW + timedelta(minutes=9))
    undo(told.services.provisioning, 2, by=NIA)
    tell(told.services)
    delivered(told)
    assert "14 accounts put back" in words(message(told, PRYS))
    assert "2 accounts have changed since and were left as they are." in words(message(told, PRYS))


@pytest.mark.parametrize(("decide", "says"), [(approve, "Approved on"), (reject, "Decided against on")])
def test_a_decision_of_another_process_is_told_within_a_minute(told: Room, decide: object, says: str) -> None:
    watch = CopiesWatch(told.services)
    watch.check()
    decide(told.services.provisioning, 2, by="jones")  # type: ignore[operator]
    watch.check()
    delivered(told)
    assert f"{says} 7 Sept 09:00 by jones." in words(message(told, NIA))


def test_the_edits_of_a_process_that_ended_after_taking_a_decision_back_are_made_up(
    told: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    told.press(PRYS, "held:reject", None)
    watch = CopiesWatch(told.services)
    watch.check()
    with monkeypatch.context() as ended:
        # The process ends once Reconsider is in the store: it edits no message.
        ended.setattr(copies, "tell", lambda *_: None)
        told.run(PRYS, f"reconsider {GLAN.number}")
    delivered(told)
    assert "Reconsider" in buttons(message(told, NIA))
    watch.check()
    delivered(told)
    assert "the decision against run 2 does not stand any more" in words(message(told, NIA))
    assert buttons(message(told, NIA)) == [LAST]


def test_a_run_that_takes_the_place_of_a_held_one_leaves_nothing_to_decide(told: Room) -> None:
    told.provisioning.extracts(GLAN, *pupils(0), at=NOW + timedelta(minutes=5))
    assert told.provisioning.runs(GLAN, at=NOW + timedelta(minutes=6)).status is RunStatus.SUCCEEDED
    CopiesWatch(told.services).check()
    delivered(told)
    assert "there is nothing to decide here any more" in words(message(told, NIA))
    assert buttons(message(told, NIA)) == [LAST]


def test_a_decision_on_a_later_run_that_holds_the_same_edits_the_messages_about_the_first(told: Room) -> None:
    told.provisioning.runs(GLAN, at=NOW + timedelta(minutes=6))
    announce(told.services)
    delivered(told)
    assert "Approve" in buttons(message(told, NIA))
    reject(told.services.provisioning, held_run(told), by=PRYS)
    tell(told.services, GLAN.number)
    delivered(told)
    assert f"by <@{PRYS}>." in words(message(told, NIA))


def test_an_approval_that_meets_other_records_shows_all_readers_what_is_held_now(told: Room) -> None:
    told.provisioning.extracts(GLAN, *pupils(17), at=NOW + timedelta(minutes=5))
    told.press(PRYS, "held:approve", None)
    delivered(told)
    for user in (PRYS, NIA):
        assert "I have held back 17 changes until you decide" in words(message(told, user))
        assert buttons(message(told, user)) == ["Approve", "Reject", "Show examples"]


def test_buttons_of_an_answer_that_can_not_be_edited_say_who_was_first(told: Room) -> None:
    told.run(DAI, f"run {GLAN.number}")
    told.press(PRYS, "held:reject", None)
    answer = told.press(DAI, "held:approve")
    assert answer is not None
    assert "This was decided before you pressed; your press has changed nothing:" in words(answer)
    assert f"Decided against on 7 Sept 09:00 by <@{PRYS}>." in words(answer)
    assert buttons(answer) == ["Reconsider", LAST]
    assert audited(told)[-1] == audit.GONE


def test_undo_on_a_message_that_is_not_true_any_more_says_who_has_undone_it_and_mends_the_message(
    told: Room,
) -> None:
    told.press(PRYS, "held:approve", None)
    delivered(told)
    undo(told.services.provisioning, 2, by=DAI)  # in another process, which edits no message
    told.press(PRYS, "held:undo", None)
    delivered(told)
    for user in (PRYS, NIA, DAI):
        said = words(message(told, user))
        assert f"Undone on 7 Sept 09:00 by <@{DAI}>." in said
        assert "Undo this run" not in buttons(message(told, user))
    assert audited(told)[-1] == audit.GONE


def test_undo_of_a_run_that_nobody_had_to_decide_on_says_who_has_undone_it(told: Room) -> None:
    approve(told.services.provisioning, 2, by=PRYS)
    told.provisioning.extracts(GLAN, *pupils(16), learner(60), at=NOW + timedelta(minutes=8))
    done = told.provisioning.runs(GLAN, at=NOW + timedelta(minutes=9))
    assert "Undo this run" in buttons(told.answer(DAI, f"last-run {GLAN.number}"))
    undo(told.services.provisioning, done.known_id, by=PRYS)
    answer = told.press(DAI, "held:undo")
    assert answer is not None
    assert "This was undone before you pressed; your press has changed nothing:" in words(answer)
    assert f"by <@{PRYS}>." in words(answer)


def test_a_button_of_what_a_later_run_replaced_says_that(told: Room) -> None:
    told.run(DAI, f"run {GLAN.number}")
    told.provisioning.extracts(GLAN, *pupils(0), at=NOW + timedelta(minutes=5))
    told.provisioning.runs(GLAN, at=NOW + timedelta(minutes=6))
    answer = told.press(DAI, "held:reject")
    assert answer is not None
    assert "A later run came before you pressed; your press has changed nothing:" in words(answer)
    assert buttons(answer) == [LAST]


def test_messages_are_edited_once_for_each_change(told: Room) -> None:
    reject(told.services.provisioning, 2, by=PRYS)
    for _ in range(3):
        tell(told.services)
        delivered(told)
    edits = [name for name, _ in told.live.workspace.calls if name == "chat.update"]
    assert len(edits) == 3


def test_where_accounts_live_in_the_portal_no_undo_is_offered(told: Room) -> None:
    approve(told.services.provisioning, 2, by=PRYS)
    tell(told.services)
    elsewhere = replace(told.services.provisioning, external_directory=object())  # type: ignore[arg-type]
    Sender(replace(told.services, provisioning=elsewhere), told.app.client, LETTER_KINDS).deliver()
    assert buttons(message(told, PRYS)) == [LAST]
