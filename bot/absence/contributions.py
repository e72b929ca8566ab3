"""What an absence adds above Home and the list of what is the user's own: who is away, and who covers."""

from collections.abc import Sequence

from bot.absence import screens
from bot.people import absences
from bot.slack.away_words import away_lines
from bot.slack.blocks import Block, context_block
from bot.slack.context import Context
from provisioning.clock import today


def notice(context: Context) -> Sequence[Block]:
    """Return that the user is away and the button that ends it; else for whom the user covers, if any."""
    with context.services.database.reading() as session:
        away = absences.on(session, today(context.services.clock))
    if context.user in away:
        return [screens.own(away[context.user], context.voice)]
    covered = away_lines(absences.covered_by(context.user, away), away, context.voice, context.user)
    return [context_block("\n".join(covered))] if covered else []
