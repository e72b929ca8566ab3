"""In which language somebody is spoken to: their own choice, otherwise Slack's locale for them."""

import threading
import time
from collections.abc import Callable
from typing import Any

from slack_bolt import Ack
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot import preferences
from knowledge.texts import Language
from provisioning.store.database import Database

_KEPT_SECONDS = 600.0
_UNKNOWN: tuple[float, Language] = (0.0, "en")


class People:
    """Remembers each user's Slack locale for ten minutes, so that most answers need no question to Slack."""

    def __init__(self, database: Database, seconds: Callable[[], float] = time.monotonic) -> None:
        self._database, self._seconds = database, seconds
        self._locales: dict[str, tuple[float, Language]] = {}
        self._lock = threading.Lock()

    def language(self, client: WebClient, user: str) -> Language:
        """The language to answer a user in; English where nobody can tell."""
        with self._database.reading() as session:
            chosen = preferences.chosen_language(session, user)
        return chosen or self._of_slack(client, user)

    def language_at_once(self, user: str) -> Language:
        """The same without a question to Slack, for what has to be acknowledged within seconds."""
        with self._database.reading() as session:
            chosen = preferences.chosen_language(session, user)
        with self._lock:
            return chosen or self._locales.get(user, _UNKNOWN)[1]

    def heard(self, ack: Ack, event: dict[str, Any]) -> None:
        """Listen to a profile's being changed, perhaps in its language: Slack is asked again next time."""
        ack()
        with self._lock:
            self._locales.pop(event["user"]["id"], None)

    def _of_slack(self, client: WebClient, user: str) -> Language:
        now = self._seconds()
        with self._lock:
            kept = self._locales.get(user)
        if kept is not None and now - kept[0] < _KEPT_SECONDS:
            return kept[1]
        try:
            found = client.users_info(user=user, include_locale=True)["user"]
        except (SlackApiError, OSError):
            return (kept or _UNKNOWN)[1]
        language: Language = "cy" if str(found.get("locale", "")).startswith("cy") else "en"
        with self._lock:
            self._locales[user] = (now, language)
        return language
