"""A week of the service desk in words: counts and times, without names."""

from collections.abc import Sequence
from datetime import timedelta

from babel.dates import format_timedelta

from bot.desk.figures import CauseFigures, Week
from bot.slack.blocks import Block, Screen, context_block, escape, header, section
from bot.slack.voice import Voice

SHOWN = 12
"""Causes that are listed; rarer ones count in the total."""


def summary(found: Week, voice: Voice) -> Screen:
    """Return the week in words."""
    title = voice.plain("desk-week.title", monday=found.monday)
    blocks: list[Block] = [header(title), section(_total(found.total, voice))]
    blocks += [section(line_of(line, voice)) for line in found.lines[:SHOWN]]
    blocks.append(context_block(voice.mrkdwn("desk-week.how")))
    return Screen(title, blocks)


def _total(line: CauseFigures, voice: Voice) -> str:
    counts = {"opened": line.opened, "resolved": line.resolved, "still_open": line.still_open}
    return "\n".join([f"*{voice.mrkdwn('desk-week.total', **counts)}*", *_times(line, voice)])


def line_of(line: CauseFigures, voice: Voice) -> str:
    """Return a cause's figures as mrkdwn."""
    counts = {"opened": line.opened, "resolved": line.resolved, "still_open": line.still_open}
    said = f"*{escape(name_of(line, voice))}*: {voice.mrkdwn('desk-week.counts', **counts)}"
    return "\n".join([said, *_times(line, voice)])


def _times(line: CauseFigures, voice: Voice) -> Sequence[str]:
    """Return the median times of a line in a line of their own; none where it has none."""
    medians = (("first", line.to_answer), ("whole", line.to_resolution))
    told = [voice.mrkdwn(f"desk-week.{key}", time=time_of(time, voice)) for key, time in medians if time]
    return [" · ".join(told)] if told else []


def name_of(line: CauseFigures, voice: Voice) -> str:
    """Return the name of a line's cause."""
    return voice.plain(f"missing.{line.cause}" if line.cause else "desk-week.about-nobody")


def time_of(time: timedelta | None, voice: Voice) -> str:
    """Return a time in its largest unit, such as `35 minutes` or `2 days`; blank for None."""
    if time is None:
        return ""
    return str(format_timedelta(time, granularity="minute", threshold=1.5, locale=voice.language))
