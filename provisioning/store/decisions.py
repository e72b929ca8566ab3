"""People's decisions in the store: what is held, what was refused, which safeguards are relaxed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from provisioning.ids import Fingerprint
from provisioning.planning.safeguards import Allowance
from provisioning.records.changes import CHANGE_ORDER, Change, ChangeKind
from provisioning.records.people import Key, Kind, key_of
from provisioning.store.tables.decisions import HeldRow, RefusalRow, RelaxationRow
from provisioning.store.tables.runs import RunRow
from provisioning.store.upserts import put

WHOLE_EXTRACT = "extract"
"""The kind of a refusal of everything that an extract asks for, rather than of one change."""


@dataclass(frozen=True)
class StoredChange:
    """A change as the store keeps it while it waits for a decision, or once it was refused."""

    fingerprint: Fingerprint
    kind: str
    person: Kind
    identifier: str

    @property
    def key(self) -> Key:
        """Kind and identifier, as they are compared; the identifier is empty for a whole extract."""
        return key_of(self.person, self.identifier)


@dataclass(frozen=True)
class Relaxation:
    """A safeguard that lets pass up to so many at one school until a day; it ends by itself.

    `used` of `up_to` have been let pass; None where the relaxation is from before there were limits.
    """

    school: str
    safeguard: str
    until: date
    why: str
    by: str
    up_to: int | None = None
    used: int = 0


def hold(session: Session, run: int, changes: Iterable[Change]) -> None:
    """Store the changes that a run holds, in place of those stored before."""
    session.execute(delete(HeldRow).where(HeldRow.run == run))
    rows = [
        {
            "run": run,
            "fingerprint": change.fingerprint,
            "kind": change.kind.value,
            "person": change.record.kind.value,
            "identifier": change.record.identifier,
        }
        for change in changes
    ]
    if rows:
        session.execute(insert(HeldRow), rows)


def held(session: Session, run: int) -> list[StoredChange]:
    """Return the changes that a run holds, in the order in which a run applies changes."""
    rows = session.scalars(select(HeldRow).where(HeldRow.run == run))
    return sorted(
        map(_waiting, rows),
        key=lambda change: (CHANGE_ORDER[ChangeKind(change.kind)], change.person, change.identifier),
    )


def prints(session: Session, run: int) -> frozenset[str]:
    """Return the fingerprints of the changes that a run holds."""
    return frozenset(session.scalars(select(HeldRow.fingerprint).where(HeldRow.run == run)))


def hold_alike(session: Session, run: int, other: int) -> bool:
    """Return whether two runs hold equal changes."""
    return run == other or prints(session, run) == prints(session, other)


def refuse(session: Session, school: str, run: int, waiting: Iterable[StoredChange]) -> None:
    """Refuse the changes `waiting` at `school`: later runs skip them until an extract asks for others."""
    rows = (
        {
            "school": school,
            "fingerprint": change.fingerprint,
            "kind": change.kind,
            "person": change.person.value,
            "identifier": change.identifier,
            "run": run,
        }
        for change in waiting
    )
    put(session, RefusalRow, rows)


def refused(session: Session, school: str) -> dict[str, StoredChange]:
    """Return the changes refused at `school`, by fingerprint."""
    rows = session.scalars(select(RefusalRow).where(RefusalRow.school == school))
    return {row.fingerprint: _waiting(row) for row in rows}


def refused_at(session: Session, schools: Iterable[str]) -> Mapping[str, tuple[StoredChange, ...]]:
    """Return what was refused, by school; a school without refusals is left out."""
    found: defaultdict[str, list[StoredChange]] = defaultdict(list)
    for row in session.scalars(_REFUSED, {"of_schools": list(schools)}):
        found[row.school].append(_waiting(row))
    return {school: tuple(refusals) for school, refusals in found.items()}


_REFUSED = (
    select(RefusalRow)
    .where(RefusalRow.school.in_(bindparam("of_schools", expanding=True)))
    .order_by(RefusalRow.fingerprint)
)


def forget(session: Session, school: str, refusals: Iterable[StoredChange]) -> None:
    """Forget refusals of what an extract no longer asks for."""
    prints = [refusal.fingerprint for refusal in refusals]
    if prints:
        session.execute(
            delete(RefusalRow).where(RefusalRow.school == school, RefusalRow.fingerprint.in_(prints))
        )


def reconsider(session: Session, school: str) -> int:
    """Delete the refusals of `school`, so that the next run proposes them again; return their number."""
    statement = delete(RefusalRow).where(RefusalRow.school == school).returning(RefusalRow.fingerprint)
    return len(list(session.scalars(statement)))


def take_back(session: Session, school: str, by: str, at: datetime) -> int:
    """Do what `reconsider` does at `school` at the word of `by`, and note it at the runs that refused."""
    refusing = select(RefusalRow.run).where(RefusalRow.school == school)
    noted = update(RunRow).where(RunRow.id.in_(refusing)).values(taken_back_by=by, taken_back_at=at)
    session.execute(noted.execution_options(synchronize_session=False))
    return reconsider(session, school)


def relax(session: Session, relaxation: Relaxation, at: datetime) -> None:
    """Relax a safeguard for a school, in place of an earlier relaxation of it."""
    session.execute(
        delete(RelaxationRow).where(
            RelaxationRow.school == relaxation.school, RelaxationRow.safeguard == relaxation.safeguard
        )
    )
    session.add(
        RelaxationRow(
            school=relaxation.school,
            safeguard=relaxation.safeguard,
            up_to=relaxation.up_to,
            used=relaxation.used,
            until=relaxation.until,
            why=relaxation.why,
            by=relaxation.by,
            at=at,
        )
    )


def use(session: Session, school: str, safeguard: str, count: int) -> None:
    """Count what a relaxation has let pass, so that it is used up some time."""
    session.execute(
        update(RelaxationRow)
        .where(RelaxationRow.school == school, RelaxationRow.safeguard == safeguard)
        .values(used=RelaxationRow.used + count)
    )


def relaxations(session: Session, today: date, school: str | None = None) -> list[Relaxation]:
    """Return the relaxations in force on a day."""
    query = select(RelaxationRow).where(RelaxationRow.until >= today).order_by(RelaxationRow.id)
    if school is not None:
        query = query.where(RelaxationRow.school == school)
    return [
        Relaxation(row.school, row.safeguard, row.until, row.why, row.by, row.up_to, row.used)
        for row in session.scalars(query)
    ]


def allowances(session: Session, today: date, safeguard: str) -> dict[str, Allowance]:
    """Return how far a `safeguard` may go on a day, by the schools at which it is relaxed."""
    return {
        relaxation.school: Allowance(relaxation.up_to, relaxation.used)
        for relaxation in relaxations(session, today)
        if relaxation.safeguard == safeguard
    }


def _waiting(row: HeldRow | RefusalRow) -> StoredChange:
    return StoredChange(row.fingerprint, row.kind, Kind(row.person), row.identifier)
