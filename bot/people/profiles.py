"""What Slack says of a person: their language, and whether they have left or are only a guest."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from slack_bolt import Ack
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.people import preferences
from bot.people.user_groups import is_away
from knowledge.texts import Language
from provisioning.store.database import Database

_KEPT_SECONDS = 600.0


@dataclass(frozen=True)
class _Profile:
    """What Slack said, and when by a clock that only counts."""

    at: float
    language: Language
    away: bool


_UNKNOWN = _Profile(0.0, "en", away=False)


class Profiles:
    """Remembers what Slack says of each user for ten minutes, so that most answers need no question to it."""

    def __init__(self, database: Database, seconds: Callable[[], float] = time.monotonic) -> None:
        self._database, self._seconds = database, seconds
        self._profiles: dict[str, _Profile] = {}
        self._lock = threading.Lock()

    def language(self, client: WebClient, user: str) -> Language:
        """The language to answer a user in: their own choice, else Slack's; English where nobody can tell."""
        return self._chosen(user) or self._profile(client, user).language

    def language_at_once(self, user: str) -> Language:
        """The same without a question to Slack, for what has to be acknowledged within seconds."""
        return self._chosen(user) or self._known(user).language

    def away(self, client: WebClient, user: str) -> bool:
        """Whether somebody has left Slack, or is only a guest there; not where nobody can tell."""
        return self._profile(client, user).away

    def away_at_once(self, user: str) -> bool:
        """The same without a question to Slack."""
        return self._known(user).away

    def heard(self, ack: Ack, event: dict[str, Any]) -> None:
        """Listen to a profile's being changed, perhaps in its language: Slack is asked again next time."""
        ack()
        with self._lock:
            self._profiles.pop(event["user"]["id"], None)

    def _chosen(self, user: str) -> Language | None:
        with self._database.reading() as session:
            return preferences.chosen_language(session, user)

    def _known(self, user: str) -> _Profile:
        with self._lock:
            return self._profiles.get(user, _UNKNOWN)

    def _profile(self, client: WebClient, user: str) -> _Profile:
        now = self._seconds()
        with self._lock:
            kept = self._profiles.get(user)
        if kept is not None and now - kept.at < _KEPT_SECONDS:
            return kept
        try:
            found = client.users_info(user=user, include_locale=True)["user"]
        except (SlackApiError, OSError):
            return kept or _UNKNOWN
        language: Language = "cy" if str(found.get("locale", "")).startswith("cy") else "en"
        profile = _Profile(now, language, is_away(found))
        with self._lock:
            self._profiles[user] = profile
        return profile
