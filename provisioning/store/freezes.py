"""Freezes: from a day to a day no run may change anything at a school, or at an authority's schools."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import String, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from provisioning.clock import uk_date
from provisioning.errors import KnownError
from provisioning.masking import masked
from provisioning.records.schools import School
from provisioning.store.row_ids import is_id
from provisioning.store.tables.base import Base

MOST_DAYS = 31
"""Days that a freeze may last: a longer one would hold on after its reason has gone."""
AHEAD = timedelta(days=366)
"""How long before its first day a freeze may be set."""

LONGEST_REASON = 150
"""Characters of a reason: it stands above every answer about the school, which Slack bounds."""


class SchoolFrozen(KnownError):
    """A run would change accounts of a school that is frozen."""


class FreezeRow(Base):
    """A freeze of a place, which is a school's number or an authority's code; an ended one stays."""

    __tablename__ = "freezes"

    id: Mapped[int] = mapped_column(primary_key=True)
    place: Mapped[str] = mapped_column(String(7))
    begins_on: Mapped[date]
    ends_on: Mapped[date] = mapped_column(index=True)
    reason: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None]


@dataclass(frozen=True)
class Freeze:
    """A freeze from `begins_on` to `ends_on`, both included, or until `ended_at` where that was before.

    `place` is the number of a school or the code of an authority; `id` is 0 until it is stored. `to_end` are
    the ids of all freezes by which a school is frozen until `ends_on`, where `Freezes.of` has found it.
    """

    place: str
    begins_on: date
    ends_on: date
    reason: str
    by: str
    at: datetime
    id: int = 0
    ended_at: datetime | None = None
    to_end: tuple[int, ...] = ()

    def covers(self, school: School) -> bool:
        """Return whether the freeze is of `school`, or of its authority."""
        return self.place in (school.number, school.local_authority)

    def holds_at(self, moment: datetime) -> bool:
        """Return whether no run may change anything at a moment."""
        within = self.begins_on <= uk_date(moment) <= self.ends_on
        return within and (self.ended_at is None or moment < self.ended_at)

    def is_over(self, now: datetime) -> bool:
        """Return whether the freeze will hold no more."""
        return self.ended_at is not None or uk_date(now) > self.ends_on


@dataclass(frozen=True)
class Freezes:
    """Freezes that were read, to be asked about schools and moments."""

    every: tuple[Freeze, ...] = ()

    def of(self, school: School, moment: datetime) -> Freeze | None:
        """Return the freeze by which `school` is frozen at a moment: of several, the one that ends last.

        Where others follow without a day between, its `ends_on` is the last day of those. Its `to_end` has
        all that hold or follow so, in the order of their first days.
        """
        covering = [each for each in self.every if each.covers(school)]
        holding = [each for each in covering if each.holds_at(moment)]
        if not holding:
            return None
        found = max(holding, key=lambda each: each.ends_on)
        until, to_end = found.ends_on, list[int]()
        for each in sorted(covering, key=lambda each: each.begins_on):
            if not each.is_over(moment) and each.begins_on <= until + timedelta(days=1):
                until = max(until, each.ends_on)
                to_end.append(each.id)
        return replace(found, ends_on=until, to_end=tuple(to_end))

    def frozen(self, schools: Iterable[School], moment: datetime) -> dict[str, Freeze]:
        """Return the freezes of those of `schools` that are frozen at a moment, by number."""
        found = ((school.number, self.of(school, moment)) for school in schools)
        return {number: freeze for number, freeze in found if freeze is not None}


def since(session: Session, day: date) -> Freezes:
    """Return the freezes whose last day is `day` or later, in the order of their first days."""
    query = select(FreezeRow).where(FreezeRow.ends_on >= day).order_by(FreezeRow.begins_on, FreezeRow.id)
    return Freezes(tuple(map(_freeze, session.scalars(query))))


def require_unfrozen(session: Session, school: School, now: datetime) -> None:
    """Refuse to run `school` while it is frozen; the error says until when, why, and by whom."""
    freeze = since(session, uk_date(now)).of(school, now)
    if freeze is not None:
        values = {"until": freeze.ends_on, "reason": freeze.reason, "by": freeze.by}
        raise SchoolFrozen("school-frozen", school=school.name, **values)


def begin(session: Session, freeze: Freeze) -> Freeze:
    """Keep a freeze and return it with its id; what looks like a UPN or an address in its reason is masked.

    Raises `KnownError` where its days can't be, or another freeze of its place has a day of it.
    """
    require_possible(freeze)
    others = (each for each in since(session, freeze.begins_on).every if each.place == freeze.place)
    for other in others:
        if other.ended_at is None and other.begins_on <= freeze.ends_on:
            days = {"begins": other.begins_on, "ends": other.ends_on}
            raise KnownError("freeze-overlaps", id=other.id, place=other.place, **days)
    row = FreezeRow(
        place=freeze.place,
        begins_on=freeze.begins_on,
        ends_on=freeze.ends_on,
        reason=masked(freeze.reason),
        by=freeze.by,
        at=freeze.at,
    )
    session.add(row)
    session.flush()
    return _freeze(row)


def require_possible(freeze: Freeze) -> None:
    """Refuse a freeze without a reason, or a long one, from a day that is past, or that lasts too long."""
    today = uk_date(freeze.at)
    if not freeze.reason:
        raise KnownError("freeze-no-reason")
    if len(freeze.reason) > LONGEST_REASON:
        raise KnownError("freeze-reason-long", length=len(freeze.reason), most=LONGEST_REASON)
    if freeze.begins_on < today or freeze.begins_on > today + AHEAD:
        raise KnownError("freeze-from", day=freeze.begins_on, first=today, last=today + AHEAD)
    last = freeze.begins_on + timedelta(days=MOST_DAYS - 1)
    if not freeze.begins_on <= freeze.ends_on <= last:
        raise KnownError("freeze-to", day=freeze.ends_on, first=freeze.begins_on, last=last, most=MOST_DAYS)


def get(session: Session, id_: int) -> Freeze:
    """Return a freeze by its id; `KnownError` where there is none."""
    row = session.get(FreezeRow, id_) if is_id(id_) else None
    if row is None:
        raise KnownError("freeze-unknown", id=id_)
    return _freeze(row)


def end(session: Session, id_: int, by: str, now: datetime) -> Freeze:
    """End a freeze before its last day is over, and return it; `KnownError` where it is over already."""
    freeze = get(session, id_)
    open_ = FreezeRow.id == id_, FreezeRow.ended_at.is_(None), FreezeRow.ends_on >= uk_date(now)
    ended = update(FreezeRow).where(*open_).values(ended_at=now, ended_by=by).returning(FreezeRow.id)
    if session.scalars(ended).first() is None:
        raise KnownError("freeze-over", id=id_, place=freeze.place)
    return freeze


def _freeze(row: FreezeRow) -> Freeze:
    return Freeze(
        row.place, row.begins_on, row.ends_on, row.reason, row.by, row.at, id=row.id, ended_at=row.ended_at
    )
