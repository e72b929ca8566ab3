"""Rejected rows are sent to the school's MIS administrator: what is sent, and what comes of the answer."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.people.permissions import Grant, Role
from bot.requests.actions import RequestAction
from bot.requests.request import Ended
from tests.bot.app_fixtures import CARYS, HUW, NOW, PRIVATE, PRYS, SEREN, Room, buttons, words
from tests.bot.requests.request_post import Post
from tests.builders import GLAN, NANT, learner
from tests.provisioning.runs.run_builders import only

BROKEN, OTHER = replace(SEREN, surname=""), replace(learner(2), surname="")
WHY = f"why-missing {SEREN.upn}"
SEND = "Send this to our MIS administrator"


@pytest.fixture
def rejected(here: Room) -> Post:
    """The rows of two learners of Glan have no surname; Huw is its MIS administrator."""
    here.provisioning.extracts(GLAN, BROKEN, OTHER)
    here.provisioning.runs(GLAN)
    return Post(here)


def test_a_row_is_sent_with_file_line_and_reason(rejected: Post) -> None:
    assert SEND in buttons(rejected.room.answer(CARYS, WHY))
    assert "sent this to the MIS administrator of Glan High" in rejected.asks(CARYS, WHY)
    read = rejected.reads(HUW)
    assert "Glan High: 1 record to be put right in the MIS" in read
    assert f"`{SEREN.upn}` · The row on line 2 of learners.csv was rejected" in read
    assert "Asked by Glan High (Digital Champion) on 7 Sept 09:00" in read
    assert buttons(rejected.letter(HUW)) == ["The record is put right", "Open"]
    assert not any(name in str(rejected.letter(HUW)) for name in PRIVATE[1:])
    assert rejected.messages(PRYS) == []


def test_pressed_again_it_says_when_it_was_sent(rejected: Post) -> None:
    rejected.asks(CARYS, WHY)
    said = rejected.asks(CARYS, WHY)
    assert said.startswith("You sent this to the MIS administrator of Glan High on 7 Sept 09:00.")
    assert len(rejected.messages(HUW)) == 1


def test_a_schools_rejected_rows_are_one_letter(rejected: Post) -> None:
    rejected.asks(CARYS, "missing")
    read = rejected.reads(HUW)
    assert "2 records" in read
    assert SEREN.upn in read
    assert OTHER.upn in read


def test_the_answer_is_looked_at_at_once(rejected: Post) -> None:
    rejected.asks(CARYS, "missing")
    said = rejected.press(HUW, RequestAction.PUT_RIGHT)
    assert f"these are still rejected: {SEREN.upn}, {OTHER.upn}." in said
    assert "says that what you sent is put right. I can't see it yet" in rejected.news(CARYS)[0]
    rejected.room.provisioning.extracts(GLAN, SEREN, learner(2))
    said = rejected.press(HUW, RequestAction.PUT_RIGHT)
    assert "nothing of this is rejected any more" in said
    assert rejected.request().ended is Ended.DONE
    assert f"`{SEREN.upn}` · rejected no more" in rejected.reads(HUW)
    assert "has put right what you sent, and I have seen it" in rejected.news(CARYS)[1]


def test_mended_without_a_word_it_ends_with_the_run(rejected: Post) -> None:
    rejected.asks(CARYS, WHY)
    rejected.room.provisioning.extracts(GLAN, SEREN)
    rejected.room.provisioning.runs(GLAN, at=NOW + timedelta(hours=1))
    rejected.at(NOW + timedelta(hours=1)).look()
    assert "The account is there." in rejected.news(CARYS)[0]
    assert rejected.request().ended is Ended.RAN


def test_it_ends_with_a_run_of_the_learner_alone(rejected: Post) -> None:
    rejected.asks(CARYS, WHY)
    rejected.room.provisioning.extracts(GLAN, SEREN, OTHER)
    only(rejected.room.provisioning, GLAN, SEREN.upn, at=NOW + timedelta(hours=1))
    rejected.at(NOW + timedelta(hours=1)).look()
    assert "The account is there." in rejected.news(CARYS)[0]
    assert rejected.request().ended is Ended.RAN


def test_the_mis_administrator_has_no_such_press(rejected: Post) -> None:
    assert SEND not in buttons(rejected.room.answer(HUW, WHY))


def test_where_no_mis_administrator_of_the_school_is_in_slack_its_contact_is_named(
    rejected: Post,
) -> None:
    rejected.room.take_away(HUW)
    rejected.room.grant(Grant(HUW, Role.MIS_ADMINISTRATOR, NANT.number))
    for line in (WHY, "missing"):
        answer = rejected.room.answer(CARYS, line)
        assert SEND not in buttons(answer)
        said = words(answer)
        assert "No MIS administrator of Glan High is in Slack." in said
        assert said.count("school office") == 1  # as the contact of who acts next
        assert "01633 000000" in said
    table = words(rejected.room.answer(CARYS, f"why-missing {SEREN.upn} {OTHER.upn}"))
    assert "Glan High is in Slack. Ring the school office" in table  # a table has no contacts


def test_who_is_mis_administrator_no_more_loses_the_letter(rejected: Post) -> None:
    rejected.asks(CARYS, WHY)
    rejected.room.take_away(HUW)
    rejected.look()
    assert rejected.request().ended is Ended.NOBODY
    assert "no MIS administrator left" in rejected.news(CARYS)[0]
    assert "who have a role at a school" in rejected.press(HUW, RequestAction.PUT_RIGHT)
