"""A case that the desk outside Slack did not get is its holder's again, with the reason."""

import pytest

from bot.desk import recheck, store
from bot.desk.actions import DeskAction
from bot.desk.case import CaseState, EventKind, Party
from bot.people import audit
from bot.people.audit import AuditFilter
from bot.people.permissions import Grant, Role
from tests.bot.app_fixtures import NIA, PRIVATE, WYN, Room, elements, opened, words
from tests.bot.desk.outside_desk import Desk, by_email, by_webhook
from tests.bot.desk.outside_servers import Hook, Mailbox
from tests.builders import GLAN


def refused(desk: Desk) -> None:
    """The letter is refused, and the bot looks through the cases."""
    desk.deliver()
    assert recheck._bring_back(desk.services) == 1
    desk.deliver()


def kept(desk: Desk) -> tuple[CaseState, Party | None, str | None]:
    with desk.services.database.reading() as session:
        case = store.get(session, 1)
    return case.state, case.waiting_for, case.taken_by


def test_the_holder_is_told_why_and_whom_to_ring(glan: Room, post: Mailbox) -> None:
    desk = Desk(glan, by_email(post))
    desk.hand_over()
    post.answers.append("550 Nid oes neb o'r enw hwnnw yma")
    refused(desk)
    assert kept(desk) == (CaseState.TAKEN, None, NIA)
    (told,) = glan.server.person(NIA).messages()
    said = words(told)
    assert "Case 1 is yours again: the Hwb Service Desk did not get it." in said
    assert "The reason: its mail server refuses the message (550). Ring 03000 25 25 25" in said
    assert not [private for private in PRIVATE if private in str(told)]


def test_it_stands_in_the_history_and_the_audit(glan: Room, post: Mailbox) -> None:
    desk = Desk(glan, by_email(post))
    desk.hand_over()
    post.answers.append("550 Nid oes neb o'r enw hwnnw yma")
    refused(desk)
    with desk.services.database.reading() as session:
        assert store.events(session, 1)[-1].kind is EventKind.CAME_BACK
        (record,) = audit.read(session, AuditFilter(action="case-came-back"))
    assert (record.who, record.school) == ("hwb", GLAN.number)
    assert "did not get it (its mail server refuses the message (550))" in words(glan.answer(NIA, "desk 1"))


def test_it_comes_back_once_and_can_be_handed_over_again(glan: Room, post: Mailbox) -> None:
    desk = Desk(glan, by_email(post))
    desk.hand_over()
    post.answers.append("550 Nid oes neb o'r enw hwnnw yma")
    refused(desk)
    assert recheck._bring_back(desk.services) == 0
    desk.hand_over()
    assert recheck._bring_back(desk.services) == 0
    desk.deliver()
    assert recheck._bring_back(desk.services) == 0
    assert len(post.messages) == 1
    assert kept(desk) == (CaseState.WAITING, Party.HWB_DESK, NIA)


@pytest.mark.parametrize(
    ("answer", "why"), [(410, "its web address refuses the message (410)"), (422, "(422)")]
)
def test_what_a_webhook_refuses_for_good_comes_back_too(
    glan: Room, hook: Hook, answer: int, why: str
) -> None:
    desk = Desk(glan, by_webhook(hook))
    desk.hand_over()
    hook.answers.append(answer)
    refused(desk)
    assert why in words(glan.server.person(NIA).messages()[0])


def test_what_is_only_put_off_does_not_come_back(glan: Room, hook: Hook) -> None:
    desk = Desk(glan, by_webhook(hook))
    desk.hand_over()
    hook.answers.append(503)
    desk.deliver()
    assert recheck._bring_back(desk.services) == 0
    assert kept(desk) == (CaseState.WAITING, Party.HWB_DESK, NIA)


def test_before_it_is_handed_over_the_question_says_whose_move_it_is_instead(
    glan: Room, post: Mailbox
) -> None:
    glan.grant(Grant(WYN, Role.LOCAL_AUTHORITY, GLAN.local_authority))
    desk = Desk(glan, by_email(post))
    room = opened(desk.services, glan.provisioning, glan.server)
    for user, said in (
        (
            NIA,
            "It can't mend this itself. Whose move it is: Whoever manages the school’s Provisioning Client",
        ),
        (WYN, "Ni all drwsio hyn ei hun. Tro pwy yw hi: Pwy bynnag sy’n rheoli Cleient Darparu’r ysgol"),
    ):
        shown = room.answer(user, "desk 1")
        (asks,) = [
            element["confirm"]["text"]["text"]
            for element in elements(shown)
            if element.get("action_id") == DeskAction.SEND_OUT
        ]
        assert asks.startswith(said)
        assert len(asks) <= 300
