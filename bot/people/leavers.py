"""Users who are no people of this workspace, such as leavers and guests (see `presence`): their roles end.

Slack is asked about few users at a time, and never before an acknowledgement.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from slack_sdk import WebClient
from sqlalchemy.orm import Session

from bot.people import permissions
from bot.people.addresses import workspace_of
from bot.people.granting import Grantor, end_all
from bot.people.permissions import is_group
from bot.people.presence import UNKNOWN_USER, Presence
from bot.slack_errors import SLACK_TROUBLE, reason_of
from provisioning.clock import Clock, system_time, today
from provisioning.store.database import Database

log = logging.getLogger(__name__)

_CHECKED = timedelta(days=1)
"""How long after a check a user with roles is not checked again."""
_USERS_AT_ONCE = 20
"""Users checked in a minute: far below Slack's limit, which is about a hundred."""


Revoked = Callable[[Session, str, datetime], None]
"""What follows in the transaction in which a user's roles end, at a moment of the clock in use."""


class Leavers:
    """Ends the roles of users who are no people of this workspace.

    That happens when Slack says so, when such a user asks, and by a daily check, also of the members of user
    groups. `revoked` is called in the transaction in which roles end. `moment` gives the system's time,
    `clock` that of the records.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        moment: Callable[[], datetime] = system_time,
        *,
        presence: Presence | None = None,
        revoked: Revoked = lambda _session, _user, _at: None,
    ) -> None:
        self._database, self._clock, self._moment = database, clock, moment
        self._presence, self._revoked = presence or Presence(database, moment), revoked
        self._checked_at: dict[str, datetime] = {}

    def changed(self, client: WebClient, user: Mapping[str, Any]) -> None:
        """Note what Slack's object of a `user` says, and end the roles of an outsider."""
        outsider = self._presence.is_outsider(client, user)
        self._presence.note(str(user["id"]), outsider=outsider)
        if outsider:
            self.end_roles(str(user["id"]))

    def end_roles(self, user: str) -> None:
        """End every role of `user`; without any, only what was told to a member of a user group follows."""
        with self._database.reading() as session:
            own = any(grant.user == user for grant in permissions.every(session))
            if not own and user not in permissions.members(session):
                return
        by = Grantor("slack", "slack", self._clock.now())
        with self._database.writing() as session:
            ended = end_all(session, user, by)
            self._revoked(session, user, by.at)
            left = permissions.operators(session, today(self._clock), workspace_of(user))
        log.info("%d roles of a user who is no person of this workspace have ended", len(ended))
        if not left:
            log.error("no user is left who may give roles: `hwb grants add` can")

    def check(self, client: WebClient) -> None:
        """Ask Slack about users with roles who were not checked for a day, a few in each call."""
        now = self._moment()
        silent, asked = set[str](), 0
        for user in self._due(now):
            if workspace_of(user) in silent:
                continue  # it holds up none of the others
            if asked == _USERS_AT_ONCE:
                break
            asked += 1
            outsider = self._outsider(client, user)
            if outsider is None:
                silent.add(workspace_of(user))
                continue
            self._checked_at[user] = now
            if outsider:
                self.end_roles(user)

    def _due(self, now: datetime) -> list[str]:
        with self._database.reading() as session:
            grants, members = permissions.every(session), permissions.members(session)
        own = [grant.user for grant in grants if not is_group(grant.user)]
        users = dict.fromkeys([*own, *sorted(members)])
        long_ago = now - _CHECKED
        return [user for user in users if self._checked_at.get(user, long_ago) <= long_ago]

    def _outsider(self, client: WebClient, user: str) -> bool | None:
        """Return whether `user` is no person of this workspace; None where Slack does not say."""
        try:
            return self._presence.is_outsider(client, self._presence.user(client, user))
        except SLACK_TROUBLE as error:
            if reason_of(error) in UNKNOWN_USER:
                return True
            log.warning("it is not known whether users with roles are still in Slack: %s", reason_of(error))
            return None
