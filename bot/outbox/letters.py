"""Letters in the store: put in once, claimed by one sender at a time, sent or given up."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bot.people.tables import OutboxRow

CLAIM = timedelta(minutes=2)
"""For how long a sender has a letter; longer than Slack can take to answer."""
SETTLED = "settled"
"""Given up because there is nothing to say any more; should there be again, the letter is."""
UNREACHABLE = ("channel_not_found", "is_archived", "user_disabled", "user_not_found", "user_deleted")
"""Given up because who or what it was for is gone."""
GONE = timedelta(days=7)
"""How long a user counts as gone after a message could not reach them; then they are tried again."""


@dataclass(frozen=True)
class Letter:
    """Something to say to a person or in a channel; `about` and `revision` where it is an alert.

    An edit is of the letter whose key is its own without the revision. `any_time`: not in office hours only.
    """

    key: str
    to: str
    payload: Mapping[str, Any] = field(hash=False)
    about: str | None = None
    revision: int | None = None
    any_time: bool = False


@dataclass(frozen=True)
class Claimed:
    """A letter in the hands of a sender; `doubtful` where it may have reached Slack before."""

    id: int
    letter: Letter
    attempts: int
    doubtful: bool
    created_at: datetime


def put(session: Session, letters: Iterable[Letter], at: datetime) -> None:
    """Put letters in; one whose key is there stays as it is, unless it was settled without being sent."""
    for letter in letters:
        row = session.scalars(select(OutboxRow).where(OutboxRow.key == letter.key)).first()
        if row is None:
            row = OutboxRow(key=letter.key, to=letter.to, attempts=0, doubtful=False)
            session.add(row)
        elif row.given_up_because != SETTLED or row.sent_at is not None:
            continue
        row.payload, row.about, row.revision = dict(letter.payload), letter.about, letter.revision
        row.any_time, row.created_at, row.given_up_because = letter.any_time, at, None
        session.flush()


def waiting(session: Session) -> bool:
    """Whether any letter is neither sent nor given up."""
    query = select(OutboxRow.id).where(OutboxRow.sent_at.is_(None), OutboxRow.given_up_because.is_(None))
    return session.scalars(query.limit(1)).first() is not None


def claim(session: Session, moment: datetime, *, office_open: bool) -> Claimed | None:
    """Take the next letter that is due; nobody else gets it until the claim ends."""
    query = select(OutboxRow).where(
        OutboxRow.sent_at.is_(None),
        OutboxRow.given_up_because.is_(None),
        or_(OutboxRow.not_before.is_(None), OutboxRow.not_before <= moment),
        or_(OutboxRow.claimed_until.is_(None), OutboxRow.claimed_until <= moment),
    )
    if not office_open:
        query = query.where(OutboxRow.any_time)
    row = session.scalars(query.order_by(OutboxRow.id).limit(1).with_for_update(skip_locked=True)).first()
    if row is None:
        return None
    found = Claimed(row.id, _letter(row), row.attempts, row.doubtful, row.created_at)
    row.claimed_until, row.doubtful, row.attempts = moment + CLAIM, True, row.attempts + 1
    return found


def sent(session: Session, id_: int, at: datetime, channel: str | None, ts: str | None) -> None:
    """Slack has it."""
    row = _row(session, id_)
    row.sent_at, row.channel, row.ts = at, channel, ts
    row.claimed_until, row.doubtful = None, False


def postpone(session: Session, id_: int, until: datetime, *, doubtful: bool) -> None:
    """Try again later; `doubtful` where nobody knows whether this attempt reached Slack."""
    row = _row(session, id_)
    row.not_before, row.claimed_until, row.doubtful = until, None, doubtful


def give_up(session: Session, id_: int, why: str) -> None:
    """Try no more."""
    row = _row(session, id_)
    row.given_up_because, row.claimed_until, row.doubtful = why[:64], None, False


def posted(session: Session, key: str) -> OutboxRow | None:
    """The row of a letter."""
    return session.scalars(select(OutboxRow).where(OutboxRow.key == key)).first()


def is_outdated(session: Session, letter: Letter) -> bool:
    """Whether a later edit of the same message waits or has been made."""
    query = select(OutboxRow.id).where(
        OutboxRow.about == letter.about, OutboxRow.to == letter.to, OutboxRow.revision > letter.revision
    )
    return session.scalars(query.limit(1)).first() is not None


def about(session: Session, prefix: str) -> list[OutboxRow]:
    """The letters about alerts whose key begins so, in the order in which they were put in."""
    query = select(OutboxRow).where(OutboxRow.about.startswith(prefix, autoescape=True))
    return list(session.scalars(query.order_by(OutboxRow.id)))


def unreachable(session: Session, since: datetime) -> frozenset[str]:
    """Who has lately been found to be gone."""
    query = select(OutboxRow.to).where(
        OutboxRow.given_up_because.in_(UNREACHABLE), OutboxRow.created_at >= since
    )
    return frozenset(session.scalars(query.distinct()))


def _row(session: Session, id_: int) -> OutboxRow:
    return session.get_one(OutboxRow, id_, with_for_update=True)


def _letter(row: OutboxRow) -> Letter:
    return Letter(row.key, row.to, row.payload, row.about, row.revision, row.any_time)
