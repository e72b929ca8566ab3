"""What users' digests have told, in the store."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.alerts.tables import DigestToldRow
from bot.alerts.told import Told
from bot.outbox.tables import OutboxRow
from provisioning.store.portions import portions
from provisioning.store.upserts import put


def digest_key(user: str, day: date) -> str:
    """Return the key of the letter that brings `user` the digest of a `day`."""
    return f"digest:{user}:{day.isoformat()}"


def told(session: Session, today: date) -> dict[str, Told]:
    """Return what each user has been told; a digest that was never delivered has told nothing.

    One of `today` that still waits for its turn will be delivered.
    """
    given_up = OutboxRow.given_up_because.is_not(None)
    rows = {row.user: row for row in session.scalars(select(DigestToldRow))}
    users = {digest_key(row.user, row.day): row.user for row in rows.values()}
    for some in portions(sorted(users)):
        unsent = select(OutboxRow.key, given_up).where(OutboxRow.key.in_(some), OutboxRow.sent_at.is_(None))
        for key, never in session.execute(unsent):
            if never or rows[users[key]].day < today:
                del rows[users[key]]
    return {user: Told(row.day, frozenset(row.keys)) for user, row in rows.items()}


def save(session: Session, after: Mapping[str, Told]) -> None:
    """Keep what each user has been told, and nothing of others."""
    session.execute(delete(DigestToldRow).where(DigestToldRow.user.not_in(sorted(after))))
    rows = [
        {"user": user, "day": told.day, "keys": sorted(told.keys)} for user, told in sorted(after.items())
    ]
    put(session, DigestToldRow, rows)
