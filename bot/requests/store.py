"""Requests in the store; a change locks the row, so that two users can't make it at once."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from bot.requests.request import Ask, AskedRecord, Ended, Request, Wanted, wanted_for
from bot.requests.tables import RequestAskRow, RequestRecordRow, RequestRow
from provisioning.store.row_ids import is_id

_SHARED = (
    "school",
    "cause",
    "asked_at",
    "taken_by",
    "taken_at",
    "tried",
    "tried_by",
    "tried_at",
    "ended_by",
    "ended_at",
    "ran_at",
    "revision",
)
"""The fields that a row and a request share."""


def find(session: Session, id_: int, *, lock: bool = False) -> Request | None:
    """Return the request with an id; None where there is none."""
    if not is_id(id_):
        return None
    return next(iter(_read(session, select(RequestRow).where(RequestRow.id == id_), lock=lock)), None)


def find_open(session: Session, school: str, cause: str) -> Request | None:
    """Return the open request for a school and cause, locked."""
    query = _open().where(RequestRow.school == school, RequestRow.cause == cause)
    return next(iter(_read(session, query, lock=True)), None)


def naming(session: Session, school: str, cause: str, identifiers: Sequence[str]) -> list[Request]:
    """Return the open request for a school and cause, and all that name records of these, oldest first."""
    of_these = RequestRow.school == school, RequestRow.cause == cause
    named = select(RequestRecordRow.request).where(RequestRecordRow.identifier.in_(identifiers))
    ended = _read(session, select(RequestRow).where(*of_these, RequestRow.id.in_(named)), lock=False)
    current = _read(session, _open().where(*of_these), lock=False)
    return [*(request for request in ended if request not in current), *current]


def every_open(session: Session, *, lock: bool = False) -> list[Request]:
    """Return the open requests, oldest first."""
    return _read(session, _open(), lock=lock)


def save(session: Session, request: Request) -> Request:
    """Keep `request`, and return it with its id, which is given here to a new one."""
    row = session.get(RequestRow, request.id) if request.id else None
    if row is None:
        row = RequestRow()
        session.add(row)
    for name in _SHARED:
        setattr(row, name, getattr(request, name))
    row.to, row.passed = list(request.to), list(request.passed)
    row.ended = request.ended.value if request.ended else None
    session.flush()
    session.execute(delete(RequestAskRow).where(RequestAskRow.request == row.id))
    session.add_all(
        RequestAskRow(request=row.id, user=ask.user, school=ask.school, people=ask.people, at=ask.at)
        for ask in request.asks
    )
    session.execute(delete(RequestRecordRow).where(RequestRecordRow.request == row.id))
    session.add_all(
        RequestRecordRow(
            request=row.id,
            school=record.school,
            identifier=record.identifier,
            stays=record.stays,
            shown=record.shown or None,
        )
        for record in request.records
    )
    session.flush()
    return _request(row, request.asks, request.records)


_IS_OPEN = RequestRow.ended.is_(None)
ANY_OPEN = select(RequestRow.id).where(_IS_OPEN).exists()
"""Whether any request is open."""


def _open() -> Select[RequestRow]:
    return select(RequestRow).where(_IS_OPEN)


def _read(session: Session, query: Select[RequestRow], *, lock: bool) -> list[Request]:
    query = query.order_by(RequestRow.id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    rows = session.scalars(query).all()
    asks: dict[int, list[Ask]] = {row.id: [] for row in rows}
    found = select(RequestAskRow).where(RequestAskRow.request.in_(asks)).order_by(RequestAskRow.id)
    for ask in session.scalars(found) if rows else ():
        asks[ask.request].append(Ask(ask.user, ask.school, ask.people, ask.at))
    records = _records(session, [row.id for row in rows if wanted_for(row.cause) is not Wanted.RUN])
    return [_request(row, asks[row.id], records.get(row.id, ())) for row in rows]


def _records(session: Session, requests: Sequence[int]) -> Mapping[int, Sequence[AskedRecord]]:
    """Return the records of each of `requests`."""
    found: dict[int, list[AskedRecord]] = {}
    query = select(RequestRecordRow).where(RequestRecordRow.request.in_(requests))
    for row in session.scalars(query.order_by(RequestRecordRow.id)) if requests else ():
        record = AskedRecord(row.identifier, row.school, row.stays, row.shown or "")
        found.setdefault(row.request, []).append(record)
    return found


def _request(row: RequestRow, asks: Sequence[Ask], records: Sequence[AskedRecord]) -> Request:
    fields: dict[str, Any] = {name: getattr(row, name) for name in _SHARED}
    return Request(
        id=row.id,
        asks=tuple(asks),
        records=tuple(records),
        to=tuple(row.to),
        passed=tuple(row.passed),
        ended=Ended(row.ended) if row.ended else None,
        **fields,
    )
