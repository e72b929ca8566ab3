"""The audit's chain: each link seals a record and the link before it, so that what was altered shows.

Links are made in a step of their own, in the order in which records are found: records are written without
waiting for each other, and one of a long transaction is sealed after those that overtook it. With a key
(the setting `audit_key`) a hash can be made by those alone who have the key.
"""

import hashlib
import hmac
import json
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, exists, func, insert, or_, select, text
from sqlalchemy.orm import Session

from bot.people.tables import AuditLinkRow, AuditRow
from provisioning.clock import system_time
from provisioning.store.database import Database
from provisioning.store.pacing import rested

KEY = "audit_key"
"""The name of the key in the `info` of a session that writes."""
_AT_ONCE = 500
"""Records sealed in a transaction: those of an earlier version are caught up with little by little."""
_LATE = timedelta(days=2)
"""Longer than any transaction; a record that was put in past the program stays without a link."""
_LOCK = 0x687762_61
"""The number of PostgreSQL's advisory lock that the one process has which adds links."""
_START = "0" * 64
"""What the first link follows."""


@dataclass(frozen=True)
class Break:
    """A link that does not hold: its number, its record's id, and why.

    `why` is `gone` (there is no such record), `changed` (the record or the hash is another), `torn` (the link
    does not follow the one before) or `keyless` (it was made without the key that the one before has).
    """

    number: int
    record: int
    why: str


@dataclass(frozen=True)
class Verified:
    """What was checked of the chain: links `first` to `last`, of which `keyed` by the key at hand.

    `hash` is that of the last link. `unchecked` links have another key, so that only their order was checked;
    `unsealed` records have no link. `broken` is the first link that does not hold.
    """

    first: int = 0
    last: int = 0
    hash: str = ""
    checked: int = 0
    keyed: int = 0
    unchecked: int = 0
    unsealed: int = 0
    broken: Break | None = None


def seal(session: Session, *, late: bool = False, at_most: int = _AT_ONCE) -> int:
    """Add links for up to `at_most` records that have none; return how many links were added.

    Those after the last sealed one are looked for; with `late`, those of the last days that were overtaken
    by it. Nothing is added while another process adds links, or where the last link has a key and there is
    none at hand.
    """
    if not _is_alone(session):
        return 0
    last = session.scalars(select(AuditLinkRow).order_by(AuditLinkRow.number.desc()).limit(1)).first()
    key = session.info.get(KEY)
    if last is not None and last.key and not key:
        return 0
    wanted = _overtaken() if late else _NEXT
    number, previous = (last.number, last.hash) if last is not None else (0, _START)
    links = []
    for row in session.scalars(select(AuditRow).where(wanted).order_by(AuditRow.id).limit(at_most)):
        number += 1
        hash_ = _hash(number, previous, row, key)
        links.append(
            {"number": number, "audit": row.id, "previous": previous, "hash": hash_, "key": mark_of(key)}
        )
        previous = hash_
    if links:
        session.execute(insert(AuditLinkRow), links)
    return len(links)


def seal_all(database: Database) -> None:
    """Seal every record that has no link yet, each few in a transaction of their own.

    Where there is none, nothing is locked.
    """
    with database.asking() as session:
        wanted = _NEXT if database.embedded else or_(_NEXT, _overtaken())
        if session.scalar(select(AuditRow.id).where(wanted).limit(1)) is None:
            return
    while rested(lambda: database.write(seal)) == _AT_ONCE:
        pass
    # An embedded database has one writer at a time, so that no record is overtaken by another.
    while not database.embedded and database.write(lambda session: seal(session, late=True)) == _AT_ONCE:
        pass


def verify(session: Session, key: bytes | None) -> Verified:
    """Return what the links tell of the records, up to the first link that does not hold."""
    query = select(AuditLinkRow, AuditRow).outerjoin(AuditRow, AuditRow.id == AuditLinkRow.audit)
    first = last = checked = keyed = unchecked = 0
    hash_, mark, broken = "", "", None
    query = query.order_by(AuditLinkRow.number).execution_options(yield_per=1000)
    with closing(session.execute(query)) as found:
        for link, row in found:
            first = first or link.number
            why = _why_broken(link, row, (last, hash_, mark), key)
            if why is not None:
                broken = Break(link.number, link.audit, why)
                break
            known = link.key in ("", mark_of(key))
            checked, unchecked = checked + known, unchecked + (not known)
            keyed += bool(link.key) and known
            last, hash_, mark = link.number, link.hash, link.key
    unsealed = session.scalar(select(func.count()).select_from(AuditRow).where(_unsealed())) or 0
    return Verified(first, last, hash_, checked, keyed, unchecked, unsealed, broken)


def past_their_time(before: datetime) -> ColumnElement[bool]:
    """Return the condition for the records to delete that were recorded before `before`.

    Of the sealed ones these are the beginning of the chain, so that the rest can be verified.
    """
    kept = select(AuditLinkRow.number).join(AuditRow, AuditRow.id == AuditLinkRow.audit)
    kept = kept.where(AuditRow.recorded_at >= before).order_by(AuditLinkRow.number)
    first_kept = kept.limit(1).correlate(None).scalar_subquery()
    over = or_(first_kept.is_(None), AuditLinkRow.number < first_kept)
    sealed = exists().where(AuditLinkRow.audit == AuditRow.id, over)
    return and_(AuditRow.recorded_at < before, or_(sealed, _unsealed()))


def delete_records(session: Session, ids: Sequence[int]) -> None:
    """Delete old records with their links; the database refuses it of new ones.

    On PostgreSQL a function does it, whose owner may, so that the role of `hwb serve` need not.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT audit_forget(:ids)"), {"ids": list(ids)})
        return
    session.execute(delete(AuditRow).where(AuditRow.id.in_(ids)))
    session.execute(delete(AuditLinkRow).where(AuditLinkRow.audit.in_(ids)))


def mark_of(key: bytes | None) -> str:
    """Return the mark by which links tell which key they were made with; blank without a key."""
    return hmac.new(key, b"hwb audit key", hashlib.sha256).hexdigest()[:16] if key else ""


def _why_broken(
    link: AuditLinkRow, row: AuditRow | None, before: tuple[int, str, str], key: bytes | None
) -> str | None:
    """Return why `link` does not hold for the record `row`; None where it does.

    `before` are number, hash and key's mark of the link before.
    """
    number, hash_, mark = before
    # What the first link follows may have been deleted by retention: then it says what that was.
    if (number and (link.number, link.previous) != (number + 1, hash_)) or (
        not number and link.number == 1 and link.previous != _START
    ):
        return "torn"
    if row is None:
        return "gone"
    if mark and not link.key:
        return "keyless"
    known = not link.key or link.key == mark_of(key)
    made = _hash(link.number, link.previous, row, key if link.key else None) if known else link.hash
    return None if hmac.compare_digest(made, link.hash) else "changed"


def _hash(number: int, previous: str, row: AuditRow, key: bytes | None) -> str:
    told = [
        number,
        previous,
        row.id,
        row.at.isoformat(),
        row.recorded_at.isoformat(),
        row.who,
        row.entry_point,
        row.action,
        row.school,
        row.subject,
        row.outcome,
    ]
    content = json.dumps(told, ensure_ascii=True).encode()
    made = hmac.new(key, content, hashlib.sha256) if key else hashlib.sha256(content)
    return made.hexdigest()


_NEXT = AuditRow.id > select(func.coalesce(func.max(AuditLinkRow.audit), 0)).scalar_subquery()
"""The condition for the records after the last sealed one."""


def _overtaken() -> ColumnElement[bool]:
    """Return the condition for the records of the last days that were overtaken by a sealed one."""
    return and_(AuditRow.recorded_at >= system_time() - _LATE, _unsealed())


def _unsealed() -> ColumnElement[bool]:
    return ~select(AuditLinkRow.number).where(AuditLinkRow.audit == AuditRow.id).exists()


def _is_alone(session: Session) -> bool:
    """Return whether this transaction alone may add links until it ends; others are not waited for.

    SQLite has one writer at a time.
    """
    if session.get_bind().dialect.name != "postgresql":
        return True
    return bool(session.scalar(select(func.pg_try_advisory_xact_lock(_LOCK))))
