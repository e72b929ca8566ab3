"""A message about several people: a case for each, and one reply, in the order of the message."""

from datetime import date

from bot.desk import form_screens as forms
from bot.desk import store
from bot.desk.actions import DeskAction
from bot.desk.case import CaseState, Resolution
from bot.desk.service import CaseService
from tests.bot.app_fixtures import CARYS, HELP, NIA, PRIVATE, SEREN, Room, text_value, words
from tests.bot.desk.desk_room import ask, case, deeds, deliver, menu, send
from tests.builders import GLAN, learner

LEFT = learner(2, leaving_date=date(2026, 7, 20))
NOT_YET = learner(3, admission_date=date(2026, 11, 2))
MESSAGE = f"At Glan High {NOT_YET.upn}, {SEREN.upn} and {LEFT.upn} are missing from the portal."
REPLY = "All three follow with the next run."


def triage(room: Room, writer: str = CARYS) -> str:
    """Nia triages what a user has written in the channel; what the modal says."""
    room.provisioning.extracts(GLAN, SEREN, LEFT, NOT_YET)
    ts = room.server.person(writer).say(MESSAGE, HELP)
    room.server.person(NIA).shortcut("triage", HELP, ts)
    room.later.settle()
    return words(room.modal(NIA))


def told(room: Room) -> list[str]:
    deliver(room)
    return [words(message) for message in room.server.person(CARYS).messages()]


def said_in(room: Room, number: int) -> str:
    """The words of the last event of a case, which those who asked about it read."""
    with room.services.database.reading() as session:
        return store.events(session, number)[-1].note


def test_the_draft_answers_each_in_the_order_of_the_message_and_names_nobody(desk: Room) -> None:
    said = triage(desk)
    assert "3 cases from this message:" in said
    assert "One reply answers all of them. It stands in each of these cases." in said
    desk.press_in_view(NIA, DeskAction.OPEN)
    said = words(desk.modal(NIA))
    assert "Draft of the one reply to cases 1, 2, 3: check it" in said
    draft = said[said.index("```") :].split("```")[1]
    places = [draft.index(words) for words in ("1. It is too early", "2. The Provisioning", "3. The school")]
    assert places == sorted(places)
    assert "quote cases 1, 2, 3." in draft
    assert not [secret for secret in (*PRIVATE, LEFT.upn, NOT_YET.upn) if secret in draft]


def test_the_writer_is_answered_once_and_every_case_knows_it(desk: Room) -> None:
    triage(desk)
    desk.press_in_view(NIA, DeskAction.OPEN)
    desk.press_in_view(NIA, DeskAction.SEND)
    send(desk, NIA, {forms.REPLY: text_value(REPLY)})
    (letter,) = told(desk)
    assert REPLY in letter
    assert [deeds(desk, number)[-1] for number in (1, 2, 3)] == ["answered"] * 3
    assert "answered the writer, with case 1" in words(desk.answer(NIA, "desk 3"))
    assert [said_in(desk, number) for number in (1, 2, 3)] == [REPLY] * 3


def test_a_case_that_was_resolved_meanwhile_stays_so(desk: Room) -> None:
    triage(desk)
    desk.press_in_view(NIA, DeskAction.OPEN)
    desk.press_in_view(NIA, DeskAction.RESOLVE)
    send(desk, NIA, {forms.REASON: menu(Resolution.PUT_RIGHT), forms.NOTE: text_value("")})
    CaseService(desk.services, NIA).answer(2, [1, 2, 3], REPLY)
    assert case(desk, 1).state is CaseState.RESOLVED
    assert deeds(desk, 1)[-1] == "resolved"
    assert deeds(desk, 3)[-1] == "answered"


def test_who_has_asked_about_one_of_them_besides_reads_nothing_of_the_others(desk: Room) -> None:
    desk.provisioning.extracts(GLAN, SEREN)
    ask(desk)
    triage(desk, writer=NIA)
    desk.press_in_view(NIA, DeskAction.OPEN)
    said = words(desk.modal(NIA))
    assert "Draft of the one reply" in said
    assert "Draft of the reply: check it" in words(desk.answer(NIA, "desk 1"))  # Carys asked about it before
    desk.press_in_view(NIA, DeskAction.SEND)
    send(desk, NIA, {forms.REPLY: text_value(REPLY)})
    assert [said_in(desk, number) for number in (1, 2, 3)] == ["", REPLY, REPLY]
    assert REPLY not in str(told(desk))
