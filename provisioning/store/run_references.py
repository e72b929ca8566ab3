"""What refers to a run: as long as such a row is there, the run is.

Letters name a held run by its number: such runs are kept longer than letters (`run_retention`). Alerts, cases
and requests name schools only.
"""

from typing import Any

from sqlalchemy import ColumnElement, exists, or_
from sqlalchemy.orm import InstrumentedAttribute, aliased

from provisioning.store.tables.accounts import JournalRow
from provisioning.store.tables.decisions import HeldRow, RefusalRow
from provisioning.store.tables.runs import ClientLogRow, FollowUpRow, NoteRow, RunRow

_Of = InstrumentedAttribute[Any]

PARTS: tuple[type[NoteRow] | type[ClientLogRow], ...] = (NoteRow, ClientLogRow)
"""What was told of a run and goes with it; before it, as there may be many."""
NEEDED_BY: tuple[_Of, ...] = (
    JournalRow.run,  # so that it can be undone
    HeldRow.run,
    RefusalRow.run,
    FollowUpRow.because_of_run,
)
"""The columns of other tables by which a row needs its run."""
BETWEEN_RUNS: tuple[_Of, ...] = (RunRow.undoes, RunRow.rests_on)
"""The columns by which a run needs an earlier one."""


def is_needed() -> ColumnElement[bool]:
    """Return the condition that a row of another table, or another run, refers to a run."""
    other = aliased(RunRow)
    runs = (getattr(other, column.key) for column in BETWEEN_RUNS)
    return or_(*(exists().where(column == RunRow.id) for column in (*NEEDED_BY, *runs)))


def has_parts() -> ColumnElement[bool]:
    """Return the condition that parts of a run are there."""
    return or_(*(exists().where(row.run == RunRow.id) for row in PARTS))
