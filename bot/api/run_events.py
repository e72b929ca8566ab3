"""What other systems are told of runs: what has come of new ones, and of held ones since they were told."""

from collections import deque
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.api.event_letters import Cause, EventPayload, EventType
from bot.api.tables import EventPlaceRow
from provisioning.records.runs import RunStatus
from provisioning.store import run_lifecycle
from provisioning.store.prefixes import begins
from provisioning.store.tables.runs import RunRow

_RUNS, _HELD = "runs", "held:"
_AT_ONCE = 500
"""The runs that are looked at in one transaction."""
_MAY_COME_SECONDS = 120
"""How long a run is waited for whose number was passed over: longer than a transaction that begins one."""


@dataclass
class Found:
    """What a look has found: `events`, `places` to keep, and the names of places that are `over`."""

    events: list[EventPayload] = field(default_factory=list)
    places: dict[str, int] = field(default_factory=dict)
    over: list[str] = field(default_factory=list)


class Gaps:
    """The numbers between those of runs, which PostgreSQL draws before a run is committed, or rolled back.

    `elapsed` are seconds since any moment. SQLite has one writer, and so no run that comes later.
    """

    def __init__(self, elapsed: Callable[[], float]) -> None:
        self._elapsed, self._looks, self._settled = elapsed, deque[tuple[float, int]](), 0

    def look(self, session: Session) -> None:
        """Note the newest number that there is: all below it were drawn before now, and are waited for."""
        now, newest = self._elapsed(), session.scalar(select(func.max(RunRow.id))) or 0
        self._looks.append((now, newest))
        while now >= self._looks[0][0] + _MAY_COME_SECONDS:
            self._settled = self._looks.popleft()[1]

    def may_be_filled(self, session: Session, after: int, before: int) -> bool:
        """Return whether a run may yet come with a number between `after` and `before`."""
        contiguous = before == after + 1
        return not contiguous and before > self._settled and session.get_bind().dialect.name != "sqlite"


def of_runs(session: Session, now: datetime, gaps: Gaps) -> Found:
    """Return what is to be told of runs that ended since the last look, and of held ones decided since."""
    begun = session.get(EventPlaceRow, _RUNS)
    if begun is None:
        return Found(places={_RUNS: newest_over(session)})
    gaps.look(session)
    found, held = Found(), places_of(session, _HELD)
    _of_new_runs(session, begun.place, held, now, found, gaps)
    for name, told in held.items():
        _of_held_run(session, name, told, begun.place, now, found)
    return found


def newest_over(session: Session) -> int:
    """Return the number of the newest run that is over, 0 without any.

    That of a run under way may be given to another, where it comes to nothing and is forgotten.
    """
    over = select(RunRow.id).where(RunRow.status != RunStatus.RUNNING)
    return session.scalar(over.order_by(RunRow.id.desc()).limit(1)) or 0


def _of_new_runs(
    session: Session, place: int, held: Collection[str], now: datetime, found: Found, gaps: Gaps
) -> None:
    """Add what has come of runs after `place`, which is kept before the first that may not be over yet.

    Those of `held` were told as held; `_of_held_run` tells what comes of them.
    """
    query = select(RunRow).where(RunRow.id > place).order_by(RunRow.id).limit(_AT_ONCE)
    before, all_over = place, True
    for row in session.scalars(query):
        name = f"{_HELD}{row.id}"
        if gaps.may_be_filled(session, before, row.id):
            all_over = False
        before = row.id
        if row.status == RunStatus.RUNNING and name not in held:
            all_over = False
            continue
        if name not in held:
            found.events += _events(row, now)
            if row.status == RunStatus.HELD:
                found.places[name] = _made(row)
        if all_over:
            found.places[_RUNS] = row.id


def _of_held_run(session: Session, name: str, told: int, place: int, now: datetime, found: Found) -> None:
    """Add what a decision has made of a held run beyond the `told` accounts, or that a later one replaced it.

    While a decision is being carried out, and after a later run that came to nothing, it still waits. One
    after `place` is kept, for it will be looked at again.
    """
    run = int(name.removeprefix(_HELD))
    row = session.get(RunRow, run)
    if row is not None and row.status == RunStatus.RUNNING:
        return
    waits = row is not None and row.status == RunStatus.HELD
    if row is not None and waits and not run_lifecycle.is_replaced(session, row):
        return
    if run <= place:
        found.over.append(name)
    if row is not None and not waits:
        found.events += _events(row, now, told)


def _events(row: RunRow, now: datetime, told: int | None = None) -> Iterator[EventPayload]:
    """Yield what is to be told of a run that is over, or held; once decided, beyond the accounts `told`."""
    at = row.decided_at or row.finished_at or now
    made = _made(row) - (told or 0)
    if row.status == RunStatus.HELD:
        yield EventPayload(EventType.RUN_HELD, at, row.school, run=row.id)
    elif RunStatus(row.status).came_to_nothing:
        cause = Cause.INTERRUPTED if row.status == RunStatus.INTERRUPTED else Cause.ERROR
        yield EventPayload(EventType.RUN_FAILED, at, row.school, run=row.id, cause=cause)
    if made > 0:
        decided = told is not None
        yield EventPayload(
            EventType.ACCOUNTS_THERE, at, row.school, run=row.id, accounts=made, decided=decided
        )


def _made(row: RunRow) -> int:
    """Return how many accounts a run has made, or made active again; an undo does so with those released."""
    names = ("release",) if row.undoes is not None else ("create", "reactivate")
    return sum(row.counts.get(name, 0) for name in names)


def places_of(session: Session, begin: str) -> dict[str, int]:
    """Return the places whose names begin with `begin`, by name."""
    named = begins(session, EventPlaceRow.name, begin)
    query = select(EventPlaceRow).where(named).order_by(EventPlaceRow.name)
    return {row.name: row.place for row in session.scalars(query)}
