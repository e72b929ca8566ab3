"""In which words it is told that a user is away, and who covers."""

from collections.abc import Iterable

from bot.people.absences import Absence, Absences
from bot.slack.voice import Voice


def away_lines(users: Iterable[str | None], away: Absences, voice: Voice) -> list[str]:
    """Return a line of mrkdwn for each of `users` who is away: until when, and who covers."""
    return [away_line(away[user], voice) for user in dict.fromkeys(users) if user and user in away]


def away_line(absence: Absence, voice: Voice) -> str:
    """Return the line that a user is away, and who covers, with both as mentions."""
    said = voice.mrkdwn("absence.away-until", until=absence.until)
    covered = f" {voice.mrkdwn('absence.covers')} <@{absence.cover}>." if absence.cover else ""
    return f"<@{absence.user}> {said}{covered}"
