"""Who is a person of this workspace: the bot has nothing to say to others, and they have no roles.

A user who has been deactivated, is a guest or a bot, or comes from another workspace by Slack Connect is not
such a person. What Slack says of a user is noted in the store, so that it holds wherever grants are read.
"""

import logging
import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from slack_sdk import WebClient

from bot.people.addresses import SlackAddress, workspace_of
from bot.people.tables import OutsiderRow
from bot.slack_errors import SLACK_TROUBLE, code_of, reason_of
from provisioning.clock import system_time
from provisioning.store.database import Database

log = logging.getLogger(__name__)
_NOT_HERE = ("deleted", "is_restricted", "is_ultra_restricted", "is_stranger", "is_bot", "is_workflow_bot")
"""The fields of Slack's object of a user (https://docs.slack.dev/reference/objects/user-object) that tell."""
_SLACKBOT = "USLACKBOT"
"""The user that is Slack's own bot, whose object does not say so."""
UNKNOWN_USER = ("user_not_found", "users_not_found", "user_not_visible")
"""Slack's error codes for a user who does not exist in this workspace."""


def is_outsider(user: Mapping[str, Any], team: str | None) -> bool:
    """Return whether Slack's object of a `user` says that they are no person of the workspace `team`.

    In an organisation of several workspaces, a user's own may be another than `team`, which they are in too.
    Where `team` is None, it is not known, and no user is an outsider by their workspace.
    """
    if SlackAddress.of(str(user.get("id"))).id == _SLACKBOT or any(user.get(name) for name in _NOT_HERE):
        return True
    own = user.get("team_id")
    of_organisation = (user.get("enterprise_user") or {}).get("teams") or ()
    return bool(team and own and own != team and team not in of_organisation)


class Presence:
    """Asks Slack whether users are people of this workspace, and notes what it says.

    `moment` gives the system's time.
    """

    def __init__(self, database: Database, moment: Callable[[], datetime] = system_time) -> None:
        self._database, self._moment = database, moment
        self._team: str | None = None
        self._lock = threading.Lock()

    def team(self, client: WebClient, user: str) -> str | None:
        """Return the id of the workspace in which `user` acts; None where Slack does not say.

        Where there is one workspace, it is the bot's own.
        """
        if workspace := workspace_of(user):
            return workspace
        with self._lock:
            if self._team is None:
                try:
                    self._team = str(client.auth_test()["team_id"])
                except SLACK_TROUBLE as error:
                    log.warning("the bot's own workspace is not known: %s", reason_of(error))
            return self._team

    def team_at_once(self, user: str) -> str | None:
        """Return the id of the workspace in which `user` acts, if it is known, without a call to Slack."""
        return workspace_of(user) or self._team

    def user(self, client: WebClient, user: str) -> Mapping[str, Any]:
        """Return Slack's object of a `user`, and note whether they are here.

        Raises the errors of `SLACK_TROUBLE`; a user whom Slack does not know is noted as an outsider before.
        """
        try:
            found: Mapping[str, Any] = client.users_info(user=user, include_locale=True)["user"]
        except SLACK_TROUBLE as error:
            if code_of(error) in UNKNOWN_USER:
                self.note(user, outsider=True)
            raise
        self.note(user, outsider=self.is_outsider(client, found))
        return found

    def is_outsider(self, client: WebClient, user: Mapping[str, Any]) -> bool:
        """Return whether Slack's object of a `user` says that they are no person of this workspace."""
        return is_outsider(user, self.team(client, str(user.get("id"))))

    def note(self, user: str, *, outsider: bool) -> None:
        """Note whether `user` is an outsider; what is noted already is not written again."""
        with self._database.reading() as session:
            if (session.get(OutsiderRow, user) is not None) is outsider:
                return
        with self._database.writing() as session:
            row = session.get(OutsiderRow, user)
            if row is not None and not outsider:
                session.delete(row)
            elif row is None and outsider:
                session.add(OutsiderRow(user=user, since=self._moment()))


def is_from_elsewhere(body: Mapping[str, Any], team: str | None) -> bool:
    """Return whether the `body` of a request says that its user is of another workspace than `team`.

    A button or a command carries its user's workspace, an event that of its writer. A user of a shared
    channel is told by that before Slack is asked about them. In an organisation of several workspaces only
    Slack can tell.
    """
    user, event = body.get("user"), body.get("event")
    said = [user.get("team_id")] if isinstance(user, Mapping) else []
    if "command" in body:
        said.append(body.get("team_id"))
    if isinstance(event, Mapping):
        said += [event.get("user_team"), event.get("source_team")]
    organisation = body.get("is_enterprise_install") in (True, "true") or any(
        body.get(name) for name in ("enterprise", "enterprise_id")
    )
    return bool(team) and not organisation and any(of and of != team for of in said)
