"""What missing accounts add to other screens: their number at a school, in Home."""

from collections.abc import Sequence

from bot.slack.blocks import Block, section
from bot.slack.context import Context
from bot.slack.contributors import SchoolAtHome
from bot.slack.voice import Voice
from diagnostics.missing import Missing


def home_school_lines(context: Context, at_home: SchoolAtHome) -> Sequence[Block]:
    """Return the numbers of missing accounts by cause; nothing if they were not counted."""
    return [section(_counts(at_home.missing, context.voice))] if at_home.missing is not None else []


def _counts(found: Missing, voice: Voice) -> str:
    if found.problem:
        return voice.mrkdwn("answer.missing-unknown", school=found.school.name)
    if not found.groups:
        return ":tada: " + voice.mrkdwn("answer.none-missing", school=found.school.name)
    lines = [f"*{voice.mrkdwn('answer.missing', school=found.school.name, count=found.count)}*"]
    for group in found.groups:
        who = voice.mrkdwn(f"who.{group.next.who}")
        short = voice.mrkdwn(f"missing.{group.cause}")
        lines.append(f"• *{len(group.identifiers)}*  {short} → {who}")
    return "\n".join(lines)
