"""The socket: hello, pings, tickets, several connections, the end."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from slack_sdk import WebClient
from websockets.exceptions import InvalidStatus
from websockets.frames import Close, Frame, Opcode
from websockets.sync.client import connect
from websockets.typing import Origin

from slack_workspace import ActOutcome, Timing, Workspace, WorkspaceServer
from slack_workspace.troubles import Troubles, read
from tests.slack_workspace.delivery.raw_delivery import command
from tests.slack_workspace.workspace_fixtures import (
    ANN,
    BOT,
    GENERAL,
    RawApp,
    demo_spec,
    eventually,
)

pytestmark = pytest.mark.integration


def test_hello_comes_first(app: RawApp) -> None:
    assert app.hello["type"] == "hello"
    assert (app.hello["num_connections"], app.hello["connection_info"]) == (1, {"app_id": BOT.app_id})
    assert "host" in app.hello["debug_info"]


def test_pings_of_both_kinds_are_answered(app: RawApp) -> None:
    app.send({"type": "ping", "id": 7})
    assert app.receive() == {"type": "pong", "reply_to": 7}
    assert app.socket.ping("same payload back").wait(5)


def test_ticket_is_good_once(app: RawApp) -> None:
    with pytest.raises(InvalidStatus), connect(app.url, proxy=None):
        pass


def test_each_envelope_goes_to_one_of_several_connections(
    server: WorkspaceServer, app: RawApp, meanwhile: ThreadPoolExecutor
) -> None:
    with RawApp(server) as other:
        assert other.hello["num_connections"] == 2
        asked = [command(meanwhile, server, f"/ask {number}", GENERAL) for number in range(2)]
        # they take turns
        envelopes = [app.receive(), other.receive()]
        app.ack(envelopes[0])
        other.ack(envelopes[1])
        assert [outcome.result() for outcome in asked] == [ActOutcome(), ActOutcome()]
        assert sorted(envelope["payload"]["text"] for envelope in envelopes) == ["0", "1"]


def test_disconnect_asks_the_app_to_come_back(server: WorkspaceServer, app: RawApp) -> None:
    server.disconnect("warning")
    frame = app.receive()
    assert (frame["type"], frame["reason"]) == ("disconnect", "warning")


def test_after_a_warning_a_connection_still_gets_envelopes_and_after_a_refresh_the_other_one(
    server: WorkspaceServer, app: RawApp, meanwhile: ThreadPoolExecutor
) -> None:
    server.disconnect("warning")
    app.receive()
    asked = command(meanwhile, server, "/ask still here?", GENERAL)
    app.ack(app.receive())
    assert asked.result() == ActOutcome()
    server.disconnect("refresh_requested")
    assert app.receive()["reason"] == "refresh_requested"
    with RawApp(server) as other:
        for _ in range(2):
            asked = command(meanwhile, server, "/ask and now?", GENERAL)
            other.ack(other.receive())
            assert asked.result() == ActOutcome()
        app.send({"type": "ping", "id": 8})
        assert app.receive() == {"type": "pong", "reply_to": 8}, "the old connection is open as before"


def test_the_line_stays_open_after_the_closing_handshake(server: WorkspaceServer) -> None:
    with RawApp(server) as app:
        line = app.socket.socket.dup()
        close = Frame(Opcode.CLOSE, Close(1000, "").serialize()).serialize(mask=True)
        app.socket.socket.sendall(close)
        eventually(lambda: app.socket.protocol.close_rcvd)
        line.setblocking(False)
        with line, pytest.raises(BlockingIOError):
            line.recv(1)


@pytest.mark.parametrize(("word", "reason"), [("warning", "warning"), ("refresh", "refresh_requested")])
def test_disconnect_messages_come_time_and_again_when_asked_for(word: str, reason: str) -> None:
    with (
        WorkspaceServer(Workspace(demo_spec(), Timing(unsettle=0.01))) as server,
        RawApp(server) as first,
    ):
        server.trouble(Troubles(read([word])))
        assert first.receive()["reason"] == reason
        with RawApp(server) as second:
            assert second.receive()["reason"] == reason
            server.trouble(Troubles())


SLACK = Origin("https://api.slack.com")
"""What Slack's client for Go says of itself."""


def test_slacks_own_origin_is_let_in_with_a_ticket(server: WorkspaceServer) -> None:
    with connect(address(server), proxy=None, origin=SLACK, close_timeout=0.01) as socket:
        assert json.loads(socket.recv(timeout=5))["type"] == "hello"


@pytest.mark.parametrize(
    ("origin", "ticket"), [(SLACK, "ticket=x"), (Origin("https://evil.example"), "ticket=")]
)
def test_without_a_ticket_or_from_another_origin_none_is_let_in(
    server: WorkspaceServer, origin: Origin, ticket: str
) -> None:
    refused = address(server).replace("ticket=", ticket)
    with pytest.raises(InvalidStatus), connect(refused, proxy=None, origin=origin):
        pass


def address(server: WorkspaceServer) -> str:
    opened = WebClient(base_url=server.api_url).apps_connections_open(app_token=server.app_token)
    return str(opened["url"])


def test_stopping_while_something_waits_is_quick() -> None:
    server = WorkspaceServer(Workspace(demo_spec(), Timing(redelivery=(3_600.0,)))).start()
    server.person(ANN).say("nobody will hear this for an hour")
    stopped = threading.Thread(target=server.stop)
    stopped.start()
    stopped.join(timeout=5)
    assert not stopped.is_alive()


def test_frames_that_mean_nothing_are_passed_over(app: RawApp) -> None:
    app.socket.send("not json")
    app.socket.send("[]")
    app.send({"envelope_id": "of nothing"})
    app.send({"type": "ping", "id": 9})
    assert app.receive() == {"type": "pong", "reply_to": 9}
