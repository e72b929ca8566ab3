"""Troubles of the workspace: what an app's calls meet, and whether they were carried out."""

from http.client import HTTPException

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from slack_workspace import Timing, Workspace, WorkspaceServer, troubles
from slack_workspace.troubles import UNTROUBLED, Fate, Trouble, Troubles
from tests.slack_workspace.workspace_fixtures import ANN, GENERAL, STAFF, Stopwatch, client_of, demo_spec

ANY_ERROR = (SlackClientError, OSError, HTTPException, ValueError)


def test_without_a_choice_no_call_meets_a_trouble() -> None:
    assert {Troubles().fate("chat.postMessage", count) for count in range(100)} == {UNTROUBLED}


def test_a_share_of_the_calls_meets_each_of_those_chosen_before_and_after_it_is_carried_out() -> None:
    on = Troubles(frozenset({Trouble.HTML, Trouble.RATE, Trouble.SLOW}), share=0.5)
    fates = [on.fate("chat.postMessage", count) for count in range(400)]
    met = [fate for fate in fates if fate.trouble]
    assert 150 < len(met) < 250
    assert {(fate.trouble, fate.carried_out) for fate in met} == {
        (Trouble.HTML, True),
        (Trouble.HTML, False),
        (Trouble.RATE, False),
        (Trouble.SLOW, True),
    }
    assert fates == [on.fate("chat.postMessage", count) for count in range(400)], "alike each time"


def test_slow_alone_meets_each_call() -> None:
    on = Troubles(frozenset({Trouble.SLOW}), seconds=2)
    assert {on.fate("views.open", count).seconds for count in range(20)} == {2}


def test_rate_alone_refuses_a_second_post_within_a_second_in_one_conversation() -> None:
    watch = Stopwatch()
    with WorkspaceServer(Workspace(demo_spec(), Timing(monotonic=watch))) as server:
        client = client_of(server)
        server.trouble(Troubles(frozenset({Trouble.RATE})))
        assert client.chat_postMessage(channel=GENERAL, text="first")["ok"]
        assert client.chat_postMessage(channel=STAFF, text="elsewhere")["ok"]
        assert client.chat_postEphemeral(channel=GENERAL, user=ANN, text="to one person")["ok"]
        with pytest.raises(SlackApiError) as caught:
            client.chat_postMessage(channel="#general", text="second")
        said = caught.value.response
        assert (said.status_code, said["error"], said.headers["Retry-After"]) == (429, "ratelimited", "1")
        watch.now = 1.0
        assert client.chat_postMessage(channel=GENERAL, text="second")["ok"]
        texts = [message["text"] for message in server.person(ANN).messages(GENERAL)]
        assert texts == ["first", "to one person", "second"]


def test_words_name_troubles_and_a_strange_word_is_refused_with_those_there_are() -> None:
    assert troubles.read(["rate", "html"]) == {Trouble.RATE, Trouble.HTML}
    with pytest.raises(ValueError, match="snow: not one of cut, down, drop"):
        troubles.read(["rate", "snow"])


@pytest.mark.parametrize("carried_out", [True, False])
@pytest.mark.parametrize("trouble", ["html", "cut", "short", "drop", "down"])
def test_the_app_gets_no_answer_of_slacks_and_the_post_is_there_where_it_was_carried_out(
    server: WorkspaceServer, client: WebClient, trouble: str, carried_out: bool
) -> None:
    alone = WebClient(token=client.token, base_url=client.base_url, retry_handlers=[])
    before = len(server.calls("chat.postMessage"))
    server.meet_next("chat.postMessage", Fate(Trouble(trouble), carried_out))
    with pytest.raises(ANY_ERROR):
        alone.chat_postMessage(channel=GENERAL, text="Good morning")
    assert len(server.calls("chat.postMessage")) - before == int(carried_out)
    assert alone.chat_postMessage(channel=GENERAL, text="Good morning")["ok"], "the next call is as usual"


def test_troubles_that_are_on_meet_uploads_and_response_addresses_too(
    server: WorkspaceServer, client: WebClient
) -> None:
    server.trouble(Troubles(frozenset({Trouble.DOWN}), share=1))
    for call in (client.auth_test, client.users_list):
        with pytest.raises(SlackClientError):
            call()
    server.trouble(Troubles())
    assert client.auth_test()["ok"]
    server.meet_next("upload", Fate(Trouble.DOWN, carried_out=False))
    with pytest.raises(ANY_ERROR):
        client.files_upload_v2(channel=GENERAL, content=b"1", filename="a.png", title="A")
