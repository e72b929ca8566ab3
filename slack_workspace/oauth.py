"""The pages at which a workspace installs the app, and the exchange of a code for a token (OAuth).

As https://docs.slack.dev/authentication/installing-with-oauth: the app sends the browser to
``/oauth/v2/authorize``, and the browser comes back to the app with a code, which is good once.
"""

import base64
import html
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from slack_workspace.errors import SlackError
from slack_workspace.guard import page_headers
from slack_workspace.live import Live
from slack_workspace.spec import WorkspaceText
from slack_workspace.state import Json
from slack_workspace.teams import Teams
from slack_workspace.web import arguments, refusal

AUTHORIZE = "/oauth/v2/authorize"
_ASKS = WorkspaceText("asks to be installed, and to use", "yn gofyn am gael ei osod, ac am ddefnyddio")
_ALLOW = WorkspaceText("Allow in", "Caniatáu yn")
_REFUSE = WorkspaceText("Do not allow", "Peidio â chaniatáu")


@dataclass(frozen=True)
class Credentials:
    """The app's client id and secret, and the address to which browsers are sent back."""

    client_id: str
    client_secret: str = field(repr=False)
    redirect_url: str


class OAuthRoutes:
    """The routes of installation; a link of the page counts only with the page's own token."""

    def __init__(self, teams: Teams, credentials: Credentials, port: int) -> None:
        self._teams, self._app = teams, credentials
        self._headers = page_headers(port)
        self._page_token = secrets.token_urlsafe(24)
        self._codes: dict[str, Live] = {}

    def routes(self) -> list[BaseRoute]:
        """List the routes."""
        return [
            Route(AUTHORIZE, self._ask),
            Route(f"{AUTHORIZE}/allow", self._allow),
            Route("/api/oauth.v2.access", self._access, methods=["POST"]),
        ]

    async def _ask(self, request: Request) -> Response:
        """Show what the app asks for, with a link for each workspace."""
        asked = request.query_params
        if asked.get("client_id") != self._app.client_id:
            return PlainTextResponse("invalid_client_id", status_code=400, headers=self._headers)
        page = _page(self._teams, asked, self._page_token)
        return Response(page, media_type="text/html; charset=utf-8", headers=self._headers)

    async def _allow(self, request: Request) -> Response:
        """Send the browser back to the app, with a code, or with the refusal."""
        asked = request.query_params
        if not secrets.compare_digest(asked.get("token", "").encode(), self._page_token.encode()):
            return PlainTextResponse("page_token", status_code=403, headers=self._headers)
        state = asked.get("state", "")
        try:
            said = {"code": self.agree(asked["team"])} if "team" in asked else {"error": "access_denied"}
        except SlackError as error:
            return PlainTextResponse(error.code, status_code=404, headers=self._headers)
        return RedirectResponse(f"{self._app.redirect_url}?{urlencode(said | {'state': state})}", 302)

    def agree(self, team: str) -> str:
        """Return a code by which the app is installed in a workspace."""
        code = secrets.token_urlsafe(18)
        self._codes[code] = self._teams.named(team)
        return code

    async def _access(self, request: Request) -> Response:
        """Exchange a code for a bot token."""
        try:
            return JSONResponse({"ok": True, **self._exchange(request, await arguments(request))})
        except SlackError as error:
            return JSONResponse(refusal(error))

    def _exchange(self, request: Request, args: Json) -> Json:
        id_, secret = _credentials(request, args)
        if id_ != self._app.client_id:
            raise SlackError("invalid_client_id")
        if not secrets.compare_digest(secret.encode(), self._app.client_secret.encode()):
            raise SlackError("bad_client_secret")
        live = self._codes.pop(str(args.get("code")), None)
        if live is None:
            raise SlackError("invalid_code")
        spec = live.workspace.spec
        return {
            "access_token": self._teams.install(live),
            "token_type": "bot",
            "scope": ",".join(spec.manifest.scopes if spec.manifest else ()),
            "bot_user_id": spec.bot.user_id,
            "app_id": spec.bot.app_id,
            "team": {"id": spec.team_id, "name": spec.team_name},
            "enterprise": None,
            "authed_user": {"id": spec.people[0].id},
            "is_enterprise_install": False,
        }


def _credentials(request: Request, args: Json) -> tuple[str, str]:
    """Return the client id and secret of a call, which stand in its header or among its arguments."""
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return str(args.get("client_id", "")), str(args.get("client_secret", ""))
    try:
        id_, _, secret = base64.b64decode(given).decode().partition(":")
    except ValueError:
        return "", ""
    return id_, secret


def _page(teams: Teams, asked: Mapping[str, str], token: str) -> str:
    """Return the page that asks in which workspace the app may be installed, in both languages."""
    name = html.escape(teams.first.workspace.spec.bot.name)
    scopes = html.escape(", ".join(asked.get("scope", "").split(",")))
    back = {"state": asked.get("state", ""), "token": token}
    links = [
        ({"team": live.workspace.spec.team_id}, _ALLOW, live.workspace.spec.team_name) for live in teams.lives
    ]
    links.append(({}, _REFUSE, ""))
    parts = []
    for lang in ("en", "cy"):
        items = "".join(
            f'<li><a href="{AUTHORIZE}/allow?{html.escape(urlencode(chosen | back))}">'
            f"{html.escape(f'{getattr(said, lang)} {team}'.strip())}</a></li>"
            for chosen, said, team in links
        )
        asks = f"<p><b>{name}</b> {getattr(_ASKS, lang)}: {scopes}</p>"
        parts.append(f'<section lang="{lang}">{asks}<ul>{items}</ul></section>')
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{name}</title>'
        '<link rel="icon" href="/static/icon.svg" type="image/svg+xml">'
        f"<main><h1>{name}</h1>{''.join(parts)}</main></html>"
    )
