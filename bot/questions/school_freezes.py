"""Whether the schools of the user who asks about freezes are frozen, until when and why."""

from collections.abc import Sequence

from bot.slack.blocks import Block, section
from bot.slack.context import Context
from bot.slack.freeze_words import board_notice, notice
from provisioning.records.schools import School

FREEZE = "freeze"
"""The verb that is about freezes."""
_SHOWN = 3
"""Frozen schools of which the freeze is told; of more, how many there are."""


def school_freezes(context: Context, schools: Sequence[School]) -> list[Block]:
    """Return the freezes of `schools`, or that none of them is frozen; nothing where there is no school."""
    if not schools:
        return []
    frozen, voice = context.frozen(schools), context.voice
    if not frozen:
        said = voice.mrkdwn("ask.not-frozen", school=schools[0].name, count=len(schools))
        return [section(said)]
    shown = [school for school in schools if school.number in frozen][:_SHOWN]
    more = board_notice(frozen, voice) if len(frozen) > _SHOWN else []
    return [*more, *(notice(school, frozen[school.number], voice) for school in shown)]
