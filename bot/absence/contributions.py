"""What an absence adds to other screens: that the user is away, above Home and their list."""

from collections.abc import Sequence

from bot.absence import screens
from bot.people import absences
from bot.slack.blocks import Block
from bot.slack.context import Context
from provisioning.clock import today


def notice(context: Context) -> Sequence[Block]:
    """Return that the user is away and the button that ends it; nothing while they are there."""
    with context.services.database.reading() as session:
        now = absences.of(session, context.user, today(context.services.clock))
    return [screens.own(now, context.voice)] if now else []
