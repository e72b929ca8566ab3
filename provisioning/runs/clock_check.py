"""The clock of a run: one that is earlier than the last run's would take leavers for learners again."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from knowledge.texts import UK
from provisioning.errors import KnownError
from provisioning.store import runs

_APART = timedelta(minutes=5)
"""How far the clocks of two machines may be apart."""


def require_clock_forward(session: Session, school: str, now: datetime) -> None:
    """Refuse to run `school` at `now` where its last applied run was later; the error has both times."""
    last = set_back(session, [school], now).get(school)
    if last is not None:
        raise KnownError("clock-set-back", school=school, now=_shown(now), last=_shown(last))


def set_back(session: Session, schools: Collection[str], now: datetime) -> dict[str, datetime]:
    """Return those of `schools` whose last applied run was later than `now`, with its time."""
    applied = runs.last_applied(session, schools)
    return {school: at for school, at in applied.items() if at - now > _APART}


def _shown(moment: datetime) -> str:
    """Return a moment with its year, in UK time: the years may be what differs."""
    return f"{moment.astimezone(UK):%Y-%m-%d %H:%M}"
