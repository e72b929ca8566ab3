"""Whatever happens to a file on its way: no person on roll is released, and no person gets a second account.

Nor is a class emptied, or an account given to another person. `make test` tries 2,000 damaged extracts,
`make campaign` 20,000; a finding names its seed. What no program can tell is in `telling.py`.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from provisioning.records.changes import Change, ChangeKind
from tests.campaign import telling
from tests.campaign.formats import FORMATS
from tests.campaign.runs import Outcome, outcome, school

DAMAGED = int(os.environ.get("DAMAGED_EXTRACTS", "2000"))
OF_A_SCHOOL = 10
"""So many damages are tried on one extract."""

Happens = Iterator[tuple[Change, bool]]
"""Changes that harm a person; each may be what a valid extract of other facts says."""


def released_though_on_roll(of: Outcome) -> Happens:
    stay = {person.key for person in of.school.made.people if person.leaving_date is None}
    for change in of.free:
        if change.kind is ChangeKind.RELEASE and change.account and change.account.key in stay:
            yield change, telling.may_have_left(change, of.school.made, of.damage, of.school.format.source)


def given_a_second_account(of: Outcome) -> Happens:
    active = [account for account in of.school.made.accounts if account.active]
    for change in of.free:
        if change.kind is ChangeKind.CREATE:
            for account in active:
                if account.kind is change.record.kind and telling.is_of_one_name(change.record, account):
                    yield change, telling.may_be_another(account, of.extract.records)


def left_without_a_class(of: Outcome) -> Happens:
    for change in of.free:
        lost = change.kind is ChangeKind.UPDATE and not change.after.get("class_name", "as before")
        if lost and change.account and change.account.class_name:
            yield (
                change,
                telling.may_be_without_class(
                    of.damage, of.school.format.source, line_end=of.school.style.line_end
                ),
            )


def put_into_the_place_of_another(of: Outcome) -> Happens:
    for change in of.free:
        if change.account and not telling.has_a_name_of(change.record, change.account):
            yield change, False


HARMS: tuple[Callable[[Outcome], Happens], ...] = (
    released_though_on_roll,
    given_a_second_account,
    left_without_a_class,
    put_into_the_place_of_another,
)


def number_of(name: str) -> int:
    """How many damaged extracts of a format are tried: of CSV, which most schools have, four in ten."""
    return DAMAGED * (4 if name == "csv" else 1) // 10


@pytest.mark.slow
@pytest.mark.parametrize("name", FORMATS)
def test_no_damage_harms_anybody(
    tmp_path: Path, name: str, record_property: Callable[[str, object], None]
) -> None:
    tried, unlike, findings = Counter[str](), Counter[str](), list[str]()
    refused = held = 0
    for seed in range(number_of(name)):
        if seed % OF_A_SCHOOL == 0:
            of = school(tmp_path / str(seed), name, seed)
        damage, found = outcome(of, seed)
        tried.update(damage.damages)
        refused += found is None
        held += found is not None and found.held > 0
        for harm in HARMS if found else ():
            for change, is_other_fact in harm(found):
                unlike[harm.__name__] += is_other_fact
                if not is_other_fact:
                    said = harm.__name__.replace("_", " ")
                    findings.append(f"{found.said}: {change.record.identifier} was {said}")
    record_property("tried", f"damaged extracts: {number_of(name)}")
    record_property("figures", figures(name, refused, held, tried, unlike))
    assert not findings, "\n".join([f"{len(findings)} findings", *findings[:40]])


def figures(name: str, refused: int, held: int, tried: Counter[str], unlike: Mapping[str, int]) -> str:
    """What `make test` prints of a format: how many were tried, by kind of damage, and with what outcome."""
    kinds = ", ".join(f"{damage.replace('_', ' ')} {times}" for damage, times in sorted(tried.items()))
    others = ", ".join(f"{harm.replace('_', ' ')} {times}" for harm, times in sorted(unlike.items()) if times)
    return (
        f"Damaged extracts, {name}: {number_of(name)} tried, {refused} refused, {held} with something held\n"
        f"  tried: {kinds}\n"
        f"  valid extracts of other facts: {others or 'none'}"
    )


@pytest.mark.parametrize("name", FORMATS)
def test_what_is_not_damaged_is_applied(tmp_path: Path, name: str) -> None:
    """The property would hold of a run that never does anything."""
    released = created = 0
    for seed in range(10):
        of = school(tmp_path / str(seed), name, seed)
        has = {account.key: account.active for account in of.made.accounts}
        leave = {person.key for person in of.made.people if person.leaving_date and has[person.key]}
        join = {person.key for person in of.extract.records if person.key not in has}
        wanted = of.planned(of.extract).changes
        by_kind = {
            kind: {change.record.key for change in wanted if change.kind is kind} for kind in ChangeKind
        }
        damaged_names = {person.key for person in of.extract.records if person.damaged_names}
        assert by_kind[ChangeKind.RELEASE] == leave, f"seed {seed}"
        assert by_kind[ChangeKind.CREATE] == join - damaged_names, f"seed {seed}"
        released, created = released + len(leave), created + len(join)
    assert min(released, created) > 10
