"""What reviews add to other screens: the progress of a school's reviews, in Home."""

from collections.abc import Mapping, Sequence

from bot.people.permissions import Act
from bot.slack.blocks import Block, section
from bot.slack.context import Context
from bot.slack.contributors import SchoolAtHome
from bot.slack.voice import Voice
from provisioning.clock import today
from provisioning.manual.housekeeping import in_season, review_year
from provisioning.manual.reviews import Progress, progress_at


def home_school_lines(context: Context, shown: Sequence[SchoolAtHome]) -> Mapping[str, Sequence[Block]]:
    """Return the progress of each kind of account with reviews left, by school, in the season of reviews."""
    return {number: [section("\n".join(lines))] for number, lines in _left(context, shown).items()}


def home_school_words(context: Context, shown: Sequence[SchoolAtHome]) -> Mapping[str, str]:
    """Return what `home_school_lines` says, in one line."""
    return {number: " · ".join(lines) for number, lines in _left(context, shown).items()}


def _left(context: Context, shown: Sequence[SchoolAtHome]) -> Mapping[str, Sequence[str]]:
    day, caller = today(context.services.clock), context.caller()
    reviewing = [at_home.school for at_home in shown if caller.may(Act.REVIEW, at_home.school)]
    if not reviewing or not in_season(day):
        return {}
    with context.services.database.reading() as session:
        found = progress_at(session, dict.fromkeys((school.number for school in reviewing), review_year(day)))
    lines = {number: _lines(progress, context.voice) for number, progress in found.items()}
    return {number: said for number, said in lines.items() if said}


def _lines(progress: Progress, voice: Voice) -> Sequence[str]:
    return [
        voice.mrkdwn(f"review.line-{kind}", reviewed=reviewed, total=total)
        for kind, (reviewed, total) in progress.items()
        if reviewed < total
    ]
