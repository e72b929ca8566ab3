"""Which slip in a MIS, or in its export, a hold looks like. Pure.

A slip is named only where most of what is held fits it: a wrong guess would send its reader the wrong way.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from provisioning.damage import looks_like_a_date
from provisioning.planning.safeguards import (
    EXTRACT_SHRUNK,
    Situation,
    expected_to_leave,
    final_years,
    loses_class,
)
from provisioning.planning.same_person import folded_names
from provisioning.records.changes import ChangeKind
from provisioning.records.people import Kind, Learner
from provisioning.records.plans import DoubtReason, Plan
from provisioning.records.runs import Hold
from provisioning.records.values import value
from provisioning.rules import year_number


class SlipKind(StrEnum):
    """The slips that are known by what they do to a school's records."""

    YEAR_ENDED = "year-ended"
    FINAL_YEAR_EARLY = "final-year-early"
    ROLLED_OVER_TWICE = "rolled-over-twice"
    LAST_YEARS_DATA = "last-years-data"
    CLASS_COLUMN = "class-column"
    CLASSES_AS_DATES = "classes-as-dates"
    UPNS_MIXED = "upns-mixed"
    IDENTIFIERS_CHANGED = "identifiers-changed"
    PART_MISSING = "part-missing"
    CUT_SHORT = "cut-short"


@dataclass(frozen=True)
class Slip:
    """A likely slip, with the only year group that it is about, where there is one."""

    kind: SlipKind
    year_group: str | None = None


@value(frozen=True, slots=True)
class Group:
    """The learners of a year group whom a hold concerns, or its staff: `concerned` of `total`.

    `first` and `last` are the ends of their leaving or joining dates, where the hold is about these; `to` is
    the only year group to which they would move. `expected` says that a year group leaves or joins in the
    ordinary course.
    """

    person: Kind
    year_group: str | None
    concerned: int
    total: int
    classes: tuple[str, ...] = ()
    first: date | None = None
    last: date | None = None
    to: str | None = None
    expected: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether the hold concerns nearly all of the group."""
        return self.concerned >= _A_GROUP and self.concerned * 100 >= self.total * _WHOLE


_A_GROUP, _WHOLE = 3, 90
"""So many are a group, and so many of a hundred are nearly all of it."""
_MOST = 80
"""So many of a hundred have to fit a slip."""
_CUT_SHORT = 40
"""So many of a hundred that are gone from all groups are no leavers whom an office has taken out."""
_MIXED_UP, _MIXED_UP_PERCENT = 10, 20
"""So many learners under another learner's UPN, of so many of a hundred, are no single mistakes."""


def likely_slip(hold: Hold, groups: Sequence[Group], plan: Plan, situation: Situation) -> Slip | None:
    """Return the slip that most of what is held fits; None where there is none."""
    if hold.person is not Kind.STAFF and _upns_are_mixed(plan, situation):
        return Slip(SlipKind.UPNS_MIXED)
    match hold.safeguard:
        case "too-many-leavers" | "few-but-many" if hold.person is Kind.LEARNER:
            return _of_leavers(groups, situation, plan.today)
        case "too-many-creates" if hold.person is not None:
            return _of_creates(hold.person, plan, situation)
        case "year-jump":
            return _of_jumps(groups)
        case "classes-lost":
            return _of_classes(plan)
        case _ if hold.safeguard == EXTRACT_SHRUNK:
            whole = _whole_groups(SlipKind.PART_MISSING, groups, groups)
            return whole or (Slip(SlipKind.CUT_SHORT) if _is_cut_short(hold) else None)
    return None


def _is_cut_short(hold: Hold) -> bool:
    """Return whether more records are gone than people leave in a year, or are taken out one by one."""
    return hold.measured * 100 >= hold.total * _CUT_SHORT


def _most(part: int, whole: int) -> bool:
    return part * 100 >= whole * _MOST


def _size(groups: Iterable[Group]) -> int:
    return sum(group.concerned for group in groups)


def _whole_groups(kind: SlipKind, among: Iterable[Group], groups: Sequence[Group]) -> Slip | None:
    """Return a slip where the whole groups `among` the `groups` are most of these."""
    whole = [group for group in among if group.is_whole]
    if not whole or not _most(_size(whole), _size(groups)):
        return None
    return Slip(kind, whole[0].year_group if len(whole) == 1 else None)


def _upns_are_mixed(plan: Plan, situation: Situation) -> bool:
    """Return whether many learners stand under the UPN of another learner of the school."""
    doubts = sum(
        doubt.reason is DoubtReason.IDENTITY_DOUBT and isinstance(doubt.record, Learner)
        for doubt in plan.doubts
    )
    return doubts >= _MIXED_UP and doubts * 100 > len(situation.active[Kind.LEARNER]) * _MIXED_UP_PERCENT


def _of_leavers(groups: Sequence[Group], situation: Situation, today: date) -> Slip | None:
    final = final_years(situation.school)
    others = [group for group in groups if group.year_group not in final]
    if not expected_to_leave(situation.school, today) and _most(_size(groups) - _size(others), _size(groups)):
        return Slip(SlipKind.FINAL_YEAR_EARLY)
    on_one_day = [group for group in others if group.first == group.last]
    return _whole_groups(SlipKind.YEAR_ENDED, on_one_day, others)


def _of_creates(person: Kind, plan: Plan, situation: Situation) -> Slip | None:
    """Return the slip where most of the new people have the name of a person with an account here."""
    known = {folded_names(account) for account in situation.active[person]}
    new = [
        change.record
        for change in plan.changes
        if change.kind is ChangeKind.CREATE and change.record.kind is person
    ]
    alike = sum(
        doubt.reason is DoubtReason.LOOKS_LIKE and doubt.record.kind is person for doubt in plan.doubts
    )
    named = alike + sum(folded_names(record) in known for record in new)
    return Slip(SlipKind.IDENTIFIERS_CHANGED) if _most(named, len(new) + alike) else None


def _of_jumps(groups: Sequence[Group]) -> Slip | None:
    for kind, step in ((SlipKind.ROLLED_OVER_TWICE, 2), (SlipKind.LAST_YEARS_DATA, -1)):
        if _most(_size(group for group in groups if _step(group) == step), _size(groups)):
            return Slip(kind)
    return None


def _step(group: Group) -> int | None:
    if group.year_group is None or group.to is None:
        return None
    return year_number(group.to) - year_number(group.year_group)


def _of_classes(plan: Plan) -> Slip:
    """Return the slip by what stands in the place of classes: a date for each, or another column's values."""
    lost = [change for change in plan.changes if change.kind is ChangeKind.UPDATE and loses_class(change)]
    dates = [shown for change in lost if (shown := change.after["class_name"]) and looks_like_a_date(shown)]
    had = {change.account.class_name for change in lost if change.account}
    as_dates = _most(len(dates), len(lost)) and len(set(dates)) <= len(had)
    return Slip(SlipKind.CLASSES_AS_DATES if as_dates else SlipKind.CLASS_COLUMN)
