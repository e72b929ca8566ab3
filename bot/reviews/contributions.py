"""What reviews add to other screens: the progress of a school's reviews, in Home."""

from collections.abc import Sequence

from bot.people.permissions import Act
from bot.slack.blocks import Block, section
from bot.slack.context import Context
from bot.slack.contributors import SchoolAtHome
from provisioning.clock import today
from provisioning.manual.handmade import MADE_BY_HAND
from provisioning.manual.housekeeping import in_season, review_year
from provisioning.manual.reviews import review_progress


def home_school_lines(context: Context, at_home: SchoolAtHome) -> Sequence[Block]:
    """Return the progress of each kind of account with reviews left, in the season of reviews."""
    day = today(context.services.clock)
    if not context.caller().may(Act.REVIEW, at_home.school) or not in_season(day):
        return []
    with context.services.database.reading() as session:
        progress = {
            kind: review_progress(session, at_home.school.number, kind, review_year(day))
            for kind in MADE_BY_HAND
        }
    lines = [
        context.voice.mrkdwn(f"review.line-{kind}", reviewed=reviewed, total=total)
        for kind, (reviewed, total) in progress.items()
        if reviewed < total
    ]
    return [section("\n".join(lines))] if lines else []
