"""Accounts in doubt in the store: what waits for a person's decision, and what was decided."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import Select, case, delete, func, insert, select, update
from sqlalchemy.orm import Session

from provisioning.errors import KnownError
from provisioning.planning.other_identifiers import Answers
from provisioning.records.accounts import Account
from provisioning.records.people import Key, Kind, Learner, Record, key_of
from provisioning.records.plans import Doubt, DoubtReason, IdentityAnswer
from provisioning.store import accounts
from provisioning.store.row_ids import is_id
from provisioning.store.tables.decisions import IdentityDecisionRow
from provisioning.store.tables.runs import RunRow


@dataclass(frozen=True)
class IdentityQuestion:
    """A record and an account of which it is asked whether they are one person's.

    `record` has what the MIS said of the person when it was asked, as JSON; `account` is None where the
    account is gone. `decided` is empty while the question waits. `replaces` is the question with the decision
    that a later one has just taken the place of.
    """

    id: int
    school: str
    kind: Kind
    identifier: str
    reason: DoubtReason
    record: Mapping[str, Any]
    account: Account | None
    asked_at: datetime
    decided: IdentityAnswer | None = None
    by: str | None = None
    at: datetime | None = None
    replaces: "IdentityQuestion | None" = None


class AlreadyDecided(KnownError):
    """A question that was decided, or decided otherwise, before an answer to it came."""

    def __init__(self, change: int) -> None:
        super().__init__("identity-decided", change=change)


class Decision(NamedTuple):
    """The number of a question that has been decided, and when it was."""

    id: int
    at: datetime


def answers(session: Session) -> Answers:
    """Return all decisions; where two schools were asked about one pair, the later answer counts."""
    row = IdentityDecisionRow
    query = (
        select(row.account, row.person, row.decided).where(row.decided.is_not(None)).order_by(row.at, row.id)
    )
    return {
        (account, person): IdentityAnswer(said) for account, person, said in session.execute(query) if said
    }


def decision(session: Session, account: int, person: str) -> Decision:
    """Return the decision that counts of those about a pair, an account and the fingerprint of a person."""
    row = IdentityDecisionRow
    query = select(row.id, row.at).where(row.account == account, row.person == person)
    latest = query.where(row.decided.is_not(None)).order_by(row.at.desc(), row.id.desc())
    id_, at = session.execute(latest.limit(1)).one()
    return Decision(id_, cast("datetime", at))


def ask(
    session: Session,
    doubts: Mapping[str, Sequence[Doubt]],
    now: datetime,
    *,
    only: Collection[Key] | None = None,
) -> None:
    """Keep the doubts that schools' runs have found, in the place of those that wait there and are no more.

    A question that waits already keeps its id, and is shown with the record as it is now. With `only`, the
    runs looked at these people alone: what waits about others goes on waiting.
    """
    row = IdentityDecisionRow
    there: defaultdict[str, dict[tuple[int, str], int]] = defaultdict(dict)
    query = select(row.id, row.school, row.account, row.person, row.kind, row.identifier)
    unseen: set[int] = set()
    for id_, school, account, person, kind, identifier in session.execute(
        query.where(row.school.in_(list(doubts)), row.decided.is_(None))
    ):
        there[school][account, person] = id_
        if only is not None and key_of(Kind(kind), identifier) not in only:
            unseen.add(id_)
    new: list[dict[str, Any]] = []
    for school, found in doubts.items():
        waiting = there[school]
        for doubt in found:
            pair = doubt.account.id, doubt.person
            if pair in waiting:
                same = row.id == waiting.pop(pair)
                session.execute(update(row).where(same).values(record=_told(doubt.record)))
            else:
                new.append(_row(school, doubt, now))
        gone = set(waiting.values()) - unseen
        if gone:
            session.execute(delete(row).where(row.id.in_(gone)))
    if new:
        session.execute(insert(row), new)


def _row(school: str, doubt: Doubt, now: datetime) -> dict[str, Any]:
    return {
        "school": school,
        "account": doubt.account.id,
        "person": doubt.person,
        "reason": doubt.reason.value,
        "kind": doubt.record.kind.value,
        "identifier": doubt.record.identifier,
        "record": _told(doubt.record),
        "asked_at": now,
    }


def _told(record: Record) -> dict[str, Any]:
    """Return what the MIS says of a person, for those who decide."""
    told: dict[str, Any] = {"surname": record.surname, "forename": record.forename}
    if isinstance(record, Learner):
        born = record.date_of_birth.isoformat() if record.date_of_birth else None
        told |= {"date_of_birth": born, "year_group": record.year_group, "class": record.class_name}
    leaving = record.leaving_date.isoformat() if record.leaving_date else None
    return told | {"joins_on": record.joins_on.isoformat(), "leaving_date": leaving}


def waiting(session: Session, school: str | None = None) -> list[IdentityQuestion]:
    """Return the questions that wait for a decision, oldest first.

    Only those of `school`, where it is given.
    """
    query = select(IdentityDecisionRow).where(IdentityDecisionRow.decided.is_(None))
    if school is not None:
        query = query.where(IdentityDecisionRow.school == school)
    return _questions(session, query.order_by(IdentityDecisionRow.id))


def decided(session: Session, school: str, since: datetime | None = None) -> list[IdentityQuestion]:
    """Return the decided questions of `school`, the latest first; only those decided `since`, if given."""
    query = select(IdentityDecisionRow).where(
        IdentityDecisionRow.school == school, IdentityDecisionRow.decided.is_not(None)
    )
    if since is not None:
        query = query.where(IdentityDecisionRow.at >= since)
    return _questions(session, query.order_by(IdentityDecisionRow.at.desc(), IdentityDecisionRow.id.desc()))


class Standing(NamedTuple):
    """How many questions of a school wait or were decided as `same`, and when the last decision was."""

    waiting: int = 0
    same: int = 0
    decided_at: datetime | None = None


def standing(session: Session) -> dict[str, Standing]:
    """Return how matters stand at each school that was ever asked whose account something is."""
    row = IdentityDecisionRow
    waits, same = (
        func.sum(case((condition, 1), else_=0))
        for condition in (row.decided.is_(None), row.decided == IdentityAnswer.SAME.value)
    )
    query = select(row.school, waits, same, func.max(row.at)).group_by(row.school)
    return {school: Standing(int(some), int(of), at) for school, some, of, at in session.execute(query)}


class WaitingDoubts(NamedTuple):
    """The ids of a school's questions that wait for a decision, oldest first, and the time of the first."""

    ids: tuple[int, ...]
    since: datetime


def waiting_at(session: Session) -> dict[str, WaitingDoubts]:
    """Return which questions wait for a decision, by school."""
    row = IdentityDecisionRow
    query = select(row.school, row.id, row.asked_at).where(row.decided.is_(None))
    found: defaultdict[str, list[tuple[int, datetime]]] = defaultdict(list)
    for school, id_, asked_at in session.execute(query.order_by(row.school, row.id)):
        found[school].append((id_, asked_at))
    return {
        school: WaitingDoubts(tuple(id_ for id_, _ in asked), min(at for _, at in asked))
        for school, asked in found.items()
    }


def get(session: Session, change: int) -> IdentityQuestion:
    """Return a question by its id, decided or not; an unknown id is a known error."""
    found = (
        _questions(session, select(IdentityDecisionRow).where(IdentityDecisionRow.id == change))
        if is_id(change)
        else []
    )
    if not found:
        raise KnownError("change-unknown", change=change)
    return found[0]


def decide(
    session: Session,
    change: int,
    answer: IdentityAnswer,
    by: str,
    at: datetime,
    expected: Callable[[IdentityQuestion], bool] = lambda _: True,
) -> IdentityQuestion:
    """Keep a person's decision in the place of an earlier one; the next run acts by it.

    The schools that were asked about the pair look at every record again. Raises `KnownError` for an unknown
    id, and where the question is not as `expected` any more.
    """
    row = session.get_one(IdentityDecisionRow, get(session, change).id, with_for_update=True)
    question = get(session, change)
    if not expected(question):
        raise AlreadyDecided(change)
    row.decided, row.by, row.at = answer.value, by, at
    session.flush()
    asked = select(IdentityDecisionRow.school).where(
        IdentityDecisionRow.account == row.account, IdentityDecisionRow.person == row.person
    )
    session.execute(
        update(RunRow)
        .where(RunRow.school.in_(asked), RunRow.asks_on.is_not(None))
        .values(asks_on=None, basis=None)
        .execution_options(synchronize_session=False)
    )
    return replace(get(session, change), replaces=question if question.decided else None)


def is_to_announce(session: Session) -> bool:
    """Return whether a waiting question has not been announced yet."""
    return bool(session.scalar(select(ANY_TO_ANNOUNCE)))


def to_announce(session: Session, at: datetime) -> dict[str, int]:
    """Return the newest unannounced question of each school that has any, and mark all as announced."""
    newest: dict[str, int] = {}
    query = select(IdentityDecisionRow).where(*_UNTOLD).order_by(IdentityDecisionRow.id)
    for row in session.scalars(query.with_for_update()):
        row.announced_at = at
        newest[row.school] = row.id
    return newest


def announced(session: Session) -> list[IdentityQuestion]:
    """Return the questions that wait for a decision and have been announced, oldest first."""
    query = select(IdentityDecisionRow).where(
        IdentityDecisionRow.decided.is_(None), IdentityDecisionRow.announced_at.is_not(None)
    )
    return _questions(session, query.order_by(IdentityDecisionRow.id))


_UNTOLD = (IdentityDecisionRow.decided.is_(None), IdentityDecisionRow.announced_at.is_(None))
ANY_TO_ANNOUNCE = select(IdentityDecisionRow.id).where(*_UNTOLD).exists()
"""Whether a waiting question has not been announced yet."""


def _questions(session: Session, query: Select[IdentityDecisionRow]) -> list[IdentityQuestion]:
    rows = list(session.scalars(query.execution_options(populate_existing=True)))
    known = {found.id: found for found in accounts.with_ids(session, [row.account for row in rows])}
    return [
        IdentityQuestion(
            id=row.id,
            school=row.school,
            kind=Kind(row.kind),
            identifier=row.identifier,
            reason=DoubtReason(row.reason),
            record=row.record,
            account=known.get(row.account),
            asked_at=row.asked_at,
            decided=IdentityAnswer(row.decided) if row.decided else None,
            by=row.by,
            at=row.at,
        )
        for row in rows
    ]
