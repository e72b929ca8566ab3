"""Follow-ups in the store: schools that wait for others, and are to be run again once these have released."""

from collections.abc import Collection, Iterable, Mapping
from typing import cast

from sqlalchemy import Table, delete, select
from sqlalchemy.orm import Session

from provisioning.store.bulk import bulk
from provisioning.store.portions import portions
from provisioning.store.tables import FollowUpRow, WaitRow
from provisioning.store.upserts import inserting

_WAITS = cast("Table", WaitRow.__table__)
_FOLLOW_UPS = cast("Table", FollowUpRow.__table__)


def wait(session: Session, blocked: Mapping[str, Collection[str]]) -> None:
    """Store for which schools each school waits after its run: `blocked` is by its number."""
    wanted = {(school, other) for school, others in blocked.items() for other in others}
    stored: set[tuple[str, str]] = set()
    for some in portions(list(blocked)):
        query = select(_WAITS.c.school, _WAITS.c.waits_for).where(_WAITS.c.school.in_(some))
        stored |= {(school, other) for school, other in session.execute(query)}
    many = bulk(session)
    many.delete(_WAITS, ("school", "waits_for"), sorted(stored - wanted))
    many.insert(_WAITS, ("school", "waits_for"), sorted(wanted - stored))


def put(session: Session, released: Mapping[int, str]) -> None:
    """Note each school that waits for one which has released learners: it is to be run again.

    `released` are the schools by the run that has released. To be called once the accounts are changed: the
    lock on a released account makes a run that was blocked by it visible here, or lets it see the release.
    """
    if not released:
        return
    runs: dict[str, list[int]] = {}
    for run, school in released.items():
        runs.setdefault(school, []).append(run)
    query = select(_WAITS.c.school, _WAITS.c.waits_for).where(_WAITS.c.waits_for.in_(list(runs)))
    rows = [
        {"school": school, "because_of_run": run}
        for school, waits_for in session.execute(query.order_by(_WAITS.c.school))
        for run in runs[waits_for]
    ]
    if rows:
        session.execute(inserting(session, FollowUpRow).on_conflict_do_nothing(), rows)


def of(session: Session, schools: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """Return the ids of the open follow-ups of `schools`, by school; a school without is left out."""
    found: dict[str, tuple[int, ...]] = {}
    for some in portions(list(schools)):
        query = select(_FOLLOW_UPS.c.id, _FOLLOW_UPS.c.school).where(_FOLLOW_UPS.c.school.in_(some))
        for id_, school in session.execute(query.order_by(_FOLLOW_UPS.c.id)):
            found[school] = (*found.get(school, ()), id_)
    return found


def schools(session: Session) -> list[str]:
    """Return the schools that are to be run again, in the order in which that was first noted."""
    query = select(_FOLLOW_UPS.c.school).order_by(_FOLLOW_UPS.c.id)
    return list(dict.fromkeys(session.scalars(query)))


def done(session: Session, ids: Collection[int]) -> None:
    """Delete follow-ups that a run has carried out: those that it read before it read the accounts."""
    for some in portions(list(ids)):
        session.execute(delete(_FOLLOW_UPS).where(_FOLLOW_UPS.c.id.in_(some)))


def failed(session: Session, school: str, run: int) -> None:
    """Delete the follow-ups of a school that a failed run came after: its next slot, or a person, runs it."""
    session.execute(
        delete(_FOLLOW_UPS).where(_FOLLOW_UPS.c.school == school, _FOLLOW_UPS.c.because_of_run < run)
    )


def forget(session: Session, schools: Collection[str]) -> None:
    """Delete all follow-ups of schools that run no more."""
    for some in portions(list(schools)):
        session.execute(delete(_FOLLOW_UPS).where(_FOLLOW_UPS.c.school.in_(some)))
