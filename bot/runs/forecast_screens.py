"""The forecast of a school's next run: as a screen, and in lines."""

from collections.abc import Mapping
from datetime import datetime

from bot.slack.blocks import Screen, context_block, escape, section
from bot.slack.voice import Voice
from provisioning.planning.forecast import Forecast
from provisioning.records.schools import School


def forecast(
    school: School, found: Forecast, names: Mapping[str, School], voice: Voice, now: datetime
) -> Screen:
    """Return the forecast of the next run; `names` are schools by number."""
    title = voice.plain("forecast.title", school=school.name)
    lines = forecast_lines(found, names, voice)
    text = "\n".join(f"• {escape(line)}" for line in lines)
    blocks = [section(f"*{escape(title)}*\n{text}"), context_block(voice.mrkdwn("answer.as-of", now=now))]
    return Screen(f"{title} {', '.join(lines)}", blocks)


def forecast_lines(found: Forecast, names: Mapping[str, School], voice: Voice) -> list[str]:
    """Return a forecast in lines: who moves up, comes, leaves or waits, and what needs a person."""
    counted = {
        "move-up": found.move_up,
        "change-class": found.change_class,
        "new": found.new,
        "matched": found.matched,
        "released": found.released,
    }
    lines = [voice.plain(f"forecast.{name}", count=count) for name, count in counted.items() if count]
    for number, count in found.waiting.items():
        lines.append(voice.plain("forecast.waiting", count=count, school=names[number].name))
    if found.doubtful:
        lines.append(voice.plain("forecast.doubtful", count=found.doubtful))
    if found.need_you:
        lines.append(voice.plain("forecast.need-you", count=found.need_you))
    lines += [" ".join(map(voice.plain, hold.said)) for hold in found.holds]
    return lines or [voice.plain("answer.no-changes")]
