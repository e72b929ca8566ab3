"""Several rows for one person: at most one of them counts (`docs/connecting-a-mis.md`)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import TypeVar

from provisioning.names import Names, are_of_two_people, differing
from provisioning.records.people import Kind, Learner, StaffMember
from provisioning.records.rejections import Reason, Rejection
from provisioning.rules import is_leaver, is_on_roll, may_be_on_roll

_DUPLICATE = {Kind.LEARNER: Reason.UPN_DUPLICATE, Kind.STAFF: Reason.STAFF_CODE_DUPLICATE}
_MANY_NAMES = 50
"""More names than those of one identifier are not compared pair by pair."""
R = TypeVar("R", Learner, StaffMember)


def settle(
    rows: Iterable[R], rejections: Iterable[Rejection], today: date, lead: timedelta, file: str
) -> tuple[tuple[R, ...], tuple[Rejection, ...]]:
    """Return the rows of one `file` that count on `today`, and the rejections of those in conflict.

    Of several rows with one identifier, identical ones are one. Rows of different people are all rejected,
    also where one of them is among the `rejections` already.
    Otherwise the only one on roll, by `lead`, counts, or, where all have left, the one that left last; else
    all are rejected. A leaver's row does not count beside a row in `rejections` whose person may be on roll.
    """
    rows, rejections = tuple(rows), tuple(rejections)
    open_rows = {row.identifier.casefold() for row in rejections if may_be_on_roll(row, today, lead)} - {""}
    unread: defaultdict[str, list[Rejection]] = defaultdict(list)
    for rejection in rejections:
        unread[rejection.identifier.casefold()].append(rejection)
    unread.pop("", None)
    if not unread and len({row.identifier.casefold() for row in rows}) == len(rows):
        return rows, ()
    by_person: defaultdict[str, list[R]] = defaultdict(list)
    for row in rows:
        by_person[row.identifier.casefold()].append(row)
    counted: list[R] = []
    rejected: list[Rejection] = []
    for key, found in by_person.items():
        group = found if len(found) == 1 else _different(found)
        several = _are_of_several(_names(group), _names(unread.get(key, ())))
        chosen = None if several else _counts(group, today, lead)
        if chosen is None or (key in open_rows and is_leaver(chosen, today)):
            rejected.extend(_duplicate(row, file) for row in group)
        else:
            counted.append(chosen)
    return tuple(counted), tuple(rejected)


def _different(rows: Sequence[R]) -> list[R]:
    """Return the rows of one identifier that differ in more than the line and its case, each once."""
    return list({_said(row): row for row in reversed(rows)}.values())[::-1]


def _said(row: R) -> R:
    """Return what a row says of its person: without the line, and without the case of the staff code."""
    if isinstance(row, StaffMember):
        return replace(row, line=0, staff_code=row.staff_code.casefold())
    return replace(row, line=0)


def _counts(group: Sequence[R], today: date, lead: timedelta) -> R | None:
    """Return the row of a group that counts; None where that can't be told."""
    if len(group) == 1:
        return group[0]
    named = _names(group)
    if _are_of_several(named, named):
        return None
    on_roll = [row for row in group if is_on_roll(row, today, lead)]
    if len(on_roll) == 1:
        return on_roll[0]
    if all(is_leaver(row, today) for row in group):
        return max(group, key=lambda row: (row.leaving_date or date.min, row.joins_on, -row.line))
    return None


def _names(rows: Iterable[Learner | StaffMember | Rejection]) -> set[Names]:
    return {(row.surname, row.forename) for row in rows}


def _are_of_several(some: set[Names], others: set[Names]) -> bool:
    """Return whether any of `some` names and any of the `others` are of different people: both names differ,
    folded and whatever their order.

    More than `_MANY_NAMES` are of no one person.
    """
    if max(len(some), len(others)) > _MANY_NAMES and others:
        return True
    return any(are_of_two_people(differing(names, other)) for names in some for other in others)


def _duplicate(row: Learner | StaffMember, file: str) -> Rejection:
    return Rejection.of(row, _DUPLICATE[row.kind], file, row.identifier)
