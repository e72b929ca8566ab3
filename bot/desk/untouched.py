"""Open cases that no user touches: the desk is told, and then they are closed without their texts.

A case that stays open would keep for years what people wrote of a person. After the time for which closed
cases are kept it is closed; its number stays for that time once more.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.desk import store, weekly
from bot.desk.case import HWB, DeskCase
from bot.desk.channel import of_case
from bot.desk.letters import untouched_letters
from bot.desk.service import CaseService
from bot.outbox import letters
from bot.outbox.letters import Letter, is_user
from bot.services import Services
from provisioning.clock import uk_date

_NOTICE = timedelta(days=14)
"""How long before a case is closed the desk is told."""


def warn(services: Services, now: datetime) -> None:
    """Tell the desk of the cases that are closed in two weeks unless they are touched; `now` is real time."""
    soon = now - _kept(services) + _NOTICE

    def wanted(session: Session) -> Iterator[Letter]:
        for case, last in store.untouched(session, soon):
            yield from _letters(services, session, case, last, now)

    letters.put_new(services.database, wanted, now)


def over(session: Session, services: Services, now: datetime) -> list[int]:
    """Return the numbers of the open cases whose time is over, and of which the desk has been told."""
    return [
        case.number
        for case, last in store.untouched(session, now - _kept(services))
        if all(_told(session, letter, now) for letter in _letters(services, session, case, last, now))
    ]


def close(services: Services, now: datetime) -> int:
    """Close and empty the open cases whose time is over; return how many."""
    with services.database.reading() as session:
        numbers = over(session, services, now)
    service = CaseService(services, HWB, "schedule")
    return sum(service.lapse(number) for number in numbers)


def _letters(
    services: Services, session: Session, case: DeskCase, last: datetime, now: datetime
) -> list[Letter]:
    """Return the notices of a case: to the user who has it, and to those who see all the desk's cases."""
    channel = of_case(services.settings, session, case)
    desk = weekly.readers(services, session, uk_date(now))
    readers = dict.fromkeys(reader for reader in desk if is_user(reader) or reader == channel)
    if case.taken_by:
        readers[case.taken_by] = None
    closes = max(last + _kept(services), now + _NOTICE)
    return untouched_letters(case, uk_date(last), uk_date(closes), readers)


def _told(session: Session, letter: Letter, now: datetime) -> bool:
    row = letters.posted(session, letter.key)
    return row is not None and row.created_at <= now - _NOTICE


def _kept(services: Services) -> timedelta:
    return timedelta(days=services.settings.retention.cases)
