"""A run that holds something is told to those who may decide, once, by way of the outbox."""

from dataclasses import replace

import pytest

from bot.outbox.sending import Sender
from bot.people.permissions import Grant, Role
from bot.runs.letters import announce, announce_again
from bot.runs.screens import run_line
from bot.service.features import LETTER_KINDS
from bot.slack.voice import Voice
from knowledge.texts import Language
from provisioning.clock import FixedClock
from provisioning.runs.approvals import approve, reject
from provisioning.store.latest_runs import latest_of
from tests.bot.app_fixtures import CARYS, DAI, ELIS, NIA, PRYS, Room, buttons, words
from tests.builders import GLAN, NOW, learner


def told(room: Room, *users: str) -> list[int]:
    """How many messages each of them has."""
    return [len(room.server.person(user).messages()) for user in users]


def test_those_who_may_decide_are_told_once_with_counts_and_buttons(held: Room) -> None:
    sender = Sender(held.services, held.app.client, LETTER_KINDS)
    for _ in range(3):
        announce(held.services)
        sender.deliver()
    assert told(held, PRYS, NIA, CARYS, DAI) == [1, 1, 0, 0]
    (message,) = held.server.person(PRYS).messages()
    assert "Approve" in buttons(message)
    assert learner(1).upn not in words(message["blocks"])


def test_what_was_decided_before_anybody_heard_of_it_is_no_news(held: Room) -> None:
    announce(held.services)
    with held.services.database.reading() as session:
        latest = latest_of(session, GLAN.number).latest
    assert latest is not None
    reject(held.services.provisioning, latest.known_id, by=NIA)
    Sender(held.services, held.app.client, LETTER_KINDS).deliver()
    assert told(held, PRYS, NIA) == [0, 0]


def test_where_all_who_were_told_have_lost_their_role_those_who_have_it_now_are_told(held: Room) -> None:
    sender = Sender(held.services, held.app.client, LETTER_KINDS)
    announce(held.services)
    for _ in range(2):
        announce_again(held.services)
        sender.deliver()
    held.take_away(PRYS)
    announce_again(held.services)
    sender.deliver()
    assert told(held, PRYS, NIA, ELIS) == [1, 1, 0]
    held.take_away(NIA)
    held.grant(Grant(ELIS, Role.PROVISIONING_MANAGER, GLAN.number))
    for _ in range(2):
        announce_again(held.services)
        sender.deliver()
    assert told(held, PRYS, NIA, ELIS) == [1, 1, 1]


def test_at_night_it_waits_for_the_morning(held: Room) -> None:
    night = replace(held.services.provisioning, clock=FixedClock(NOW.replace(hour=22)))
    at_night = replace(held.services, provisioning=night)
    announce(at_night)
    Sender(at_night, held.app.client, LETTER_KINDS).deliver()
    assert told(held, PRYS) == [0]
    Sender(held.services, held.app.client, LETTER_KINDS).deliver()
    assert told(held, PRYS) == [1]


def test_a_run_that_is_held_is_decided_under_its_result_by_those_who_may(held: Room) -> None:
    _, result = held.run(PRYS, f"run {GLAN.number}")
    assert buttons(result) == ["Approve", "Reject", "Show examples"]
    _, result = held.run(CARYS, "run")
    assert buttons(result) == []
    assert "I have asked those who may decide on it, in their messages with Hwb." in words(result)


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("en", "Approved: what this run had held back has been done."),
        ("cy", "Cymeradwywyd: mae'r hyn a ddaliwyd"),
    ],
)
def test_once_approved_a_run_says_what_came_of_what_it_held(
    held: Room, language: Language, says: str
) -> None:
    with held.provisioning.database.reading() as session:
        run = latest_of(session, GLAN.number).latest
    assert run is not None
    voice = Voice(held.services.catalogue, language)
    before = run_line(run, voice)
    after = run_line(approve(held.services.provisioning, run.known_id, by=PRYS), voice)
    assert (says in before, says in after) == (False, True)
    why = voice.mrkdwn(run.holds[0].said[0])
    assert (why in before, why in after) == (True, False)
