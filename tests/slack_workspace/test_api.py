"""The Web API over HTTP, as Slack's own client for Python uses it."""

import json
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any
from uuid import uuid4

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient

from slack_workspace import Timing, Workspace, WorkspaceError, WorkspaceServer, WorkspaceSpec
from tests.slack_workspace.workspace_fixtures import (
    ANN,
    BOB,
    BOT,
    CERI,
    GENERAL,
    OLD,
    QUIET,
    STAFF,
    answer_blocks,
    client_of,
    demo_spec,
    form,
)


@pytest.fixture(scope="module")
def server() -> Iterator[WorkspaceServer]:
    with WorkspaceServer(demo_spec()) as running:
        yield running


@pytest.fixture
def client(server: WorkspaceServer) -> WebClient:
    return client_of(server)


@pytest.fixture
def trigger(server: WorkspaceServer) -> Callable[[str], str]:
    async def new(person: str) -> str:
        return server.workspace.new_trigger(person)

    return lambda person: str(server.on_loop(new(person)))


def post(url: str, body: bytes, **headers: str) -> tuple[int, Any]:
    request = urllib.request.Request(
        url, data=body, headers={k.replace("_", "-"): v for k, v in headers.items()}
    )
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def error_of(call: Callable[[], Any]) -> str:
    with pytest.raises(SlackApiError) as caught:
        call()
    return str(caught.value.response["error"])


# Who may call


def test_auth_test(client: WebClient) -> None:
    who = client.auth_test()
    assert (who["user_id"], who["bot_id"], who["team"]) == (BOT.user_id, BOT.bot_id, "Sir Enghraifft")


@pytest.mark.parametrize(
    ("token", "error"),
    [("xoxb-wrong", "invalid_auth"), ("", "not_authed")],
)
def test_wrong_token(server: WorkspaceServer, token: str, error: str) -> None:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    assert json.loads(post(f"{server.api_url}auth.test", b"{}", **headers)[1]) == {
        "ok": False,
        "error": error,
    }


def test_app_token_where_a_bot_token_is_needed(server: WorkspaceServer) -> None:
    client = WebClient(server.app_token, base_url=server.api_url)
    assert error_of(client.auth_test) == "not_allowed_token_type"


def test_bot_token_where_an_app_token_is_needed(server: WorkspaceServer, client: WebClient) -> None:
    call = lambda: client.apps_connections_open(app_token=server.bot_token)  # noqa: E731
    assert error_of(call) == "not_allowed_token_type"


def test_token_in_a_form(server: WorkspaceServer) -> None:
    answer = post(f"{server.api_url}auth.test", f"token={server.bot_token}".encode())[1]
    assert json.loads(answer)["ok"]


def test_get_for_a_read_method(server: WorkspaceServer) -> None:
    with urllib.request.urlopen(f"{server.api_url}users.info?user={ANN}&token={server.bot_token}") as answer:
        assert json.load(answer)["user"]["real_name"] == "Ann Prys"


def test_unknown_method(client: WebClient) -> None:
    assert error_of(lambda: client.api_call("chat.sing")) == "unknown_method"


def test_body_that_is_no_json(server: WorkspaceServer) -> None:
    answer = post(f"{server.api_url}auth.test", b"{", Authorization=f"Bearer {server.bot_token}")[1]
    assert json.loads(answer)["error"] == "invalid_json"


def test_api_test_says_back_and_fails_on_request(client: WebClient) -> None:
    assert client.api_test(foo="bar")["args"]["foo"] == "bar"
    assert error_of(lambda: client.api_test(error="my_error")) == "my_error"


# Messages


def test_post_message_with_blocks(server: WorkspaceServer, client: WebClient) -> None:
    posted = client.chat_postMessage(channel=GENERAL, text="An answer", blocks=answer_blocks("why?"))
    message = server.person(CERI).messages(GENERAL)[-1]
    assert posted["ts"] == message["ts"] == posted["message"]["ts"]
    assert posted["message"]["bot_id"] == BOT.bot_id
    assert all(block["block_id"] for block in message["blocks"])


def test_ts_never_repeats_and_only_grows(client: WebClient) -> None:
    stamps = [client.chat_postMessage(channel=GENERAL, text="x")["ts"] for _ in range(20)]
    assert all(one < next_ for one, next_ in pairwise(stamps))


def test_message_to_a_person_is_a_direct_message(server: WorkspaceServer, client: WebClient) -> None:
    assert client.chat_postMessage(channel=BOB, text="Hello Bob")["channel"] == server.person(BOB).dm


def test_message_to_a_channel_by_name(client: WebClient) -> None:
    assert client.chat_postMessage(channel="#staff", text="Hello")["channel"] == STAFF


def test_update_and_delete(server: WorkspaceServer, client: WebClient) -> None:
    ts = client.chat_postMessage(channel=STAFF, text="before")["ts"]
    client.chat_update(channel=STAFF, ts=ts, text="after")
    (message,) = [one for one in server.person(ANN).messages(STAFF) if one["ts"] == ts]
    assert (message["text"], message["edited"]["user"]) == ("after", BOT.user_id)
    client.chat_delete(channel=STAFF, ts=ts)
    assert ts not in [one["ts"] for one in server.person(ANN).messages(STAFF)]


def test_update_with_text_takes_the_blocks_away_and_with_neither_keeps_them(
    server: WorkspaceServer, client: WebClient
) -> None:
    ts = client.chat_postMessage(channel=STAFF, text="x", blocks=answer_blocks("why?"))["ts"]
    kept = client.api_call("chat.update", json={"channel": STAFF, "ts": ts})
    assert len(kept["message"]["blocks"]) == 4
    assert "edited" not in kept["message"]
    assert "blocks" not in client.chat_update(channel=STAFF, ts=ts, text="plain")["message"]


def test_ephemeral_message_is_for_one_person(server: WorkspaceServer, client: WebClient) -> None:
    ts = client.chat_postEphemeral(channel=GENERAL, user=ANN, text="psst")["message_ts"]
    assert ts in [one["ts"] for one in server.person(ANN).messages(GENERAL)]
    assert ts not in [one["ts"] for one in server.person(BOB).messages(GENERAL)]
    assert ts not in [one["ts"] for one in client.conversations_history(channel=GENERAL)["messages"]]
    assert error_of(lambda: client.chat_update(channel=GENERAL, ts=ts, text="x")) == "message_not_found"


def test_message_of_a_person_cannot_be_changed(server: WorkspaceServer, client: WebClient) -> None:
    ts = server.person(ANN).say("mine", GENERAL)
    assert error_of(lambda: client.chat_update(channel=GENERAL, ts=ts, text="x")) == "cant_update_message"
    assert error_of(lambda: client.chat_delete(channel=GENERAL, ts=ts)) == "cant_delete_message"


@pytest.mark.parametrize(
    ("channel", "text", "error"),
    [
        ("C0NOWHERE", "x", "channel_not_found"),
        (QUIET, "x", "not_in_channel"),
        (OLD, "x", "is_archived"),
        (GENERAL, "", "no_text"),
        (GENERAL, "x" * 40_001, "msg_too_long"),
    ],
)
def test_message_refused(client: WebClient, channel: str, text: str, error: str) -> None:
    said = {"channel": channel, "text": text}
    assert error_of(lambda: client.api_call("chat.postMessage", json=said)) == error


def test_bad_blocks_are_explained_in_slacks_words(client: WebClient) -> None:
    bad = [{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}]
    with pytest.raises(SlackApiError) as caught:
        client.chat_postMessage(channel=GENERAL, text="x", blocks=bad)
    assert caught.value.response["error"] == "invalid_blocks"
    assert caught.value.response["response_metadata"]["messages"] == [
        "[ERROR] must be less than 151 characters [json-pointer:/blocks/0/text/text]"
    ]


def test_missing_argument(client: WebClient) -> None:
    assert error_of(lambda: client.api_call("chat.postMessage", json={"text": "x"})) == "invalid_arguments"


def test_ephemeral_to_somebody_who_is_not_there(client: WebClient) -> None:
    say = client.chat_postEphemeral
    assert error_of(lambda: say(channel=STAFF, user=CERI, text="x")) == "user_not_in_channel"
    assert error_of(lambda: say(channel=STAFF, user="U0NOBODY", text="x")) == "user_not_found"


def test_thread_and_reaction(client: WebClient) -> None:
    ts = client.chat_postMessage(channel=STAFF, text="question")["ts"]
    client.chat_postMessage(channel=STAFF, text="reply", thread_ts=ts)
    client.reactions_add(channel=STAFF, timestamp=ts, name="eyes")
    first, reply = client.conversations_replies(channel=STAFF, ts=ts)["messages"]
    assert (first["reactions"][0]["name"], reply["text"]) == ("eyes", "reply")
    assert (
        error_of(lambda: client.reactions_add(channel=STAFF, timestamp=ts, name="eyes")) == "already_reacted"
    )


def test_permalink(server: WorkspaceServer, client: WebClient) -> None:
    ts = client.chat_postMessage(channel=STAFF, text="x")["ts"]
    link = client.chat_getPermalink(channel=STAFF, message_ts=ts)["permalink"]
    assert link == f"{server.url}/archives/{STAFF}/p{ts.replace('.', '')}"


# People and conversations


def test_user_with_locale(client: WebClient) -> None:
    user = client.users_info(user=CERI, include_locale=True)["user"]
    assert (user["locale"], user["profile"]["title"]) == ("cy-GB", "Arweinydd digidol")
    assert "locale" not in client.users_info(user=CERI)["user"]


def test_user_by_email(client: WebClient) -> None:
    assert client.users_lookupByEmail(email="BOB@example.org")["user"]["id"] == BOB
    assert error_of(lambda: client.users_lookupByEmail(email="x@example.org")) == "users_not_found"


def test_unknown_user(client: WebClient) -> None:
    assert error_of(lambda: client.users_info(user="U0NOBODY")) == "user_not_found"


def test_everybody(client: WebClient) -> None:
    ids = [user["id"] for user in client.users_list()["members"]]
    assert ids[:4] == [ANN, BOB, CERI, BOT.user_id]


def test_open_a_conversation(client: WebClient) -> None:
    channel = client.conversations_open(users=ANN)["channel"]["id"]
    assert client.conversations_info(channel=channel)["channel"]["user"] == ANN


def test_conversation_and_members(client: WebClient) -> None:
    channel = client.conversations_info(channel=STAFF, include_num_members=True)["channel"]
    assert (channel["name"], channel["is_member"], channel["num_members"]) == ("staff", True, 3)
    first = client.conversations_members(channel=STAFF, limit=2)
    cursor = first["response_metadata"]["next_cursor"]
    rest = client.conversations_members(channel=STAFF, limit=2, cursor=cursor)
    assert [*first["members"], *rest["members"]] == [ANN, BOB, BOT.user_id]


def test_list_of_conversations(client: WebClient) -> None:
    names = [one["name"] for one in client.conversations_list(exclude_archived=True)["channels"]]
    assert names == ["general", "staff", "quiet"]
    assert len(client.conversations_list(types="im")["channels"]) == 3


def test_history_is_newest_first(client: WebClient) -> None:
    for text in ("one", "two"):
        client.chat_postMessage(channel=STAFF, text=text)
    newest = client.conversations_history(channel=STAFF, limit=2)
    assert [message["text"] for message in newest["messages"]] == ["two", "one"]
    assert error_of(lambda: client.conversations_history(channel=QUIET)) == "not_in_channel"


def test_small_reads(client: WebClient) -> None:
    assert client.team_info()["team"]["name"] == "Sir Enghraifft"
    assert client.bots_info(bot=BOT.bot_id)["bot"]["user_id"] == BOT.user_id
    assert client.usergroups_list()["usergroups"] == []
    assert error_of(lambda: client.usergroups_users_list(usergroup="S0NONE")) == "no_such_subteam"


# Files


def test_upload_of_a_picture(server: WorkspaceServer, client: WebClient) -> None:
    picture = b"\x89PNG\r\n\x1a\n" + b"0" * 40
    client.files_upload_v2(
        content=picture, filename="chart.png", title="A chart", alt_txt="It goes up", channel=GENERAL
    )
    (file,) = server.person(ANN).messages(GENERAL)[-1]["files"]
    assert (file["title"], file["alt_txt"], file["mimetype"]) == ("A chart", "It goes up", "image/png")
    with urllib.request.urlopen(file["url_private"]) as answer:
        assert (answer.read(), answer.headers["Content-Type"]) == (picture, "image/png")


def test_upload_that_is_no_picture_is_only_handed_out(server: WorkspaceServer, client: WebClient) -> None:
    client.files_upload_v2(content="<script>", filename="page.html", channel=GENERAL)
    (file,) = server.person(ANN).messages(GENERAL)[-1]["files"]
    with urllib.request.urlopen(file["url_private"]) as answer:
        assert answer.headers["Content-Disposition"] == "attachment"
        assert answer.headers["Content-Type"] == "application/octet-stream"


def test_upload_of_another_length(client: WebClient) -> None:
    told = client.files_getUploadURLExternal(filename="x.txt", length=3)
    assert post(told["upload_url"], b"four") == (400, "length_mismatch")
    assert post(told["upload_url"], b"abc") == (200, "OK - 3")


# Views


def test_open_update_and_hash(
    server: WorkspaceServer, client: WebClient, trigger: Callable[[str], str]
) -> None:
    opened = client.views_open(trigger_id=trigger(ANN), view=form())["view"]
    updated = client.views_update(view_id=opened["id"], hash=opened["hash"], view=form("Second"))["view"]
    assert server.person(ANN).modals()[-1]["title"]["text"] == "Second"
    assert updated["hash"] != opened["hash"]
    stale = lambda: client.views_update(view_id=opened["id"], hash=opened["hash"], view=form())  # noqa: E731
    assert error_of(stale) == "hash_conflict"


def test_closed_view_is_not_found(
    server: WorkspaceServer, client: WebClient, trigger: Callable[[str], str]
) -> None:
    quiet = form() | {"notify_on_close": False}
    view = client.views_open(trigger_id=trigger(BOB), view=quiet)["view"]
    server.person(BOB).close()
    assert error_of(lambda: client.views_update(view_id=view["id"], view=quiet)) == "not_found"


def test_three_views_lie_on_each_other(client: WebClient, trigger: Callable[[str], str]) -> None:
    first = client.views_open(trigger_id=trigger(CERI), view=form("1"))["view"]
    second = client.views_push(trigger_id=trigger(CERI), view=form("2"))["view"]
    third = client.views_push(trigger_id=trigger(CERI), view=form("3"))["view"]
    assert (third["root_view_id"], third["previous_view_id"]) == (first["id"], second["id"])
    assert (
        error_of(lambda: client.views_push(trigger_id=trigger(CERI), view=form("4"))) == "push_limit_reached"
    )


def test_trigger_is_good_once(client: WebClient, trigger: Callable[[str], str]) -> None:
    once = trigger(ANN)
    client.views_open(trigger_id=once, view=form())
    assert error_of(lambda: client.views_open(trigger_id=once, view=form())) == "exchanged_trigger_id"
    assert error_of(lambda: client.views_open(trigger_id="1.2.x", view=form())) == "invalid_trigger_id"


def test_bad_view_leaves_the_trigger_good(client: WebClient, trigger: Callable[[str], str]) -> None:
    once = trigger(ANN)
    bad = form("x" * 25)
    assert error_of(lambda: client.views_open(trigger_id=once, view=bad)) == "invalid_arguments"
    assert client.views_open(trigger_id=once, view=form())["ok"]


def test_push_needs_something_to_lie_on() -> None:
    with WorkspaceServer(demo_spec()) as own:

        async def new() -> str:
            return own.workspace.new_trigger(ANN)

        once = own.on_loop(new())
        assert error_of(lambda: client_of(own).views_push(trigger_id=once, view=form())) == "not_found"


def test_external_id_is_the_only_one_of_the_team(client: WebClient, trigger: Callable[[str], str]) -> None:
    named = form() | {"external_id": (one := uuid4().hex)}
    client.views_open(trigger_id=trigger(ANN), view=named)
    assert error_of(lambda: client.views_open(trigger_id=trigger(BOB), view=named)) == "duplicate_external_id"
    assert client.views_update(external_id=one, view=named)["ok"]


def test_publish_home(server: WorkspaceServer, client: WebClient) -> None:
    home = {"type": "home", "blocks": [{"type": "divider"}]}
    view = client.views_publish(user_id=BOB, view=home)["view"]
    shown = server.person(BOB).home()
    assert shown is not None
    assert shown["id"] == view["id"]
    assert error_of(lambda: client.views_publish(user_id=BOB, view=home, hash="old")) == "hash_conflict"
    assert error_of(lambda: client.views_publish(user_id="U0NOBODY", view=home)) == "user_not_found"


# Time


class Stopwatch:
    """A monotonic clock that tests wind on."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def timed() -> Iterator[tuple[WorkspaceServer, Stopwatch]]:
    watch = Stopwatch()
    with WorkspaceServer(Workspace(demo_spec(), Timing(monotonic=watch))) as running:
        yield running, watch


def test_trigger_expires_after_three_seconds(timed: tuple[WorkspaceServer, Stopwatch]) -> None:
    server, watch = timed
    old = server.workspace.new_trigger(ANN)
    watch.now = 3.0
    assert error_of(lambda: client_of(server).views_open(trigger_id=old, view=form())) == "expired_trigger_id"


def test_response_url_is_good_five_times_and_half_an_hour(timed: tuple[WorkspaceServer, Stopwatch]) -> None:
    server, watch = timed

    async def new() -> str:
        return server._live.responses.url(ANN, GENERAL)

    often, late = WebhookClient(server.on_loop(new())), WebhookClient(server.on_loop(new()))
    assert [often.send(text="x").status_code for _ in range(6)] == [200] * 5 + [404]
    watch.now = 1_800.0
    answer = late.send(text="x")
    assert (answer.status_code, json.loads(answer.body)["error"]) == (404, "expired_url")


# Rehearsed failures


def test_rate_limit_on_request(server: WorkspaceServer, client: WebClient) -> None:
    server.fail_next("users.info", times=1, retry_after=7)
    with pytest.raises(SlackApiError) as caught:
        client.users_info(user=ANN)
    assert (caught.value.response.status_code, caught.value.response.headers["Retry-After"]) == (429, "7")
    assert client.users_info(user=ANN)["ok"]


def test_server_error_on_request(server: WorkspaceServer) -> None:
    server.fail_next("bots.info", status=503)
    assert post(f"{server.api_url}bots.info", b"{}")[0] == 503


def test_calls_are_kept_for_tests(server: WorkspaceServer, client: WebClient) -> None:
    client.chat_postMessage(channel=GENERAL, text="to be found again")
    assert server.calls("chat.postMessage")[-1]["text"] == "to be found again"


# Start and stop


def test_taken_port_is_one_clear_error(server: WorkspaceServer) -> None:
    port = int(server.url.rpartition(":")[2])
    with pytest.raises(WorkspaceError, match=f"Port {port} is taken") as caught:
        WorkspaceServer(demo_spec()).start(port)
    assert "another port" in caught.value.hint


def test_stopping_frees_the_port_and_may_be_done_twice() -> None:
    server = WorkspaceServer(demo_spec()).start()
    port = int(server.url.rpartition(":")[2])
    server.stop()
    server.stop()
    again = WorkspaceServer(demo_spec()).start(port)
    again.stop()
    assert again.bot_token != server.bot_token


def test_health(server: WorkspaceServer) -> None:
    with urllib.request.urlopen(f"{server.url}/healthz") as answer:
        assert answer.status == 200


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"people": ()}, "no people"),
        ({"channels": (demo_spec().channels[0],) * 2}, "there twice"),
        ({"controls": ()}, "names the control 'next_morning'"),
    ],
)
def test_spec_that_does_not_hold_together(change: dict[str, Any], says: str) -> None:
    fields = {name: getattr(demo_spec(), name) for name in WorkspaceSpec.__dataclass_fields__}
    with pytest.raises(WorkspaceError, match=says):
        WorkspaceSpec(**fields | change)


# Odd bodies


def test_form_in_parts(server: WorkspaceServer) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="user"\r\n\r\n' + ANN.encode() + b"\r\n--x--\r\n"
    answer = post(
        f"{server.api_url}users.info",
        body,
        Authorization=f"Bearer {server.bot_token}",
        Content_Type="multipart/form-data; boundary=x",
    )[1]
    assert json.loads(answer)["user"]["id"] == ANN


def test_upload_in_a_form(client: WebClient) -> None:
    told = client.files_getUploadURLExternal(filename="x.txt", length=3)
    body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="x.txt"\r\n\r\nabc\r\n--x--\r\n'
    answer = post(told["upload_url"], body, Content_Type="multipart/form-data; boundary=x")
    assert answer == (200, "OK - 3")
    assert client.files_completeUploadExternal(files=[{"id": told["file_id"], "title": "X"}])["ok"]


@pytest.mark.parametrize(
    ("method", "args", "error"),
    [
        ("views.open", {"trigger_id": "x", "view": "{"}, "invalid_arguments"),
        ("chat.postMessage", {"channel": GENERAL, "text": "x", "blocks": "{}"}, "invalid_blocks_format"),
        ("chat.postMessage", {"channel": GENERAL, "text": "x", "blocks": "["}, "invalid_blocks_format"),
        ("files.completeUploadExternal", {"files": [{"id": "F0"}]}, "file_not_found"),
        ("files.completeUploadExternal", {}, "invalid_arguments"),
        ("files.getUploadURLExternal", {"filename": "x", "length": "long"}, "invalid_arguments"),
        ("conversations.open", {"users": f"{ANN},{BOB}"}, "not_enabled"),
        ("conversations.replies", {"channel": GENERAL, "ts": "1.0"}, "thread_not_found"),
        ("chat.getPermalink", {"channel": GENERAL, "message_ts": "1.0"}, "message_not_found"),
        ("reactions.add", {"channel": GENERAL, "timestamp": "1.0", "name": "x"}, "message_not_found"),
        ("bots.info", {"bot": "B0OTHER"}, "bot_not_found"),
    ],
)
def test_refused(client: WebClient, method: str, args: dict[str, Any], error: str) -> None:
    assert error_of(lambda: client.api_call(method, json=args)) == error
