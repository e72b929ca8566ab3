"""Who decided on a run, undid it, or took that back, and when: for Slack, where a user is a mention."""

from bot.slack.signed import signed
from bot.slack.voice import Voice
from provisioning.store.runs import Run


def decided_by(run: Run, voice: Voice) -> str:
    """Return who decided on `run`, and when, as mrkdwn; the person only while that is kept."""
    said = voice.mrkdwn(f"held.decided-{run.decision}", when=run.decided_at or run.finished_at)
    return signed(said, run.decided_by, voice)


def undone_by(run: Run, voice: Voice) -> str:
    """Return who made the undo `run`, and when, as mrkdwn; the person only while that is kept."""
    said = voice.mrkdwn("held.undone-on", when=run.finished_at or run.started_at)
    return signed(said, run.started_by, voice)


def taken_back_by(run: Run, voice: Voice) -> str:
    """Return who had what `run` rejected or undid asked for again, and when, as mrkdwn."""
    return signed(voice.mrkdwn("held.reconsidered-on", when=run.taken_back_at), run.taken_back_by, voice)
