"""Follow-ups in the store: schools that wait for others, and are to be run again once these have released."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import cast

from sqlalchemy import Table, delete, null, select, union_all
from sqlalchemy.orm import Session

from provisioning.store.bulk import bulk
from provisioning.store.portions import portions
from provisioning.store.tables.runs import FollowUpRow, WaitRow
from provisioning.store.upserts import inserting

CALLED = "follow-ups called"
"""Where the `info` of a session may have what is called with it once follow-ups are noted (`Called`)."""
Called = Callable[[Session, Collection[str]], None]
"""Takes the session, and the schools that are to be run again once it commits."""

_WAITS = cast("Table", WaitRow.__table__)
_FOLLOW_UPS = cast("Table", FollowUpRow.__table__)


@dataclass(frozen=True)
class Waits:
    """For which schools a school has waited since its latest run, and its open follow-ups by id."""

    for_schools: frozenset[str] = frozenset()
    follow_ups: tuple[int, ...] = ()


def of(session: Session, schools: Iterable[str]) -> dict[str, Waits]:
    """Return how `schools` wait, by school."""
    found = {school: Waits() for school in schools}
    nothing = null()
    for some in portions(list(found)):
        waits = select(_WAITS.c.school, _WAITS.c.waits_for, nothing).where(_WAITS.c.school.in_(some))
        open_ = select(_FOLLOW_UPS.c.school, nothing, _FOLLOW_UPS.c.id).where(_FOLLOW_UPS.c.school.in_(some))
        for school, other, id_ in session.execute(union_all(waits, open_)):
            before = found[school]
            found[school] = (
                replace(before, for_schools=before.for_schools | {other})
                if other
                else replace(before, follow_ups=(*before.follow_ups, id_))
            )
    return found


def wait(session: Session, changed: Mapping[str, tuple[Waits, Collection[str]]]) -> None:
    """Store for which schools each school waits after its run, given how it waited before; done is done.

    The follow-ups of before are carried out: they were read before the accounts were.
    """
    many = bulk(session)
    stored = {(school, other) for school, (before, _) in changed.items() for other in before.for_schools}
    wanted = {(school, other) for school, (_, others) in changed.items() for other in others}
    many.delete(_WAITS, ("school", "waits_for"), sorted(stored - wanted))
    many.insert(_WAITS, ("school", "waits_for"), sorted(wanted - stored))
    many.delete(_FOLLOW_UPS, ("id",), [(id_,) for before, _ in changed.values() for id_ in before.follow_ups])


def wait_too(session: Session, school: str, others: Collection[str]) -> None:
    """Store that a school waits for `others` too; for which it waits already, and its follow-ups, stay."""
    if others:
        rows = [{"school": school, "waits_for": other} for other in sorted(others)]
        session.execute(inserting(session, WaitRow).on_conflict_do_nothing(), rows)


def put(session: Session, released: Mapping[str, int]) -> None:
    """Note each school that waits for one which has released learners: it is to be run again.

    `released` has the run that has released by school; for a release that an export has shown, the newest run
    of any school, as the releasing school may have none. To be called once the accounts are changed: the lock
    on a released account makes a run that was blocked by it visible here, or lets it see the release.
    """
    if not released:
        return
    query = select(_WAITS.c.school, _WAITS.c.waits_for).where(_WAITS.c.waits_for.in_(list(released)))
    rows = [
        {"school": school, "because_of_run": released[waits_for]}
        for school, waits_for in session.execute(query.order_by(_WAITS.c.school))
    ]
    if not rows:
        return
    session.execute(inserting(session, FollowUpRow).on_conflict_do_nothing(), rows)
    called: Called | None = session.info.get(CALLED)
    if called is not None:
        called(session, dict.fromkeys(str(row["school"]) for row in rows))


def open_by_school(session: Session) -> dict[str, tuple[int, ...]]:
    """Return because of which runs each school is to be run again, in the order in which it was first noted.

    A later follow-up of a school is told from an earlier one by its run: ids are given again on SQLite.
    """
    found: dict[str, tuple[int, ...]] = {}
    query = select(_FOLLOW_UPS.c.school, _FOLLOW_UPS.c.because_of_run).order_by(_FOLLOW_UPS.c.id)
    for school, run in session.execute(query):
        found[school] = (*found.get(school, ()), run)
    return found


def failed(session: Session, school: str, run: int) -> None:
    """Delete the follow-ups of a school noted before its failed run: its next slot, or a person, runs it."""
    session.execute(
        delete(_FOLLOW_UPS).where(_FOLLOW_UPS.c.school == school, _FOLLOW_UPS.c.because_of_run < run)
    )
