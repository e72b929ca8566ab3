"""Who is in Slack's user groups, and who has left Slack: asked of Slack, and remembered for when it can't be.

Nothing here is asked before an acknowledgement. What is remembered counts for a day at most, by the time as
it is: a clock that stands still must not keep anybody in.
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
from bot.people.granting import By, leave
from bot.people.permissions import is_group
from bot.people.tables import GrantRow, UserGroupRow
from bot.services import Services
from provisioning.clock import today
from provisioning.store.database import Database
from provisioning.store.upserts import put

log = logging.getLogger(__name__)

_FRESH = timedelta(minutes=10)
_COUNTS = timedelta(days=1)
_AGAIN = timedelta(minutes=1)
"""When Slack is asked again that could not be asked: not by everybody who comes meanwhile."""
_LOOKED_AT = timedelta(days=1)
_AT_ONCE = 20
"""People looked at in a minute: far from what Slack allows, which is about a hundred."""


def is_away(user: Mapping[str, Any]) -> bool:
    """Whether Slack's own words about somebody say that they have left, or are only a guest."""
    return any(user.get(name) for name in ("deleted", "is_restricted", "is_ultra_restricted"))


class UserGroups:
    """The members of the user groups that have roles."""

    def __init__(
        self, database: Database, moment: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._database, self._moment = database, moment
        self._tried: dict[str, datetime] = {}
        self._lock = threading.Lock()

    def refresh(self, client: WebClient) -> None:
        """Ask Slack about the groups that nobody has asked about for ten minutes."""
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
            if tried is not None and now - tried < _AGAIN:
                return False
            self._tried[group] = now
            return True

    def _ask(self, client: WebClient, group: str, asked_at: datetime | None, now: datetime) -> None:
        try:
            members = list(client.usergroups_users_list(usergroup=group)["users"])
        except (SlackApiError, OSError) as error:
            log.warning("the members of user group %s are not known: %s", group, _why(error))
            if asked_at is not None and now - asked_at >= _COUNTS:
                self._forget(group)
            return
        with self._database.writing() as session:
            put(session, UserGroupRow, [{"id": group, "members": members, "asked_at": now}])

    def _forget(self, group: str) -> None:
        """From now on nobody is in it."""
        with self._database.writing() as session:
            row = session.get(UserGroupRow, group)
            if row is not None:
                session.delete(row)


class Leavers:
    """Whoever has left Slack loses every role: when Slack says so, when they come, and by a daily look."""

    def __init__(
        self, services: Services, moment: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._services, self._moment = services, moment
        self._looked_at: dict[str, datetime] = {}

    def left(self, user: str) -> None:
        """End every role of somebody who is away."""
        database = self._services.database
        with database.reading() as session:
            if not any(grant.user == user for grant in permissions.every(session)):
                return
        by = By("slack", "slack", self._services.clock.now())
        with database.writing() as session:
            ended = leave(session, user, by)
            left = permissions.operators(session, today(self._services.clock))
        log.info("%d roles of somebody who has left Slack have ended", len(ended))
        if not left:
            log.error("nobody is left who may give roles: `hwb grants add` can")

    def look(self, client: WebClient) -> None:
        """Ask Slack about some of those with roles whom nobody has looked at for a day."""
        now = self._moment()
        for user in self._due(now):
            try:
                found = client.users_info(user=user)["user"]
            except SlackApiError as error:
                if _why(error) not in ("user_not_found", "users_not_found"):
                    log.warning("it is not known whether everybody is still in Slack: %s", _why(error))
                    return
                found = {"deleted": True}
            except OSError as error:
                log.warning("it is not known whether everybody is still in Slack: %s", _why(error))
                return
            self._looked_at[user] = now
            if is_away(found):
                self.left(user)

    def _due(self, now: datetime) -> list[str]:
        with self._services.database.reading() as session:
            users = dict.fromkeys(one.user for one in permissions.every(session) if not is_group(one.user))
        long_ago = now - _LOOKED_AT
        return [one for one in users if self._looked_at.get(one, long_ago) <= long_ago][:_AT_ONCE]


def _why(error: SlackApiError | OSError) -> str:
    return str(error.response["error"]) if isinstance(error, SlackApiError) else type(error).__name__
