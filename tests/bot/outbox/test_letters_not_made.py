"""A letter that can't be made, or a service that is slow, keeps no other letter waiting."""

import threading
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from bot.outbox import letters, recall
from bot.outbox.kinds import LetterContext, LetterKind, Unconditional
from bot.outbox.letters import Letter
from bot.outbox.sending import Sender
from bot.outbox.transports.external import EXTERNAL, ExternalMessage, Route
from bot.outbox.transports.hand_over import OutsideTransport
from bot.outbox.transports.outcomes import Outcome, Sent
from bot.outbox.trouble import KINDS as TROUBLE_KINDS
from bot.outbox.trouble import NOT_MADE_KIND
from bot.people.permissions import EVERYWHERE, Grant, Role
from bot.service import intervals
from bot.slack.blocks import Screen, section
from tests.bot.app_fixtures import CARYS, DAI, NIA, Room, words
from tests.bot.outbox.test_letter_kinds import Birthday
from tests.builders import GLAN, NOW

SECRET = "Seren Blodeuwedd"


def _fails(_context: LetterContext, _birthday: Birthday) -> Screen:
    raise RuntimeError(SECRET)


def _says(_context: LetterContext, birthday: Birthday) -> Screen:
    return Screen(birthday.school, [section(birthday.school)])


def _breaks_a_header(_context: LetterContext, birthday: Birthday) -> ExternalMessage:
    raise ValueError(f"{SECRET} {birthday.school}")


ANYBODY: Unconditional[Birthday] = Unconditional("a toy")
GOOD = LetterKind(name="good", payload=Birthday, screen=_says, reader=ANYBODY)
FAILING = replace(GOOD, name="failing", screen=_fails)
OUTSIDE = LetterKind(name="outside", payload=Birthday, external=_breaks_a_header, reader=ANYBODY)
KINDS = [*TROUBLE_KINDS, *recall.KINDS, GOOD, FAILING, OUTSIDE]
WRITTEN = {"school": GLAN.number, "founded": date(1926, 1, 1).isoformat()}


class Post:
    """A sender in a room with an operator, by a time that the test moves."""

    def __init__(self, room: Room) -> None:
        self.room, self.moment = room, NOW
        room.grant(Grant(NIA, Role.ADMINISTRATOR, EVERYWHERE))
        self.sender = Sender(room.services, room.app.client, KINDS, clock=lambda: self.moment)

    def put(self, key: str, to: str, payload: dict[str, Any]) -> None:
        found = [Letter(key, to, payload)]
        self.room.services.database.write(lambda session: letters.put(session, found, NOW))

    def pass_(self, times: int = 12) -> None:
        """Let the sender work for an hour and more."""
        for _ in range(times):
            self.sender.deliver()
            self.moment += timedelta(minutes=11)

    def reads(self, user: str) -> list[str]:
        return [words(message["blocks"]) for message in self.room.server.person(user).messages()]

    def row(self, key: str) -> tuple[str | None, int]:
        with self.room.services.database.reading() as session:
            row = letters.posted(session, key)
            assert row is not None
            return row.given_up_because, row.attempts


@pytest.fixture
def post(here: Room) -> Post:
    return Post(here)


BAD: dict[str, tuple[str, dict[str, Any]]] = {
    "its screen raises": (DAI, {"kind": "failing", **WRITTEN}),
    "its payload is none any more": (DAI, {"kind": "good", "school": GLAN.number, "founded": "long ago"}),
    "its payload has too little": (DAI, {"kind": "good"}),
    "its kind is not known any more": (DAI, {"kind": "forgotten", **WRITTEN}),
    "it has no kind": (DAI, dict(WRITTEN)),
    "its e-mail would break a header": (EXTERNAL, {"kind": "outside", **WRITTEN}),
}


@pytest.mark.parametrize(("to", "payload"), BAD.values(), ids=BAD.keys())
def test_it_is_given_up_after_five_attempts_and_the_others_are_sent_before(
    post: Post, to: str, payload: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    post.put("bad", to, payload)
    post.put("good", CARYS, {"kind": "good", **WRITTEN})
    post.sender.deliver()
    assert post.reads(CARYS) == [GLAN.number]
    assert post.row("bad") == (None, 1)
    post.pass_()
    assert post.row("bad") == ("not-made", 5)
    (told,) = post.reads(NIA)
    assert "could not be made and was given up" in told
    assert SECRET not in told + caplog.text


def test_operators_are_told_of_a_kind_once(post: Post) -> None:
    for number in range(3):
        post.put(f"bad:{number}", DAI, {"kind": "failing", **WRITTEN})
    post.put("other", DAI, {"kind": "forgotten", **WRITTEN})
    post.pass_()
    assert len(post.reads(NIA)) == 2


def test_that_the_news_of_it_can_not_be_made_is_no_news(post: Post) -> None:
    post.put("bad", NIA, {"kind": NOT_MADE_KIND.name, "of": []})
    post.pass_()
    assert post.row("bad") == ("not-made", 5)
    assert post.reads(NIA) == []


def test_earlier_trouble_of_slacks_does_not_count(post: Post) -> None:
    post.room.server.fail_next("chat.postMessage", times=6, status=503)
    post.put("good", CARYS, {"kind": "good", **WRITTEN})
    post.pass_()
    assert post.reads(CARYS) == [GLAN.number]


def test_a_slow_service_outside_slack_holds_up_no_letter_in_slack(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached, answer = threading.Event(), threading.Event()

    def slow(*_: object) -> Outcome:
        reached.set()
        answer.wait()
        return Sent()

    monkeypatch.setattr(OutsideTransport, "send", slow)
    post.put("outside", EXTERNAL, {"kind": "outside", **WRITTEN})
    post.put("good", CARYS, {"kind": "good", **WRITTEN})
    handing = threading.Thread(target=lambda: post.sender.deliver(Route.OUTSIDE))
    handing.start()
    reached.wait()
    assert post.sender.deliver(Route.SLACK) == 1
    assert post.reads(CARYS) == [GLAN.number]
    answer.set()
    handing.join()


def test_a_feature_that_can_not_put_its_letters_holds_up_no_other(caplog: pytest.LogCaptureFixture) -> None:
    def broken() -> None:
        raise RuntimeError("broken")

    intervals._logging_errors(broken)
    assert "could not be put into the outbox: RuntimeError" in caplog.text
