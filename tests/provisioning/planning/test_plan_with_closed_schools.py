"""The plan where schools are closed: their accounts are free for any school, but not for the closed one."""

import pytest

from provisioning.planning.directory import Directory
from provisioning.planning.plan import plan
from provisioning.records.schools import School
from tests.builders import GLAN, NANT, TODAY, account_of, extract, learner, released
from tests.provisioning.planning.plan_builders import kinds


@pytest.mark.parametrize(
    ("school", "closed", "expected"),
    [
        (NANT, {NANT.number}, ["match"]),
        (NANT, {GLAN.number}, []),
        (NANT, set(), []),
        (GLAN, {GLAN.number}, []),  # its own account needs no new start
    ],
)
def test_the_account_of_a_closed_school_may_be_taken_over(
    school: School, closed: set[str], expected: list[str]
) -> None:
    held = account_of(learner(), school)
    found = plan(extract(learner()), Directory([held], frozenset(closed)), (), TODAY)
    assert kinds(found) == expected


def test_a_released_account_is_free_whichever_schools_are_closed() -> None:
    held = released(account_of(learner(), NANT))
    assert kinds(plan(extract(learner()), Directory([held], frozenset({GLAN.number})), (), TODAY)) == [
        "match"
    ]
