"""What freezes add to other screens: that a school is frozen, in Home."""

from collections.abc import Mapping, Sequence

from bot.slack.blocks import Block, escape
from bot.slack.context import Context
from bot.slack.contributors import SchoolAtHome
from bot.slack.freeze_words import few_words, notice
from provisioning.records.schools import School


def home_school_lines(context: Context, shown: Sequence[SchoolAtHome]) -> Mapping[str, Sequence[Block]]:
    """Return the notice of each school that is frozen."""
    schools: dict[str, School] = {at_home.school.number: at_home.school for at_home in shown}
    frozen = context.frozen(schools.values())
    return {number: [notice(schools[number], freeze, context.voice)] for number, freeze in frozen.items()}


def home_school_words(context: Context, shown: Sequence[SchoolAtHome]) -> Mapping[str, str]:
    """Return until when each school is frozen, in a few words."""
    frozen = context.frozen(at_home.school for at_home in shown)
    said = {number: escape(few_words(freeze, context.voice)) for number, freeze in frozen.items()}
    return {number: f":snowflake: {words}" for number, words in said.items()}
