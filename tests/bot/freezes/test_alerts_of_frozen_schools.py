"""A frozen school: no alert, and no escalation, of what only a run would mend."""

from datetime import timedelta

import pytest

from bot.alerts.engine import step
from bot.alerts.facts import without_runs
from tests.bot.alerts.alert_builders import MONDAY, fact, later, raised

A_WEEK_ON = MONDAY + timedelta(days=7)
FRIDAY = MONDAY.date() + timedelta(days=4)


@pytest.mark.parametrize(
    ("kind", "who", "is_raised"),
    [
        ("client-ran", "provisioning-manager", False),
        ("ran-after-previous-schools", "previous-school", False),
        ("intake-matched", "provisioning-manager", False),
        ("leavers-ended", "nobody", False),
        ("mis-end-of-year", "mis-administrator", True),
        ("non-mis-reviewed", "digital-champion", True),
    ],
)
def test_only_what_a_run_mends_is_not_raised(kind: str, who: str, is_raised: bool) -> None:
    assert bool(step((), [without_runs(fact(kind, who=who), FRIDAY)], MONDAY)) is is_raised


def test_an_alert_that_stands_is_not_escalated_while_the_school_is_frozen() -> None:
    alert = raised("client-ran")
    frozen = without_runs(fact("client-ran"), FRIDAY)
    assert later(alert, A_WEEK_ON).level > alert.level
    assert later(alert, A_WEEK_ON, facts=[frozen]).level == alert.level


def test_it_is_resolved_all_the_same_where_its_fact_is_gone() -> None:
    assert later(raised("client-ran"), A_WEEK_ON, facts=[]).resolved_at == A_WEEK_ON


@pytest.mark.parametrize("kind", ["client-ran", "mis-end-of-year"])
def test_its_messages_are_edited_as_the_freeze_begins_and_is_over(kind: str) -> None:
    """A message is edited whenever the revision of its alert is another; without a change nothing is sent."""
    free, frozen = fact(kind), without_runs(fact(kind), FRIDAY)
    alert = raised(kind)
    begun = later(alert, MONDAY, facts=[frozen])
    unchanged = later(begun, MONDAY, facts=[frozen])
    over = later(unchanged, MONDAY, facts=[free])
    assert [each.revision - alert.revision for each in (begun, unchanged, over)] == [1, 1, 2]
