"""What each hold says: how many of how many, the limit, what waits, and of which kind of person."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from provisioning.planning.safeguards import Allowance, Situation, let_pass, safeguards
from provisioning.records.changes import ChangeKind
from provisioning.records.extracts import Extract
from provisioning.records.people import Kind, Record
from provisioning.records.runs import Hold
from tests.builders import GLAN, account_of, extract, planned
from tests.provisioning.planning.safeguard_builders import (
    LEFT,
    WINTER,
    applied,
    colleagues,
    holds,
    left,
    pupils,
    year,
)

PUPILS, STAFF = pupils(60), colleagues(20)
CREATES, UPDATES, RELEASES = (
    frozenset({kind}) for kind in (ChangeKind.CREATE, ChangeKind.UPDATE, ChangeKind.RELEASE)
)
GONE = [replace(member, leaving_date=LEFT) for member in STAFF[:7]]
FEW, FEW_STAFF = pupils(6), colleagues(6)


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        (
            PUPILS,
            [*left(PUPILS[:12]), *PUPILS[12:]],
            Hold("too-many-leavers", 12, 60, 10, RELEASES, Kind.LEARNER),
        ),
        (STAFF, [*GONE, *STAFF[7:]], Hold("too-many-leavers", 7, 20, 30, RELEASES, Kind.STAFF)),
        (
            PUPILS,
            [*PUPILS, *pupils(13, start=500), *pupils(1, "7", 900)],
            Hold("too-many-creates", 13, 60, 20, CREATES, Kind.LEARNER),
        ),
        (
            STAFF,
            [*STAFF, *colleagues(7, start=500)],
            Hold("too-many-creates", 7, 20, 30, CREATES, Kind.STAFF),
        ),
        (
            PUPILS,
            [*year(PUPILS[:13], "11"), *PUPILS[13:]],
            Hold("year-jump", 13, 60, 20, UPDATES, Kind.LEARNER),
        ),
        (
            PUPILS,
            [*year(PUPILS[:13], "9", "#REF!"), *PUPILS[13:]],
            Hold("classes-lost", 13, 60, 20, UPDATES, Kind.LEARNER),
        ),
        (FEW, [*left(FEW[:3]), *FEW[3:]], Hold("few-but-many", 3, 6, 50, RELEASES, Kind.LEARNER)),
        (
            FEW_STAFF,
            [*(replace(member, leaving_date=LEFT) for member in FEW_STAFF[:3]), *FEW_STAFF[3:]],
            Hold("few-but-many", 3, 6, 50, RELEASES, Kind.STAFF),
        ),
    ],
    ids=str,
)
def test_a_hold_in_full(before: Sequence[Record], now: Sequence[Record], expected: Hold) -> None:
    assert holds(extract(*now), before, today=WINTER) == (expected,)


@pytest.mark.parametrize(
    ("leave", "held"), [(50, ["too-many-leavers"]), (51, ["too-many-leavers", "few-but-many"])]
)
def test_half_of_a_large_school_is_not_a_learner_less(leave: int, held: list[str]) -> None:
    people = pupils(101)
    found = holds(extract(*left(people[:leave]), *people[leave:]), people, today=WINTER)
    assert [hold.safeguard for hold in found] == held


# What relaxations have let pass


def passed(new: Extract, before: Sequence[Record], relaxed: dict[str, Allowance]) -> tuple[Hold, ...]:
    accounts = [account_of(record) for record in before]
    return let_pass(planned(new, *accounts), Situation(GLAN, new, accounts, applied(before)), relaxed)


MANY_LEAVE = extract(*left(PUPILS[:12]), *PUPILS[12:], *GONE, *STAFF[7:])
OF_LEARNERS = Hold("too-many-leavers", 12, 60, 10, RELEASES, Kind.LEARNER)
OF_STAFF = Hold("too-many-leavers", 7, 20, 30, RELEASES, Kind.STAFF)


@pytest.mark.parametrize(
    ("relaxed", "expected"),
    [
        ({}, ()),
        ({"year-jump": Allowance(99)}, ()),
        ({"too-many-leavers": Allowance(None)}, (OF_LEARNERS, OF_STAFF)),
        ({"too-many-leavers": Allowance(19)}, (OF_LEARNERS, OF_STAFF)),
        ({"too-many-leavers": Allowance(18)}, (OF_LEARNERS,)),
        ({"too-many-leavers": Allowance(18, used=8)}, (OF_STAFF,)),
        ({"too-many-leavers": Allowance(18, used=12)}, ()),
    ],
)
def test_what_relaxations_let_pass(relaxed: dict[str, Allowance], expected: tuple[Hold, ...]) -> None:
    """Learners use up a relaxation before staff do, and what it does not reach uses nothing."""
    assert passed(MANY_LEAVE, [*PUPILS, *STAFF], relaxed) == expected


def test_without_relaxations_every_hold_waits() -> None:
    before = [*PUPILS, *STAFF]
    accounts = [account_of(record) for record in before]
    situation = Situation(GLAN, MANY_LEAVE, accounts, applied(before))
    assert safeguards(planned(MANY_LEAVE, *accounts), situation) == (OF_LEARNERS, OF_STAFF)
