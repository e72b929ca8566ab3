"""What is too risky to do without a person's decision, each with its numbers. Pure.

The reasons are in `docs/decisions/holds.md`. Learners and staff are judged apart. Limits follow the expected
cohort (final-year leavers in summer, the intake, a year up), so they need not be raised for rollover and
lowered again afterwards.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from provisioning.damage import is_lost_class
from provisioning.planning.safeguard_limits import DEFAULT_LIMITS, SafeguardLimits
from provisioning.records.accounts import Account, Status
from provisioning.records.changes import Change, ChangeKind
from provisioning.records.extracts import Covered, Extract
from provisioning.records.people import MIS_KINDS, Key, Kind, Learner
from provisioning.records.plans import Plan
from provisioning.records.runs import Hold
from provisioning.records.schools import School
from provisioning.rules import is_leaver, year_number

_SUMMER = ((6, 1), (9, 30))
"""Between these days, first and last included, a final year is expected to leave."""
EXTRACT_SHRUNK = "extract-shrunk"
"""The id of the safeguard that holds a whole extract, not only some of its changes."""
FEW_BUT_MANY, HALF = 3, 50
"""So many releases that are half or more of a school: a small school's accident. No setting changes it."""


@dataclass(frozen=True)
class Situation:
    """What a safeguard looks at beside the plan: the school, its accounts, what was applied, the `limits`."""

    school: School
    extract: Extract
    accounts: Sequence[Account]
    applied: Mapping[Key, Covered]
    limits: SafeguardLimits = DEFAULT_LIMITS

    @cached_property
    def active(self) -> Mapping[Kind, list[Account]]:
        """The school's active accounts that come from its MIS, by kind."""
        found: dict[Kind, list[Account]] = {kind: [] for kind in MIS_KINDS}
        school, active = self.school.number, Status.ACTIVE
        for account in self.accounts:
            if account.school == school and account.status is active and account.kind in found:
                found[account.kind].append(account)
        return found


@dataclass(frozen=True)
class Allowance:
    """How far a relaxed safeguard may go: `up_to` so many, learners and staff together.

    `used` have been let pass already.
    """

    up_to: int | None
    used: int = 0

    def reaches(self, measured: int) -> bool:
        """Return whether so many as are `measured` may pass; without a limit any number may."""
        return self.up_to is None or self.used + measured <= self.up_to


def safeguards(
    plan: Plan, situation: Situation, relaxed: Mapping[str, Allowance] | None = None
) -> tuple[Hold, ...]:
    """Return the holds of a plan: what waits for a person.

    A relaxed safeguard lets pass as many as its allowance; a hold that goes beyond says so.
    """
    waiting, _ = _judged(plan, situation, relaxed or {})
    return waiting


def let_pass(plan: Plan, situation: Situation, relaxed: Mapping[str, Allowance]) -> tuple[Hold, ...]:
    """Return the holds that relaxations have set aside: these use the relaxations up."""
    _, passing = _judged(plan, situation, relaxed) if relaxed else ((), ())
    return passing


def held_changes(plan: Plan, holds: Iterable[Hold]) -> tuple[Change, ...]:
    """Return the changes of a plan that wait."""
    scope = frozenset[tuple[ChangeKind, Kind]]().union(*(hold.scope for hold in holds))
    if not scope:
        return ()
    return tuple(change for change in plan.changes if (change.kind, change.record.kind) in scope)


@dataclass(frozen=True)
class _Part:
    """What is judged at once: the changes of learners, or those of staff, by what they do."""

    kind: Kind
    today: date
    situation: Situation
    changes: Mapping[ChangeKind, Sequence[Change]]
    renamed: frozenset[Key]

    @property
    def active(self) -> list[Account]:
        return self.situation.active[self.kind]


def _found(plan: Plan, situation: Situation) -> tuple[Hold, ...]:
    changes: dict[Kind, defaultdict[ChangeKind, list[Change]]] = {
        kind: defaultdict(list) for kind in MIS_KINDS
    }
    for change in plan.changes:
        changes[change.record.kind][change.kind].append(change)
    parts = [_Part(kind, plan.today, situation, changes[kind], plan.renamed) for kind in MIS_KINDS]
    return tuple(hold for check in _CHECKS.values() for part in parts if (hold := check(part)))


def _judged(
    plan: Plan, situation: Situation, relaxed: Mapping[str, Allowance]
) -> tuple[tuple[Hold, ...], tuple[Hold, ...]]:
    """Return the holds that wait, and those that relaxations let pass: each uses up what the next may use."""
    left = dict(relaxed)
    waiting: list[Hold] = []
    passing: list[Hold] = []
    for hold in _found(plan, situation):
        allowed = left.get(hold.safeguard)
        if allowed is None:
            waiting.append(hold)
        elif allowed.reaches(hold.measured):
            passing.append(hold)
            left[hold.safeguard] = replace(allowed, used=allowed.used + hold.measured)
        else:
            waiting.append(replace(hold, up_to=allowed.up_to, used=allowed.used))
    return tuple(waiting), tuple(passing)


def _extract_shrunk(part: _Part) -> Hold | None:
    """Hold everything where records of the last applied extract are gone without a leaving date.

    Then the file is a wrong one, or cut off. Who stands in it under another identifier has not gone.
    """
    if part.kind not in part.situation.extract.covers:
        return None
    missing = len(gone(part.kind, part.situation, part.renamed, part.today))
    total = sum(kind is part.kind for kind, _ in part.situation.applied)
    limit = part.situation.limits.shrunk
    if not limit.is_over(missing, total):
        return None
    return Hold(EXTRACT_SHRUNK, missing, total, limit.percent, frozenset(ChangeKind))


def gone(kind: Kind, situation: Situation, renamed: Collection[Key], today: date) -> list[Covered]:
    """Return the records of a kind that were applied last and are gone without a leaving date.

    `renamed` are the identifiers of people who stand in the extract under another one.
    """
    here = situation.extract.keys
    return [
        covered
        for key, covered in situation.applied.items()
        if key not in here and key[0] is kind and key not in renamed and not is_leaver(covered, today)
    ]


def _too_many_leavers(part: _Part) -> Hold | None:
    """Hold releases where more leave than is usual, as when leaving dates stand on the wrong rows.

    In summer the final year is expected to leave and does not count.
    """
    expected = expected_to_leave(part.situation.school, part.today)
    leavers, total = _leavers(part, expected), len(part.active)
    limit = part.situation.limits.leaving(part.kind)
    if not limit.is_over(leavers, total):
        return None
    return Hold("too-many-leavers", leavers, total, limit.percent, _RELEASES, part.kind)


def _few_but_many(part: _Part) -> Hold | None:
    """Hold releases where half of a school, or of its staff, leaves at once; final years never count."""
    leavers, total = _leavers(part, final_years(part.situation.school)), len(part.active)
    if leavers < FEW_BUT_MANY or leavers * 100 < total * HALF:
        return None
    return Hold("few-but-many", leavers, total, HALF, _RELEASES, part.kind)


def _leavers(part: _Part, expected: Collection[str]) -> int:
    """Return how many accounts would be released, without those of the `expected` year groups."""
    # By the account's year group: a MIS whose end of year has run twice shows last year's Year 5 as 6.
    of = [change.account.year_group for change in part.changes[ChangeKind.RELEASE] if change.account]
    return sum(year not in expected for year in of)


def _too_many_creates(part: _Part) -> Hold | None:
    """Hold where UPNs or staff codes seem changed: people who have accounts would get second ones."""
    intake = intake_years(part.situation.school, part.situation.extract)
    new = sum(change.after.get("year_group") not in intake for change in part.changes[ChangeKind.CREATE])
    total, limit = len(part.active), part.situation.limits.created(part.kind)
    if not limit.is_over(new, total):
        return None
    return Hold("too-many-creates", new, total, limit.percent, frozenset({ChangeKind.CREATE}), part.kind)


def _year_jump(part: _Part) -> Hold | None:
    """Hold updates where learners move down, or by more than one year group.

    So it looks when an end-of-year procedure was run twice.
    """
    jumped, total = sum(map(jumps, part.changes[ChangeKind.UPDATE])), len(part.active)
    limit = part.situation.limits.year_jump
    if not limit.is_over(jumped, total):
        return None
    return Hold("year-jump", jumped, total, limit.percent, _UPDATES, part.kind)


def jumps(change: Change) -> bool:
    """Return whether an update moves a learner down, or by more than one year group."""
    before = change.account.year_group if change.account else None
    if before is None or not isinstance(change.record, Learner):
        return False
    return year_number(change.record.year_group) - year_number(before) not in (0, 1)


def _classes_lost(part: _Part) -> Hold | None:
    """Hold updates that would empty classes, or fill them with what a spreadsheet has made of them."""
    lost = sum(map(loses_class, part.changes[ChangeKind.UPDATE]))
    total = sum(bool(account.class_name) for account in part.active)
    limit = part.situation.limits.classes_lost
    if not limit.is_over(lost, total):
        return None
    return Hold("classes-lost", lost, total, limit.percent, _UPDATES, part.kind)


def loses_class(change: Change) -> bool:
    """Return whether an update takes a learner's class away, or puts a spoilt one in its place."""
    had = change.account.class_name if change.account else None
    # A class that the source does not tell is not in `after`: it stays as it is.
    return bool(had) and "class_name" in change.after and is_lost_class(change.after["class_name"])


_RELEASES, _UPDATES = frozenset({ChangeKind.RELEASE}), frozenset({ChangeKind.UPDATE})


def expected_to_leave(school: School, today: date) -> frozenset[str]:
    """Return the year groups whose learners are expected to leave on a day: the final years, in summer."""
    summer = _SUMMER[0] <= (today.month, today.day) <= _SUMMER[1]
    return final_years(school) if summer else frozenset()


def final_years(school: School) -> frozenset[str]:
    """Return the year groups after which a school's learners leave; Year 11 too where there is a Year 13.

    Special schools and PRUs, of which the list need not say, are taken for schools of all ages.
    """
    final = school.final_year or "13"
    return frozenset({final, "11"} if final == "13" else {final})


def intake_years(school: School, extract: Extract) -> frozenset[str]:
    """Return the year groups in which new learners are expected.

    They are the school's lowest, and Year 7 for a secondary.
    """
    years = {learner.year_group for learner in extract.learners}
    lowest = {min(years, key=year_number)} if years else set[str]()
    return frozenset(lowest | ({"7"} if school.phase == "secondary" else set()))


_CHECKS: Mapping[str, Callable[[_Part], Hold | None]] = {
    EXTRACT_SHRUNK: _extract_shrunk,
    "too-many-leavers": _too_many_leavers,
    "too-many-creates": _too_many_creates,
    "year-jump": _year_jump,
    "classes-lost": _classes_lost,
    "few-but-many": _few_but_many,
}
SAFEGUARDS = tuple(_CHECKS)
