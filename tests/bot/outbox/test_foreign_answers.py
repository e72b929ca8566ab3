"""Letters when an answer is not Slack's, or says that the bot can't work: none is given up, none doubled."""

from datetime import timedelta

import pytest

from bot.outbox import letters
from bot.outbox.letters import Letter
from bot.outbox.sending import Sender
from bot.outbox.tables import OutboxRow
from bot.people.permissions import EVERYWHERE, Grant, Role
from bot.service.features import LETTER_KINDS
from bot.slack.client import LimitedClient
from knowledge.texts import Text
from provisioning.store.database import Database
from slack_workspace.spoiling import PAGE
from slack_workspace.troubles import Fate, Trouble
from tests.bot.app_fixtures import CARYS, DAI, HELP, NIA, Room, words
from tests.bot.command_line import CommandLine
from tests.bot.outbox.test_outbox_sending import Post
from tests.builders import NOW

DAY = "2026-09-07"
SECTIONS = [{"title": Text("digest.coming").to_json(), "lines": [], "school": None}]
ONCE_MORE = "This message may be here twice"
LONGEST = timedelta(minutes=10)
NOT_SLACKS = ["html", "cut", "short", "drop", "down"]


@pytest.fixture
def post(here: Room) -> Post:
    return Post(here)


def in_channel(post: Post) -> list[str]:
    """What stands in the channel of the Service Desk."""
    return [words(message["blocks"]) for message in post.room.server.person(NIA).messages(HELP)]


def meet(post: Post, to: str, trouble: str, *, carried_out: bool) -> OutboxRow:
    """Another digest for `to`, whose posting meets a trouble; its row before it is tried again."""
    key = f"digest:{to}:{trouble}:{carried_out}"
    payload = {"kind": "digest", "day": DAY, "sections": SECTIONS}
    post.room.services.database.write(lambda session: letters.put(session, [Letter(key, to, payload)], NOW))
    post.room.server.meet_next("chat.postMessage", Fate(Trouble(trouble), carried_out))
    post.sender.deliver()
    found = post.rows()[to]
    post.moment += timedelta(seconds=2)
    post.sender.deliver()
    return found


@pytest.mark.parametrize("trouble", NOT_SLACKS)
def test_to_a_user_it_is_looked_for_and_arrives_once(
    post: Post, trouble: str, caplog: pytest.LogCaptureFixture
) -> None:
    for count, carried_out in enumerate((True, False), 1):
        assert meet(post, CARYS, trouble, carried_out=carried_out).doubtful
        assert len(post.seen_by(CARYS)) == count
        assert post.rows()[CARYS].sent_at is not None
    assert "filtered" not in caplog.text
    assert "category" not in caplog.text


@pytest.mark.parametrize("trouble", NOT_SLACKS)
def test_in_a_channel_it_is_posted_again_and_the_second_says_that_it_may_be_there_twice(
    post: Post, trouble: str
) -> None:
    meet(post, HELP, trouble, carried_out=True)
    meet(post, HELP, trouble, carried_out=False)
    assert [ONCE_MORE in said for said in in_channel(post)] == [False, True, True]
    assert post.room.server.calls("conversations.history") == [], "a right that the app does not ask for"


def test_a_refused_connection_leaves_no_doubt_so_a_channel_has_it_once_and_without_a_note(post: Post) -> None:
    nowhere = LimitedClient(token="xoxb-1", base_url="http://127.0.0.1:9/api/", retry_handlers=[])
    away = Sender(post.room.services, nowhere, LETTER_KINDS, clock=lambda: post.moment)
    post.put(HELP)
    away.deliver()
    post.moment += timedelta(seconds=2)
    post.sender.deliver()
    (said,) = in_channel(post)
    assert ONCE_MORE not in said


def test_trouble_before_the_post_leaves_no_doubt(post: Post) -> None:
    post.room.server.meet_next("users.info", Fate(Trouble.HTML))
    post.put(CARYS)
    post.sender.deliver()
    assert not post.rows()[CARYS].doubtful
    post.moment += timedelta(seconds=2)
    post.sender.deliver()
    assert len(post.seen_by(CARYS)) == 1
    assert post.room.server.calls("conversations.history") == []


def test_a_sentence_in_place_of_a_code_gets_into_no_letter_key_or_log(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    post.room.grant(Grant(NIA, Role.ADMINISTRATOR, EVERYWHERE))
    sentence = "Access to Slack is filtered"
    for _ in range(12):
        post.room.server.meet_next("chat.postMessage", Fate(Trouble.REVOKED, False, code=sentence))
        post.put(CARYS)
        post.sender.deliver()
        post.moment += LONGEST
    assert list(post.rows()) == [CARYS], "no operator is told of words that are not Slack's"
    assert (post.rows()[CARYS].given_up_because, post.seen_by(CARYS)) == (None, [])
    assert "an answer that is not Slack's (HTTP 200" in caplog.text
    with post.room.services.database.reading() as session:
        assert letters.held_up(session) == (1, NOW), "`hwb check` warns of it"
    assert sentence not in caplog.text
    post.sender.deliver()
    assert len(post.seen_by(CARYS)) == 1


@pytest.mark.parametrize("code", ["token_revoked", "missing_scope"])
def test_while_the_bot_is_locked_out_letters_wait_and_the_operators_are_told_when_it_ends(
    post: Post, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    post.room.grant(Grant(NIA, Role.ADMINISTRATOR, EVERYWHERE))
    post.put(CARYS, DAI, HELP)
    post.room.server.meet_next("users.info", *[Fate(Trouble.REVOKED, False, code=code)] * 12)
    post.room.server.meet_next("chat.postMessage", *[Fate(Trouble.REVOKED, False, code=code)] * 6)
    for _ in range(6):
        post.sender.deliver()
        post.moment += LONGEST
    assert post.posts() == []
    assert [row.given_up_because for row in post.rows().values()] == [None] * 4
    errors = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
    assert [said for said in errors if code in said] == [errors[-1]], "once in the log, not once a try"
    post.room.server.workspace.fates.clear()
    for _ in range(3):
        post.moment += LONGEST
        post.sender.deliver()
    assert [len(post.seen_by(user)) for user in (CARYS, DAI)] == [1, 1]
    assert len(in_channel(post)) == 1
    (told,) = post.seen_by(NIA)
    assert f"Slack did not let Hwb send messages ({code})" in told


def test_a_code_that_is_not_known_waits_longer_and_longer_keeps_no_other_letter_and_is_told(
    post: Post,
) -> None:
    post.room.grant(Grant(NIA, Role.ADMINISTRATOR, EVERYWHERE))
    post.put(CARYS, DAI)
    for wait in (2, 4, 8):
        post.room.server.meet_next(
            "chat.postMessage", Fate(Trouble.REVOKED, False, code="posting_moon_phase")
        )
        post.sender.deliver()
        assert len(post.seen_by(DAI)) == 1
        post.moment += timedelta(seconds=wait - 1)
        assert post.sender.deliver() == 0
        post.moment += timedelta(seconds=1)
    assert post.seen_by(CARYS) == []
    (told,) = post.seen_by(NIA)
    assert "posting_moon_phase" in told
    post.sender.deliver()
    assert len(post.seen_by(CARYS)) == 1


def test_a_picture_whose_upload_a_filter_answers_is_missing_and_the_filters_words_too(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    client = LimitedClient(
        token=post.room.server.bot_token, base_url=post.room.server.api_url, retry_handlers=[]
    )
    post.room.server.meet_next("upload", Fate(Trouble.HTML))
    with pytest.raises(OSError, match=r"an answer that is not Slack's \(HTTP 200, \d+ characters\)"):
        client.files_upload_v2(channel=HELP, content=b"1", filename="a.png", title="A")
    assert PAGE[40:60] not in caplog.text


def test_an_addressee_is_gone_by_what_slack_says_of_them_not_by_what_it_says_of_the_bot() -> None:
    assert {"channel_not_found", "is_archived", "user_is_outsider", "user_deleted"} <= letters.UNREACHABLE
    assert "token_revoked" not in letters.UNREACHABLE
    assert "invalid_blocks" not in letters.UNREACHABLE


def test_a_check_of_the_installation_warns_of_letters_that_are_not_taken(
    hwb: CommandLine, database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HWB_DATABASE_URL", database_url)
    with database.writing() as session:
        found = [Letter(key, CARYS, {"kind": "digest"}) for key in ("tried", "new")]
        letters.put(session, found, NOW)
        letters.posted(session, "tried").attempts = 10  # type: ignore[union-attr]
    checked = hwb("check")
    assert checked.status == 0
    assert "1 of the letters to be sent has been refused or left unanswered" in checked.out
