"""What the rollover adds to other screens: a school's readiness, in Home."""

from collections.abc import Collection, Mapping, Sequence

from bot.rollover.screens import home_line, home_words
from bot.slack.blocks import Block, section
from bot.slack.context import Context
from bot.slack.contributors import SchoolAtHome
from bot.slots import members
from diagnostics.school_stages import SchoolStages
from provisioning.clock import today
from provisioning.manual.housekeeping import in_season

_SCHOOLS = 5
"""Schools up to which Home shows their stages; with more of them Home would take too long."""


def home_school_lines(context: Context, shown: Sequence[SchoolAtHome]) -> Mapping[str, Sequence[Block]]:
    """Return a line of each school's readiness, at the end of the academic year."""
    scheduled = _scheduled(context, shown)
    return {
        number: [section(home_line(found, scheduled, context.voice))]
        for number, found in _found(context, shown).items()
    }


def home_school_words(context: Context, shown: Sequence[SchoolAtHome]) -> Mapping[str, str]:
    """Return each school's readiness in a few words, at the end of the academic year."""
    scheduled = _scheduled(context, shown)
    return {
        number: home_words(found, scheduled, context.voice)
        for number, found in _found(context, shown).items()
    }


def _scheduled(context: Context, shown: Sequence[SchoolAtHome]) -> Collection[str]:
    return members(context.services.settings.groups, [at_home.school for at_home in shown])


def _found(context: Context, shown: Sequence[SchoolAtHome]) -> Mapping[str, SchoolStages]:
    if len(shown) > _SCHOOLS or not in_season(today(context.services.clock)):
        return {}
    numbers = [at_home.school.number for at_home in shown]
    return {found.school.number: found for found in context.stages_of(numbers)}
