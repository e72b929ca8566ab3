"""Members of Slack's user groups, and users who have left Slack: asked of Slack, and kept for when it fails.

Nothing here is asked before an acknowledgement. What Slack said counts for a day at most by the system's
time, not by the bot's clock: a clock that stands still must not prolong a membership.
"""

import logging
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from sqlalchemy import select

from bot.people import permissions
from bot.people.granting import Grantor, end_all
from bot.people.permissions import is_group
from bot.people.tables import GrantRow, UserGroupRow
from provisioning.clock import Clock, today
from provisioning.store.database import Database
from provisioning.store.upserts import put

log = logging.getLogger(__name__)

_FRESH = timedelta(minutes=10)
"""How long after an answer Slack is not asked about a user group again."""
_VALID = timedelta(days=1)
"""How long an answer counts while Slack gives no other."""
_RETRY = timedelta(minutes=1)
"""How long after a failed question Slack is not asked again, however many users come meanwhile."""
_CHECKED = timedelta(days=1)
"""How long after a check a user with roles is not checked again."""
_USERS_AT_ONCE = 20
"""Users checked in a minute: far below Slack's limit, which is about a hundred."""


def is_outsider(user: Mapping[str, Any]) -> bool:
    """Return whether Slack's object of a `user` says that they have left, or are only a guest."""
    return any(user.get(name) for name in ("deleted", "is_restricted", "is_ultra_restricted"))


class UserGroups:
    """The members of the user groups that have roles; `moment` gives the system's time."""

    def __init__(
        self, database: Database, moment: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._database, self._moment = database, moment
        self._tried: dict[str, datetime] = {}
        self._lock = threading.Lock()

    def refresh(self, client: WebClient) -> None:
        """Ask Slack for the members of the groups that it was not asked about in the last ten minutes."""
        now = self._moment()
        with self._database.reading() as session:
            known = {row.id: row.asked_at for row in session.scalars(select(UserGroupRow))}
            groups = set(session.scalars(select(GrantRow.user).where(GrantRow.user.startswith("S"))))
        for group in sorted(groups | set(known)):
            asked_at = known.get(group)
            if group not in groups:
                self._forget(group)
            elif (asked_at is None or now - asked_at >= _FRESH) and self._is_to_try(group, now):
                self._ask(client, group, asked_at, now)

    def _is_to_try(self, group: str, now: datetime) -> bool:
        with self._lock:
            tried = self._tried.get(group)
            if tried is not None and now - tried < _RETRY:
                return False
            self._tried[group] = now
            return True

    def _ask(self, client: WebClient, group: str, asked_at: datetime | None, now: datetime) -> None:
        try:
            members = list(client.usergroups_users_list(usergroup=group)["users"])
        except (SlackApiError, OSError) as error:
            log.warning("the members of user group %s are not known: %s", group, _why(error))
            if asked_at is not None and now - asked_at >= _VALID:
                self._forget(group)
            return
        with self._database.writing() as session:
            put(session, UserGroupRow, [{"id": group, "members": members, "asked_at": now}])

    def _forget(self, group: str) -> None:
        """Delete the members of `group`, so that its roles are in force for no user."""
        with self._database.writing() as session:
            row = session.get(UserGroupRow, group)
            if row is not None:
                session.delete(row)


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
            try:
                found = client.users_info(user=user)["user"]
            except SlackApiError as error:
                if _why(error) not in ("user_not_found", "users_not_found"):
                    log.warning(
                        "it is not known whether users with roles are still in Slack: %s", _why(error)
                    )
                    return
                found = {"deleted": True}
            except OSError as error:
                log.warning("it is not known whether users with roles are still in Slack: %s", _why(error))
                return
            self._checked_at[user] = now
            if is_outsider(found):
                self.end_roles(user)

    def _due(self, now: datetime) -> list[str]:
        with self._database.reading() as session:
            grants = permissions.every(session)
        users = dict.fromkeys(grant.user for grant in grants if not is_group(grant.user))
        long_ago = now - _CHECKED
        return [user for user in users if self._checked_at.get(user, long_ago) <= long_ago][:_USERS_AT_ONCE]


def _why(error: SlackApiError | OSError) -> str:
    return str(error.response["error"]) if isinstance(error, SlackApiError) else type(error).__name__
