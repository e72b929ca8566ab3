"""Who asks: what is known of a user whose request comes in, read in a single statement."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import BindParameter, Select, bindparam, select
from sqlalchemy.orm import Session

from bot.people import permissions, preferences, user_groups
from bot.people.addresses import workspace_of
from bot.people.permissions import Caller
from bot.people.tables import GrantRow, OutsiderRow, PreferenceRow, UserGroupRow
from knowledge.texts import Language


@dataclass(frozen=True)
class Asker:
    """A user with the grants in force, and the language that they chose, if any.

    `groups_due` is whether Slack is to be asked about user groups first: then their grants may be others.
    """

    caller: Caller
    language: Language | None
    groups_due: bool


def asker(session: Session, user: str, today: date, moment: datetime) -> Asker:
    """Return what is known of `user` on `today`; `moment` is the system's time, by which groups are due."""
    values = {_USER: user, _DAY: today, **user_groups.due_at(moment)}
    rows = session.execute(_statement(workspace_of(user)), values).all()
    language, due, outsider, *_ = rows[0]
    granted = [(row, members) for *_, row, members in rows if row is not None and not outsider]
    return Asker(permissions.caller_by(session, granted, user), preferences.as_language(language), bool(due))


_USER, _DAY = "of_user", "on_day"


@lru_cache
def _statement(workspace: str) -> Select[Any]:
    """Return the statement for a user of `workspace`, whose making takes longer than its execution."""
    user: BindParameter[str] = bindparam(_USER)
    alone = select(
        select(PreferenceRow.language).where(PreferenceRow.user == user).scalar_subquery().label("language"),
        user_groups.any_due(workspace).label("due"),
        select(OutsiderRow.user).where(OutsiderRow.user == user).exists().label("outsider"),
    ).subquery()
    return (
        select(alone.c.language, alone.c.due, alone.c.outsider, GrantRow, UserGroupRow.members)
        .select_from(alone)
        .outerjoin(GrantRow, permissions.may_be_of(user, bindparam(_DAY)))
        .outerjoin(UserGroupRow, UserGroupRow.id == GrantRow.user)
        .order_by(GrantRow.id)
    )
