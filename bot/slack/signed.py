"""Who did something: a user of Slack as a mention, an account of the command line by its name."""

from bot.slack.blocks import mention
from bot.slack.voice import Voice
from provisioning.store.retention import NOT_KEPT


def signed(said: str, who: str | None, voice: Voice) -> str:
    """Return the sentence `said`, which is mrkdwn, with the person `who` did it, while that is kept."""
    if who is None or who == NOT_KEPT:
        return f"{said}."
    return f"{said} {voice.mrkdwn('answer.by')} {mention(who)}."
