"""The app's installations in several workspaces and organisations: their tokens, kept by slack_sdk's store.

A token that rotates is renewed two hours before its end. What was read of the store counts for half a minute,
so that a request needs no look-up of its own.
"""

import logging
import threading
import time
from collections.abc import Callable

from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError, SlackTokenRotationError
from slack_sdk.oauth.installation_store import Bot
from slack_sdk.oauth.installation_store.sqlalchemy import SQLAlchemyInstallationStore
from slack_sdk.oauth.token_rotation import TokenRotator
from slack_sdk.web import SlackResponse
from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from bot.people import workspaces
from bot.settings import Settings
from bot.slack.client import LimitedClient
from bot.slack.tables import BOTS, INSTALLATIONS
from provisioning.store.database import Database

log = logging.getLogger(__name__)
_KEPT_SECONDS = 30.0
_MINUTES_BEFORE_END = 120


class NotInstalledError(SlackApiError):
    """The app is not installed in the workspace in which something was to be done; Slack was not asked."""

    def __init__(self) -> None:
        answer = SlackResponse(
            client=None,
            http_verb="POST",
            api_url="",
            req_args={},
            data={"ok": False, "error": "not_installed"},
            headers={},
            status_code=200,
        )
        super().__init__("not installed there", answer)  # type: ignore[no-untyped-call]


class Installations:
    """The installations of the app that `settings` name, in `database`.

    `seconds` is a clock that only goes on.
    """

    def __init__(
        self, database: Database, settings: Settings, seconds: Callable[[], float] = time.monotonic
    ) -> None:
        self._database, self._seconds = database, seconds
        self.client_id = settings.slack_client_id or ""
        secret = settings.slack_client_secret
        self._secret = secret.get_secret_value() if secret else ""
        self._api_url = settings.slack_api_url
        self._reads = SQLAlchemyInstallationStore(self.client_id, database.engine)
        self._writes = SQLAlchemyInstallationStore(
            self.client_id, database.engine.execution_options(hwb_writes=True)
        )
        self._kept: dict[tuple[str, str], tuple[float, Bot | None]] = {}
        self._rotating = threading.Lock()

    @property
    def store(self) -> SQLAlchemyInstallationStore:
        """The store, for a new installation."""
        return self._writes

    def bot(self, workspace: str, enterprise: str = "") -> Bot | None:
        """Return the installation in a `workspace`, else that of its organisation; None where there is none.

        `enterprise` is the organisation that a request names; without, the one by which the workspace is
        served.
        """
        now, name = self._seconds(), (workspace, enterprise)
        at, found = self._kept.get(name, (now - _KEPT_SECONDS, None))
        if now - at >= _KEPT_SECONDS:
            found = self._find(workspace, enterprise)
            if found is not None:  # what is not there may be installed at any moment
                self._kept[name] = (now, found)
        if found is not None and self._ends_soon(found):
            found = self._rotated(workspace, enterprise)
            self._kept[name] = (now, found)
        return found

    def authorize(self, enterprise_id: str | None, team_id: str | None) -> AuthorizeResult | None:
        """Return with which token a request is answered; None where the app is not installed there."""
        found = self.bot(team_id or "", enterprise_id or "")
        if found is None:
            return None
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_user_id=found.bot_user_id,
            bot_id=found.bot_id,
            bot_token=found.bot_token,
        )

    def remove(self, session: Session, workspace: str | None, enterprise: str | None) -> bool:
        """Delete the installation in a `workspace`; without one, that of a whole organisation.

        Returns whether there was one. What was read before counts until `forget`, after the transaction.
        """
        removed = 0
        for table in (BOTS, INSTALLATIONS):
            where = (
                table.c.team_id == workspace
                if workspace
                else (table.c.enterprise_id == enterprise) & table.c.team_id.is_(None)
            )
            statement = delete(table).where(table.c.client_id == self.client_id, where)
            removed += len(session.execute(statement.returning(table.c.id)).all())
        return removed > 0

    def every(self) -> list[Bot]:
        """Return the newest installation in each workspace and each organisation."""
        query = select(BOTS).where(BOTS.c.client_id == self.client_id).order_by(BOTS.c.installed_at)
        with self._database.reading() as session:
            rows = session.execute(query).mappings().all()
        newest = {(row["enterprise_id"], row["team_id"]): row for row in rows}
        return [self._reads.build_bot_entity(row) for row in newest.values()]

    def forget(self) -> None:
        """Read the store anew the next time."""
        self._kept.clear()

    def _find(self, workspace: str, enterprise: str) -> Bot | None:
        with self._database.reading() as session:
            organisation = enterprise or workspaces.organisation_of(session, workspace)
            whole = (BOTS.c.enterprise_id == organisation) & BOTS.c.is_enterprise_install
            own = (BOTS.c.team_id == workspace) & ~BOTS.c.is_enterprise_install
            query = (
                select(BOTS)
                .where(BOTS.c.client_id == self.client_id, BOTS.c.bot_token.is_not(None))
                .where(or_(own, whole) if organisation else own)
                .order_by(BOTS.c.is_enterprise_install, BOTS.c.installed_at.desc())
                .limit(1)
            )
            row = session.execute(query).mappings().first()
        return None if row is None else self._reads.build_bot_entity(row)

    def _ends_soon(self, bot: Bot) -> bool:
        ends = bot.bot_token_expires_at
        return ends is not None and ends - time.time() <= _MINUTES_BEFORE_END * 60

    def _rotated(self, workspace: str, enterprise: str) -> Bot | None:
        """Return the installation with a new token; with the old one, where Slack gives no other."""
        with self._rotating:  # a refresh token is used once
            found = self._find(workspace, enterprise)
            if found is None or not self._ends_soon(found):
                return found
            client = LimitedClient(base_url=self._api_url)
            rotator = TokenRotator(client_id=self.client_id, client_secret=self._secret, client=client)
            try:
                new = rotator.perform_bot_token_rotation(
                    bot=found, minutes_before_expiration=_MINUTES_BEFORE_END
                )
            except (SlackTokenRotationError, SlackApiError, OSError, ValueError) as error:
                log.warning("a token could not be renewed: %s", type(error).__name__)
                return found
            if new is not None:
                self._writes.save_bot(new)
            return new or found


def installations_of(settings: Settings, database: Database) -> Installations | None:
    """Return the installations; None in an installation with one workspace."""
    return Installations(database, settings) if settings.many_workspaces else None
