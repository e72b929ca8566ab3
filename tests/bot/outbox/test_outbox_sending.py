"""Letters on their way to Slack: nothing lost and nothing doubled, whatever happens on the way."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from slack_sdk import WebClient

from bot.outbox import letters
from bot.outbox.letters import CLAIM, Letter
from bot.outbox.sending import Sender
from bot.outbox.tables import OutboxRow
from bot.outbox.transports.slack import SlackTransport, mark
from bot.people import permissions
from bot.people.permissions import EVERYWHERE, Grant, Role
from bot.service.features import LETTER_KINDS
from knowledge.texts import Text
from provisioning.clock import FixedClock
from tests.bot.app_fixtures import CARYS, DAI, HELP, NIA, WYN, Room, words
from tests.builders import NOW

DAY = NOW.date().isoformat()
SECOND = timedelta(seconds=1)


class Post:
    """A sender in a room, by a time that the test moves."""

    def __init__(self, room: Room) -> None:
        self.room, self.moment = room, NOW
        self.sender = self.another()

    def another(self, now: datetime = NOW) -> Sender:
        """A sender of another process, or after a restart."""
        services = replace(
            self.room.services, provisioning=replace(self.room.services.provisioning, clock=FixedClock(now))
        )
        client = WebClient(token=self.room.server.bot_token, base_url=self.room.server.api_url)
        return Sender(services, client, LETTER_KINDS, clock=lambda: self.moment)

    def put(self, *to: str, day: str = DAY, **fields: Any) -> None:
        """A digest for each of them."""
        section = {"title": Text("digest.coming").to_json(), "lines": [], "school": None}
        payload = {"kind": "digest", "day": day, "sections": [section]}
        found = [Letter(f"digest:{user}:{day}", user, payload, **fields) for user in to]
        self.room.services.database.write(lambda session: letters.put(session, found, NOW))

    def rows(self) -> dict[str, OutboxRow]:
        """The letters by whom they are for."""
        with self.room.services.database.reading() as session:
            rows = session.query(OutboxRow).order_by(OutboxRow.id).all()
            session.expunge_all()
            return {row.to: row for row in rows}

    def posts(self) -> list[str]:
        """To whom messages were posted, in order."""
        return [call["channel"] for call in self.room.server.calls("chat.postMessage")]

    def seen_by(self, user: str) -> list[str]:
        """What a person reads in their messages with the bot."""
        return [words(message["blocks"]) for message in self.room.server.person(user).messages()]


@pytest.fixture
def post(here: Room) -> Post:
    return Post(here)


def test_each_reads_it_once_in_their_language_with_its_key_in_the_first_block(post: Post) -> None:
    post.put(CARYS, WYN)
    assert post.sender.deliver() == 2
    assert post.sender.deliver() == 0
    assert post.posts() == [CARYS, WYN]
    assert "Due within seven days" in post.seen_by(CARYS)[0]
    assert "I'w gwblhau o fewn saith diwrnod" in post.seen_by(WYN)[0]
    (message,) = post.room.server.person(CARYS).messages()
    assert message["blocks"][0]["block_id"] == mark(f"digest:{CARYS}:{DAY}")
    assert post.rows()[CARYS].ts == message["ts"]


def test_a_429_is_waited_for_as_slack_says(post: Post) -> None:
    post.room.server.fail_next("chat.postMessage", status=429, retry_after=7)
    post.put(CARYS, DAI)
    post.sender.deliver()
    assert post.seen_by(CARYS) == []
    post.moment += 6 * SECOND
    post.sender.deliver()
    assert (post.seen_by(CARYS), len(post.seen_by(DAI))) == ([], 1)
    post.moment += SECOND
    post.sender.deliver()
    assert len(post.seen_by(CARYS)) == 1
    assert post.room.server.calls("conversations.history") == []


def test_a_500_is_tried_again_later_and_later_and_looked_for_first(post: Post) -> None:
    post.room.server.fail_next("chat.postMessage", times=3, status=503)
    post.put(CARYS)
    for wait in (2, 4, 8):
        assert post.sender.deliver() == 1
        post.moment += (wait - 1) * SECOND
        assert post.sender.deliver() == 0
        post.moment += SECOND
    post.sender.deliver()
    assert len(post.seen_by(CARYS)) == 1
    assert len(post.room.server.calls("conversations.history")) == 3


def test_slack_not_there_at_all_loses_nothing(post: Post) -> None:
    nowhere = Sender(
        post.room.services,
        WebClient(token="xoxb-1", base_url="http://127.0.0.1:9/api/"),
        LETTER_KINDS,
        clock=lambda: post.moment,
    )
    post.put(CARYS, DAI)
    assert nowhere.deliver() == 1
    post.moment += timedelta(minutes=10)
    post.sender.deliver()
    assert [len(post.seen_by(user)) for user in (CARYS, DAI)] == [1, 1]


def test_a_process_that_ends_between_posting_and_noting_it_doubles_nothing(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    post.put(CARYS)
    with monkeypatch.context() as dying:
        dying.setattr(Sender, "_sent", _die)
        with pytest.raises(KeyboardInterrupt):
            post.sender.deliver()
    assert len(post.seen_by(CARYS)) == 1
    restarted = post.another()
    assert restarted.deliver() == 0
    post.moment += CLAIM
    assert restarted.deliver() == 1
    assert len(post.seen_by(CARYS)) == 1
    (message,) = post.room.server.person(CARYS).messages()
    assert post.rows()[CARYS].ts == message["ts"]


def test_a_process_that_ends_before_posting_loses_nothing(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    post.put(CARYS)
    with monkeypatch.context() as dying:
        dying.setattr(SlackTransport, "_content", _die)
        with pytest.raises(KeyboardInterrupt):
            post.sender.deliver()
    post.moment += CLAIM
    post.another().deliver()
    assert len(post.seen_by(CARYS)) == 1


def _die(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_an_archived_channel_is_given_up_and_the_operator_told_once(post: Post) -> None:
    post.room.grant(Grant(NIA, Role.ADMINISTRATOR, EVERYWHERE))
    post.room.server.workspace.conversation(HELP).archived = True
    post.put(HELP)
    post.put(HELP, day="2026-09-08")
    for _ in range(3):
        post.sender.deliver()
    with post.room.services.database.reading() as session:
        found = letters.posted(session, f"digest:{HELP}:{DAY}")
        assert found is not None
        assert found.given_up_because == "is_archived"
    (told,) = post.seen_by(NIA)
    assert "is_archived" in told
    assert f"<#{HELP}>" in told


@pytest.mark.parametrize("how", ["deactivated", "unknown"])
def test_a_user_who_left_slack_is_given_up_and_the_operator_told_once(post: Post, how: str) -> None:
    post.room.grant(Grant(NIA, Role.ADMINISTRATOR, EVERYWHERE))
    workspace = post.room.server.workspace
    if how == "deactivated":
        workspace.deactivated.add(CARYS)
    else:
        workspace.people.pop(CARYS)
    post.put(CARYS, DAI)
    post.put(CARYS, day="2026-09-08")
    for _ in range(3):
        post.sender.deliver()
    assert post.posts().count(CARYS) == 0
    assert len(post.seen_by(DAI)) == 1
    assert len(post.seen_by(NIA)) == 1
    with post.room.services.database.reading() as session:
        assert letters.unreachable(session, NOW) == {CARYS}
        assert CARYS in [grant.user for grant in permissions.every(session)]
        assert CARYS not in [grant.user for grant in permissions.in_force(session, NOW.date())]


def test_an_operator_who_left_is_told_of_nothing(post: Post) -> None:
    post.room.grant(Grant(NIA, Role.ADMINISTRATOR, EVERYWHERE))
    post.room.server.workspace.deactivated |= {CARYS, NIA}
    post.put(CARYS)
    for _ in range(3):
        post.sender.deliver()
    assert post.posts() == []
    assert post.rows()[NIA].given_up_because == "user_deleted"


def test_a_token_that_slack_no_longer_takes_loses_nothing(post: Post) -> None:
    post.put(CARYS)
    services = post.room.services
    stranger = WebClient(token="xoxb-other", base_url=post.room.server.api_url)
    assert Sender(services, stranger, LETTER_KINDS, clock=lambda: post.moment).deliver() == 1
    post.moment += timedelta(minutes=1)
    post.sender.deliver()
    assert len(post.seen_by(CARYS)) == 1


def test_yesterdays_digest_is_no_news(post: Post) -> None:
    post.put(CARYS)
    assert post.another(NOW + timedelta(days=1)).deliver() == 1
    assert post.seen_by(CARYS) == []
    assert post.rows()[CARYS].given_up_because == "settled"


def test_in_the_evening_it_waits_for_the_morning_but_for_what_can_not(post: Post) -> None:
    evening = NOW.replace(hour=18)
    post.put(CARYS)
    post.put(DAI, any_time=True)
    assert post.another(evening).deliver() == 1
    assert (post.seen_by(CARYS), len(post.seen_by(DAI))) == ([], 1)


def test_logs_have_neither_names_nor_words(post: Post, caplog: pytest.LogCaptureFixture) -> None:
    post.room.server.workspace.deactivated.add(CARYS)
    post.room.server.fail_next("chat.postMessage", status=500)
    post.put(CARYS, DAI)
    post.sender.deliver()
    assert "carys" not in caplog.text.lower().replace(CARYS.lower(), "")
