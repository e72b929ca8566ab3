"""Cases in the store, with their events and enquiries; a change locks the case's row."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, func, or_, select, update
from sqlalchemy.orm import Session

from bot.desk import finding_json
from bot.desk.case import (
    HWB,
    CaseEvent,
    CaseState,
    DeskCase,
    Enquiry,
    EnquirySource,
    EventKind,
    Finding,
    Party,
    Resolution,
)
from bot.desk.tables import CaseEnquiryRow, CaseEventRow, CaseRow
from knowledge.ids import Question
from knowledge.texts import Language, Text
from provisioning.errors import KnownError
from provisioning.store.row_ids import is_id
from provisioning.store.tables.base import UtcDateTime

_SHARED = (
    "opened_at",
    "opened_by",
    "language",
    "state",
    "school",
    "question",
    "identifier",
    "entry",
    "cause",
    "taken_by",
    "waiting_for",
    "waiting_until",
    "reason",
    "resolved_at",
    "revision",
)
"""The fields that a row and a case share."""


def add(session: Session, case: DeskCase, event: CaseEvent, enquiry: Enquiry) -> DeskCase:
    """Keep a new case with its first event and enquiry, and return it with the number that it gets."""
    row = CaseRow(checked_at=case.opened_at)
    _fill(row, case)
    row.dedup_key = case.dedup_key
    session.add(row)
    session.flush()
    add_event(session, row.number, event)
    add_enquiry(session, row.number, enquiry)
    return _case(row)


def get(session: Session, number: int, *, lock: bool = False) -> DeskCase:
    """Return the case with a number, with `lock` locked for this transaction.

    An unknown number raises `KnownError`.
    """
    return _case(_row(session, number, lock=lock))


def find(session: Session, number: int) -> DeskCase | None:
    """Return the case with a number; None where there is none, or it has been deleted."""
    row = session.get(CaseRow, number) if is_id(number) else None
    return None if row is None else _case(row)


def save(session: Session, case: DeskCase, event: CaseEvent) -> None:
    """Keep a changed case, and the event of the change."""
    row = _row(session, case.number)
    _fill(row, case)
    key = case.dedup_key
    if key != row.dedup_key:
        # Where another open case has this key, this one goes without: users have worked on both.
        row.dedup_key = None if key is None or find_open(session, key) else key
    session.flush()
    add_event(session, case.number, event)


def renew(session: Session, case: DeskCase, found: Finding) -> DeskCase:
    """Keep the evidence of a new finding with an unchanged cause, and return the case with it."""
    _row(session, case.number).found = finding_json.write(found)
    session.flush()
    return replace(case, found=found)


def add_event(session: Session, number: int, event: CaseEvent) -> None:
    """Add an event to a case."""
    row = CaseEventRow(case=number, kind=event.kind.value, at=event.at, by=event.by)
    row.said, row.to, row.note = event.said.to_json(), event.to, event.note
    session.add(row)
    session.flush()


def add_enquiry(session: Session, number: int, enquiry: Enquiry) -> None:
    """Add an enquiry to a case."""
    row = CaseEnquiryRow(case=number, at=enquiry.at, by=enquiry.by, source=enquiry.source.value)
    row.language, row.writer = enquiry.language, enquiry.writer
    row.text, row.text_id = enquiry.text, enquiry.text_id
    session.add(row)
    session.flush()


def move_enquiries(session: Session, number: int, to: int) -> None:
    """Move the enquiries of a case to the case `to`."""
    session.execute(update(CaseEnquiryRow).where(CaseEnquiryRow.case == number).values(case=to))


def empty(session: Session, number: int) -> None:
    """Empty what people wrote in a case: its enquiries, and the notes of its events."""
    session.execute(update(CaseEnquiryRow).where(CaseEnquiryRow.case == number).values(text="", text_id=None))
    session.execute(update(CaseEventRow).where(CaseEventRow.case == number).values(note=""))


def untouched(session: Session, before: datetime) -> list[tuple[DeskCase, datetime]]:
    """Return the open cases that no user has touched since `before`, by the time as it was, and when last."""
    touched = func.coalesce(CaseEventRow.recorded_at, CaseEventRow.at)
    last = (
        select(CaseEventRow.case, func.max(touched).label("last"))
        .where(CaseEventRow.by != HWB)
        .group_by(CaseEventRow.case)
        .subquery()
    )
    query = (
        select(CaseRow, func.coalesce(last.c.last, CaseRow.opened_at, type_=UtcDateTime))
        .join(last, last.c.case == CaseRow.number, isouter=True)
        .where(CaseRow.state != CaseState.RESOLVED, func.coalesce(last.c.last, CaseRow.opened_at) < before)
    )
    return [(_case(row), at) for row, at in session.execute(query.order_by(CaseRow.number))]


def find_open(session: Session, dedup_key: str) -> DeskCase | None:
    """Return the open case with a `dedup_key`, locked; None where there is none."""
    query = select(CaseRow).where(CaseRow.dedup_key == dedup_key)
    row = session.scalars(query.with_for_update()).first()
    return None if row is None else _case(row)


ANY_OPEN = (
    select(CaseRow.number)
    .where(CaseRow.state.in_([state.value for state in CaseState if state is not CaseState.RESOLVED]))
    .exists()
)
"""Whether any case is open, found in the index of states."""


def overdue(session: Session, today: date) -> list[DeskCase]:
    """Return the waiting cases whose last day of waiting was before `today`."""
    waited = CaseRow.state == CaseState.WAITING.value, CaseRow.waiting_until < today
    return _cases(session, select(CaseRow).where(*waited).order_by(CaseRow.number))


def waiting_for(session: Session, party: Party) -> list[DeskCase]:
    """Return the cases that wait for `party`."""
    waiting = CaseRow.state == CaseState.WAITING.value, CaseRow.waiting_for == party.value
    return _cases(session, select(CaseRow).where(*waiting).order_by(CaseRow.number))


def taken(session: Session) -> list[DeskCase]:
    """Return the open cases that a user has."""
    query = select(CaseRow).where(CaseRow.state != CaseState.RESOLVED.value, CaseRow.taken_by.is_not(None))
    return _cases(session, query.order_by(CaseRow.number))


def mark_checked(session: Session, numbers: Collection[int], at: datetime) -> None:
    """Note that the diagnosis of the cases `numbers` was carried out `at` a moment."""
    session.execute(update(CaseRow).where(CaseRow.number.in_(numbers)).values(checked_at=at))


def events(session: Session, number: int) -> list[CaseEvent]:
    """Return the events of a case, in order."""
    query = select(CaseEventRow).where(CaseEventRow.case == number).order_by(CaseEventRow.id)
    return [
        CaseEvent(EventKind(row.kind), row.at, row.by, Text.from_json(row.said), row.to, row.note)
        for row in session.scalars(query)
    ]


def enquiries(session: Session, number: int) -> list[Enquiry]:
    """Return the enquiries of a case, in order."""
    query = select(CaseEnquiryRow).where(CaseEnquiryRow.case == number).order_by(CaseEnquiryRow.id)
    return [
        Enquiry(
            row.at,
            row.by,
            EnquirySource(row.source),
            _language(row.language),
            row.writer,
            row.text,
            row.text_id,
        )
        for row in session.scalars(query)
    ]


def of_text(session: Session, text_id: str) -> list[DeskCase]:
    """Return the cases that came from the text with an id, in the order in which it names their people."""
    query = select(CaseEnquiryRow.case).where(CaseEnquiryRow.text_id == text_id).order_by(CaseEnquiryRow.id)
    order = list(dict.fromkeys(session.scalars(query)))
    found = {case.number: case for case in _cases(session, select(CaseRow).where(CaseRow.number.in_(order)))}
    return [found[number] for number in order]


def texts_of(session: Session, number: int) -> frozenset[str | None]:
    """Return the ids of the texts from which a case came; None among them for an enquiry without a text."""
    return frozenset(
        session.scalars(select(CaseEnquiryRow.text_id).where(CaseEnquiryRow.case == number).distinct())
    )


def listed(
    session: Session, schools: Collection[str] | None, states: Iterable[CaseState], limit: int | None = None
) -> list[DeskCase]:
    """Return the cases in `states` at `schools`, oldest first; None for all, also those without a school."""
    query = select(CaseRow).where(_at(schools), CaseRow.state.in_([state.value for state in states]))
    return _cases(session, query.order_by(CaseRow.number).limit(limit))


def of_user(session: Session, user: str) -> list[DeskCase]:
    """Return the open cases that `user` has taken or opened, oldest first."""
    own = or_(CaseRow.taken_by == user, CaseRow.opened_by == user)
    states = [state.value for state in CaseState if state is not CaseState.RESOLVED]
    return _cases(session, select(CaseRow).where(CaseRow.state.in_(states), own).order_by(CaseRow.number))


def without_school(session: Session, user: str) -> list[DeskCase]:
    """Return the open cases without a school that `user` opened, oldest first."""
    query = select(CaseRow).where(
        CaseRow.school.is_(None), CaseRow.opened_by == user, CaseRow.state != CaseState.RESOLVED
    )
    return _cases(session, query.order_by(CaseRow.number))


def to_check(session: Session, before: datetime, limit: int) -> list[tuple[DeskCase, datetime]]:
    """Return open cases about a person, last checked `before` a moment, and when: longest ago first."""
    query = select(CaseRow).where(
        CaseRow.state != CaseState.RESOLVED, CaseRow.cause.is_not(None), CaseRow.checked_at < before
    )
    rows = session.scalars(query.order_by(CaseRow.checked_at, CaseRow.number).limit(limit))
    return [(_case(row), row.checked_at) for row in rows]


def _at(schools: Collection[str] | None) -> ColumnElement[bool]:
    if schools is None:
        return CaseRow.number > 0
    return CaseRow.school.in_(sorted(schools))


def _cases(session: Session, query: Select[CaseRow]) -> list[DeskCase]:
    return [_case(row) for row in session.scalars(query)]


def _row(session: Session, number: int, *, lock: bool = False) -> CaseRow:
    known = is_id(number)
    row = session.get(CaseRow, number, with_for_update=lock, populate_existing=lock) if known else None
    if row is None:
        raise KnownError("case-unknown", number=number)
    return row


def _fill(row: CaseRow, case: DeskCase) -> None:
    for name in _SHARED:
        setattr(row, name, getattr(case, name))
    row.first_cause = row.first_cause or case.cause
    row.found = finding_json.write(case.found) if case.found else None


def _case(row: CaseRow) -> DeskCase:
    return DeskCase(
        number=row.number,
        opened_at=row.opened_at,
        opened_by=row.opened_by,
        language=_language(row.language),
        state=CaseState(row.state),
        school=row.school,
        question=Question(row.question) if row.question else None,
        identifier=row.identifier,
        entry=row.entry,
        found=finding_json.read(row.found) if row.found else None,
        taken_by=row.taken_by,
        waiting_for=Party(row.waiting_for) if row.waiting_for else None,
        waiting_until=row.waiting_until,
        reason=Resolution(row.reason) if row.reason else None,
        resolved_at=row.resolved_at,
        revision=row.revision,
    )


def _language(stored: str) -> Language:
    return "cy" if stored == "cy" else "en"
