"""The routes of the app: the Web API, uploads, response URLs and the socket."""

from collections.abc import Coroutine
from email import message_from_bytes
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket

from slack_workspace import files
from slack_workspace.api import METHODS, Method, Needs
from slack_workspace.api.call import Call
from slack_workspace.api.scopes import require, with_families
from slack_workspace.errors import MissingScope, SlackError
from slack_workspace.live import Live
from slack_workspace.pacing import PACED, Pace
from slack_workspace.reading import read_json
from slack_workspace.spoiling import spoil
from slack_workspace.state import Json, Workspace
from slack_workspace.teams import Teams
from slack_workspace.troubles import Fate, Trouble


class AppRoutes:
    """The routes of the app, in all workspaces."""

    def __init__(self, teams: Teams) -> None:
        self._teams = teams
        self._paces = {live.workspace.spec.team_id: Pace(live.workspace.timing) for live in teams.lives}

    def routes(self) -> list[BaseRoute]:
        """List the routes."""
        return [
            Route("/api/{method}", self._api, methods=["GET", "POST"]),
            Route("/upload/{key}", self._upload, methods=["POST", "PUT"]),
            Route("/response/{key}", self._respond, methods=["POST"]),
            WebSocketRoute("/link/", self._link),
            WebSocketRoute("/link", self._link),
        ]

    async def _api(self, request: Request) -> Response:
        method = request.path_params["method"]
        live = self._teams.tokens.get(_bearer(request), self._teams.first)
        return await _with_troubles(live.workspace, method, self._answer(request, method))

    async def _answer(self, request: Request, method: str) -> Response:
        try:
            args = await arguments(request)
            known = METHODS.get(method)
            if known is None:
                raise SlackError("unknown_method")
            live = self._authorised(request, args, known.needs)
            args.pop("token", None)
            require(live, known.scope, Call(args))
            if wait := self._wait(live.workspace, method, Call(args)):
                return await spoil(Fate(Trouble.RATE, carried_out=False, seconds=wait), None)
            live.workspace.calls.append((method, args))
            done = {"ok": True, **known.run(live, Call(args))}
            return JSONResponse(done, headers=_scopes(live.workspace, known))
        except SlackError as error:
            return JSONResponse(refusal(error))

    def _wait(self, workspace: Workspace, method: str, call: Call) -> float:
        """Return the seconds that Slack makes the app wait with a post, where it is asked to count them."""
        if method not in PACED or Trouble.RATE not in workspace.troubles.chosen:
            return 0.0
        pace = self._paces[workspace.spec.team_id]
        return pace.wait(workspace.conversation(call.need("channel")).id)

    def _authorised(self, request: Request, args: Json, needs: Needs) -> Live:
        """Return the workspace in which the token of a call counts."""
        if needs is Needs.NOTHING:
            return self._teams.first
        token = _bearer(request) or str(args.get("token") or "")
        if not token:
            raise SlackError("not_authed")
        if token in self._teams.ended:
            raise SlackError("account_inactive")
        found = self._teams.tokens.get(token)
        if found is None and token != self._teams.app_token:
            raise SlackError("invalid_auth")
        if (Needs.BOT if found else Needs.APP) is not needs:
            raise SlackError("not_allowed_token_type")
        return found or self._teams.first

    async def _upload(self, request: Request) -> Response:
        workspace = self._teams.storing(request.path_params["key"]).workspace
        return await _with_troubles(workspace, "upload", self._uploaded(request, workspace))

    async def _uploaded(self, request: Request, workspace: Workspace) -> Response:
        try:
            content = _first_part(request, await request.body())
            file = files.receive(workspace, request.path_params["key"], content)
        except SlackError as error:
            return PlainTextResponse(error.code, status_code=400)
        return PlainTextResponse(f"OK - {file.length}")

    async def _respond(self, request: Request) -> Response:
        live = self._teams.responding(request.path_params["key"])
        return await _with_troubles(live.workspace, "response", self._responded(request, live))

    async def _responded(self, request: Request, live: Live) -> Response:
        try:
            live.responses.use(request.path_params["key"], await arguments(request))
        except SlackError as error:
            gone = error.code in ("used_url", "expired_url", "no_such_url")
            return JSONResponse(refusal(error), status_code=404 if gone else 400)
        return PlainTextResponse("ok")

    async def _link(self, socket: WebSocket) -> None:
        await self._teams.first.socket.serve(socket)


async def _with_troubles(
    workspace: Workspace, method: str, answer: Coroutine[Any, Any, Response]
) -> Response:
    """Carry out a call, whose answer may meet a trouble."""
    fate = workspace.fate(method)
    if fate.carried_out:
        return await spoil(fate, await answer)
    answer.close()
    return await spoil(fate, None)


def _scopes(workspace: Workspace, method: Method) -> dict[str, str]:
    """Return the headers that say which scopes the token has, and which the method takes."""
    manifest = workspace.spec.manifest
    if manifest is None or method.needs is not Needs.BOT:
        return {}
    accepted = with_families(method.scope) if method.scope else ()
    return {
        "x-oauth-scopes": ",".join(manifest.scopes),
        "x-accepted-oauth-scopes": ",".join(accepted),
    }


def _bearer(request: Request) -> str:
    """Return the token in the header of a call, or nothing."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def refusal(error: SlackError) -> Json:
    """Word an error as the Web API does."""
    refused: Json = {"ok": False, "error": error.code}
    if isinstance(error, MissingScope):
        refused |= {"needed": error.needed, "provided": error.provided}
    if error.details:
        refused |= {"errors": list(error.details), "response_metadata": {"messages": list(error.details)}}
    return refused


async def arguments(request: Request) -> Json:
    """Read JSON where a body begins like JSON, otherwise a form; the query counts too."""
    args: Json = dict(request.query_params)
    body = await request.body()
    if body.lstrip().startswith(b"{"):
        try:
            said: Json = read_json(body)
        except ValueError:
            raise SlackError("invalid_json") from None
        return args | said
    if b"multipart/form-data" in request.headers.get("content-type", "").encode():
        return args | {name: part.decode() for name, part in _parts(request, body)}
    try:
        return args | dict(parse_qsl(body.decode(), keep_blank_values=True))
    except UnicodeDecodeError:
        raise SlackError("invalid_form_data") from None


def _first_part(request: Request, body: bytes) -> bytes:
    """Take the file out of a form, if it came in one; Slack's own clients send it bare."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        return body
    parts = _parts(request, body)
    return parts[0][1] if parts else b""


def _parts(request: Request, body: bytes) -> list[tuple[str, bytes]]:
    head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
    form = message_from_bytes(head + body, policy=HTTP)
    found: list[tuple[str, bytes]] = []
    for part in form.iter_parts():
        content = part.get_payload(decode=True)
        name = part.get_param("name", header="content-disposition")
        found.append((str(name), content if isinstance(content, bytes) else b""))
    return found
