"""What follows when the app is taken away in a workspace: its roles end, its waiting letters are withdrawn.

Nothing of it comes back by itself where the app is installed there again.
"""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from slack_bolt import App
from slack_bolt.request.internals import extract_enterprise_id, extract_is_enterprise_install
from slack_sdk.oauth.installation_store import Bot
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.outbox import letters
from bot.outbox.kinds import LetterContext, LetterKind, Unconditional
from bot.outbox.letters import Letter
from bot.people import audit, workspaces
from bot.people.addresses import in_workspace
from bot.people.audit import AuditRecord
from bot.people.granting import Grantor, end_all
from bot.people.tables import GrantRow, UserGroupRow
from bot.services import Services
from bot.slack.blocks import Screen, escape, section
from bot.slack.edges import team_of
from bot.slack.installations import Installations
from bot.slack.request import acknowledge

log = logging.getLogger(__name__)
ACTION = "workspace-uninstalled"
"""The action in the audit; its subject is the workspace."""


@dataclass(frozen=True)
class UninstalledPayload:
    """The id of a workspace, and how many roles and letters have ended with it."""

    workspace: str
    roles: int
    letters: int


def register(app: App, services: Services, installations: Installations) -> None:
    """Register the events of an app that was uninstalled, or has lost its token or some workspaces."""

    def uninstalled(body: dict[str, Any]) -> None:
        end(services, installations, body)

    def revoked(body: dict[str, Any]) -> None:
        if body["event"].get("tokens", {}).get("bot"):  # users' own tokens are none of ours
            end(services, installations, body)

    def out_of_reach(body: dict[str, Any]) -> None:
        end_some(services, installations, body)

    app.event("app_uninstalled")(ack=acknowledge, lazy=[uninstalled])
    app.event("tokens_revoked")(ack=acknowledge, lazy=[revoked])
    app.event("team_access_revoked")(ack=acknowledge, lazy=[out_of_reach])


def end(services: Services, installations: Installations, body: Mapping[str, Any]) -> None:
    """End the access of the workspaces whose installation ended, as the event in `body` says.

    An event that is older than the installation there is now, such as one delivered again, ends nothing. Nor
    does the second of the two by which Slack tells of an app that was taken away.
    """
    payload = dict(body)
    enterprise = extract_enterprise_id(payload) if extract_is_enterprise_install(payload) else None
    workspace = None if enterprise else team_of(body)
    if not (workspace or enterprise):
        return
    installations.forget()
    if _is_over(installations.bot(workspace or "", enterprise or ""), body):
        return

    def ended(session: Session) -> None:
        removed = installations.remove(session, workspace, enterprise)
        _end(services, session, workspace, enterprise, removed=removed)

    services.database.write(ended)
    installations.forget()


def end_some(services: Services, installations: Installations, body: Mapping[str, Any]) -> None:
    """End the access of the workspaces that an organisation takes out of its installation (`team_ids`).

    The organisation's own installation stays, for its other workspaces. A workspace that has one by itself
    keeps its access by that. As with `end`, an event older than the installation ends nothing.
    """
    enterprise, named = extract_enterprise_id(dict(body)), body["event"].get("team_ids")
    if not enterprise or not isinstance(named, list):
        return
    installations.forget()
    gone = []
    for workspace in named:
        found = installations.bot(str(workspace), enterprise)
        by_itself = found is not None and not found.is_enterprise_install
        if not by_itself and not _is_over(found, body):
            gone.append(str(workspace))
    services.database.write(lambda session: _end_in(services, session, gone, removed=False))
    installations.forget()


def _is_over(found: Bot | None, body: Mapping[str, Any]) -> bool:
    """Return whether the event in `body` is older than the installation there is now, and say so."""
    if found is None or found.installed_at <= float(body.get("event_time") or 0):
        return False
    log.warning("an uninstallation was passed over: the app has been installed again since")
    return True


def _end(
    services: Services, session: Session, workspace: str | None, enterprise: str | None, *, removed: bool
) -> None:
    """End what there is in a workspace, or in those of an organisation; `removed` as in `_end_in`."""
    served = [each.workspace for each in workspaces.every(session) if enterprise == (each.enterprise or None)]
    _end_in(services, session, [workspace] if workspace else served, removed=removed)


def _end_in(services: Services, session: Session, ended: Iterable[str], *, removed: bool) -> None:
    """End what there is in the workspaces `ended`, and note it; nothing is not noted.

    `removed` is whether an installation was there.
    """
    for gone in ended:
        at = services.clock.now()
        users = session.scalars(select(GrantRow.user).where(in_workspace(GrantRow.user, gone)).distinct())
        by = Grantor("slack", "slack", at)
        roles = sum(len(end_all(session, user, by)) for user in users.all())
        session.execute(delete(UserGroupRow).where(in_workspace(UserGroupRow.id, gone)))
        withdrawn = letters.withdraw(session, gone)
        left = workspaces.leave(session, gone)
        if not (removed or roles or withdrawn or left):
            continue
        audit.record(session, AuditRecord(at, "slack", "slack", ACTION, None, gone, audit.OK))
        log.warning("the app was taken away in a workspace: %d roles, %d letters ended", roles, withdrawn)
        if channel := services.settings.operators_channel:
            payload = UNINSTALLED.write(UninstalledPayload(gone, roles, withdrawn))
            key = f"{UNINSTALLED.name}:{gone}:{at.isoformat()}"
            letters.put(session, [Letter(key, channel, payload, any_time=True)], at)


def _screen(context: LetterContext, payload: UninstalledPayload) -> Screen:
    said = context.voice.plain(
        "several.uninstalled",
        workspace=payload.workspace,
        roles=payload.roles,
        letters=payload.letters,
    )
    return Screen(said, [section(f":warning: {escape(said)}")])


UNINSTALLED: LetterKind[UninstalledPayload] = LetterKind(
    name="workspace-uninstalled",
    payload=UninstalledPayload,
    screen=_screen,
    reader=Unconditional("it goes to the operators' channel, and tells of no person and no school"),
    taken_back=False,
)
KINDS = (UNINSTALLED,)
