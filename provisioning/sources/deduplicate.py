"""Removes duplicates: of several rows for a person, at most one counts (contract, section 2)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import TypeVar

from provisioning.records import Kind, Learner, Reason, Rejection, StaffMember
from provisioning.rules import is_on_roll
from provisioning.sources.columns import FILES

_DUPLICATE = {Kind.LEARNER: Reason.UPN_DUPLICATE, Kind.STAFF: Reason.STAFF_CODE_DUPLICATE}
R = TypeVar("R", Learner, StaffMember)


def deduplicate(
    rows: Iterable[R], today: date, files: Mapping[Kind, str] = FILES
) -> tuple[tuple[R, ...], tuple[Rejection, ...]]:
    """The rows that count on a day, and the rejections of those that can't be told apart.

    Of several rows with one identifier, if exactly one is on roll, it counts and the others are
    history; otherwise all of them are rejected.
    """
    rows = tuple(rows)
    if len({row.identifier for row in rows}) == len(rows):
        return rows, ()
    by_person: defaultdict[str, list[R]] = defaultdict(list)
    for row in rows:
        by_person[row.identifier].append(row)
    counted: list[R] = []
    rejected: list[Rejection] = []
    for group in by_person.values():
        candidates = group if len(group) == 1 else [row for row in group if is_on_roll(row, today)]
        if len(candidates) == 1:
            counted.append(candidates[0])
        else:
            rejected.extend(_duplicate(row, files[row.kind]) for row in group)
    return tuple(counted), tuple(rejected)


def _duplicate(row: Learner | StaffMember, file: str) -> Rejection:
    return Rejection(
        kind=row.kind,
        identifier=row.identifier,
        file=file,
        line=row.line,
        reason=_DUPLICATE[row.kind],
        value=row.identifier,
        joins_on=row.joins_on,
        leaving_date=row.leaving_date,
        year_group=row.year_group if isinstance(row, Learner) else None,
        class_name=row.class_name if isinstance(row, Learner) else None,
    )
