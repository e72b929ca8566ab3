"""What a person may learn or press about another school's request."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.people.permissions import Grant, Role
from bot.requests import store
from bot.requests.actions import RequestAction
from tests.bot.app_fixtures import (
    CARYS,
    DAI,
    NOW,
    SEREN,
    Room,
    words,
)
from tests.bot.requests.request_post import AT_NANT, MANAGER, WHY, Post
from tests.builders import GLAN, NANT

LEFT = replace(AT_NANT, leaving_date=date(2026, 8, 31))


@pytest.fixture
def waiting(here: Room) -> Post:
    """Seren has left Nant, whose client has not run since; Nant has a provisioning manager."""
    here.provisioning.extracts(NANT, AT_NANT, at=NOW - timedelta(days=40))
    here.provisioning.runs(NANT, at=NOW - timedelta(days=40))
    here.provisioning.extracts(NANT, LEFT)
    here.provisioning.extracts(GLAN, SEREN)
    here.provisioning.runs(GLAN)
    here.grant(Grant(MANAGER, Role.PROVISIONING_MANAGER, NANT.number))
    return Post(here)


def test_of_another_schools_client_the_person_who_asked_learns_the_outcome_and_nothing_else(
    waiting: Post,
) -> None:
    said = waiting.asks(CARYS)
    assert "I have asked the provisioning manager of Nant Primary." in said
    assert MANAGER not in said
    read = waiting.reads(MANAGER)
    assert f"<@{CARYS}> · Glan High · 1 person" in read
    assert "Nant Primary has entered the leaving date" in read
    assert SEREN.upn not in str(waiting.letter(MANAGER))
    waiting.press(MANAGER, "aside:details")
    assert "Nant Primary" in words(waiting.room.modal(MANAGER))
    waiting.press(MANAGER, RequestAction.RUN)
    (told,) = waiting.news(CARYS)
    assert told.startswith("Nant Primary: it has run.")
    assert MANAGER not in told


def test_an_outsider_is_told_not_yet_and_whom_to_contact(waiting: Post) -> None:
    waiting.asks(CARYS)
    waiting.press(MANAGER, RequestAction.DONE)
    assert waiting.news(CARYS)[0].startswith(
        "Nant Primary: it has not run yet. Whom to contact: it@nant.example"
    )


@pytest.mark.parametrize("action", [RequestAction.RUN, RequestAction.DONE, RequestAction.NOT_MINE])
def test_a_user_who_may_not_run_that_school_is_refused(action: str, post: Post) -> None:
    post.asks(CARYS)
    post.room.take_away(MANAGER)
    assert "who have a role at a school" in post.press(MANAGER, action)
    post.room.grant(Grant(MANAGER, Role.MIS_ADMINISTRATOR, GLAN.number))
    assert "a provisioning manager, " in post.press(MANAGER, action)
    assert post.request().open
    assert post.room.provisioning.statuses() == []


def test_a_forged_question_gives_no_access(post: Post) -> None:
    message = post.room.answer(CARYS, WHY)
    forged = post.room.pressed(CARYS, message, RequestAction.ASK)
    forged["user"]["id"] = DAI
    post.room.deliver("interactive", forged)
    with post.room.services.database.reading() as session:
        assert store.every_open(session) == []


def test_a_person_who_asked_without_the_role_any_more_is_told_nothing(post: Post) -> None:
    post.asks(CARYS)
    post.room.take_away(CARYS)
    post.press(MANAGER, RequestAction.RUN)
    assert post.news(CARYS) == []
