"""What the rollover adds to other screens: a school's readiness, in Home."""

from collections.abc import Mapping, Sequence

from bot.rollover.screens import home_line
from bot.slack.blocks import Block, section
from bot.slack.context import Context
from bot.slack.contributors import SchoolAtHome
from bot.slots import members
from diagnostics.readiness import readiness_at
from provisioning.clock import today
from provisioning.manual.housekeeping import in_season

_SCHOOLS = 5
"""Schools up to which Home shows their stages; with more of them Home would take too long."""


def home_school_lines(context: Context, shown: Sequence[SchoolAtHome]) -> Mapping[str, Sequence[Block]]:
    """Return a line of each school's readiness, at the end of the academic year."""
    if len(shown) > _SCHOOLS or not in_season(today(context.services.clock)):
        return {}
    services, numbers = context.services, [at_home.school.number for at_home in shown]
    scheduled = members(services.settings.groups, [at_home.school for at_home in shown])
    return {
        found.school.number: [section(home_line(found, scheduled, context.voice))]
        for found in readiness_at(services.provisioning, numbers)
    }
