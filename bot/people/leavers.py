"""Users who have left Slack, or are only guests there: their roles end.

Slack is asked about few users at a time, and never before an acknowledgement.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.people import permissions
from bot.people.granting import Grantor, end_all
from bot.people.permissions import is_group
from bot.people.user_groups import reason_of
from provisioning.clock import Clock, today
from provisioning.store.database import Database

log = logging.getLogger(__name__)

_UNKNOWN_USER = ("user_not_found", "users_not_found")
_CHECKED = timedelta(days=1)
"""How long after a check a user with roles is not checked again."""
_USERS_AT_ONCE = 20
"""Users checked in a minute: far below Slack's limit, which is about a hundred."""


def is_outsider(user: Mapping[str, Any]) -> bool:
    """Return whether Slack's object of a `user` says that they have left, or are only a guest."""
    return any(user.get(name) for name in ("deleted", "is_restricted", "is_ultra_restricted"))


class Leavers:
    """Ends the roles of users who have left Slack or are only guests there.

    That happens when Slack says so, when such a user asks, and by a daily check. `moment` gives the system's
    time, `clock` that of the records.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        moment: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._database, self._clock, self._moment = database, clock, moment
        self._checked_at: dict[str, datetime] = {}

    def end_roles(self, user: str) -> None:
        """End every role of `user`; does nothing if there is none."""
        with self._database.reading() as session:
            if not any(grant.user == user for grant in permissions.every(session)):
                return
        by = Grantor("slack", "slack", self._clock.now())
        with self._database.writing() as session:
            ended = end_all(session, user, by)
            left = permissions.operators(session, today(self._clock))
        log.info("%d roles of a user who has left Slack have ended", len(ended))
        if not left:
            log.error("no user is left who may give roles: `hwb grants add` can")

    def check(self, client: WebClient) -> None:
        """Ask Slack about users with roles who were not checked for a day, a few in each call."""
        now = self._moment()
        for user in self._due(now):
            outsider = _outsider(client, user)
            if outsider is None:
                return
            self._checked_at[user] = now
            if outsider:
                self.end_roles(user)

    def _due(self, now: datetime) -> list[str]:
        with self._database.reading() as session:
            grants = permissions.every(session)
        users = dict.fromkeys(grant.user for grant in grants if not is_group(grant.user))
        long_ago = now - _CHECKED
        return [user for user in users if self._checked_at.get(user, long_ago) <= long_ago][:_USERS_AT_ONCE]


def _outsider(client: WebClient, user: str) -> bool | None:
    """Return whether `user` has left Slack or is only a guest there; None where Slack does not say."""
    try:
        return is_outsider(client.users_info(user=user)["user"])
    except (SlackApiError, OSError) as error:
        if reason_of(error) in _UNKNOWN_USER:
            return True
        log.warning("it is not known whether users with roles are still in Slack: %s", reason_of(error))
        return None
