"""Safeguards whose numbers an authority has set: each holds by its own number, and names it."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from provisioning.planning.safeguard_limits import Limit, SafeguardLimits
from provisioning.records.people import Record
from tests.builders import extract
from tests.provisioning.planning.safeguard_builders import (
    LEFT,
    WINTER,
    colleagues,
    holds,
    left,
    pupils,
    year,
)

LEARNERS, STAFF = pupils(100), colleagues(20)


def held(new: Sequence[Record], before: Sequence[Record], limits: SafeguardLimits) -> list[tuple[str, int]]:
    """The safeguards that hold, each with the percentage that it names."""
    found = holds(extract(*new), before, today=WINTER, limits=limits)
    return [(hold.safeguard, hold.percent) for hold in found]


@pytest.mark.parametrize(
    ("new", "before", "limits", "expected"),
    [
        (LEARNERS[6:], LEARNERS, SafeguardLimits(shrunk=Limit(5, 5)), ("extract-shrunk", 5)),
        (
            [*left(LEARNERS[:6]), *LEARNERS[6:]],
            LEARNERS,
            SafeguardLimits(learners_leaving=Limit(5, 5)),
            ("too-many-leavers", 5),
        ),
        (
            [*(replace(member, leaving_date=LEFT) for member in STAFF[:2]), *STAFF[2:]],
            STAFF,
            SafeguardLimits(staff_leaving=Limit(2, 5)),
            ("too-many-leavers", 5),
        ),
        (
            [*LEARNERS, *pupils(6, "10", start=200)],
            LEARNERS,
            SafeguardLimits(learners_created=Limit(5, 5, least=50)),
            ("too-many-creates", 5),
        ),
        (
            [*STAFF, *colleagues(2, start=50)],
            STAFF,
            SafeguardLimits(staff_created=Limit(2, 5, least=10)),
            ("too-many-creates", 5),
        ),
        (
            [*year(LEARNERS[:6], "12"), *LEARNERS[6:]],
            LEARNERS,
            SafeguardLimits(year_jump=Limit(5, 5)),
            ("year-jump", 5),
        ),
        (
            [*year(LEARNERS[:6], "9", ""), *LEARNERS[6:]],
            LEARNERS,
            SafeguardLimits(classes_lost=Limit(5, 5)),
            ("classes-lost", 5),
        ),
    ],
    ids=["shrunk", "learners leave", "staff leave", "learners join", "staff join", "years", "classes"],
)
def test_a_stricter_number_holds_what_the_default_lets_pass(
    new: Sequence[Record], before: Sequence[Record], limits: SafeguardLimits, expected: tuple[str, int]
) -> None:
    assert held(new, before, SafeguardLimits()) == []
    assert held(new, before, limits) == [expected]
