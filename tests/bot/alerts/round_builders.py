"""The rounds of alerts of a bot that stays running, each held against those of a new process."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from bot.alerts.known_facts import KnownFacts
from bot.settings_tables import ScheduleGroup
from bot.stages.stored_stages import StoredStages
from diagnostics import readiness
from diagnostics.portions import Portions
from diagnostics.readiness import looks_together
from provisioning.runs.dependencies import Provisioning
from provisioning.store import schools
from tests.builders import BRYN, GLAN, NANT, NOW, Schools, learner, staff_member
from tests.provisioning.manual.review_builders import SALLY, listed
from tests.provisioning.runs.decision_builders import PUPILS

ALL = {NANT.number, BRYN.number, GLAN.number}
ALYS = learner(101, surname="Puw", forename="Alys", year_group="6", admission_date=date(2019, 9, 1))
NEW = learner(104, surname="Rees", forename="Nia", year_group="5", admission_date=date(2020, 9, 1))
MOVED_ALYS = replace(ALYS, year_group="7", admission_date=date(2026, 9, 1))
SCHEDULE = (ScheduleGroup(name="every school"),)
SOON, TOMORROW = NOW + timedelta(hours=3), NOW + timedelta(days=1)


class Rounds:
    """The rounds of a bot that stays running, until it `restarts`."""

    def __init__(self, installation: Schools) -> None:
        self.schools = installation
        self.restarts()

    def restarts(self, groups: Sequence[ScheduleGroup] = SCHEDULE) -> None:
        """Begin a new process on the same store, with schools in these `groups` of the schedule."""
        self._groups, self._known = groups, KnownFacts(groups, StoredStages())

    def looked_at(
        self,
        at: datetime = SOON,
        provisioning: Provisioning | None = None,
        with_alerts: frozenset[str] = frozenset(),
    ) -> set[str]:
        """The schools that a round looks at; its facts are those of a process that has just started."""
        services = provisioning or self.schools.at(at)
        with services.database.reading() as session:
            among = schools.every(session)
        seen: set[str] = set()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(readiness, "looks_together", _noting(seen))
            found = self._known.of(services, among, with_alerts)
        anew = KnownFacts(self._groups)
        assert found == anew.of(services, among, with_alerts)
        assert self._known.standings == anew.standings
        return seen


def _noting(seen: set[str]) -> Callable[[Provisioning, Sequence[str], Portions], Any]:
    def look(provisioning: Provisioning, numbers: Sequence[str], *waiting: Portions) -> Any:
        found = looks_together(provisioning, numbers, *waiting)
        seen.update(look.found.school.number for look in found)
        return found

    return look


def first_round(provisioning: Schools) -> Rounds:
    """Alys waits at Glan until Nant lets her go; forty others are there; Bryn has nothing to do with either.

    Everything has run, Sally's account made by hand is listed, and the first round is over.
    """
    provisioning.extracts(NANT, ALYS, learner(102, year_group="5", admission_date=date(2020, 9, 1)))
    provisioning.extracts(BRYN, learner(103, year_group="5", admission_date=date(2020, 9, 1)))
    provisioning.extracts(GLAN, MOVED_ALYS, staff_member(), *PUPILS)
    listed(provisioning, SALLY)
    for school in (NANT, BRYN, GLAN):
        provisioning.runs(school)
    made = Rounds(provisioning)
    assert made.looked_at() == ALL
    return made
