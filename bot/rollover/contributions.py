"""What the rollover adds to other screens: a school's readiness, in Home."""

from collections.abc import Sequence

from bot.rollover.screens import home_line
from bot.slack.blocks import Block, section
from bot.slack.context import Context
from bot.slack.contributors import SchoolAtHome
from diagnostics.readiness import readiness
from provisioning.clock import today
from provisioning.manual.housekeeping import in_season

_SCHOOLS = 5
"""Schools up to which Home shows their stages; with more of them Home would take too long."""


def home_school_lines(context: Context, at_home: SchoolAtHome) -> Sequence[Block]:
    """Return a line of a school's readiness, at the end of the academic year."""
    if at_home.schools > _SCHOOLS or not in_season(today(context.services.clock)):
        return []
    found = readiness(context.services.provisioning, at_home.school.number)
    return [section(home_line(found, context.voice))]
