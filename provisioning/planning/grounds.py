"""What a person decides a hold by: whom it concerns, by year group, and which slip it looks like. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from provisioning.planning.safeguards import (
    EXTRACT_SHRUNK,
    Situation,
    expected_to_leave,
    gone,
    intake_years,
    jumps,
    loses_class,
)
from provisioning.planning.slips import Group, Slip, likely_slip
from provisioning.records.changes import Change, ChangeKind
from provisioning.records.people import MIS_KINDS, Kind, Learner
from provisioning.records.plans import Plan
from provisioning.records.runs import Hold
from provisioning.records.values import value
from provisioning.rules import is_on_roll, year_number

_OF_NO_YEAR = 99
"""Those without a year group stand behind all others."""


@dataclass(frozen=True)
class Grounds:
    """What a hold is about: its `groups` by year group, and the likely `slip`.

    `held` counts the changes that wait because of it, by what they do and to which kind of person.
    """

    hold: Hold
    groups: tuple[Group, ...]
    held: Mapping[tuple[ChangeKind, Kind], int]
    slip: Slip | None

    @property
    def concerned(self) -> int:
        """How many people the hold concerns."""
        return sum(group.concerned for group in self.groups)


@value(frozen=True, slots=True)
class _Concerned:
    """A person whom a hold concerns: their group and class, and the date or year group that matters."""

    person: Kind
    year_group: str | None
    class_name: str | None
    day: date | None = None
    to: str | None = None


def grounds(hold: Hold, plan: Plan, situation: Situation) -> Grounds:
    """Return the grounds to decide a `hold` of `plan` by, given the `situation` that it was found in."""
    changes = [change for change in plan.changes if hold.holds(change)]
    groups = _groups(_concerned(hold, changes, plan, situation), hold, plan.today, situation)
    held = Counter((change.kind, change.record.kind) for change in changes)
    return Grounds(hold, groups, dict(held), likely_slip(hold, groups, plan, situation))


def _concerned(
    hold: Hold, changes: Sequence[Change], plan: Plan, situation: Situation
) -> Iterable[_Concerned]:
    """Yield the people of whom the safeguard has measured too many, and those who wait with them."""
    if hold.safeguard == EXTRACT_SHRUNK:
        for kind in situation.extract.covers:
            for covered in gone(kind, situation, plan.renamed, plan.today):
                yield _Concerned(kind, covered.year_group, covered.class_name)
        return
    at_fault = {"year-jump": jumps, "classes-lost": loses_class}.get(hold.safeguard)
    for change in changes:
        if at_fault is None or at_fault(change):
            yield _of(change)


def _of(change: Change) -> _Concerned:
    record, account = change.record, change.account
    day = {ChangeKind.RELEASE: record.leaving_date, ChangeKind.CREATE: record.joins_on}.get(change.kind)
    to = record.year_group if isinstance(record, Learner) and change.kind is ChangeKind.UPDATE else None
    if account is not None:
        return _Concerned(record.kind, account.year_group, account.class_name, day, to)
    if isinstance(record, Learner):
        return _Concerned(record.kind, record.year_group, record.class_name, day, to)
    return _Concerned(record.kind, None, None, day)


def _groups(people: Iterable[_Concerned], hold: Hold, today: date, situation: Situation) -> tuple[Group, ...]:
    """Return the groups of `people`, learners before staff, by year group from the lowest."""
    by_group: defaultdict[tuple[Kind, str | None], list[_Concerned]] = defaultdict(list)
    for person in people:
        by_group[person.person, person.year_group].append(person)
    totals, expected = _totals(hold, today, situation), _expected(hold, today, situation)
    found = [
        _group(kind, year, some, totals[kind, year], expected=kind is Kind.LEARNER and year in expected)
        for (kind, year), some in by_group.items()
    ]
    return tuple(sorted(found, key=_place))


def _group(kind: Kind, year: str | None, some: Sequence[_Concerned], total: int, *, expected: bool) -> Group:
    days = sorted({person.day for person in some if person.day})
    to = {person.to for person in some}
    return Group(
        kind,
        year,
        len(some),
        max(total, len(some)),
        classes=tuple(sorted({person.class_name for person in some if person.class_name})),
        first=days[0] if days else None,
        last=days[-1] if days else None,
        to=to.pop() if len(to) == 1 else None,
        expected=expected,
    )


def _place(group: Group) -> tuple[int, int]:
    year = _OF_NO_YEAR if group.year_group is None else year_number(group.year_group)
    return MIS_KINDS.index(group.person), year


def _totals(hold: Hold, today: date, situation: Situation) -> Counter[tuple[Kind, str | None]]:
    """Return how many people each group has, where the hold has found those whom it concerns."""
    if hold.safeguard == EXTRACT_SHRUNK:
        return Counter((covered.kind, covered.year_group) for covered in situation.applied.values())
    if ChangeKind.CREATE in hold.kinds:
        extract = situation.extract
        records = [record for record in extract.records if is_on_roll(record, today, extract.lead)]
        return Counter(
            (record.kind, record.year_group if isinstance(record, Learner) else None) for record in records
        )
    return Counter((kind, account.year_group) for kind in MIS_KINDS for account in situation.active[kind])


def _expected(hold: Hold, today: date, situation: Situation) -> frozenset[str]:
    """Return the year groups that leave, or join, in the ordinary course."""
    if hold.safeguard == EXTRACT_SHRUNK:
        return frozenset()
    if ChangeKind.RELEASE in hold.kinds:
        return expected_to_leave(situation.school, today)
    if ChangeKind.CREATE in hold.kinds:
        return intake_years(situation.school, situation.extract)
    return frozenset()
