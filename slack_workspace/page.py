"""The routes of the page: itself, its files, a person's actions, and the feed of events."""

import asyncio
import json
import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from importlib.resources import files as package_files
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from slack_workspace import acts, files, interactions
from slack_workspace.errors import SlackError
from slack_workspace.guard import page_headers
from slack_workspace.live import ActOutcome, Live
from slack_workspace.reading import read_json
from slack_workspace.snapshot import clock, people, snapshot, unread
from slack_workspace.spec import WorkspaceText
from slack_workspace.state import Json, Workspace, WorkspaceNote
from slack_workspace.teams import Teams
from slack_workspace.troubles import Troubles, read
from slack_workspace.web import refusal

_LOG = logging.getLogger(__name__)
_TYPES: Final = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "woff2": "font/woff2",
}
CLOCK_SECONDS: Final = 15.0

Act = Callable[[Live, str, Json], Awaitable[ActOutcome | Json]]


class PageRoutes:
    """The routes of the page; its token is new at every start and only in the page."""

    def __init__(self, teams: Teams, port: int) -> None:
        self._teams = teams
        self._token = secrets.token_urlsafe(24)
        self._headers = page_headers(port)
        self._static = package_files("slack_workspace") / "static"

    def routes(self) -> list[BaseRoute]:
        """List the routes."""
        return [
            Route("/", self._index),
            Route("/archives/{channel}/{message}", self._index),
            Route("/static/{name}", self._file),
            Route("/files/{key}/{id}", self._upload),
            Route("/page/state", self._state),
            Route("/page/{act}", self._act, methods=["POST"]),
            WebSocketRoute("/page/feed", self._feed),
        ]

    async def _index(self, request: Request) -> Response:
        page = (self._static / "index.html").read_text("utf-8").replace("{{page_token}}", self._token)
        return Response(page, media_type=_TYPES["html"], headers=self._headers)

    async def _file(self, request: Request) -> Response:
        name = request.path_params["name"]
        file = self._static / name
        type_ = _TYPES.get(name.rpartition(".")[2])
        if type_ is None or "\\" in name or name.startswith(".") or not file.is_file():
            return PlainTextResponse("Not found", status_code=404, headers=self._headers)
        return Response(file.read_bytes(), media_type=type_, headers=self._headers)

    async def _upload(self, request: Request) -> Response:
        workspace = self._teams.storing(request.path_params["key"]).workspace
        file = workspace.files.get(request.path_params["id"])
        if file is None or file.content is None:
            return PlainTextResponse("Not found", status_code=404, headers=self._headers)
        if not secrets.compare_digest(file.key, request.path_params["key"]):
            return PlainTextResponse("Not found", status_code=404, headers=self._headers)
        image = files.media_type(file)
        headers = self._headers | ({} if image else {"Content-Disposition": "attachment"})
        return Response(file.content, media_type=image or "application/octet-stream", headers=headers)

    async def _state(self, request: Request) -> Response:
        if not self._is_page(request.headers.get("x-page-token", "")):
            return _forbidden()
        asked = request.query_params
        try:
            live = self._teams.named(asked.get("team", ""))
            shown = snapshot(live, asked.get("as") or live.workspace.spec.people[0].id)
        except SlackError as error:
            return JSONResponse(refusal(error), status_code=404)
        specs = [each.workspace.spec for each in self._teams.lives]
        teams = [{"id": spec.team_id, "name": spec.team_name} for spec in specs]
        return JSONResponse({**shown, "teams": teams}, headers=self._headers)

    async def _act(self, request: Request) -> Response:
        if not self._is_page(request.headers.get("x-page-token", "")):
            return _forbidden()
        act = ACTS.get(request.path_params["act"])
        if act is None:
            return JSONResponse({"error": "unknown_act"}, status_code=404)
        try:
            said = read_json(await request.body())
            done = await act(self._teams.named(said.get("team", "")), said["as"], said)
        except SlackError as error:
            return JSONResponse(refusal(error))
        except (ValueError, KeyError, TypeError):
            return JSONResponse({"error": "invalid_arguments"}, status_code=400)
        return JSONResponse(asdict(done) if isinstance(done, ActOutcome) else done, headers=self._headers)

    async def _feed(self, socket: WebSocket) -> None:
        asked = socket.query_params
        person, team = asked.get("as", ""), asked.get("team", "")
        found = [live.workspace for live in self._teams.lives if team in ("", live.workspace.spec.team_id)]
        if not self._is_page(asked.get("token", "")) or not found or person not in found[0].people:
            await socket.close(code=4403)
            return
        await socket.accept()
        workspace = found[0]
        notes: asyncio.Queue[WorkspaceNote] = asyncio.Queue()
        watchers = workspace.watchers
        watchers.append(notes.put_nowait)
        sender = asyncio.create_task(_send_notes(socket, workspace, person, notes))
        try:
            while True:
                await socket.receive_text()
        except WebSocketDisconnect:
            pass
        finally:
            watchers.remove(notes.put_nowait)
            sender.cancel()

    def _is_page(self, token: str) -> bool:
        return secrets.compare_digest(token.encode(), self._token.encode())


async def _send_notes(
    socket: WebSocket, workspace: Workspace, person: str, notes: "asyncio.Queue[WorkspaceNote]"
) -> None:
    try:
        while True:
            try:
                async with asyncio.timeout(CLOCK_SECONDS):
                    note = await notes.get()
            except TimeoutError:
                note = WorkspaceNote("clock", {})
            news: Json = {"kind": note.kind, **clock(workspace)}
            if note.audience is None or person in note.audience:
                news |= note.data
            else:
                news["kind"] = "unread"
            if note.kind in ("message", "gone", "read"):
                news["unread"] = unread(workspace)
            if note.kind == "people":
                news["people"] = people(workspace)
            await socket.send_text(json.dumps(news))
    except (WebSocketDisconnect, RuntimeError):
        return  # the page is closed; its own loop ends too


def _forbidden() -> Response:
    return JSONResponse({"error": "page_token"}, status_code=403)


async def _say(live: Live, person: str, said: Json) -> Json:
    return {"ts": acts.say(live, person, said["channel"], said["text"]).ts}


async def _command(live: Live, person: str, said: Json) -> ActOutcome:
    return await acts.run_command(live, person, said["channel"], said["command"], said["text"])


async def _press(live: Live, person: str, said: Json) -> ActOutcome:
    return await interactions.press(live, person, said["target"], said["action"], said["values"])


async def _suggest(live: Live, person: str, said: Json) -> Json:
    return await interactions.suggest(live, person, said["target"], said["action"])


async def _submit(live: Live, person: str, said: Json) -> ActOutcome:
    return await interactions.submit(live, person, said["view"], said["values"])


async def _close(live: Live, person: str, said: Json) -> ActOutcome:
    return await interactions.close(live, person, said["view"], bool(said.get("everything")))


async def _shortcut(live: Live, person: str, said: Json) -> ActOutcome:
    return await interactions.use_shortcut(
        live, person, said["callback_id"], said.get("channel"), said.get("ts")
    )


async def _open(live: Live, person: str, said: Json) -> ActOutcome:
    acts.open_home(live, person, said["tab"])
    return ActOutcome()


async def _read(live: Live, person: str, said: Json) -> ActOutcome:
    acts.mark_read(live, person, said["channel"])
    return ActOutcome()


async def _locale(live: Live, person: str, said: Json) -> ActOutcome:
    acts.choose_language(live, person, "cy-GB" if said["locale"] == "cy-GB" else "en-GB")
    return ActOutcome()


async def _trouble(live: Live, person: str, said: Json) -> ActOutcome:
    live.trouble(Troubles(read(said["troubles"])))
    return ActOutcome()


async def _control(live: Live, person: str, said: Json) -> Json:
    """Run a control in a worker thread and send its text to the page."""
    for control in live.workspace.spec.controls:
        if control.id == said["control"]:
            try:
                words: Any = await asyncio.to_thread(control.run)
            except Exception:
                _LOG.exception("The control %s failed.", control.id)
                return {"error": "control_failed"}
            finally:
                live.workspace.tell(WorkspaceNote("clock", {}))
            if isinstance(words, WorkspaceText):
                return {"text": asdict(words)}
            return {"text": dict(words) if isinstance(words, Mapping) else {"en": words, "cy": words}}
    return {"error": "unknown_control"}


ACTS: Final[Mapping[str, Act]] = {
    "say": _say,
    "command": _command,
    "press": _press,
    "suggest": _suggest,
    "submit": _submit,
    "close": _close,
    "shortcut": _shortcut,
    "open": _open,
    "read": _read,
    "locale": _locale,
    "trouble": _trouble,
    "control": _control,
}
