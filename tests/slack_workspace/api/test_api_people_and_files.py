"""People, conversations and uploaded files over the Web API."""

import urllib.error
import urllib.request

import pytest
from slack_sdk import WebClient

from slack_workspace import WorkspaceServer
from slack_workspace.state import SLACKBOT
from tests.slack_workspace.api.api_calls import error_of, post
from tests.slack_workspace.workspace_fixtures import (
    ANN,
    BOB,
    BOT,
    CERI,
    GENERAL,
    QUIET,
    STAFF,
)

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


def test_everybody_in_pages(client: WebClient) -> None:
    pages = [[user["id"] for user in page["members"]] for page in client.users_list(limit=2)]
    assert pages == [[ANN, BOB], [CERI, BOT.user_id], [SLACKBOT]]


@pytest.mark.parametrize("cursor", ["2", "nonsense", "é", "bmV4dDo=", "bmV4dDp4", "bmV4dDo5OTk="])
def test_a_cursor_that_was_never_given_out(client: WebClient, cursor: str) -> None:
    assert error_of(lambda: client.users_list(limit=2, cursor=cursor)) == "invalid_cursor"
    members = lambda: client.conversations_members(channel=STAFF, cursor=cursor)  # noqa: E731
    assert error_of(members) == "invalid_cursor"


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
    names = [channel["name"] for channel in client.conversations_list(exclude_archived=True)["channels"]]
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


@pytest.mark.parametrize(
    ("name", "mimetype", "filetype"),
    [
        ("missing.csv", "text/csv", "csv"),
        ("notes.txt", "text/plain", "text"),
        ("staff.XLSX", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
        ("letter.pdf", "application/pdf", "pdf"),
        ("photo.jpeg", "image/jpeg", "jpg"),
        ("README", "application/octet-stream", "binary"),
    ],
)
def test_type_of_a_file(client: WebClient, name: str, mimetype: str, filetype: str) -> None:
    (file,) = client.files_upload_v2(content="x", filename=name, channel=GENERAL)["files"]
    assert (file["mimetype"], file["filetype"]) == (mimetype, filetype)


def test_upload_of_another_length(client: WebClient) -> None:
    told = client.files_getUploadURLExternal(filename="x.txt", length=3)
    assert post(told["upload_url"], b"four") == (400, "length_mismatch")
    assert post(told["upload_url"], b"abc") == (200, "OK - 3")
