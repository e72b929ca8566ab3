"""What comes from Slack, on whichever line: each event once, and the work after the acknowledgement."""

import pytest
from slack_bolt import Ack, BoltContext

from bot.slack.intake import Intake
from bot.slack.seen_events import SeenEvents
from tests.bot.app_fixtures import Json, Later
from tests.bot.slack.small_app import COMMAND, EVENT, small_app


def test_nothing_is_copied_in_depth_before_the_acknowledgement() -> None:
    """Bolt's own copy of a request takes longer than all the rest before the acknowledgement."""
    bodies: list[Json] = []
    contexts: list[BoltContext] = []
    later = Later()
    app = small_app([], later)

    def acknowledge(ack: Ack, body: Json, context: BoltContext) -> None:
        bodies.append(body)
        contexts.append(context)
        ack()

    def work(body: Json, context: BoltContext) -> None:
        bodies.append(body)
        contexts.append(context)

    app.command("/other")(ack=acknowledge, lazy=[work])
    Intake(app).take(COMMAND | {"command": "/other"}).begin()
    later.settle()
    before, after = bodies
    assert before is after
    assert contexts[0] is not contexts[1]


@pytest.mark.parametrize("payload", [COMMAND, EVENT])
def test_work_begins_once_the_acknowledgement_is_out(payload: Json) -> None:
    done: list[str] = []
    later = Later()
    taken = Intake(small_app(done, later)).take(payload)
    later.settle()
    assert (taken.response.status, done) == (200, ["ack"])
    taken.begin()
    later.settle()
    assert done == ["ack", "work"]


def test_an_event_that_is_sent_again_is_acknowledged_and_handled_once() -> None:
    done: list[str] = []
    intake = Intake(small_app(done, Later()))
    assert [intake.take(EVENT).response.status for _ in range(3)] == [200, 200, 200]
    assert done == ["ack"]


def test_an_event_whose_acknowledgement_failed_is_handled_when_it_comes_again() -> None:
    done: list[str] = []

    def burst() -> None:
        raise RuntimeError("the ground opened")

    intake = Intake(small_app(done, Later(), before_ack=burst))
    assert [intake.take(EVENT).response.status for _ in range(2)] == [500, 500]
    assert done == ["ack", "ack"]


def test_a_command_is_no_event_and_may_come_twice() -> None:
    done: list[str] = []
    intake = Intake(small_app(done, Later()))
    for _ in range(2):
        intake.take(COMMAND)
    assert done == ["ack", "ack"]


def test_an_event_is_remembered_for_twenty_minutes_and_not_for_good() -> None:
    now = [0.0]
    seen = SeenEvents(lambda: now[0])
    assert not seen.again("Ev1")
    now[0] = 1_199.0
    assert seen.again("Ev1")
    now[0] = 1_201.0
    assert not seen.again("Ev1")


def test_what_is_remembered_is_bounded() -> None:
    seen = SeenEvents(lambda: 0.0)
    for number in range(20_000):
        seen.again(f"Ev{number}")
    assert len(seen._seen_at) == 10_000
    assert seen.again("Ev19999")
