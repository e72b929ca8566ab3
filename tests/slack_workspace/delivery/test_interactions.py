"""Buttons, choices, forms and shortcuts, and what a person sees of the answers."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from slack_workspace import ActOutcome, WorkspaceServer
from tests.slack_workspace.delivery.raw_delivery import command
from tests.slack_workspace.workspace_fixtures import (
    ANN,
    BOB,
    GENERAL,
    STAFF,
    RawApp,
    answer_blocks,
    client_of,
    form,
)


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


def test_no_person_presses_for_another(server: WorkspaceServer) -> None:
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


def open_form(server: WorkspaceServer, app: RawApp, meanwhile: ThreadPoolExecutor) -> Any:
    asked = command(meanwhile, server, "/form", GENERAL)
    envelope = app.receive()
    view = client_of(server).views_open(trigger_id=envelope["payload"]["trigger_id"], view=form())["view"]
    app.ack(envelope)
    assert asked.result() == ActOutcome()
    return view


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


def test_button_that_no_app_hears(server: WorkspaceServer) -> None:
    client_of(server).chat_postMessage(channel=GENERAL, text="x", blocks=answer_blocks("why?"))
    assert server.person(ANN).press("thanks", GENERAL) == ActOutcome(error="dispatch_failed")
