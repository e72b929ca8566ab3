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
    day, caller = today(context.services.clock), context.caller()
    reviewing = [at_home.school for at_home in shown if caller.may(Act.REVIEW, at_home.school)]
    if not reviewing or not in_season(day):
        return {}
    with context.services.database.reading() as session:
        found = progress_at(session, dict.fromkeys((school.number for school in reviewing), review_year(day)))
    return {number: _lines(progress, context.voice) for number, progress in found.items()}


def _lines(progress: Progress, voice: Voice) -> Sequence[Block]:
    lines = [
        voice.mrkdwn(f"review.line-{kind}", reviewed=reviewed, total=total)
        for kind, (reviewed, total) in progress.items()
        if reviewed < total
    ]
    return [section("\n".join(lines))] if lines else []
