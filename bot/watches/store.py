"""Watches in the store."""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.watches.tables import WatchRow
from bot.watches.watch import Watch
from knowledge.ids import Question
from provisioning.store.row_ids import is_id

ANY = select(WatchRow.id).exists()
"""Whether there is any watch."""


def start(session: Session, watch: Watch) -> tuple[Watch, bool]:
    """Keep `watch`; return it and True, or the watch that the user has over this question, and False."""
    row = session.scalars(
        select(WatchRow)
        .where(
            WatchRow.user == watch.user,
            WatchRow.school == watch.school,
            WatchRow.question == watch.question,
            WatchRow.identifier == watch.identifier,
        )
        .with_for_update()
    ).first()
    if row is not None:
        return _watch(row), False
    row = WatchRow(
        user=watch.user,
        school=watch.school,
        question=watch.question.value,
        identifier=watch.identifier,
        cause=watch.cause,
        since=watch.since,
    )
    session.add(row)
    session.flush()
    return _watch(row), True


def end(session: Session, watch: Watch) -> bool:
    """Delete `watch`; return False where it was deleted, or begun again, since it was read."""
    query = delete(WatchRow).where(WatchRow.id == watch.id, WatchRow.since == watch.since)
    return session.scalars(query.returning(WatchRow.id)).first() is not None


def stop(session: Session, user: str, id_: int) -> Watch | None:
    """Delete the watch of `user` with an id, and return it; None where `user` has none with that id."""
    if not is_id(id_):
        return None
    row = session.scalars(select(WatchRow).where(WatchRow.id == id_, WatchRow.user == user)).first()
    if row is None:
        return None
    stopped = _watch(row)
    session.delete(row)
    session.flush()
    return stopped


def every(session: Session, user: str | None = None) -> list[Watch]:
    """Return all watches, or those of `user`, oldest first."""
    query = select(WatchRow).order_by(WatchRow.id)
    if user is not None:
        query = query.where(WatchRow.user == user)
    return [_watch(row) for row in session.scalars(query)]


def _watch(row: WatchRow) -> Watch:
    return Watch(
        row.user, row.school, Question(row.question), row.identifier, row.cause, row.since, id=row.id
    )
