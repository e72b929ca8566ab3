"""Cases in the store: found, locked while they are moved, kept with what happened."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, select, update
from sqlalchemy.orm import Session

from bot.desk.case import (
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
from diagnostics.verdict import Next, Outcome, Verdict
from knowledge.ids import Question
from knowledge.texts import Bilingual, Language, Text
from provisioning.errors import KnownError
from provisioning.store.ids import is_id

_PLAIN = ("opened_at", "opened_by", "language", "state", "school", "question", "identifier", "entry", "cause")
_MOVING = ("taken_by", "waiting_for", "waiting_until", "reason", "resolved_at", "revision")


def add(session: Session, case: DeskCase, event: CaseEvent, enquiry: Enquiry) -> DeskCase:
    """Keep a new case; its number is given here."""
    row = CaseRow(checked_at=case.opened_at)
    _fill(row, case)
    row.dedup_key = case.dedup_key
    session.add(row)
    session.flush()
    record(session, row.number, event)
    ask(session, row.number, enquiry)
    return _case(row)


def one(session: Session, number: int, *, lock: bool = False) -> DeskCase:
    """A case by its number; with `lock` nobody else moves it before the transaction ends.

    An unknown number is a known error.
    """
    return _case(_row(session, number, lock=lock))


def find(session: Session, number: int) -> DeskCase | None:
    """A case by its number, unless there is none or it has been deleted."""
    row = session.get(CaseRow, number) if is_id(number) else None
    return None if row is None else _case(row)


def save(session: Session, case: DeskCase, event: CaseEvent) -> None:
    """Keep a case that has moved, and what happened to it."""
    row = _row(session, case.number)
    _fill(row, case)
    wanted = case.dedup_key
    if wanted != row.dedup_key:
        # Where another open case has come to say the same, both stay: what people did with each is theirs.
        row.dedup_key = None if wanted is None or same(session, wanted) else wanted
    session.flush()
    record(session, case.number, event)


def record(session: Session, number: int, event: CaseEvent) -> None:
    """Add what happened to a case."""
    row = CaseEventRow(case=number, deed=event.deed.value, at=event.at, by=event.by)
    row.said, row.to, row.note = event.said.to_json(), event.to, event.note
    session.add(row)
    session.flush()


def ask(session: Session, number: int, enquiry: Enquiry) -> None:
    """Add somebody's asking to a case."""
    row = CaseEnquiryRow(case=number, at=enquiry.at, by=enquiry.by, door=enquiry.door.value)
    row.language, row.writer = enquiry.language, enquiry.writer
    row.text, row.together = enquiry.text, enquiry.together
    session.add(row)
    session.flush()


def move_enquiries(session: Session, number: int, to: int) -> None:
    """Let the askings of one case be another's."""
    session.execute(update(CaseEnquiryRow).where(CaseEnquiryRow.case == number).values(case=to))


def same(session: Session, dedup_key: str) -> DeskCase | None:
    """The open case about the same person and cause."""
    query = select(CaseRow).where(CaseRow.dedup_key == dedup_key)
    row = session.scalars(query.with_for_update()).first()
    return None if row is None else _case(row)


def overdue(session: Session, today: date) -> list[DeskCase]:
    """The cases that have waited longer than they were to."""
    waited = CaseRow.state == CaseState.WAITING.value, CaseRow.waiting_until < today
    return _cases(session, select(CaseRow).where(*waited).order_by(CaseRow.number))


def checked(session: Session, numbers: Collection[int], at: datetime) -> None:
    """The records have been looked at for some cases."""
    session.execute(update(CaseRow).where(CaseRow.number.in_(numbers)).values(checked_at=at))


def events(session: Session, number: int) -> list[CaseEvent]:
    """What happened to a case, in order."""
    query = select(CaseEventRow).where(CaseEventRow.case == number).order_by(CaseEventRow.id)
    return [
        CaseEvent(EventKind(row.deed), row.at, row.by, Text.from_json(row.said), row.to, row.note)
        for row in session.scalars(query)
    ]


def enquiries(session: Session, number: int) -> list[Enquiry]:
    """The askings that led to a case, in order."""
    query = select(CaseEnquiryRow).where(CaseEnquiryRow.case == number).order_by(CaseEnquiryRow.id)
    return [
        Enquiry(
            row.at,
            row.by,
            EnquirySource(row.door),
            _language(row.language),
            row.writer,
            row.text,
            row.together,
        )
        for row in session.scalars(query)
    ]


def together(session: Session, name: str) -> list[DeskCase]:
    """The cases that came from one text."""
    among = select(CaseEnquiryRow.case).where(CaseEnquiryRow.together == name)
    return _cases(session, select(CaseRow).where(CaseRow.number.in_(among)))


def listed(
    session: Session, schools: Collection[str] | None, states: Iterable[CaseState], limit: int | None = None
) -> list[DeskCase]:
    """Cases in some states at some schools, oldest first; `None` for all, also those without a school."""
    query = select(CaseRow).where(_at(schools), CaseRow.state.in_([state.value for state in states]))
    return _cases(session, query.order_by(CaseRow.number).limit(limit))


def without_school(session: Session, user: str) -> list[DeskCase]:
    """The open cases without a school that somebody opened, oldest first."""
    query = select(CaseRow).where(
        CaseRow.school.is_(None), CaseRow.opened_by == user, CaseRow.state != CaseState.RESOLVED
    )
    return _cases(session, query.order_by(CaseRow.number))


def to_check(session: Session, before: datetime, limit: int) -> list[tuple[DeskCase, datetime]]:
    """Open cases about somebody, with when they were last looked at: those longest ago first."""
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
    for name in (*_PLAIN, *_MOVING):
        setattr(row, name, getattr(case, name))
    row.first_cause = row.first_cause or case.cause
    row.found = _finding_json(case.found) if case.found else None


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
        found=_finding(row.found) if row.found else None,
        taken_by=row.taken_by,
        waiting_for=Party(row.waiting_for) if row.waiting_for else None,
        waiting_until=row.waiting_until,
        reason=Resolution(row.reason) if row.reason else None,
        resolved_at=row.resolved_at,
        revision=row.revision,
    )


def _finding_json(found: Finding) -> dict[str, Any]:
    """A finding as plain JSON; evidence and its date as one text, so that both are kept alike."""
    return {
        "entry": found.entry,
        "identifier": found.identifier,
        "cause": found.cause,
        "headline": found.headline.to_json(),
        "steps": [
            {
                "step": one.step,
                "outcome": one.outcome.value,
                "detail": one.detail.to_json(),
                "as_of": Text("", {"as_of": one.as_of}).to_json(),
                "cause": one.cause,
            }
            for one in found.steps
        ],
        "who": found.next.who,
        "contact": {"en": found.next.contact.en, "cy": found.next.contact.cy},
        "action": found.next.action.to_json(),
    }


def _finding(stored: dict[str, Any]) -> Finding:
    return Finding(
        entry=stored["entry"],
        identifier=stored["identifier"],
        cause=stored["cause"],
        headline=Text.from_json(stored["headline"]),
        steps=tuple(
            Verdict(
                one["step"],
                Outcome(one["outcome"]),
                Text.from_json(one["detail"]),
                Text.from_json(one["as_of"]).values["as_of"],
                one["cause"],
            )
            for one in stored["steps"]
        ),
        next=Next(stored["who"], Bilingual(**stored["contact"]), Text.from_json(stored["action"])),
    )


def _language(stored: str) -> Language:
    return "cy" if stored == "cy" else "en"
