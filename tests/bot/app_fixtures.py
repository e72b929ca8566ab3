"""The real app in a small workspace: what people do goes through `app.dispatch`, without a socket.

Every payload is one that the workspace makes, as Slack words it, and every answer passes its limits.
"""

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, cast

from slack_bolt import App

from bot.people import permissions
from bot.people.permissions import EVERYWHERE, Grant, Role
from bot.service.app import build_app
from bot.services import Services
from bot.slack.background import BackgroundWork
from bot.slack.intake import Intake
from bot.slack.manifest import MANIFEST
from knowledge.texts import Bilingual
from provisioning.clock import Clock, FixedClock, uk_date
from provisioning.records.runs import RunStatus
from provisioning.records.schools import School
from provisioning.store import run_lifecycle
from provisioning.store import schools as school_store
from provisioning.store.runs import COUNTS
from slack_workspace import (
    ActOutcome,
    Channel,
    Manifest,
    Shortcut,
    SlashCommand,
    UserGroup,
    WorkspaceBot,
    WorkspacePerson,
    WorkspaceServer,
    WorkspaceSpec,
    WorkspaceText,
)
from slack_workspace import payloads as slack
from slack_workspace.live import Live
from slack_workspace.socket import DeliveryError, Undelivered
from tests.builders import GLAN, NANT, NOW, Schools, learner, staff_member

Json = dict[str, Any]

CARYS, DAI, HUW, PRYS, NIA, WYN, IDRIS, ELIS = (
    f"U0{name}" for name in ("CARYS", "DAI", "HUW", "PRYS", "NIA", "WYN", "IDRIS", "ELIS")
)
HELP, QUIET = "C0HELP", "C0QUIET"
ASK_MANAGER, TELL_ME = "Ask the provisioning manager", "Tell me when it is there"
OFFICERS = "S0OFFICERS"
"""A user group that has no role, with Elis and Nia in it."""
ROOM_BOT = WorkspaceBot("U0HWB", "B0HWB", "Hwb")
YESTERDAY = uk_date(NOW) - timedelta(days=1)

GRANTS = (
    Grant(CARYS, Role.DIGITAL_CHAMPION, GLAN.number),
    Grant(WYN, Role.DIGITAL_CHAMPION, GLAN.number),
    Grant(HUW, Role.MIS_ADMINISTRATOR, GLAN.number),
    Grant(DAI, Role.DIGITAL_CHAMPION, NANT.number),
    Grant(PRYS, Role.LOCAL_AUTHORITY, "680"),
    Grant(NIA, Role.SERVICE_DESK, EVERYWHERE),
    Grant(IDRIS, Role.DIGITAL_CHAMPION, GLAN.number, ends_on=YESTERDAY),
)
"""Carys and Wyn (who reads Welsh) look after Glan, Huw its MIS, Dai Nant, Prys the authority's two
schools, Nia is at the Service Desk; Idris did until yesterday, and Elis never had a role."""

SEREN = learner(1, surname="Blodeuwedd", forename="Seren")
JAC = staff_member("JEV", surname="Gwrhydfawr", forename="Jac")
PRIVATE = (SEREN.upn, "Blodeuwedd", "Seren", "Gwrhydfawr")


def room(now: Callable[[], datetime]) -> WorkspaceSpec:
    """A workspace whose people are in one channel with the bot, and in one without it."""
    people = tuple(
        WorkspacePerson(
            id_, id_[2:].lower(), id_[2:].title(), WorkspaceText("", ""), "cy-GB" if id_ == WYN else "en-GB"
        )
        for id_ in (CARYS, DAI, HUW, PRYS, NIA, WYN, IDRIS, ELIS)
    )
    everybody = tuple(person.id for person in people)
    return WorkspaceSpec(
        team_name="Room",
        people=people,
        channels=(
            Channel(HELP, "help", members=(*everybody, ROOM_BOT.user_id)),
            Channel(QUIET, "quiet", members=everybody),
        ),
        bot=ROOM_BOT,
        manifest=Manifest.read(MANIFEST.read_text(encoding="utf-8")),
        groups=(UserGroup(OFFICERS, "officers", "Officers", (ELIS, NIA)),),
        clock=now,
        title=WorkspaceText("", ""),
        intro=WorkspaceText("", ""),
        commands=(SlashCommand("/hwb", WorkspaceText("", "")),),
        shortcuts=(
            Shortcut("triage", WorkspaceText("", "")),
            Shortcut("why-missing", WorkspaceText("", ""), on_message=False),
        ),
    )


class Later(Executor):
    """Keeps work until the test lets it be done: the order of events is the test's own."""

    def __init__(self) -> None:
        self.kept: list[tuple[Callable[[], Any], Future[Any]]] = []

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        future: Future[Any] = Future()
        self.kept.append((lambda: fn(*args, **kwargs), future))
        return future

    def settle(self) -> None:
        """Do what is kept, and what that brings."""
        while self.kept:
            do, future = self.kept.pop(0)
            try:
                future.set_result(do())
            except Exception as error:
                future.set_exception(error)


class TurnedClock(FixedClock):
    """A stopped clock that a test turns on."""

    def turn(self, by: timedelta) -> None:
        """Turn the clock on."""
        self._at += by


class WorkLater(BackgroundWork):
    """Work that is done with the listeners' own, in order."""

    def __init__(self, later: Later) -> None:
        super().__init__()
        self._pool.shutdown()
        self._pool = cast(Any, later)


@dataclass
class Room:
    """The app, its workspace and the provisioned schools behind it."""

    services: Services
    provisioning: Schools
    server: WorkspaceServer
    app: App
    later: Later
    acks: list[Json] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.live: Live = self.server._live
        self.intake = Intake(self.app)
        self.live.socket.deliver = self._deliver

    async def _deliver(self, kind: str, payload: Json, answerable: bool, retry: Json | None = None) -> Json:
        """An envelope's way to the app and back, without a socket between."""
        taken = await asyncio.to_thread(self.intake.take, payload)
        taken.begin()
        response = taken.response
        if response.status != 200:
            raise DeliveryError(Undelivered.NO_ACK)
        said = json.loads(response.body) if response.body else {}
        self.acks.append(said)
        return cast(Json, said)

    def run(self, user: str, line: str, channel: str | None = HELP) -> list[Json]:
        """Type `/hwb <line>` as `user`; the new messages that `user` sees."""
        person = self.server.person(user)
        before = {message["ts"] for message in person.messages(channel)}
        assert person.command(f"/hwb {line}".rstrip(), channel) == ActOutcome()
        self.later.settle()
        return [message for message in person.messages(channel) if message["ts"] not in before]

    def answer(self, user: str, line: str, channel: str | None = HELP) -> Json:
        """The one message that answers `/hwb <line>`; only the person who asked sees it."""
        (message,) = self.run(user, line, channel)
        assert message["ephemeral"]
        return message

    def say(self, user: str, text: str, channel: str | None = None, times: int = 1) -> list[Json]:
        """Write a message as `user`, which Slack may deliver more than once; the answers that `user` sees."""
        person, heard = self.server.person(user), list[Json]()
        before = {message["ts"] for message in person.messages(channel)}
        vars(self.live.socket)["send_event"] = heard.append
        own = person.say(text, channel)
        del vars(self.live.socket)["send_event"]
        for event in heard * times:
            self.server.on_loop(self._deliver("events_api", event, answerable=False))
            self.later.settle()
        return [message for message in person.messages(channel) if message["ts"] not in before | {own}]

    def press(self, user: str, action: str, channel: str | None = HELP, **chosen: Any) -> Json | None:
        """Use a button or menu of `user`'s newest message that has it; the newest message afterwards."""
        person = self.server.person(user)
        assert person.press(action, channel, **chosen) == ActOutcome()
        self.later.settle()
        messages = person.messages(channel)
        return messages[-1] if messages else None

    def choose(self, user: str, action: str, place: int = 0) -> Json:
        """Choose an option of the menu of `user`'s newest message; the newest message afterwards."""
        newest = self.server.person(user).messages(HELP)[-1]
        (menu,) = [element for element in elements(newest) if element["action_id"] == action]
        answer = self.press(user, action, selected_option=menu["options"][place])
        assert answer is not None
        return answer

    def press_in_view(self, user: str, action: str, **chosen: Any) -> None:
        """Use a button of `user`'s top modal or of Home."""
        assert self.server.person(user).press(action, **chosen) == ActOutcome()
        self.later.settle()

    def submit(self, user: str, identifier: str, school: str | None = None) -> ActOutcome:
        """Fill in the modal that asks for a person's identifier, and send it."""
        values: dict[str, Json] = {"identifier": {"identifier": text_value(identifier)}}
        if school is not None:
            select = self.modal(user)["blocks"][-1]["element"]["type"]
            values["school"] = {"school": {"type": select, "selected_option": option(school)}}
        outcome = self.server.person(user).submit(values)
        self.later.settle()
        return outcome

    def modal(self, user: str) -> Json:
        """The modal that is on top."""
        return cast(Json, self.server.person(user).modals()[-1])

    def open_home(self, user: str, times: int = 1, tab: str = "home") -> Json | None:
        """Open App Home as `user`; Slack may deliver the event more than once."""
        event = slack.home_opened(self.server.workspace, user, tab, None)
        for _ in range(times):
            self.server.on_loop(self._deliver("events_api", event, answerable=False))
            self.later.settle()
        return self.server.person(user).home()

    def deliver(self, kind: str, payload: Json) -> Json:
        """An envelope that no person of the room sent."""
        coroutine: Coroutine[Any, Any, Json] = self._deliver(kind, payload, answerable=True)
        said: Json = self.server.on_loop(coroutine)
        self.later.settle()
        return said

    def on_message(self, user: str, message: Json, kind: str, action: str, **said: Any) -> Json:
        """The payload of an element of `user`'s message, for a test to change."""
        kept = self.live.workspace.conversation(HELP).messages[message["ts"]]
        block = next(block for block in kept.blocks if action in str(block))
        payload = slack.on_message(self.live.workspace, kind, user, kept)
        url = self.live.responses.url(user, HELP, kept.ts)
        return payload | {"block_id": block["block_id"], "action_id": action, "response_url": url} | said

    def pressed(self, user: str, message: Json, action: str) -> Json:
        """The payload of a button of a message that is pressed."""
        payload = self.on_message(user, message, "block_actions", action)
        element = next(element for element in elements(message) if element["action_id"] == action)
        done = {**element, "block_id": payload["block_id"]}
        return payload | {"actions": [done], "trigger_id": self.live.workspace.new_trigger(user)}

    def spend_triggers(self) -> None:
        """From now on every trigger comes too late."""
        made = self.live.workspace.new_trigger

        def spent(person: str, view: str | None = None) -> str:
            id_ = made(person, view)
            self.live.workspace.triggers[id_].until = 0.0
            return id_

        self.live.workspace.new_trigger = spent

    async def until_called(self, method: str) -> None:
        """Wait, on the workspace's loop, until the app has called a method."""
        async with asyncio.timeout(5):
            while method not in [name for name, _ in self.live.workspace.calls]:
                await asyncio.sleep(0)

    def at(self, clock: Clock) -> "Room":
        """The same by another clock."""
        services = replace(self.services, provisioning=replace(self.services.provisioning, clock=clock))
        return opened(services, self.provisioning, self.server)

    @contextmanager
    def a_run_under_way(self, school: School) -> Iterator[None]:
        """Run a school's client, as another person would."""
        with self.services.database.writing() as session:
            run = run_lifecycle.begin(session, school.number, NOW, started_by="else", slot=None)
        yield
        with self.services.database.writing() as session:
            run_lifecycle.finish(
                session, run, run_lifecycle.End(RunStatus.SUCCEEDED, dict.fromkeys(COUNTS, 0)), NOW
            )

    def take_away(self, user: str) -> None:
        """Take all roles of a person away."""
        with self.services.database.writing() as session:
            permissions.remove(session, user, None, None)

    def grant(self, *grants: Grant) -> None:
        """Give roles."""
        with self.services.database.writing() as session:
            permissions.add(session, grants, NOW)

    def schools(self, *schools: School) -> None:
        """Take in more schools."""
        with self.services.database.writing() as session:
            school_store.put(session, schools)


def many_schools(count: int, authority: str = "670") -> list[School]:
    """Schools with numbers and names in order."""
    return [
        School(
            f"{authority}2{number:03}",
            Bilingual(f"School {number}", f"Ysgol {number}"),
            authority,
            "primary",
            "6",
            "school",
            "",
        )
        for number in range(count)
    ]


def option(value: str) -> Json:
    """A chosen line of a menu."""
    return {"text": {"type": "plain_text", "text": value}, "value": value}


def text_value(value: str) -> Json:
    """The state of a text field."""
    return {"type": "plain_text_input", "value": value}


def words(shown: Mapping[str, Any] | Sequence[Any]) -> str:
    """All text that blocks, a message or a view show, a line each."""
    if isinstance(shown, Mapping):
        own = [shown["text"]] if isinstance(shown.get("text"), str) and "blocks" not in shown else []
        inside = [words(value) for value in shown.values() if isinstance(value, Mapping | list)]
        return "\n".join([*own, *filter(None, inside)])
    return "\n".join(filter(None, (words(part) for part in shown if isinstance(part, Mapping | list))))


def rows(shown: Mapping[str, Any]) -> list[list[str]]:
    """The rows of the one table of a message, its headings first; an emoji by its code."""
    (table,) = [block for block in shown["blocks"] if block["type"] == "table"]

    def said(cell: Json) -> str:
        return str(cell["text"]) if cell["type"] == "raw_text" else cell["elements"][0]["elements"][0]["name"]

    return [[said(cell) for cell in row] for row in table["rows"]]


def elements(shown: Mapping[str, Any]) -> list[Json]:
    """The buttons and menus of a message or view, in order."""
    found: list[Json] = []
    for block in shown["blocks"]:
        found += block.get("elements", []) if block["type"] in ("actions", "context_actions") else []
        found += [block[name] for name in ("accessory", "element") if name in block]
    return found


def buttons(shown: Mapping[str, Any]) -> list[str]:
    """What stands on the buttons."""
    return [element["text"]["text"] for element in elements(shown) if element["type"] == "button"]


def sounding_alike(blocks: Sequence[Json]) -> list[str]:
    """What screen readers say of several buttons, none of which says more than its words."""
    said = Counter(
        button.get("accessibility_label", button["text"]["text"])
        for button in elements({"blocks": blocks})
        if button["type"] == "button"
    )
    return [words for words, count in said.items() if count > 1]


def swept(server: WorkspaceServer) -> WorkspaceServer:
    """The workspace as it was at first: nothing said, nothing open, nothing due to fail."""
    url, live = server.workspace.url, server._live
    vars(live.socket).pop("deliver", None)
    vars(server.workspace).pop("new_trigger", None)
    server.workspace.__init__(server.workspace.spec, server.workspace.timing)
    server.workspace.url = url
    for kept in (live.views.stacks, live.views.homes, live.responses.open):
        kept.clear()
    return server


def opened(services: Services, provisioning: Schools, server: WorkspaceServer) -> Room:
    """The app built anew, in front of a workspace."""
    later = Later()
    app = build_app(services, WorkLater(later), later, token=server.bot_token, api_url=server.api_url)
    return Room(services, provisioning, server, app, later)
