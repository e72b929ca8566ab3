"""The screen of a rollover's key dates."""

from collections.abc import Iterable, Sequence
from datetime import date

from bot.slack.blocks import Block, Screen, context_block, escape, section
from bot.slack.findings import whose_move
from bot.slack.voice import Voice
from knowledge.keydates import KeyDateEvent, events
from knowledge.models import KeyDates


def key_dates(
    dates: KeyDates,
    own: frozenset[str],
    authority: str | None,
    others: Sequence[str],
    today: date,
    voice: Voice,
) -> Screen:
    """Return the dates of a rollover, past dates struck through.

    `own` are the names of the dates that `authority` has set itself; `others` are the codes of the caller's
    other authorities that have set some.
    """
    found = list(events(dates))
    over = all(event.is_past(today) for event in found)
    if authority is None:
        title = voice.plain("dates.title", year=dates.year, over=over)
    else:
        name = voice.authority(authority)
        title = voice.plain("dates.title-authority", year=dates.year, authority=name, over=over)
    lines = [_line(event, own, today, voice) for event in found]
    blocks: list[Block] = [section(f"*{escape(title)}*"), *(section(line) for line in lines)]
    if others:
        names = ", ".join(f"{voice.authority(code)} ({code})" for code in others)
        blocks.append(context_block(voice.mrkdwn("dates.others", authorities=names)))
    blocks.append(context_block(voice.mrkdwn("dates.source", source=dates.source.in_(voice.language))))
    return Screen(title, blocks)


def authorities(codes: Iterable[str], voice: Voice) -> list[tuple[str, str]]:
    """Return codes and names of local authorities, sorted by name."""
    return sorted(((code, voice.authority(code)) for code in codes), key=lambda pair: pair[1])


def _line(event: KeyDateEvent, own: frozenset[str], today: date, voice: Voice) -> str:
    when = voice.mrkdwn("dates.days", day=event.day, until=event.until)
    what = voice.mrkdwn(f"date.{event.id}.what", **event.values)
    if event.is_past(today):
        return f"~{when}~ · {voice.mrkdwn(f'date.{event.id}.name')}"
    mark = f" _{voice.mrkdwn('dates.own')}_" if event.names & own else ""
    who = "" if event.who == "nobody" else f"\n:point_right: *{whose_move(event.who, voice)}*"
    return f"*{when}* · {_distance(event, today, voice)}{mark}\n{what}{who}"


def _distance(event: KeyDateEvent, today: date, voice: Voice) -> str:
    if event.day <= today and event.until is not None:
        return voice.mrkdwn("dates.now")
    return voice.mrkdwn("dates.in-days", count=(event.day - today).days)
