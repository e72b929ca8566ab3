"""In which words it is told that a user is away, and who covers."""

from collections.abc import Iterable

from bot.people.absences import Absence, Absences
from bot.slack.voice import Voice


def away_lines(users: Iterable[str | None], away: Absences, voice: Voice, to: str) -> list[str]:
    """Return to the user `to` a line for each of `users` who is away: until when, and who covers; mrkdwn."""
    return [away_line(away[user], voice, to) for user in dict.fromkeys(users) if user and user in away]


def away_line(absence: Absence, voice: Voice, to: str) -> str:
    """Return to the user `to` that another is away, and who covers: themselves, or another as a mention."""
    said = voice.mrkdwn("absence.away-until", until=absence.until)
    if not absence.cover:
        return f"<@{absence.user}> {said}"
    own = absence.cover == to
    who = (
        voice.mrkdwn("absence.you-cover") if own else f"{voice.mrkdwn('absence.covers')} <@{absence.cover}>."
    )
    return f"<@{absence.user}> {said} {who}"
