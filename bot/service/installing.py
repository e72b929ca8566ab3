"""The pages at which a workspace installs the app (OAuth), for the application of `hwb serve --http`.

`/slack/install` sends the browser to Slack with a state, which is good once, for ten minutes and in that
browser alone; `/slack/oauth_redirect` is where Slack sends it back. A workspace that has installed the app
serves no authority until the operator says so (`hwb workspaces serve`).
"""

import html
import logging
import re
from collections.abc import Sequence
from http.client import HTTPException
from urllib.parse import urljoin

import yaml
from slack_bolt import BoltResponse
from slack_bolt.adapter.starlette.handler import to_bolt_request, to_starlette_response
from slack_bolt.oauth import OAuthFlow
from slack_bolt.oauth.callback_options import CallbackOptions, FailureArgs, SuccessArgs
from slack_bolt.oauth.oauth_settings import OAuthSettings
from slack_sdk.errors import SlackClientError
from slack_sdk.oauth.state_store.sqlalchemy import SQLAlchemyOAuthStateStore
from sqlalchemy import delete
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.services import Services
from bot.slack.client import LimitedClient
from bot.slack.installations import Installations
from bot.slack.manifest import MANIFEST
from bot.slack.tables import STATES
from provisioning.clock import system_time

log = logging.getLogger(__name__)
INSTALL, REDIRECT = "/slack/install", "/slack/oauth_redirect"
_STATE_SECONDS = 600
_CODE = re.compile(r"[a-z_]{1,40}")


class _States(SQLAlchemyOAuthStateStore):
    """slack_sdk's store of states, which forgets those that are over."""

    def issue(self, *_args: object, **_options: object) -> str:
        """Return a new state."""
        with self.engine.begin() as connection:
            connection.execute(delete(STATES).where(STATES.c.expire_at < system_time().replace(tzinfo=None)))
        return super().issue()


def install_routes(services: Services, installations: Installations) -> list[Route]:
    """Return the routes of the two pages."""
    flow = _flow(services, installations)

    def install(request: Request) -> Response:
        return to_starlette_response(flow.handle_installation(to_bolt_request(request, b"")))

    def redirect(request: Request) -> Response:
        asked = to_bolt_request(request, b"")
        try:
            answer = flow.handle_callback(asked)
        except (SlackClientError, OSError, HTTPException, ValueError) as error:
            log.warning("an installation was not completed: %s", type(error).__name__)
            answer = _page(services, "several.not-done", 502, why="slack_unreachable")
        installations.forget()
        return to_starlette_response(answer)

    return [Route(INSTALL, install, methods=["GET"]), Route(REDIRECT, redirect, methods=["GET"])]


def _flow(services: Services, installations: Installations) -> OAuthFlow:
    secret = services.settings.slack_client_secret

    def done(args: SuccessArgs) -> BoltResponse:
        installed = args.installation
        log.info("the app was installed in a workspace or organisation")
        named = installed.team_name or installed.enterprise_name or installed.team_id or ""
        return _page(services, "several.installed", 200, workspace=named)

    def failed(args: FailureArgs) -> BoltResponse:
        why = args.reason if _CODE.fullmatch(args.reason) else "unknown"
        log.warning("an installation was not completed: %s", why)
        return _page(services, "several.not-done", args.suggested_status_code, why=why)

    quiet = logging.getLogger(f"{__name__}.flow")
    quiet.disabled = True  # it would log what Slack gave for the installation, and its own words
    engine = services.database.engine.execution_options(hwb_writes=True)
    return OAuthFlow(
        client=LimitedClient(base_url=services.settings.slack_api_url, retry_handlers=[]),
        logger=quiet,
        settings=OAuthSettings(
            client_id=installations.client_id,
            client_secret=secret.get_secret_value() if secret else "",
            scopes=_scopes(),
            authorization_url=authorize_url(services.settings.slack_api_url),
            install_path=INSTALL,
            redirect_uri_path=REDIRECT,
            install_page_rendering_enabled=False,
            installation_store=installations.store,
            state_store=_States(_STATE_SECONDS, engine, quiet),
            state_expiration_seconds=_STATE_SECONDS,
            callback_options=CallbackOptions(success=done, failure=failed),
            logger=quiet,
        ),
    )


def authorize_url(api_url: str) -> str:
    """Return the address at which Slack asks an administrator, of the Slack whose Web API is at `api_url`.

    >>> authorize_url("https://slack.com/api/")
    'https://slack.com/oauth/v2/authorize'
    """
    return urljoin(api_url, "../oauth/v2/authorize")


def _scopes() -> list[str]:
    """Return what the bot may do in a workspace, as the manifest says."""
    manifest = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))
    return list(manifest["oauth_config"]["scopes"]["bot"])


def _page(services: Services, key: str, status: int, **values: str) -> BoltResponse:
    """Return a page that says a text in both languages, for the language of its reader is not known."""
    said = {lang: services.catalogue.say(key, lang, **values) for lang in ("en", "cy")}
    words = "".join(f'<p lang="{lang}">{html.escape(text)}</p>' for lang, text in said.items())
    page = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Hwb</title>{words}</html>'
    headers: dict[str, str | Sequence[str]] = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": "default-src 'none'",
        "Cache-Control": "no-store",
    }
    return BoltResponse(status=status, body=page, headers=headers)
