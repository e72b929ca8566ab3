"""What will be due within a week at a few schools, of which no alert is raised yet."""

from collections.abc import Iterable, Mapping

from bot.alerts.alert import Fact
from bot.alerts.facts import facts, season, under_freezes
from diagnostics.school_stages import SchoolStages
from provisioning.calendars import by_authority
from provisioning.clock import today
from provisioning.runs.dependencies import Provisioning
from provisioning.store.freezes import Freeze


def coming(
    provisioning: Provisioning, found_stages: Iterable[SchoolStages], frozen: Mapping[str, Freeze]
) -> list[Fact]:
    """Return what will be due within a week at the schools whose current stages are `found_stages`.

    Of those that are `frozen`, by number, what only a run does is left out, as digests leave it out.
    """
    day = today(provisioning.clock)
    with provisioning.database.reading() as session:
        of = by_authority(provisioning.knowledge.calendar, provisioning.local_dates, session)
    found: list[Fact] = []
    for stages in found_stages:
        dates = of(stages.school.local_authority).in_focus(day)
        if season(dates, day):
            found += facts(stages, None, dates, day, provisioning.knowledge)
    return [fact for fact in under_freezes(found, frozen) if fact.is_coming(day)]
