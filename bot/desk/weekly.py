"""The figures of a week, sent when the office opens in the week after."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy.orm import Session

from bot.desk.letters import week_letters
from bot.desk.week_store import figures
from bot.outbox import letters
from bot.outbox.letters import Letter
from bot.people import permissions
from bot.people.permissions import EVERYWHERE, MAY, Act
from bot.services import Services
from provisioning.clock import uk_date

_LATE = timedelta(days=3)
"""How long into a week the figures of the week before are still sent, or else on its first office day."""


def send_figures(services: Services) -> None:
    """Put last week's figures into the outbox, once, in office hours."""
    now, office = services.clock.now(), services.settings.office
    if not office.is_open(now):
        return
    today = uk_date(now)
    monday = today - timedelta(days=today.weekday())
    if today > max(monday + _LATE, uk_date(office.opening_of(monday))):
        return
    week = monday - timedelta(days=7)
    letters.put_new(
        services.database, lambda session: _letters(session, week, readers(services, session, today)), now
    )


def _letters(session: Session, monday: date, to: Sequence[str]) -> list[Letter]:
    """Return the letters about the week from `monday`; none where it has no figures."""
    return week_letters(monday, [reader for reader in to if figures(session, monday, reader).lines])


def readers(services: Services, session: Session, today: date) -> list[str]:
    """Return the service desk's channel; without one, the users who may work on the cases of all schools."""
    if services.settings.desk_channel:
        return [services.settings.desk_channel]
    grants = permissions.in_force(session, today)
    found = (grant.user for grant in grants if grant.scope == EVERYWHERE and grant.role in MAY[Act.DESK])
    return list(dict.fromkeys(found))
