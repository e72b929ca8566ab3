"""Who is asked to run a client, and what happens where no manager can be reached."""

from datetime import timedelta

from bot.people import audit
from bot.people.audit import AuditFilter
from bot.people.leavers import Leavers
from bot.people.permissions import Grant, Role
from bot.requests import service, store
from bot.requests.actions import RequestAction
from tests.bot.app_fixtures import (
    ASK_MANAGER,
    CARYS,
    DAI,
    HUW,
    NOW,
    PRYS,
    Room,
    buttons,
    words,
)
from tests.bot.requests.request_post import AT_NANT, MANAGER, SECOND, WHY, Post
from tests.builders import GLAN, NANT


def test_where_the_authority_manages_clients_it_is_asked_and_where_the_school_does_its_champion(
    here: Room,
) -> None:
    post = Post(here)
    here.provisioning.extracts(NANT, AT_NANT)
    here.grant(Grant(HUW, Role.MIS_ADMINISTRATOR, NANT.number))
    said = post.asks(HUW, f"{WHY} {NANT.number}")
    assert f"<@{DAI}>" in said
    assert len(post.messages(DAI)) == 1
    post.passes_on(DAI)
    assert len(post.messages(PRYS)) == 1


def test_where_no_manager_can_be_written_to_the_contact_is_given_and_no_press(glan: Room) -> None:
    for line in (WHY, "missing"):
        assert "I can reach no one" not in words(glan.answer(CARYS, line))  # she may run it herself
        answer = glan.answer(HUW, line)
        assert ASK_MANAGER not in buttons(answer)
        assert "I can reach no one in Slack who runs the client of Glan High." in words(answer)
        assert "01633 000000" in words(answer)


def test_if_the_last_manager_leaves_before_the_press_nothing_is_sent(glan: Room) -> None:
    glan.grant(Grant(MANAGER, Role.PROVISIONING_MANAGER, GLAN.number))
    glan.answer(CARYS, WHY)
    glan.take_away(MANAGER)
    answer = glan.press(CARYS, RequestAction.ASK)
    assert answer is not None
    assert "I can't reach the provisioning manager in Slack" in words(answer)
    assert "01633 000000" in words(answer)
    with glan.services.database.reading() as session:
        assert store.every_open(session) == []


def test_who_runs_it_alone_is_told_so(here: Room) -> None:
    here.provisioning.extracts(NANT, AT_NANT)
    assert ASK_MANAGER not in buttons(here.answer(DAI, WHY))
    assert ASK_MANAGER not in buttons(here.answer(DAI, "missing"))
    here.grant(Grant(MANAGER, Role.PROVISIONING_MANAGER, NANT.number))
    assert ASK_MANAGER in buttons(here.answer(DAI, WHY))
    here.take_away(MANAGER)
    answer = here.press(DAI, RequestAction.ASK)
    assert answer is not None
    assert "nobody but you looks after" in words(answer)


def test_managers_whom_no_message_reaches_are_passed_over(post: Post) -> None:
    post.room.live.workspace.deactivated.add(SECOND)
    post.asks(CARYS)
    post.look()
    assert post.request().to == (MANAGER,)
    post.room.live.workspace.deactivated.add(MANAGER)
    post.at(NOW + timedelta(days=8)).look()
    said = post.asks(CARYS)
    with post.room.services.database.reading() as session:
        assert store.every_open(session) == []
    assert "I can't reach the provisioning manager in Slack" in said


def test_where_the_last_manager_leaves_the_asker_is_told(post: Post) -> None:
    post.asks(CARYS)
    post.look()
    post.room.live.workspace.deactivated |= {MANAGER, SECOND}
    Leavers(post.room.services.database, post.room.services.clock).check(post.room.app.client)
    post.look()
    with post.room.services.database.reading() as session:
        assert store.every_open(session) == []
    assert "nobody is left whom I could ask" in post.news(CARYS)[-1]


def test_a_manager_whose_role_ends_is_asked_no_more_and_the_next_is(post: Post) -> None:
    post.asks(CARYS)
    post.look()
    assert post.request().to == (MANAGER, SECOND)
    post.room.take_away(MANAGER)
    post.look()
    assert post.request().to == (SECOND,)
    post.room.take_away(SECOND)
    post.look()
    assert MANAGER not in post.request().to
    assert SECOND not in post.request().to
    with post.room.services.database.reading() as session:
        freed = audit.read(session, AuditFilter(action="request-freed"))
    assert {(record.subject, record.outcome) for record in freed} >= {(MANAGER, "role-ended")}


def test_the_claim_of_a_manager_whose_role_ends_is_released(post: Post) -> None:
    post.asks(CARYS)
    post.look()
    number = post.request().id
    service.take(post.room.services, number, MANAGER, NOW)
    assert post.request().taken_by == MANAGER
    post.room.take_away(MANAGER)
    post.look()
    assert post.request().taken_by is None
    assert post.request().to == (SECOND,)
