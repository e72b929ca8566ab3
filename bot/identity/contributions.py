"""What accounts in doubt add to other screens: a button under a school's latest run."""

from collections.abc import Sequence

from bot.identity.screens import decided_button, open_button
from bot.people.permissions import Act
from bot.slack.blocks import Block
from bot.slack.context import Context
from provisioning.records.schools import School
from provisioning.store import identities


def run_buttons(context: Context, school: School) -> Sequence[Block]:
    """Return the buttons to accounts in doubt and to decisions, for callers who may decide at `school`."""
    if not context.caller().may(Act.DECIDE, school):
        return []
    with context.services.database.reading() as session:
        count = len(identities.waiting(session, school.number))
        any_decided = bool(identities.decided(session, school.number))
    waiting = [open_button(school, count, context.voice)] if count else []
    return [*waiting, *([decided_button(school, context.voice)] if any_decided else [])]
