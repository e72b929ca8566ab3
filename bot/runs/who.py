"""Who decided on a run, undid it, or took that back, and when: for Slack, where a user is a mention."""

from sqlalchemy.orm import Session

from bot.people import audit
from bot.people.audit import AuditRecord
from bot.runs.actions import RunAuditAction
from bot.slack.signed import signed
from bot.slack.voice import Voice
from provisioning.store.hold_ends import EndedHold, HoldEnd
from provisioning.store.runs import Run


def decided_by(run: Run, voice: Voice) -> str:
    """Return who decided on `run`, and when, as mrkdwn; the person only while that is kept."""
    said = voice.mrkdwn(f"held.decided-{run.decision}", when=run.decided_at or run.finished_at)
    return signed(said, run.decided_by, voice)


def undone_by(run: Run, voice: Voice) -> str:
    """Return who made the undo `run`, and when, as mrkdwn; the person only while that is kept."""
    said = voice.mrkdwn("held.undone-on", when=run.finished_at or run.started_at)
    return signed(said, run.started_by, voice)


def taken_back(session: Session, end: EndedHold) -> AuditRecord | None:
    """Return the audit record of *Reconsider* since a decision that stands no more; None without one.

    Where the school's records ask for something else now, a decision stands no more without it.
    """
    if end.how not in (HoldEnd.LAPSED, HoldEnd.UNDONE_LAPSED):
        return None
    decided_at = end.undone.finished_at if end.undone else end.run.decided_at
    since = decided_at or end.run.started_at
    return audit.first_done(session, RunAuditAction.RECONSIDER, end.run.school, since)


def taken_back_by(record: AuditRecord, voice: Voice) -> str:
    """Return who pressed *Reconsider*, and when, as mrkdwn."""
    return signed(voice.mrkdwn("held.reconsidered-on", when=record.at), record.who, voice)
