"""Who did something: a user of Slack as a mention, an account of the command line by its name."""

from bot.slack.blocks import mention
from bot.slack.voice import Voice
from provisioning.store.retention import NOT_KEPT


def signed(said: str, who: str | None, voice: Voice) -> str:
    """Return the sentence `said`, which is mrkdwn, with the person `who` did it, while that is kept."""
    return f"{with_doer(said, who, voice)}."


def with_doer(said: str, who: str | None, voice: Voice) -> str:
    """Return what `signed` returns without its full stop, for what is not a sentence."""
    if who is None or who == NOT_KEPT:
        return said
    return f"{said} {voice.mrkdwn('answer.by')} {mention(who)}"
