"""Members of Slack's user groups: asked of Slack, and kept for when it fails.

Nothing here is asked before an acknowledgement. What Slack said counts for a day at most by the system's
time, not by the bot's clock: a clock that stands still must not prolong a membership.
"""

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from slack_sdk import WebClient
from sqlalchemy import ColumnElement, and_, bindparam, exists, or_, select

from bot.people.addresses import begins_with, in_workspace, workspace_of
from bot.people.tables import GrantRow, UserGroupRow
from bot.slack_errors import SLACK_TROUBLE, reason_of
from provisioning.clock import system_time
from provisioning.store.database import Database
from provisioning.store.upserts import put

log = logging.getLogger(__name__)

_FRESH = timedelta(minutes=10)
"""How long after an answer Slack is not asked about a user group again."""
_VALID = timedelta(days=1)
"""How long an answer counts while Slack gives no other."""
_RETRY = timedelta(minutes=1)
"""How long after a failed question Slack is not asked again, however many users come meanwhile."""
_ASKED_BEFORE = "asked_before"


def any_due(workspace: str | None) -> ColumnElement[bool]:
    """Return the condition that Slack is to be asked about a user group, or one to be forgotten.

    It is asked with the values of `due_at`. That is a group of `workspace`, which is blank where there is
    one; of any workspace, where it is None.
    Groups with roles are found in the index of users: their ids begin with S, those of users with U or W.
    """
    is_group = begins_with(GrantRow.user, "S")
    if workspace is not None:
        before = f"{workspace}/" if workspace else ""
        is_group = and_(GrantRow.user >= f"{before}S", GrantRow.user < f"{before}T")
    with_roles = select(GrantRow.user).where(is_group)
    known = select(UserGroupRow.id).where(UserGroupRow.id == GrantRow.user).exists()
    long_ago = UserGroupRow.asked_at <= bindparam(_ASKED_BEFORE)
    over = ~select(GrantRow.id).where(GrantRow.user == UserGroupRow.id).exists()
    old = select(UserGroupRow.id).where(or_(long_ago, over))
    if workspace:
        old = old.where(in_workspace(UserGroupRow.id, workspace))
    return or_(with_roles.where(~known).exists(), old.exists())


def due_at(moment: datetime) -> dict[str, datetime]:
    """Return the values with which the condition `any_due` is asked at `moment`."""
    return {_ASKED_BEFORE: moment - _FRESH}


class UserGroups:
    """The members of the user groups that have roles; `moment` gives the system's time."""

    def __init__(self, database: Database, moment: Callable[[], datetime] = system_time) -> None:
        self._database, self.moment = database, moment
        self._tried: dict[str, datetime] = {}
        self._lock = threading.Lock()

    def refresh(self, client: WebClient, user: str | None = None) -> None:
        """Ask Slack for the members of the groups that it was not asked about in the last ten minutes.

        With a `user`, of the groups of their workspace alone.
        """
        now, workspace = self.moment(), None if user is None else workspace_of(user)
        with self._database.asking() as session:
            if not session.scalar(select(any_due(workspace)), due_at(now)):
                return
        with self._database.reading() as session:
            known = {row.id: row.asked_at for row in session.scalars(select(UserGroupRow))}
            groups = set(session.scalars(select(GrantRow.user).where(begins_with(GrantRow.user, "S"))))
        for group in sorted(groups | set(known)):
            if workspace is not None and workspace_of(group) != workspace:
                continue
            asked_at = known.get(group)
            if group not in groups:
                self._forget(group)
            elif (asked_at is None or now - asked_at >= _FRESH) and self._is_to_try(group, now):
                self._ask(client, group, asked_at, now)

    def changed(self, client: WebClient, group: str) -> None:
        """Ask Slack at once for the members of `group`, of which it has said that they have changed.

        A group without a role is not asked about.
        """
        with self._database.reading() as session:
            if not session.scalar(select(exists().where(GrantRow.user == group))):
                return
            known = session.get(UserGroupRow, group)
            asked_at = known.asked_at if known else None
        self._ask(client, group, asked_at, self.moment())

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
        except SLACK_TROUBLE as error:
            log.warning("the members of user group %s are not known: %s", group, reason_of(error))
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
