"""What groups say of their next step while runs are frozen: after which day it can be done."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date

import pytest

from bot.after_freeze import still_active_after_freeze
from diagnostics.still_active import LingeringGroup, StillActive
from diagnostics.verdict import Next
from knowledge.texts import Bilingual, Text
from provisioning.records.schools import School
from provisioning.store.freezes import Freeze
from tests.bot.alerts.alert_builders import KNOWN
from tests.builders import BRYN, GLAN, NANT, NOW

CAUSE = "not-run-since-record"
ACTION = Text(f"cause.{CAUSE}.action", {"school": GLAN.name})
RUN = Next("provisioning-manager", Bilingual("", ""), ACTION)
AT_ONCE = "Run the Provisioning Client for Glan High."
NANT_UNTIL, GLAN_UNTIL = date(2026, 9, 9), date(2026, 9, 11)
AFTER_9, AFTER_11 = (
    f"After {day} September 2026, when runs begin again: {AT_ONCE}"
    for day in (NANT_UNTIL.day, GLAN_UNTIL.day)
)


def frozen(*schools: School) -> Callable[[Iterable[School]], Mapping[str, Freeze]]:
    """The freezes of these schools: Nant's is over first."""

    def of(among: Iterable[School]) -> Mapping[str, Freeze]:
        until = {NANT.number: NANT_UNTIL, GLAN.number: GLAN_UNTIL}
        return {
            school.number: Freeze(school.number, NOW.date(), until[school.number], "server move", "test", NOW)
            for school in among
            if school in schools
        }

    return of


@pytest.mark.parametrize(
    ("runs", "freezes", "says"),
    [
        ([(GLAN,)], [], AT_ONCE),
        ([(GLAN,)], [GLAN], AFTER_11),
        ([(NANT, GLAN)], [NANT], AFTER_9),
        ([(NANT, GLAN)], [NANT, GLAN], AFTER_11),
        ([(NANT, GLAN)], [GLAN], AT_ONCE),  # Nant's run comes first, and can be started
        ([(NANT,), (BRYN,)], [NANT], AT_ONCE),  # some wait for a school that is not frozen
        ([()], [GLAN], AT_ONCE),  # no run mends it
    ],
)
def test_a_group_says_after_which_day(
    runs: list[tuple[School, ...]], freezes: list[School], says: str
) -> None:
    lingering = LingeringGroup(CAUSE, (), ACTION, RUN, tuple(runs))
    active = still_active_after_freeze(StillActive(GLAN, (lingering,)), frozen(*freezes))
    assert KNOWN.catalogue.say(active.groups[0].next.action, "en") == says
