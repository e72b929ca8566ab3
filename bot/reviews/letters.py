"""Letters to those who review a school's accounts made by hand: what will end within a week, what has ended.

They are direct messages and name people, so their payloads don't: a letter is worded from the accounts as
they stand when it is sent.
"""

import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from bot.outbox import letters
from bot.outbox.kinds import LetterContext, LetterKind, ReaderRight
from bot.outbox.letters import Letter
from bot.people import audit
from bot.people.audit import AuditRecord
from bot.people.permissions import Act
from bot.reviews import held_list, letter_screens
from bot.reviews.actions import ReviewAuditAction
from bot.reviews.audience import reviewers
from bot.services import Services
from bot.slack.blocks import Screen
from provisioning.manual import upkeep
from provisioning.manual.handmade import ReviewDecision
from provisioning.records.accounts import Account
from provisioning.store import reviews as store
from provisioning.store import schools

log = logging.getLogger(__name__)
_SCHEDULE = "schedule"


@dataclass(frozen=True)
class EndingPayload:
    """The accounts of a school, by their ids, that end after `day`."""

    school: str
    accounts: tuple[int, ...]
    day: date


@dataclass(frozen=True)
class EndedPayload:
    """The accounts of a school, by their ids, that have ended by themselves."""

    school: str
    accounts: tuple[int, ...]


def daily(services: Services) -> None:
    """Carry out the daily upkeep, and put letters about accounts that have ended or will end into the outbox.

    A failure is logged: runs are due as well and must not fail with this.
    """
    problems = upkeep.daily(
        services.provisioning, lambda session, ended: tell_ended(services, session, ended)
    )
    try:
        held_list.announce(services, problems)
        with services.database.reading() as session:
            coming = upkeep.ending_soon(services.provisioning, session)
        if coming:
            services.database.write(lambda session: warn(services, session))
    except Exception:  # logged below: runs that are due must not fail with a list
        log.exception("reviewers were not told of accounts that end")


def tell_ended(services: Services, session: Session, ended: Sequence[tuple[Account, ReviewDecision]]) -> None:
    """Record that accounts have ended, and put a letter to the reviewers of each school into the outbox."""
    now = services.clock.now()
    by_school: defaultdict[str, list[int]] = defaultdict(list)
    for account, decision in ended:
        by_school[account.school].append(account.id)
        entry = AuditRecord(
            at=now,
            who=_SCHEDULE,
            entry_point=_SCHEDULE,
            action=ReviewAuditAction.ENDED,
            school=account.school,
            subject=account.username,
            outcome=decision,
        )
        audit.record(session, entry)
    for school, accounts in by_school.items():
        payload = ENDED.write(EndedPayload(school, tuple(accounts)))
        key = f"review-ended:{school}:{now.isoformat()}:{min(accounts)}"
        users = reviewers(services, session, school)
        letters.put(session, [Letter(f"{key}:{user}", user, payload) for user in users], now)


def warn(services: Services, session: Session) -> None:
    """Put letters about accounts that end within a week into the outbox.

    A reviewer gets one about an account and the day on which it ends, and no second where that stays.
    """
    by_day: defaultdict[tuple[str, date], list[int]] = defaultdict(list)
    for handmade, ends in upkeep.ending_soon(services.provisioning, session):
        by_day[handmade.account.school, ends].append(handmade.account.id)
    for (school, day), accounts in by_day.items():
        for user in reviewers(services, session, school):
            key = f"review-ending:{school}:{day}:{user}:"
            told = {id_ for row in letters.keyed(session, key) for id_ in row.payload["accounts"]}
            new = tuple(id_ for id_ in accounts if id_ not in told)
            if new:
                payload = ENDING.write(EndingPayload(school, new, day))
                letters.put(session, [Letter(f"{key}{min(new)}", user, payload)], services.clock.now())


def _ending(context: LetterContext, payload: EndingPayload) -> Screen | None:
    """Return the screen of a warning; None where each account has been decided on, or ends on another day."""
    coming = upkeep.ending_soon(context.services.provisioning, context.session)
    found = [
        handmade
        for handmade, ends in coming
        if handmade.account.id in payload.accounts and ends == payload.day
    ]
    if not found:
        return None
    return letter_screens.ending(
        schools.get(context.session, payload.school), found, payload.day, context.voice
    )


def _ended(context: LetterContext, payload: EndedPayload) -> Screen | None:
    """Return the screen about accounts that have ended; None where all of them have been decided on since."""
    found = [
        handmade
        for handmade in store.by_hand(context.session, payload.school)
        if handmade.ending is not None and handmade.account.id in payload.accounts
    ]
    if not found:
        return None
    return letter_screens.ended(schools.get(context.session, payload.school), found, context.voice)


ENDING = LetterKind(
    name="review-ending",
    payload=EndingPayload,
    screen=_ending,
    reader=ReaderRight(Act.REVIEW, lambda _, payload: payload.school),
    bare=True,
)
ENDED = LetterKind(
    name="review-ended",
    payload=EndedPayload,
    screen=_ended,
    reader=ReaderRight(Act.REVIEW, lambda _, payload: payload.school),
    bare=True,
)
KINDS = (ENDING, ENDED, held_list.HELD_LIST)
