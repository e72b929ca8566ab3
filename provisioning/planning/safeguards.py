"""What is too risky to do without a person's decision (contract, section 3): pure, each with its numbers.

Limits follow the expected cohort (final-year leavers in summer, the intake, a year up), so they need not be
raised for rollover and lowered again afterwards.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from provisioning.records import (
    MIS_KINDS,
    Account,
    Change,
    ChangeKind,
    Covered,
    Extract,
    Hold,
    Kind,
    Learner,
    Plan,
    School,
)
from provisioning.rules import is_leaver, year_number

FEW = 10
"""Fewer than this many are never held: small schools have small accidents, and mend them by hand."""
SHRUNK_PERCENT, LEAVERS_PERCENT, CREATES_PERCENT, JUMP_PERCENT = 20, 10, 20, 20
ENOUGH_ACCOUNTS = 50
"""A school with fewer active accounts than this is being loaded for the first time, or is very small."""
_SUMMER = ((6, 1), (9, 30))
"""Between these days, first and last included, a final year is expected to leave."""


@dataclass(frozen=True)
class Situation:
    """What a safeguard looks at beside the plan: the school, its accounts, and what was applied before."""

    school: School
    extract: Extract
    accounts: Sequence[Account]
    applied: Collection[Covered]

    @cached_property
    def active(self) -> list[Account]:
        """The school's active accounts that come from its MIS."""
        return [
            account
            for account in self.accounts
            if account.school == self.school.number and account.active and account.kind in MIS_KINDS
        ]


def safeguards(plan: Plan, situation: Situation, relaxed: Collection[str] = ()) -> tuple[Hold, ...]:
    """What a plan has to wait for; a relaxed safeguard lets everything pass."""
    found = (check(plan, situation) for name, check in _CHECKS.items() if name not in relaxed)
    return tuple(hold for hold in found if hold is not None)


def held_changes(plan: Plan, holds: Iterable[Hold]) -> tuple[Change, ...]:
    """The changes of a plan that wait."""
    kinds = frozenset(kind for hold in holds for kind in hold.kinds)
    return tuple(change for change in plan.changes if change.kind in kinds)


def _over(measured: int, total: int, percent: int) -> bool:
    return measured >= FEW and measured * 100 > total * percent


def _extract_shrunk(plan: Plan, situation: Situation) -> Hold | None:
    """Records of the last applied extract are gone without having left: a truncated or wrong file."""
    here = {record.key for record in situation.extract.records}
    here |= {record.key for record in situation.extract.rejections}
    gone = [
        covered
        for covered in situation.applied
        if covered.kind in situation.extract.covers
        and covered.key not in here
        and not is_leaver(covered, plan.today)
    ]
    total = len(situation.applied)
    if not _over(len(gone), total, SHRUNK_PERCENT):
        return None
    return Hold("extract-shrunk", len(gone), total, SHRUNK_PERCENT, frozenset(ChangeKind))


def _too_many_leavers(plan: Plan, situation: Situation) -> Hold | None:
    """Leaving dates on the wrong rows: more leave than a year group that is expected to."""
    summer = _SUMMER[0] <= (plan.today.month, plan.today.day) <= _SUMMER[1]
    expected = final_years(situation.school) if summer else frozenset()
    leavers = [
        change
        for change in plan.changes
        # By the account's year group: a MIS whose end of year has run twice shows last year's Year 5 as 6.
        if change.kind is ChangeKind.RELEASE and change.account and change.account.year_group not in expected
    ]
    total = len(situation.active)
    if not _over(len(leavers), total, LEAVERS_PERCENT):
        return None
    return Hold("too-many-leavers", len(leavers), total, LEAVERS_PERCENT, frozenset({ChangeKind.RELEASE}))


def _too_many_creates(plan: Plan, situation: Situation) -> Hold | None:
    """Changed UPNs: people who have accounts would get second ones."""
    total = len(situation.active)
    intake = intake_years(situation.school, situation.extract)
    new = [
        change
        for change in plan.changes
        if change.kind is ChangeKind.CREATE and change.after.get("year_group") not in intake
    ]
    if total < ENOUGH_ACCOUNTS or not _over(len(new), total, CREATES_PERCENT):
        return None
    return Hold("too-many-creates", len(new), total, CREATES_PERCENT, frozenset({ChangeKind.CREATE}))


def _year_jump(plan: Plan, situation: Situation) -> Hold | None:
    """Learners move by more than one year group, or down: an end-of-year procedure that was run twice."""
    jumps = [change for change in plan.changes if change.kind is ChangeKind.UPDATE and _jumps(change)]
    total = sum(account.kind is Kind.LEARNER for account in situation.active)
    if not _over(len(jumps), total, JUMP_PERCENT):
        return None
    return Hold("year-jump", len(jumps), total, JUMP_PERCENT, frozenset({ChangeKind.UPDATE}))


def _jumps(change: Change) -> bool:
    before = change.account.year_group if change.account else None
    if before is None or not isinstance(change.record, Learner):
        return False
    return year_number(change.record.year_group) - year_number(before) not in (0, 1)


def final_years(school: School) -> frozenset[str]:
    """The year groups after which a school's learners leave; Year 11 too where there is a Year 13.

    Special schools and PRUs, of which the list need not say, are taken for schools of all ages.
    """
    final = school.final_year or "13"
    return frozenset({final, "11"} if final == "13" else {final})


def intake_years(school: School, extract: Extract) -> frozenset[str]:
    """The year groups in which new learners are expected: the school's lowest, and 7 for a secondary."""
    lowest = min((learner.year_group for learner in extract.learners), key=year_number, default=None)
    years = {lowest} if lowest is not None else set()
    return frozenset(years | ({"7"} if school.phase == "secondary" else set()))


_CHECKS: Mapping[str, Callable[[Plan, Situation], Hold | None]] = {
    "extract-shrunk": _extract_shrunk,
    "too-many-leavers": _too_many_leavers,
    "too-many-creates": _too_many_creates,
    "year-jump": _year_jump,
}
SAFEGUARDS = tuple(_CHECKS)
