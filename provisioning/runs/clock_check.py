"""The clock of a run: one that is earlier than the last run's would take leavers for learners again."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from knowledge.texts import UK
from provisioning.clock import uk_date
from provisioning.errors import KnownError
from provisioning.store.latest_runs import last_applied


class ClockProblem(KnownError):
    """A run would apply changes by a clock that is earlier than that of the school's last run."""


def require_clock_forward(session: Session, school: str, now: datetime) -> None:
    """Refuse changes to `school` at `now` if its last applied run was on a later day, with both times."""
    last = set_back(session, [school], now).get(school)
    if last is not None:
        raise ClockProblem("clock-set-back", school=school, now=_shown(now), last=_shown(last))


def set_back(session: Session, schools: Collection[str], now: datetime) -> dict[str, datetime]:
    """Return those of `schools` whose last applied run was on a later UK day than `now`, with its time.

    What a run does depends on the day alone, and the clocks of two machines may be some minutes apart.
    """
    applied = last_applied(session, schools)
    return {school: at for school, at in applied.items() if uk_date(at) > uk_date(now)}


def _shown(moment: datetime) -> str:
    """Return a moment with its year, in UK time: the years may be what differs."""
    return f"{moment.astimezone(UK):%Y-%m-%d %H:%M}"
