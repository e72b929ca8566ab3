"""What follows when a workspace takes the app away: its roles end, its waiting letters are withdrawn.

Nothing of it comes back by itself where the app is installed there again.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from slack_bolt import App
from slack_bolt.request.internals import extract_enterprise_id, extract_is_enterprise_install
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
    """Register the events of an app that was uninstalled, and of a bot's token that was revoked."""

    def uninstalled(body: dict[str, Any]) -> None:
        end(services, installations, body)

    def revoked(body: dict[str, Any]) -> None:
        if body["event"].get("tokens", {}).get("bot"):  # users' own tokens are none of ours
            end(services, installations, body)

    app.event("app_uninstalled")(ack=acknowledge, lazy=[uninstalled])
    app.event("tokens_revoked")(ack=acknowledge, lazy=[revoked])


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
    found = installations.bot(workspace or "", enterprise or "")
    if found is not None and found.installed_at > float(body.get("event_time") or 0):
        log.warning("an uninstallation was passed over: the app has been installed again since")
        return

    def ended(session: Session) -> None:
        removed = installations.remove(session, workspace, enterprise)
        _end(services, session, workspace, enterprise, removed=removed)

    services.database.write(ended)
    installations.forget()


def _end(
    services: Services, session: Session, workspace: str | None, enterprise: str | None, *, removed: bool
) -> None:
    """End what there is in a workspace, or in those of an organisation, and note it; nothing is not noted.

    `removed` is whether an installation was there.
    """
    served = [each.workspace for each in workspaces.every(session) if enterprise == (each.enterprise or None)]
    for gone in [workspace] if workspace else served:
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
