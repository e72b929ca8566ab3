"""The trial with two Slack workspaces: one installation of the bot, installed in both at its own pages."""

import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from html import unescape
from http.cookiejar import CookieJar, DefaultCookiePolicy
from urllib.parse import urljoin
from urllib.request import HTTPCookieProcessor, ProxyHandler, build_opener

from pydantic import SecretStr

from bot.people import permissions, workspaces
from bot.people.addresses import SlackAddress
from bot.people.permissions import Grant, Role
from bot.service.connected import connected_bot
from bot.service.http_line import HttpAddress
from bot.service.installing import INSTALL, REDIRECT
from bot.services import Services
from bot.settings import Settings
from bot.slack.installations import Installations
from bot.slack.workspace_client import EveryWorkspace
from bot.trial.county import NEIGHBOURS, County, Neighbour, Plant
from bot.trial.play import Play
from bot.trial.ports import free_port, start
from bot.trial.spec import spec_for
from bot.trial.suggestions import DESK_CHANNEL, of_a_neighbour
from bot.trial.words import Words
from provisioning.clock import MovableClock
from slack_workspace import (
    Control,
    Credentials,
    WorkspaceServer,
    WorkspaceSpec,
    WorkspaceText,
)
from slack_workspace.server import HOST

_CLIENT_ID = "660661.2026"
_LINK = re.compile(r'href="([^"]+)"')


def settings_of_two(settings: Settings, port: int) -> Settings:
    """Return the `settings` of an installation with several workspaces, whose Slack is at a port."""
    return settings.model_copy(
        update={
            "slack_client_id": _CLIENT_ID,
            "slack_client_secret": SecretStr(secrets.token_hex(16)),
            "slack_signing_secret": SecretStr(secrets.token_hex(16)),
            "slack_api_url": f"http://{HOST}:{port}/api/",
            "desk_channel": None,  # the bot is in no channel before it is installed
            "operators_channel": None,
        }
    )


class Installer:
    """Installs the bot, which is at `address`, in workspaces and takes it away; `bind` gives their server."""

    def __init__(self, services: Services, address: HttpAddress) -> None:
        self._services, self._address = services, address
        self._server: WorkspaceServer | None = None
        self.installations = Installations(services.database, services.settings)

    def bind(self, server: WorkspaceServer) -> None:
        """Act in the workspaces of `server` from now on."""
        self._server = server

    def install(self, place: Neighbour) -> None:
        """Install the bot, let it serve the authority, and give roles."""
        self.add(place)
        self.give_roles(place)

    def add(self, place: Neighbour) -> None:
        """Install the bot at its page, as an administrator's browser does."""
        cookies = CookieJar(DefaultCookiePolicy(secure_protocols=("http",)))  # as browsers hold this machine
        browser = build_opener(ProxyHandler({}), HTTPCookieProcessor(cookies))
        with browser.open(urljoin(self._address.url, INSTALL)) as asked:
            links = [urljoin(asked.url, unescape(link)) for link in _LINK.findall(asked.read().decode())]
        with browser.open(next(link for link in links if f"team={place.team}" in link)):
            self.installations.forget()

    def give_roles(self, place: Neighbour) -> None:
        """Let the workspace serve its authority, and give its people their roles, as the operator does."""
        given = [
            Grant(SlackAddress(grant.user, place.team).key, Role(grant.role), grant.scope)
            for grant in place.grants
        ]
        with self._services.database.writing() as session:
            workspaces.serve(session, place.team, [place.authority])
            permissions.add(session, given, self._services.clock.now())

    def remove(self, place: Neighbour) -> None:
        """Take the bot away in a workspace, as its administrator can."""
        if self._server is not None:
            self._server.uninstall(place.team)
        self.installations.forget()

    def controls(self, place: Neighbour, words: Words) -> tuple[Control, ...]:
        """Return the controls that take the bot away in a workspace and install it again."""

        def control(name: str, act: Callable[[Neighbour], None]) -> Control:
            def run() -> WorkspaceText:
                act(place)
                return words.both(
                    f"trial.{name}-done", workspace=place.name, url=urljoin(self._address.url, INSTALL)
                )

            return Control(name, words.both(f"trial.{name}-label", workspace=place.name), run)

        return (control("uninstall", self.remove), control("install", self.install))


@contextmanager
def two_workspaces(
    services: Services, county: County, clock: MovableClock, play: Play, port: int
) -> Iterator[WorkspaceServer]:
    """Serve both workspaces at `port`, with the bot installed in them; raise `KnownError` if it is taken.

    `services` have the settings of `settings_of_two`.
    """
    settings = services.settings
    signing = _value(settings.slack_signing_secret)
    address = HttpAddress(HOST, free_port(), signing.encode())
    redirect = urljoin(address.url, REDIRECT)
    credentials = Credentials(_CLIENT_ID, _value(settings.slack_client_secret), redirect)
    installer = Installer(services, address)
    specs = [_spec(place, services, county, clock, play, installer) for place in NEIGHBOURS]
    server = WorkspaceServer(*specs, credentials=credentials)
    installer.bind(server)
    start(server, port)
    try:
        play.bind(EveryWorkspace(installer.installations, base_url=server.api_url))
        for place in NEIGHBOURS:  # before the bot starts, so that the first digests are for both
            installer.give_roles(place)
        with connected_bot(services, bot_token="", api_url=server.api_url, http=address):
            server.deliver_by_http(address.url, signing)
            for place in NEIGHBOURS:
                installer.add(place)
            yield server
    finally:
        server.stop()


def _value(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""


def _spec(
    place: Neighbour,
    services: Services,
    county: County,
    clock: MovableClock,
    play: Play,
    installer: Installer,
) -> WorkspaceSpec:
    """Return the workspace of a neighbour; the week ahead is of both, so its control is left out."""
    words = Words(services.catalogue, services.verbs)
    part = place.part_of(county)
    suggestions = of_a_neighbour(part, _elsewhere(place, county), words)
    whole = spec_for(
        part, services, clock, play, suggestions=suggestions, controls=installer.controls(place, words)
    )
    named = {suggestion.control for suggestion in suggestions}
    return replace(
        whole,
        team_id=place.team,
        team_name=place.name,
        team_domain=place.name.lower().replace(" ", ""),
        title=words.both("trial.two-title", workspace=place.name),
        intro=words.both("trial.two-intro"),
        channels=tuple(channel for channel in whole.channels if channel.id != DESK_CHANNEL),
        groups=tuple(group for group in whole.groups if any(g.user == group.id for g in place.grants)),
        suggestions=suggestions,
        controls=tuple(
            control
            for control in whole.controls
            if control.id in named or (control.header and control.id != "week-ahead")
        ),
    )


def _elsewhere(place: Neighbour, county: County) -> Plant:
    """Return a plant of the other workspace about a person."""
    return next(
        plant
        for other in NEIGHBOURS
        if other is not place
        for plant in other.part_of(county).plants
        if plant.identifier
    )
