"""Slack users' profiles: their language and name, and whether they are people of this workspace."""

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from slack_bolt import Ack
from slack_sdk import WebClient

from bot.people import permissions, preferences
from bot.people.presence import UNKNOWN_USER, Presence
from bot.slack_errors import SLACK_TROUBLE, code_of
from knowledge.texts import Language
from knowledge.visible import one_line
from provisioning.store.database import Database

_KEPT_SECONDS = 600.0
_NAMES_SECONDS = 2.0
"""How long Slack is asked for names: an answer to a menu has three seconds."""


@dataclass(frozen=True)
class _Profile:
    """What Slack said, and when by a monotonic clock, in seconds."""

    at: float
    language: Language
    outsider: bool
    name: str = ""


_UNKNOWN = _Profile(0.0, "en", outsider=False)


class Profiles:
    """Slack users' profiles, each kept for ten minutes, so that most answers need no call to Slack."""

    def __init__(
        self,
        database: Database,
        presence: Presence | None = None,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database, self._seconds = database, seconds
        self.presence = presence or Presence(database)
        self._profiles: dict[str, _Profile] = {}
        self._lock = threading.Lock()

    def language(self, client: WebClient, user: str) -> Language:
        """Return the language of answers to `user`: their choice, else Slack's, else English."""
        return self._chosen(user) or self.language_in_slack(client, user)

    def language_in_slack(self, client: WebClient, user: str) -> Language:
        """Return the language of a user's profile in Slack; English where Slack does not say."""
        return self._profile(client, user).language

    def language_at_once(self, user: str) -> Language:
        """Return the language without a call to Slack, for acknowledgements, which have three seconds."""
        return self._chosen(user) or self._known(user).language

    def is_outsider(self, client: WebClient, user: str) -> bool:
        """Return whether `user` is no person of this workspace (see `presence`).

        Where Slack does not say, what it said before holds; of a user who was never asked about, False.
        """
        return self._profile(client, user).outsider

    def is_outsider_at_once(self, user: str) -> bool:
        """Return whether `user` is known as an outsider, without a call to Slack."""
        return self._known(user).outsider or self._noted(user).outsider

    def names(self, client: WebClient, users: Iterable[str]) -> dict[str, str]:
        """Return the names of `users` in Slack; those that Slack does not tell in time are left out."""
        began, found = self._seconds(), {}
        for user in users:
            profile = self._known(user)
            if self._seconds() - began < _NAMES_SECONDS:
                profile = self._profile(client, user)
            if profile.name and not profile.outsider:
                found[user] = profile.name
        return found

    def forget(self, ack: Ack, event: dict[str, Any]) -> None:
        """Acknowledge the event of a changed profile, and drop that profile from the cache."""
        ack()
        with self._lock:
            self._profiles.pop(event["user"]["id"], None)

    def _chosen(self, user: str) -> Language | None:
        with self._database.reading() as session:
            return preferences.chosen_language(session, user)

    def _known(self, user: str) -> _Profile:
        with self._lock:
            return self._profiles.get(user, _UNKNOWN)

    def _noted(self, user: str) -> _Profile:
        """Return the profile of a `user` of whom Slack does not speak: what was noted of them holds."""
        with self._database.reading() as session:
            return replace(_UNKNOWN, outsider=not permissions.is_here(session, user))

    def _profile(self, client: WebClient, user: str) -> _Profile:
        now = self._seconds()
        with self._lock:
            kept = self._profiles.get(user)
        if kept is not None and now - kept.at < _KEPT_SECONDS:
            return kept
        try:
            found = self.presence.user(client, user)
        except SLACK_TROUBLE as error:
            if code_of(error) in UNKNOWN_USER:
                return self._keep(user, _Profile(now, "en", outsider=True))
            return kept or self._noted(user)
        language: Language = "cy" if str(found.get("locale", "")).startswith("cy") else "en"
        outsider = self.presence.is_outsider(client, found)
        return self._keep(user, _Profile(now, language, outsider, _name(found)))

    def _keep(self, user: str, profile: _Profile) -> _Profile:
        with self._lock:
            self._profiles[user] = profile
        return profile


def _name(user: Mapping[str, Any]) -> str:
    """Return the name of a `user`, as Slack's object of them says: their full name, else what is shown."""
    profile = user.get("profile") or {}
    said = (profile.get("real_name"), user.get("real_name"), profile.get("display_name"), user.get("name"))
    return next((one_line(str(name)) for name in said if name), "")
