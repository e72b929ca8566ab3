"""Runs in the store: a run as a value, queries, and the counts of what it did."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from knowledge.texts import Text
from provisioning.errors import KnownError
from provisioning.ids import Fingerprint
from provisioning.records.changes import Change, ChangeKind
from provisioning.records.plans import Plan
from provisioning.records.runs import Hold, RunStatus
from provisioning.store.row_ids import is_id
from provisioning.store.tables.runs import RunRow

COUNTS = (
    "create",
    "match",
    "reactivate",
    "update",
    "release",
    "blocked",
    "vanished",
    "paused",
    "held",
    "doubtful",
    "refused",
    "rejected",
    "unchanged",
)


@dataclass(frozen=True)
class Run:
    """A run: its times by the clock in use, its counts, and its error as a text.

    `rests_on` is the run whose result holds still, where this one found nothing new to look at.
    `only` is how many people the run was restricted to, None for the whole school; then `others` is how many
    changes of other people it has left to the next run.
    `taken_back_by` is who had what it rejected or undid asked for again, while some of that still stood.
    """

    id: int | None
    school: str
    status: RunStatus
    started_at: datetime
    finished_at: datetime | None
    started_by: str
    counts: Mapping[str, int]
    holds: tuple[Hold, ...] = ()
    error: Text | None = None
    undoes: int | None = None
    extract: Fingerprint | None = None
    decision: str | None = None
    decided_by: str | None = None
    rests_on: int | None = None
    decided_at: datetime | None = None
    only: int | None = None
    others: int | None = None
    taken_back_by: str | None = None
    taken_back_at: datetime | None = None

    @property
    def failed(self) -> bool:
        """Whether the run failed: by an error, or because it was interrupted before it was done."""
        return self.status.came_to_nothing

    @property
    def undoable(self) -> bool:
        """Whether the run changed accounts that an undo could put back; it may have been undone already."""
        return self.undoes is None and self.changed > 0

    @property
    def changed(self) -> int:
        """How many changes the run made to accounts; of an undo, how many it put back."""
        return sum(self.counts[kind] for kind in ChangeKind)

    @property
    def known_id(self) -> int:
        """The id of a run that is stored: all but dry runs."""
        if self.id is None:
            raise ValueError("a dry run has no id")
        return self.id

    @property
    def held_by(self) -> tuple[str, ...]:
        """The ids of the safeguards that held something back."""
        return tuple(dict.fromkeys(hold.safeguard for hold in self.holds))


def newest_id(session: Session) -> int | None:
    """Return the id of the run of any school that began last; None before the first."""
    return session.scalar(select(func.max(RunRow.id)))


def get(session: Session, run: int) -> Run:
    """Return a run by its id; raises `KnownError` where it is unknown."""
    return run_of(row_of(session, run))


def row_of(session: Session, run: int, *, lock: bool = False) -> RunRow:
    """Return a run's row; raises `KnownError` for an id that no run has, or could have."""
    row = session.get(RunRow, run, with_for_update=lock) if is_id(run) else None
    if row is None:
        raise KnownError("run-unknown", run=run)
    return row


def undone_by(session: Session, run: int) -> int | None:
    """Return the run that undid a run."""
    return session.scalars(select(RunRow.id).where(RunRow.undoes == run)).first()


def count(plan: Plan, applied: Iterable[Change], held: int = 0) -> dict[str, int]:
    """Return the counts of a run under all names of `COUNTS`.

    They count what was applied, noted, held, rejected and left unchanged.
    """
    counts = dict.fromkeys(COUNTS, 0)
    for kind in (*(change.kind.value for change in applied), *(note.kind.value for note in plan.notes)):
        if kind in counts:
            counts[kind] += 1
    return counts | {"held": held, "rejected": len(plan.rejections), "unchanged": plan.unchanged}


_NO_COUNTS = dict.fromkeys(COUNTS, 0)


def stored_counts(counts: Mapping[str, int]) -> dict[str, int]:
    """Return the counts as a run's row keeps them: those that are not 0, as most are."""
    return {name: number for name, number in counts.items() if number}


def counts_of(stored: Mapping[str, int]) -> dict[str, int]:
    """Return the counts under all names of `COUNTS`, of those that a run's row keeps."""
    return {**_NO_COUNTS, **stored}


_TOLD = (
    "id",
    "school",
    "status",
    "started_at",
    "finished_at",
    "started_by",
    "counts",
    "holds",
    "error",
    "undoes",
    "fingerprint",
    "decision",
    "decided_by",
    "rests_on",
    "decided_at",
    "only",
    "others",
    "taken_back_by",
    "taken_back_at",
)
TOLD = len(_TOLD)
"""How many columns `told_of` returns."""


def told_of(row: type[RunRow]) -> list[ColumnElement[Any]]:
    """Return the columns from which `told_run` makes a run, of the table or an alias of it."""
    return [getattr(row, name) for name in _TOLD]


def told_run(values: Sequence[Any]) -> Run:
    """Return the run of the `values` of a row's columns, as `told_of` has them."""
    id_, school, status, started, finished, by, counts, holds, error, *rest = values
    return Run(
        id_,
        school,
        RunStatus(status),
        started,
        finished,
        by,
        counts_of(counts),
        tuple(map(Hold.from_json, holds)),
        Text.from_json(error) if error else None,
        *rest,
    )


def run_of(row: RunRow) -> Run:
    """Return the run of a table row."""
    return told_run([getattr(row, name) for name in _TOLD])


def with_slot(session: Session, slot: datetime) -> set[str]:
    """Return the schools that have had their run for a scheduled time.

    One whose runs for it were interrupted again and again counts too, or it would be run for ever.
    """
    had = set(session.scalars(select(RunRow.school).where(RunRow.slot == slot)))
    missed = select(RunRow.school).where(RunRow.missed_slot == slot).group_by(RunRow.school)
    return had | set(session.scalars(missed.having(func.count() >= MOST_INTERRUPTIONS)))


MOST_INTERRUPTIONS = 5
"""So often a slot is begun again after an interruption."""


def has_slot(session: Session, school: str, slot: datetime) -> bool:
    """Return whether a school has had its run for a scheduled time."""
    query = select(RunRow.id).where(RunRow.school == school, RunRow.slot == slot)
    return session.scalars(query).first() is not None
