"""Envelopes, their acks and what a person sees of both; the app here is one by hand."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from slack_sdk.webhook import WebhookClient
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from slack_workspace import ActOutcome, Timing, Workspace, WorkspaceServer
from tests.slack_workspace.workspace_fixtures import (
    ANN,
    BOB,
    BOT,
    CERI,
    GENERAL,
    QUIET,
    STAFF,
    RawApp,
    answer_blocks,
    client_of,
    demo_spec,
    eventually,
    form,
)

# Long enough for a loaded machine to acknowledge, short enough to wait for
PATIENT = Timing(ack=3.0, redelivery=(0.0, 0.0))
HASTY = Timing(ack=0.05, redelivery=(0.0, 0.0))


@pytest.fixture
def server() -> Iterator[WorkspaceServer]:
    with WorkspaceServer(Workspace(demo_spec(), PATIENT)) as running:
        yield running


@pytest.fixture
def hasty() -> Iterator[WorkspaceServer]:
    with WorkspaceServer(Workspace(demo_spec(), HASTY)) as running:
        yield running


@pytest.fixture
def app(server: WorkspaceServer) -> Iterator[RawApp]:
    with RawApp(server) as raw:
        yield raw


@pytest.fixture
def meanwhile() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as pool:
        yield pool


def command(
    meanwhile: ThreadPoolExecutor, server: WorkspaceServer, line: str, where: str
) -> Future[ActOutcome]:
    return meanwhile.submit(server.person(ANN).command, line, where)


# The connection


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


# Commands


def test_command_says_what_slack_says(
    server: WorkspaceServer, app: RawApp, meanwhile: ThreadPoolExecutor
) -> None:
    asked = command(meanwhile, server, "/ask salt & <vinegar>", GENERAL)
    envelope = app.receive()
    app.ack(envelope)
    assert asked.result() == ActOutcome()
    assert (envelope["type"], envelope["accepts_response_payload"]) == ("slash_commands", True)
    payload = envelope["payload"]
    assert payload.pop("response_url").startswith(server.url)
    assert payload.pop("trigger_id")
    assert payload.pop("token")
    assert payload == {
        "team_id": "T0TRIAL",
        "team_domain": "trial",
        "channel_id": GENERAL,
        "channel_name": "general",
        "user_id": ANN,
        "user_name": "ann",
        "command": "/ask",
        "text": "salt &amp; &lt;vinegar&gt;",
        "api_app_id": BOT.app_id,
        "is_enterprise_install": "false",
    }


def test_command_in_a_direct_message(
    server: WorkspaceServer, app: RawApp, meanwhile: ThreadPoolExecutor
) -> None:
    asked = meanwhile.submit(server.person(ANN).command, "/ask")
    envelope = app.receive()
    app.ack(envelope)
    asked.result()
    assert envelope["payload"]["channel_name"] == "directmessage"


@pytest.mark.parametrize(
    ("payload", "text", "ephemeral"),
    [
        ("just text", "just text", True),
        ({"text": "hidden"}, "hidden", True),
        ({"text": "open", "response_type": "in_channel"}, "open", False),
    ],
)
def test_answer_in_the_ack(
    server: WorkspaceServer,
    app: RawApp,
    meanwhile: ThreadPoolExecutor,
    payload: Any,
    text: str,
    ephemeral: bool,
) -> None:
    asked = command(meanwhile, server, "/ask", GENERAL)
    app.ack(app.receive(), payload)
    assert asked.result() == ActOutcome()
    message = server.person(ANN).messages(GENERAL)[-1]
    assert (message["text"], message["ephemeral"]) == (text, ephemeral)
    assert bool(server.person(BOB).messages(GENERAL)) is not ephemeral


def test_nobody_connected(server: WorkspaceServer) -> None:
    assert server.person(ANN).command("/ask", GENERAL) == ActOutcome(error="dispatch_failed")
    (message,) = server.person(ANN).messages(GENERAL)
    assert (message["text"], message["ephemeral"]) == ('/ask failed with the error "dispatch_failed"', True)


def test_no_ack_in_time(hasty: WorkspaceServer) -> None:
    with RawApp(hasty):
        assert hasty.person(ANN).command("/ask", GENERAL) == ActOutcome(error="operation_timeout")
    assert hasty.person(ANN).messages(GENERAL)[-1]["text"] == '/ask failed with the error "operation_timeout"'
    assert hasty.person(BOB).messages(GENERAL) == []


def test_late_ack_is_of_no_use(hasty: WorkspaceServer) -> None:
    with RawApp(hasty) as app:
        hasty.person(ANN).command("/ask", GENERAL)
        app.ack(app.receive(), {"text": "too late"})
        app.send({"type": "ping", "id": 1})
        app.receive()  # the late ack was read before this
        assert "too late" not in [message["text"] for message in hasty.person(ANN).messages(GENERAL)]


def test_unknown_command(server: WorkspaceServer) -> None:
    assert server.person(ANN).command("/dance", GENERAL) == ActOutcome(error="unknown_command")
    assert server.person(ANN).messages(GENERAL)[-1]["text"] == "`/dance` is not a valid command."


# response_url


def test_response_url_replaces_and_deletes_an_ephemeral_message(
    server: WorkspaceServer, app: RawApp, meanwhile: ThreadPoolExecutor
) -> None:
    asked = command(meanwhile, server, "/ask", GENERAL)
    envelope = app.receive()
    app.ack(envelope)
    asked.result()
    WebhookClient(envelope["payload"]["response_url"]).send(text="An answer", blocks=answer_blocks("why?"))
    pressed = meanwhile.submit(server.person(ANN).press, "thanks", GENERAL)
    envelope = app.receive()
    app.ack(envelope)
    pressed.result()
    assert "message" not in envelope["payload"]  # as in Slack, for ephemeral messages
    webhook = WebhookClient(envelope["payload"]["response_url"])
    webhook.send(text="replaced", replace_original=True)
    assert [message["text"] for message in server.person(ANN).messages(GENERAL)] == ["replaced"]
    webhook.send_dict({"delete_original": True})
    assert server.person(ANN).messages(GENERAL) == []


def test_response_url_refuses_bad_blocks(
    server: WorkspaceServer, app: RawApp, meanwhile: ThreadPoolExecutor
) -> None:
    asked = command(meanwhile, server, "/ask", GENERAL)
    envelope = app.receive()
    app.ack(envelope)
    asked.result()
    answer = WebhookClient(envelope["payload"]["response_url"]).send(text="x", blocks=[{"type": "chapter"}])
    assert answer.status_code == 400
    assert "invalid_blocks" in answer.body


# Interactions


def test_button_in_a_message(server: WorkspaceServer, app: RawApp, meanwhile: ThreadPoolExecutor) -> None:
    ts = client_of(server).chat_postMessage(channel=GENERAL, text="x", blocks=answer_blocks("why?"))["ts"]
    pressed = meanwhile.submit(server.person(BOB).press, "thanks", GENERAL, ts)
    envelope = app.receive()
    app.ack(envelope)
    assert pressed.result() == ActOutcome()
    payload = envelope["payload"]
    assert (envelope["type"], payload["type"]) == ("interactive", "block_actions")
    assert payload["user"] == {"id": BOB, "username": "bob", "name": "bob", "team_id": "T0TRIAL"}
    assert payload["channel"] == {"id": GENERAL, "name": "general"}
    assert payload["container"]["message_ts"] == payload["message"]["ts"] == ts
    (action,) = payload["actions"]
    assert (action["action_id"], action["block_id"], action["value"]) == ("thanks", "answer", "42")
    assert {"trigger_id", "response_url", "state", "api_app_id", "team"} <= payload.keys()


def test_choice_is_part_of_the_action(
    server: WorkspaceServer, app: RawApp, meanwhile: ThreadPoolExecutor
) -> None:
    option = {"text": {"type": "plain_text", "text": "One"}, "value": "1"}
    blocks = [
        {"type": "actions", "elements": [{"type": "static_select", "action_id": "pick", "options": [option]}]}
    ]
    client_of(server).chat_postMessage(channel=STAFF, text="x", blocks=blocks)
    chosen = meanwhile.submit(lambda: server.person(ANN).press("pick", STAFF, selected_option=option))
    envelope = app.receive()
    app.ack(envelope)
    chosen.result()
    assert envelope["payload"]["actions"][0]["selected_option"] == option


def test_nobody_presses_for_somebody_else(server: WorkspaceServer) -> None:
    client = client_of(server)
    client.chat_postEphemeral(channel=GENERAL, user=ANN, text="x", blocks=answer_blocks("why?"))
    with pytest.raises(LookupError):
        server.person(BOB).press("thanks", GENERAL)


def test_modal_from_command_to_submission(
    server: WorkspaceServer, app: RawApp, meanwhile: ThreadPoolExecutor
) -> None:
    ann = server.person(ANN)
    view = open_form(server, app, meanwhile)
    assert ann.submit({}) == ActOutcome(faults={"name": "required"})

    values = {"name": {"value": {"type": "plain_text_input", "value": "Al"}}}
    submitted = meanwhile.submit(ann.submit, values)
    envelope = app.receive()
    assert envelope["payload"]["type"] == "view_submission"
    assert envelope["payload"]["view"]["id"] == view["id"]
    assert envelope["payload"]["view"]["state"]["values"] == values | {
        "day": {"value": {"type": "datepicker", "selected_date": None}},
        "place": {"place": {"type": "external_select", "selected_option": None}},
    }
    app.ack(envelope, {"response_action": "errors", "errors": {"name": "No such person."}})
    assert submitted.result() == ActOutcome(errors={"name": "No such person."})
    assert len(ann.modals()) == 1

    submitted = meanwhile.submit(ann.submit, values)
    app.ack(app.receive())
    assert submitted.result() == ActOutcome()
    assert ann.modals() == []


@pytest.mark.parametrize(
    ("answer", "titles"),
    [
        ({"response_action": "update", "view": form("Next")}, ["Next"]),
        ({"response_action": "push", "view": form("Over")}, ["A form", "Over"]),
        ({"response_action": "clear"}, []),
    ],
    ids=["update", "push", "clear"],
)
def test_answer_to_a_submission(
    server: WorkspaceServer, app: RawApp, meanwhile: ThreadPoolExecutor, answer: Any, titles: list[str]
) -> None:
    open_form(server, app, meanwhile)
    values = {"name": {"value": {"type": "plain_text_input", "value": "Al"}}}
    submitted = meanwhile.submit(server.person(ANN).submit, values)
    app.ack(app.receive(), answer)
    assert submitted.result() == ActOutcome()
    assert [view["title"]["text"] for view in server.person(ANN).modals()] == titles


def test_answer_to_a_submission_that_slack_would_not_take(
    server: WorkspaceServer, app: RawApp, meanwhile: ThreadPoolExecutor
) -> None:
    open_form(server, app, meanwhile)
    values = {"name": {"value": {"type": "plain_text_input", "value": "Al"}}}
    submitted = meanwhile.submit(server.person(ANN).submit, values)
    app.ack(app.receive(), {"response_action": "update", "view": form("x" * 25)})
    assert submitted.result() == ActOutcome(error="invalid_arguments")


def test_closing_is_told_if_asked_for(
    server: WorkspaceServer, app: RawApp, meanwhile: ThreadPoolExecutor
) -> None:
    open_form(server, app, meanwhile)
    closed = meanwhile.submit(server.person(ANN).close)
    envelope = app.receive()
    app.ack(envelope)
    closed.result()
    assert (envelope["payload"]["type"], envelope["payload"]["is_cleared"]) == ("view_closed", False)


def test_options_come_from_the_app(
    server: WorkspaceServer, app: RawApp, meanwhile: ThreadPoolExecutor
) -> None:
    open_form(server, app, meanwhile)
    options = [{"text": {"type": "plain_text", "text": "Bala"}, "value": "Bala"}]
    asked = meanwhile.submit(server.person(ANN).suggest, "place", "ba")
    envelope = app.receive()
    app.ack(envelope, {"options": options})
    assert asked.result() == {"options": options}
    payload = envelope["payload"]
    assert (payload["type"], payload["action_id"], payload["value"]) == ("block_suggestion", "place", "ba")

    asked = meanwhile.submit(server.person(ANN).suggest, "place", "ba")
    app.ack(app.receive(), {"options": options * 101})
    assert asked.result() == {"error": "invalid_arguments"}


def test_shortcuts(server: WorkspaceServer, app: RawApp, meanwhile: ThreadPoolExecutor) -> None:
    ts = client_of(server).chat_postMessage(channel=GENERAL, text="remember me")["ts"]
    used = meanwhile.submit(server.person(BOB).shortcut, "note_it", GENERAL, ts)
    envelope = app.receive()
    app.ack(envelope)
    used.result()
    payload = envelope["payload"]
    assert (payload["type"], payload["callback_id"]) == ("message_action", "note_it")
    assert payload["message"]["text"] == "remember me"

    used = meanwhile.submit(server.person(BOB).shortcut, "new_form")
    envelope = app.receive()
    app.ack(envelope)
    used.result()
    assert (envelope["payload"]["type"], envelope["payload"]["callback_id"]) == ("shortcut", "new_form")


# Events


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
    # nobody is there, so both repetitions are over at once; the next message finds somebody
    server.person(ANN).say("into the void")
    eventually(lambda: not server._live.socket.tasks)
    with RawApp(server) as app:
        server.person(ANN).say("hello")
        envelope = app.receive()
        app.ack(envelope)
        assert envelope["payload"]["event"]["text"] == "hello"


def open_form(server: WorkspaceServer, app: RawApp, meanwhile: ThreadPoolExecutor) -> Any:
    asked = command(meanwhile, server, "/form", GENERAL)
    envelope = app.receive()
    view = client_of(server).views_open(trigger_id=envelope["payload"]["trigger_id"], view=form())["view"]
    app.ack(envelope)
    assert asked.result() == ActOutcome()
    return view


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


@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "errors", "errors": {"no such block": "x"}},
        {"response_action": "errors"},
        {"response_action": "explode"},
        {"response_action": "push", "view": {}},
    ],
)
def test_answers_to_a_submission_that_are_trouble(
    server: WorkspaceServer, app: RawApp, meanwhile: ThreadPoolExecutor, answer: Any
) -> None:
    open_form(server, app, meanwhile)
    values = {"name": {"value": {"type": "plain_text_input", "value": "Al"}}}
    submitted = meanwhile.submit(server.person(ANN).submit, values)
    app.ack(app.receive(), answer)
    assert submitted.result().error is not None
    assert len(server.person(ANN).modals()) == 1


def test_command_answered_with_blocks_that_slack_refuses(
    server: WorkspaceServer, app: RawApp, meanwhile: ThreadPoolExecutor
) -> None:
    asked = command(meanwhile, server, "/ask", GENERAL)
    app.ack(app.receive(), {"text": "x", "blocks": [{"type": "chapter"}]})
    assert asked.result() == ActOutcome(error="invalid_blocks")


def test_button_that_nobody_hears(server: WorkspaceServer) -> None:
    client_of(server).chat_postMessage(channel=GENERAL, text="x", blocks=answer_blocks("why?"))
    assert server.person(ANN).press("thanks", GENERAL) == ActOutcome(error="dispatch_failed")
