"""What missing accounts add to other screens: their number in Home, a button under a school's latest run."""

from collections.abc import Mapping, Sequence

from bot.missing.actions import MissingAction
from bot.people.permissions import Act
from bot.slack.blocks import Block, button, section
from bot.slack.context import Context
from bot.slack.contributors import SchoolAtHome
from bot.slack.findings import whose_move
from bot.slack.own_moves import own_moves_first, started_by_reader
from bot.slack.voice import Voice
from diagnostics.missing import Missing
from provisioning.records.schools import School
from provisioning.store.latest_runs import latest_of


def home_school_lines(context: Context, shown: Sequence[SchoolAtHome]) -> Mapping[str, Sequence[Block]]:
    """Return the numbers of missing accounts by cause, by school; nothing if they were not counted."""
    return {
        at_home.school.number: [section(_counts(context, at_home.missing))]
        for at_home in shown
        if at_home.missing is not None
    }


def home_school_words(context: Context, shown: Sequence[SchoolAtHome]) -> Mapping[str, str]:
    """Return how many accounts are missing, in a few words, by school; nothing if they were not counted."""
    return {
        at_home.school.number: _in_words(at_home.missing, context.voice)
        for at_home in shown
        if at_home.missing is not None
    }


def _in_words(found: Missing, voice: Voice) -> str:
    if found.closed is not None:
        return voice.mrkdwn("home.closed")
    return voice.mrkdwn("home.unknown") if found.problem else voice.mrkdwn("home.missing", count=found.count)


def run_buttons(context: Context, school: School) -> Sequence[Block]:
    """Return the button that lists whom the latest run left without an account, if it rejected rows."""
    if not context.caller().may(Act.DIAGNOSE, school):
        return []
    with context.services.database.reading() as session:
        latest = latest_of(session, school.number).latest
    if latest is None or not latest.counts["rejected"]:
        return []
    return [button(MissingAction.LIST, context.voice.plain("button.missing"), f"missing {school.number}")]


def _counts(context: Context, found: Missing) -> str:
    """Return the number of missing accounts and the causes, the reader's own moves first."""
    voice = context.voice.to(context.caller(), found.school)
    if found.closed is not None:
        return voice.mrkdwn(found.closed)
    if found.problem:
        return voice.mrkdwn("answer.missing-unknown", school=found.school.name)
    if not found.groups:
        return voice.mrkdwn("answer.none-missing", school=found.school.name)
    starts = started_by_reader(context, found.groups)
    lines = [f"*{voice.mrkdwn('answer.missing', school=found.school.name, count=found.count)}*"]
    for group in own_moves_first(found.groups, starts, voice):
        move = whose_move(group.next.who, voice, starts=group.cause in starts)
        lines.append(f"• *{len(group.identifiers)}*: {voice.mrkdwn(f'missing.{group.cause}')} → {move}")
    return "\n".join(lines)
