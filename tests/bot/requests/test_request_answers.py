"""How a request ends: run, done, not mine, settled by a scheduled run, expired."""

from datetime import timedelta

import pytest

from bot.outbox.sending import Sender
from bot.requests import screens, service
from bot.requests.actions import RequestAction
from bot.requests.request import Ended
from bot.service.features import LETTER_KINDS
from slack_workspace import payloads as slack
from tests.bot.app_fixtures import (
    CARYS,
    DAI,
    NOW,
    PRYS,
    buttons,
    words,
)
from tests.bot.requests.request_post import LATER, MANAGER, SECOND, Post
from tests.builders import GLAN


def old_press(post: Post, user: str, action: str) -> str:
    """Press a button of a letter as it was before it changed; the ephemeral answer."""
    workspace, dm = post.room.live.workspace, post.room.server.person(user).dm
    kept = workspace.conversation(dm).messages[post.letter(user)["ts"]]
    payload = slack.on_message(workspace, "block_actions", user, kept)
    pressed = {"type": "button", "action_id": action, "block_id": "b", "value": str(post.request().id)}
    payload |= {"actions": [pressed], "trigger_id": workspace.new_trigger(user)}
    payload |= {"response_url": post.room.live.responses.url(user, dm, kept.ts)}
    post.room.deliver("interactive", payload)
    return words(
        [message for message in post.room.server.person(user).messages(dm) if message["ephemeral"]][-1]
    )


@pytest.mark.parametrize("action", [RequestAction.RUN, RequestAction.DONE, RequestAction.NOT_MINE])
def test_who_presses_after_another_is_told_so(action: str, post: Post) -> None:
    post.asks(CARYS)
    post.press(MANAGER, RequestAction.RUN)
    assert "settled already" in old_press(post, SECOND, action)
    assert len(post.room.provisioning.statuses()) == 1


def test_while_one_manager_runs_it_the_other_does_not(post: Post) -> None:
    post.asks(CARYS)
    services = post.room.services
    service.take(services, 1, MANAGER, NOW)
    Sender(services, post.room.app.client, LETTER_KINDS).deliver()
    assert f"The client is running, since 7 Sept 09:00, started by <@{MANAGER}>" in post.reads(SECOND)
    assert "Another user is running it" in old_press(post, SECOND, RequestAction.RUN)
    assert post.room.provisioning.statuses() == []


def test_a_run_that_fails_leaves_it_open_and_those_who_asked_know(post: Post) -> None:
    post.asks(CARYS)
    (post.room.provisioning.folder / GLAN.number / "staff.csv").unlink()
    post.press(MANAGER, RequestAction.RUN)
    assert f"Run on 7 Sept 09:00, and: failed. <@{MANAGER}>" in post.reads(SECOND)
    assert "Run now" in buttons(post.letter(SECOND))
    assert "as you had asked, and: failed. It is not settled yet." in post.news(CARYS)[0]


def test_a_school_that_runs_already_can_not_be_run(post: Post) -> None:
    post.asks(CARYS)
    with post.room.a_run_under_way(GLAN):
        assert "under way" in post.press(MANAGER, RequestAction.RUN) or post.request().tried == "refused"
    assert post.request().open
    assert "it could not be started" in post.reads(MANAGER)


@pytest.mark.parametrize("has_run", [False, True])
def test_done_says_honestly_whether_a_run_has_been_seen(has_run: bool, post: Post) -> None:
    post.asks(CARYS)
    if has_run:
        post.room.provisioning.runs(GLAN, at=LATER)
    post.at(LATER + timedelta(minutes=1)).press(MANAGER, RequestAction.DONE)
    seen = "and the client has run, on 7 Sept 10:00" if has_run else "no successful run has been seen"
    assert seen in post.news(CARYS)[0]
    assert post.request().ended is Ended.DONE
    assert ("the client has run" in post.reads(SECOND)) is has_run


def test_not_mine_stays_with_the_others_then_climbs_then_says_whom_to_phone(post: Post) -> None:
    post.asks(CARYS)
    post.passes_on(MANAGER)
    assert buttons(post.letter(MANAGER)) == []
    assert f"Not theirs: <@{MANAGER}>" in post.reads(SECOND)
    assert post.messages(PRYS) == []
    assert post.news(CARYS) == []
    post.passes_on(SECOND)
    # Glan's client is a third party's: no role comes after its managers.
    assert post.request().ended is Ended.NOBODY
    assert "contact its provisioning manager yourself: 01633 000000" in post.news(CARYS)[0]


def test_not_mine_goes_to_a_chosen_person_who_may_run_it(post: Post) -> None:
    post.asks(CARYS)
    outcome = post.passes_on(MANAGER, DAI)
    assert outcome.errors == {
        screens.TO: "This person has no role by which to run the client of this school."
    }
    assert post.messages(DAI) == []
    post.room.server.person(MANAGER).close()
    post.passes_on(MANAGER, PRYS)
    assert len(post.messages(PRYS)) == 1
    assert f"has been passed on to <@{PRYS}>" in post.news(CARYS)[0]
    post.press(PRYS, RequestAction.RUN)
    assert f"<@{PRYS}>" in post.news(CARYS)[1]


def test_a_scheduled_run_settles_it(post: Post) -> None:
    post.asks(CARYS)
    post.room.provisioning.runs(GLAN, at=LATER)
    post.at(LATER).look()
    assert "has run, on 7 Sept 10:00, as you had asked." in post.news(CARYS)[0]
    assert "The client has run successfully, on 7 Sept 10:00." in post.reads(MANAGER)
    assert buttons(post.letter(MANAGER)) == []


def test_after_a_week_it_ends_and_can_be_asked_again(post: Post) -> None:
    post.asks(CARYS)
    post.at(NOW + timedelta(days=6, hours=23)).look()
    assert post.request().open
    post.at(NOW + timedelta(days=7)).look()
    assert "a week has gone by since you asked" in post.news(CARYS)[0]
    assert "asked for no longer" in post.reads(MANAGER)
    assert "I have asked" in post.asks(CARYS)
    assert len(post.messages(MANAGER)) == 2
