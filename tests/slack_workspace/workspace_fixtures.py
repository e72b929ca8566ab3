"""A small made-up workspace and a small real Bolt app for it; import what you need by name."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from websockets.sync.client import connect

from slack_workspace import (
    DM,
    HOME,
    Channel,
    Control,
    Shortcut,
    SlashCommand,
    Suggestion,
    WorkspaceBot,
    WorkspacePerson,
    WorkspaceServer,
    WorkspaceSpec,
    WorkspaceText,
)

ANN, BOB, CERI = "U0ANN", "U0BOB", "U0CERI"
GENERAL, STAFF, QUIET, OLD = "C0GENERAL", "C0STAFF", "C0QUIET", "C0OLD"
BOT = WorkspaceBot(
    "U0HELPER", "B0HELPER", "Helper", about=WorkspaceText("Answers questions", "Yn ateb cwestiynau")
)


@dataclass
class Clock:
    """A clock that stands still until a control moves it."""

    now: datetime = field(
        default_factory=lambda: datetime(2026, 8, 26, 10, 12, tzinfo=ZoneInfo("Europe/London"))
    )

    def __call__(self) -> datetime:
        return self.now

    def next_morning(self) -> WorkspaceText:
        self.now = (self.now + timedelta(days=1)).replace(hour=6, minute=0)
        return WorkspaceText("It is six in the morning.", "Mae'n chwech y bore.")


class Stopwatch:
    """A monotonic clock that tests wind on."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def demo_spec(clock: Clock | None = None) -> WorkspaceSpec:
    clock = clock or Clock()
    return WorkspaceSpec(
        team_name="Sir Enghraifft",
        people=(
            WorkspacePerson(
                ANN, "ann", "Ann Prys", WorkspaceText("Data manager", "Rheolwr data"), email="ann@example.org"
            ),
            WorkspacePerson(
                BOB, "bob", "Bob Rees", WorkspaceText("Technician", "Technegydd"), email="bob@example.org"
            ),
            WorkspacePerson(
                CERI, "ceri", "Ceri Wyn", WorkspaceText("Digital lead", "Arweinydd digidol"), locale="cy-GB"
            ),
        ),
        channels=(
            Channel(GENERAL, "general", "What concerns everybody", (ANN, BOB, CERI, BOT.user_id)),
            Channel(STAFF, "staff", "Ann and Bob", (ANN, BOB, BOT.user_id)),
            Channel(QUIET, "quiet", "No bot here", (ANN, BOB)),
            Channel(OLD, "old", "Over", (ANN, BOT.user_id), archived=True),
        ),
        bot=BOT,
        clock=clock,
        title=WorkspaceText("A day in the office", "Diwrnod yn y swyddfa"),
        intro=WorkspaceText(
            "Be anybody and try what the app can do.", "Byddwch yn unrhyw un a rhowch gynnig ar yr ap."
        ),
        commands=(
            SlashCommand(
                "/ask",
                WorkspaceText("Ask the helper", "Gofyn i'r cynorthwyydd"),
                WorkspaceText("[question]", "[cwestiwn]"),
            ),
            SlashCommand("/form", WorkspaceText("Fill in a form", "Llenwi ffurflen")),
        ),
        shortcuts=(
            Shortcut("note_it", WorkspaceText("Make a note of it", "Gwneud nodyn ohono")),
            Shortcut("new_form", WorkspaceText("New form", "Ffurflen newydd"), on_message=False),
        ),
        suggestions=(
            Suggestion(
                WorkspaceText("Ask a question", "Gofyn cwestiwn"),
                WorkspaceText("The answer is for your eyes only.", "Dim ond chi fydd yn gweld yr ateb."),
                ANN,
                GENERAL,
                command=WorkspaceText("/ask why is the sky blue?", "/ask pam mae'r awyr yn las?"),
            ),
            Suggestion(
                WorkspaceText("Look at Home", "Edrych ar Hafan"),
                WorkspaceText("As Ceri", "Fel Ceri"),
                CERI,
                HOME,
            ),
            Suggestion(
                WorkspaceText("Let the night pass", "Gadael i'r nos fynd heibio"),
                WorkspaceText("It becomes six o'clock.", "Daw'n chwech o'r gloch."),
                BOB,
                DM,
                control="next_morning",
            ),
        ),
        controls=(
            Control(
                "next_morning", WorkspaceText("Next morning", "Bore wedyn"), clock.next_morning, header=True
            ),
        ),
    )


def client_of(server: WorkspaceServer) -> WebClient:
    return WebClient(server.bot_token, base_url=server.api_url)


def form(title: str = "A form") -> dict[str, Any]:
    return {
        "type": "modal",
        "callback_id": "form",
        "title": {"type": "plain_text", "text": title},
        "submit": {"type": "plain_text", "text": "Send"},
        "close": {"type": "plain_text", "text": "Cancel"},
        "notify_on_close": True,
        "blocks": [
            {
                "type": "input",
                "block_id": "name",
                "label": {"type": "plain_text", "text": "Name"},
                "hint": {"type": "plain_text", "text": "As it stands in the register"},
                "element": {"type": "plain_text_input", "action_id": "value"},
            },
            {
                "type": "input",
                "block_id": "day",
                "optional": True,
                "label": {"type": "plain_text", "text": "Day"},
                "element": {"type": "datepicker", "action_id": "value"},
            },
            {
                "type": "input",
                "block_id": "place",
                "optional": True,
                "label": {"type": "plain_text", "text": "Place"},
                "element": {"type": "external_select", "action_id": "place", "min_query_length": 0},
            },
        ],
    }


def answer_blocks(question: str) -> list[dict[str, Any]]:
    return [
        {"type": "header", "text": {"type": "plain_text", "text": "An answer"}},
        {
            "type": "section",
            "text": {"type": "mrkdwn", "text": f"*You asked:* {question}\n• it _scatters_ :sunny:"},
        },
        {
            "type": "actions",
            "block_id": "answer",
            "elements": [
                {
                    "type": "button",
                    "action_id": "thanks",
                    "style": "primary",
                    "text": {"type": "plain_text", "text": "Thanks"},
                    "value": "42",
                },
                {
                    "type": "button",
                    "action_id": "wrong",
                    "style": "danger",
                    "text": {"type": "plain_text", "text": "Wrong"},
                    "confirm": {
                        "title": {"type": "plain_text", "text": "Wrong?"},
                        "text": {"type": "plain_text", "text": "Do you mean it?"},
                        "confirm": {"type": "plain_text", "text": "I do"},
                        "deny": {"type": "plain_text", "text": "No"},
                    },
                },
            ],
        },
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "Helper, 26 August"}]},
    ]


@dataclass
class Heard:
    """What the demo app was told, for tests to look at."""

    bodies: list[dict[str, Any]] = field(default_factory=list)

    def last(self, kind: str) -> dict[str, Any]:
        return next(body for body in reversed(self.bodies) if body.get("type") == kind)


def demo_app(server: WorkspaceServer, heard: Heard | None = None) -> App:
    """An ordinary Bolt app: nothing in it knows that Slack is not Slack."""
    heard = heard or Heard()
    app = App(name="demo", client=client_of(server), process_before_response=True)

    @app.middleware
    def listen(body: dict[str, Any], next: Callable[[], Any]) -> None:
        heard.bodies.append(body)
        next()

    @app.command("/ask")
    def ask(ack: Any, body: dict[str, Any], respond: Any) -> None:
        ack()
        respond(text="An answer", blocks=answer_blocks(body["text"]))

    @app.command("/form")
    def open_form(ack: Any, body: dict[str, Any], client: WebClient) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=form())

    @app.action("thanks")
    def thanks(ack: Any, respond: Any) -> None:
        ack()
        respond(text=":tada: You are welcome.", replace_original=True)

    @app.action("wrong")
    def wrong(ack: Any, respond: Any) -> None:
        ack()
        respond(text="Noted as wrong.", replace_original=True)

    @app.options("place")
    def places(ack: Any, body: dict[str, Any]) -> None:
        names = [
            name
            for name in ("Aberaeron", "Bala", "Brynmawr")
            if name.lower().startswith(body["value"].lower())
        ]
        ack(options=[{"text": {"type": "plain_text", "text": name}, "value": name} for name in names])

    _answers_forms(app)
    _hears_events(app)
    return app


def _answers_forms(app: App) -> None:
    @app.view("form")
    def submitted(ack: Any, body: dict[str, Any], view: dict[str, Any], client: WebClient) -> None:
        name = view["state"]["values"]["name"]["value"]["value"]
        if name == "nobody":
            ack(response_action="errors", errors={"name": "There is nobody of that name."})
            return
        ack()
        client.chat_postMessage(channel=body["user"]["id"], text=f"Filed for *{name}*.")

    @app.view_closed("form")
    def closed(ack: Any) -> None:
        ack()

    @app.shortcut("note_it")
    def note(ack: Any, shortcut: dict[str, Any], respond: Any) -> None:
        ack()
        respond(text=f"Noted: {shortcut['message']['text']}")

    @app.shortcut("new_form")
    def new_form(ack: Any, shortcut: dict[str, Any], client: WebClient) -> None:
        ack()
        client.views_open(trigger_id=shortcut["trigger_id"], view=form("From a shortcut"))


def _hears_events(app: App) -> None:
    @app.event("app_home_opened")
    def home(event: dict[str, Any], client: WebClient) -> None:
        if event["tab"] == "home":
            blocks = [
                {"type": "header", "text": {"type": "plain_text", "text": "Welcome home"}},
                {"type": "section", "text": {"type": "mrkdwn", "text": f"You are <@{event['user']}>."}},
            ]
            client.views_publish(user_id=event["user"], view={"type": "home", "blocks": blocks})

    @app.event("app_mention")
    def mention(event: dict[str, Any], say: Any) -> None:
        say(text=f"You called, <@{event['user']}>?", thread_ts=event["ts"])

    @app.event("message")
    def message(event: dict[str, Any], say: Any) -> None:
        if event["channel_type"] == "im":
            say(text=f"You said: {event['text']}")

    @app.event("user_change")
    def user_change() -> None:
        pass


@contextmanager
def connected(server: WorkspaceServer, heard: Heard | None = None) -> Iterator[App]:
    """The demo app over a real Socket Mode connection (closing it takes the client three seconds)."""
    app = demo_app(server, heard)
    handler = SocketModeHandler(app, server.app_token)
    handler.connect()
    try:
        assert server.wait_for_app()
        yield app
    finally:
        handler.close()


def eventually(look: Callable[[], Any], seconds: float = 5.0) -> Any:
    """What ``look`` gives once it gives something; the app works in threads of its own."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        time.sleep(0.005)
    raise AssertionError("It did not come about.")


class RawApp:
    """An app by hand: takes envelopes one by one and acknowledges them, or does not; a context manager."""

    def __init__(self, server: WorkspaceServer) -> None:
        self.server = server
        self.url = WebClient(base_url=server.api_url).apps_connections_open(app_token=server.app_token)["url"]
        self.stack = ExitStack()

    def __enter__(self) -> "RawApp":
        self.socket = self.stack.enter_context(connect(self.url, proxy=None, close_timeout=0.01))
        self.hello = self.receive()
        assert self.server.wait_for_app()
        return self

    def __exit__(self, *error: object) -> None:
        self.stack.close()

    def receive(self) -> dict[str, Any]:
        frame: dict[str, Any] = json.loads(self.socket.recv(timeout=5))
        return frame

    def send(self, frame: dict[str, Any]) -> None:
        self.socket.send(json.dumps(frame))

    def ack(self, envelope: dict[str, Any], payload: Any = None) -> None:
        self.send(
            {"envelope_id": envelope["envelope_id"]} | ({"payload": payload} if payload is not None else {})
        )
