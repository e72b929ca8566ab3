"""Why a reader is told of an escalated alert: who was told before, and until when none of them took it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.alerts.alert import SCHOOL_LEVEL, Alert
from bot.alerts.audience import ESCALATION, level_of
from bot.outbox import letters
from bot.outbox.kinds import LetterContext
from bot.people import absences, permissions
from bot.people.permissions import Role
from provisioning.records.schools import School


@dataclass(frozen=True)
class Escalated:
    """The moment until which an alert was not taken by those told `before` its reader, each with their role.

    There is none of them where the levels below have no users, and where the reader is told in place of users
    who are away, the `covered` ones.
    """

    at: datetime
    before: Sequence[tuple[str, Role]]
    covered: Sequence[str] = ()


def escalated(context: LetterContext, alert: Alert, school: School) -> Escalated | None:
    """Return why the addressee of a letter is told of an `alert` at `school` that others could have taken.

    None for the level with which it began, and where a user has it.
    """
    if alert.quiet or alert.handed_to:
        return None
    letter = context.letter
    level = _level(_roles(context, letter.to, school))
    first = letters.posted(context.session, letter.edits or letter.key)
    if first is None or first.created_at < alert.raised_at:
        return None
    covered = _covered(context, school, level)
    if covered and (level is None or level > max(alert.level, level_of(alert.who))):
        return Escalated(first.created_at, (), covered)
    if level is None or level <= level_of(alert.who) or alert.key.kind in SCHOOL_LEVEL:
        return None
    before = []
    for row in letters.about(context.session, str(alert.key)):
        told = row.about == str(alert.key) and row.sent_at is not None and not row.payload.get("edits")
        if told and alert.raised_at <= row.created_at < first.created_at:
            roles = _roles(context, row.to, school)
            below = _level(roles)
            if below is not None and below < level:
                before.append((row.to, min(roles & ESCALATION[below])))
    if not before:
        before = _below(context, school, level)
    return Escalated(first.created_at, before)


def _covered(context: LetterContext, school: School, level: int | None) -> list[str]:
    """Return the users of `school` who are away and for whom the addressee covers.

    They are of a level below that of the addressee, or of any where the addressee has none.
    """
    away = absences.on(context.session, context.today)
    found = []
    for user in absences.covered_by(context.letter.to, away):
        below = _level(_roles(context, user, school))
        found += [user] if below is not None and (level is None or below < level) else []
    return found


def _below(context: LetterContext, school: School, level: int) -> list[tuple[str, Role]]:
    """Return the users of `school` below a `level` who are not away, each with their role.

    Their messages of the day were about other alerts, so none tells that they were told of this one.
    """
    away = absences.on(context.session, context.today)
    grants = permissions.in_force(context.session, context.today)
    found = {
        grant.user: grant.role
        for roles in reversed(ESCALATION[:level])
        for grant in grants
        if grant.role in roles and grant.covers(school) and grant.user not in away
    }
    return list(found.items())


def _roles(context: LetterContext, user: str, school: School) -> frozenset[Role]:
    return permissions.caller(context.session, user, context.today).roles(school)


def _level(roles: frozenset[Role]) -> int | None:
    """Return the first level of escalation at which a user with `roles` is told."""
    return next((level for level, of in enumerate(ESCALATION) if roles & of), None)
