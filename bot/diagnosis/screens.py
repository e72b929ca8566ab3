"""Answers about people and schools, as Slack shows them: pure, from a result and a voice."""

from collections.abc import Sequence
from datetime import datetime

from bot.slack.blocks import Block, Screen, actions, button, context_block, divider, escape, section
from bot.slack.voice import Voice
from diagnostics.verdict import Diagnosis, Next, Outcome, Verdict
from knowledge.models import Edition, Entry

MARKS = {
    Outcome.HOLDS: ":white_check_mark:",
    Outcome.FAILS: ":x:",
    Outcome.UNKNOWN: ":grey_question:",
    Outcome.NOT_APPLICABLE: ":heavy_minus_sign:",
    Outcome.NOT_REACHED: ":white_circle:",
}
"""Outcomes as signs that differ by shape and not by colour alone."""
_IN_THE_WAY = (Outcome.FAILS, Outcome.UNKNOWN)


def diagnosis(
    found: Diagnosis, edition: Edition, voice: Voice, now: datetime, buttons: Sequence[Block]
) -> Screen:
    """A diagnosis: what is so, every step with its evidence, then whose move it is."""
    blocks = [
        section(f"*{voice.mrkdwn(found.headline)}*"),
        section("\n".join(step_line(verdict, voice) for verdict in found.steps)),
        divider(),
        section(next_line(found.next, voice)),
    ]
    if len(found.headlines) > 1:
        others = "\n".join(f"• {voice.mrkdwn(headline)}" for headline in found.headlines[1:])
        blocks.append(section(f"{voice.mrkdwn('answer.then')}\n{others}"))
    if buttons:
        blocks.append(actions(buttons))
    blocks.append(
        context_block(voice.mrkdwn("answer.basis", now=now, source=edition.source.in_(voice.language)))
    )
    return Screen(voice.plain(found.headline), blocks)


def faq(entry: Entry, edition: Edition, voice: Voice) -> Screen:
    """A part of the guide, word for word, with where it comes from."""
    question = edition.question.in_(voice.language)
    steps = [
        f"{number}. {escape(step.in_(voice.language))}" for number, step in enumerate(edition.steps, start=1)
    ]
    blocks = [section(f"*{escape(question)}*"), section("\n".join(steps))]
    if edition.note:
        blocks.append(context_block(escape(edition.note.in_(voice.language))))
    blocks.append(context_block(voice.mrkdwn("answer.source", source=edition.source.in_(voice.language))))
    return Screen(question, blocks)


def faq_list(entries: Sequence[tuple[Entry, Edition]], voice: Voice) -> Screen:
    """All parts of the guide, each with a button that opens it."""
    title = voice.plain("answer.faq")
    blocks = [section(f"*{voice.mrkdwn('answer.faq')}*")]
    for entry, edition in entries:
        opens = button("say:faq", voice.plain("button.open"), f"faq {entry.id}")
        blocks.append(section(escape(edition.question.in_(voice.language)), opens))
    return Screen(title, blocks)


def step_line(verdict: Verdict, voice: Voice) -> str:
    """A step with its evidence: one line where it is in order, more where it is not."""
    title, detail = voice.mrkdwn(f"step.{verdict.step}.title"), voice.mrkdwn(verdict.detail)
    if verdict.outcome in _IN_THE_WAY:
        return f"{MARKS[verdict.outcome]}  *{title}*\n>{_quoted(detail)}"
    # What is in order takes one line, so that what is not stands out.
    evidence = "" if verdict.outcome is Outcome.NOT_REACHED else f" · {detail}"
    return f"{MARKS[verdict.outcome]}  {title}{evidence}"


def _quoted(words: str) -> str:
    """Words of several lines, such as the end of a client's log, all within the quotation."""
    return words.replace("\n", "\n>")


def next_line(move: Next, voice: Voice) -> str:
    """Whose move it is, what they do, and how to reach them."""
    if move.who == "nobody":
        return f":point_right: {voice.mrkdwn(move.action)}"
    who = voice.mrkdwn(f"who.{move.who}")
    return f":point_right: *{who}*\n{voice.mrkdwn(move.action)}\n_{voice.name(move.contact)}_"
