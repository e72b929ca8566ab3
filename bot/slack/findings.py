"""Findings of a diagnosis, as every feature shows them: an outcome's sign, a step's line, the next action."""

from bot.slack.voice import Voice
from diagnostics.verdict import Next, Outcome, Verdict

MARKS = {
    Outcome.HOLDS: ":white_check_mark:",
    Outcome.FAILS: ":x:",
    Outcome.UNKNOWN: ":grey_question:",
    Outcome.NOT_APPLICABLE: ":heavy_minus_sign:",
    Outcome.NOT_REACHED: ":white_circle:",
}
"""The sign of each outcome; they differ by shape and not by colour alone."""
_IN_THE_WAY = (Outcome.FAILS, Outcome.UNKNOWN)


def step_line(verdict: Verdict, voice: Voice) -> str:
    """Return a step with its evidence: one line if it holds, two if it fails or is unknown."""
    title, detail = voice.mrkdwn(f"step.{verdict.step}.title"), voice.mrkdwn(verdict.detail)
    if verdict.outcome in _IN_THE_WAY:
        return f"{MARKS[verdict.outcome]}  *{title}*\n>{_quoted(detail)}"
    # A step that holds takes one line, so that those that fail stand out.
    evidence = "" if verdict.outcome is Outcome.NOT_REACHED else f" · {detail}"
    return f"{MARKS[verdict.outcome]}  {title}{evidence}"


def next_line(move: Next, voice: Voice) -> str:
    """Return who acts next, what they do, and how to reach them."""
    if move.who == "nobody":
        return f":point_right: {voice.mrkdwn(move.action)}"
    who = voice.mrkdwn(f"who.{move.who}")
    return f":point_right: *{who}*\n{voice.mrkdwn(move.action)}\n_{voice.name(move.contact)}_"


def _quoted(words: str) -> str:
    """Return `words` with each line in the quotation, such as the end of a client's log."""
    return words.replace("\n", "\n>")
