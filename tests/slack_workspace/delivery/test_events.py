"""Events: messages, mentions, the home tab; delivered again until acknowledged."""

from slack_workspace import WorkspaceServer
from slack_workspace.rich_text import as_rich_text
from tests.slack_workspace.workspace_fixtures import (
    ANN,
    BOB,
    BOT,
    CERI,
    GENERAL,
    QUIET,
    STAFF,
    RawApp,
    client_of,
    eventually,
)


def test_direct_message(server: WorkspaceServer, app: RawApp) -> None:
    ts = server.person(ANN).say("hello")
    envelope = app.receive()
    app.ack(envelope)
    payload = envelope["payload"]
    assert (envelope["type"], payload["type"]) == ("events_api", "event_callback")
    assert payload["authorizations"][0]["user_id"] == BOT.user_id
    event = payload["event"]
    assert (event["type"], event["channel_type"], event["ts"], event["user"]) == ("message", "im", ts, ANN)


def test_mention_is_two_events(server: WorkspaceServer, app: RawApp) -> None:
    server.person(ANN).say("@Helper, who is @bob in #staff?", GENERAL)
    envelopes = [app.receive(), app.receive()]
    for envelope in envelopes:
        app.ack(envelope)
    events = [envelope["payload"]["event"] for envelope in envelopes]
    assert sorted(event["type"] for event in events) == ["app_mention", "message"]
    assert events[0]["text"] == f"<@{BOT.user_id}>, who is <@{BOB}> in <#{STAFF}|staff>?"


def test_rich_text_stands_as_typed_with_names_and_links_of_their_own(
    server: WorkspaceServer, app: RawApp
) -> None:
    server.person(ANN).say("A & B < C, @bob in #staff", GENERAL)
    envelope = app.receive()
    app.ack(envelope)
    event = envelope["payload"]["event"]
    assert event["text"] == f"A &amp; B &lt; C, <@{BOB}> in <#{STAFF}|staff>"
    (section,) = event["blocks"][0]["elements"]
    assert section["elements"] == [
        {"type": "text", "text": "A & B < C, "},
        {"type": "user", "user_id": BOB},
        {"type": "text", "text": " in "},
        {"type": "channel", "channel_id": STAFF},
    ]
    link = as_rich_text("<https://example.org/?a=1&amp;b=2|here>")["elements"][0]["elements"]
    assert link == [{"type": "link", "url": "https://example.org/?a=1&b=2", "text": "here"}]


def test_channels_without_the_app_are_none_of_its_business(server: WorkspaceServer, app: RawApp) -> None:
    server.person(ANN).say("@Helper is not here", QUIET)
    server.person(ANN).open_home()
    envelope = app.receive()
    app.ack(envelope)
    assert envelope["payload"]["event"]["type"] == "app_home_opened"


def test_home_opened_carries_the_view_that_is_there(server: WorkspaceServer, app: RawApp) -> None:
    home = {"type": "home", "blocks": [{"type": "divider"}]}
    view = client_of(server).views_publish(user_id=CERI, view=home)["view"]
    server.person(CERI).open_home()
    envelope = app.receive()
    app.ack(envelope)
    event = envelope["payload"]["event"]
    assert (event["tab"], event["user"], event["view"]["id"]) == ("home", CERI, view["id"])


def test_change_of_language_is_told(server: WorkspaceServer, app: RawApp) -> None:
    server.person(ANN).choose_language("cy-GB")
    envelope = app.receive()
    app.ack(envelope)
    event = envelope["payload"]["event"]
    assert (event["type"], event["user"]["id"], event["user"]["locale"]) == ("user_change", ANN, "cy-GB")


def test_event_without_ack_comes_again_with_the_same_id(hasty: WorkspaceServer) -> None:
    with RawApp(hasty) as app:
        hasty.person(ANN).say("hello")
        first, second, third = app.receive(), app.receive(), app.receive()
        app.ack(third)
        assert len({envelope["payload"]["event_id"] for envelope in (first, second, third)}) == 1
        assert [envelope["retry_attempt"] for envelope in (first, second, third)] == [0, 1, 2]
        assert second["retry_reason"] == "timeout"


def test_event_waits_for_an_app_to_come(server: WorkspaceServer) -> None:
    # no app is connected, so both repetitions are over at once; the next message finds one that is
    server.person(ANN).say("into the void")
    eventually(lambda: not server._live.socket.tasks)
    with RawApp(server) as app:
        server.person(ANN).say("hello")
        envelope = app.receive()
        app.ack(envelope)
        assert envelope["payload"]["event"]["text"] == "hello"
