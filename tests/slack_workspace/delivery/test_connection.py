"""The socket: hello, pings, tickets, several connections, the end."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from slack_workspace import ActOutcome, Timing, Workspace, WorkspaceServer
from tests.slack_workspace.delivery.raw_delivery import command
from tests.slack_workspace.workspace_fixtures import (
    ANN,
    BOT,
    GENERAL,
    RawApp,
    demo_spec,
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
