"""Screens of a diagnosis and of the guide's entries."""

from collections.abc import Sequence
from datetime import datetime

from bot.diagnosis.actions import DiagnosisAction
from bot.slack.blocks import Block, Screen, actions, button, context_block, divider, escape, section
from bot.slack.findings import basis_line, next_line, step_line
from bot.slack.voice import Voice
from diagnostics.verdict import Diagnosis
from knowledge.models import Edition, Entry

_REASONED = ("identifier-invalid", "row-rejected")
"""Causes whose reason stands in the evidence of their step alone."""


def diagnosis(
    found: Diagnosis,
    edition: Edition,
    voice: Voice,
    now: datetime,
    buttons: Sequence[Block],
    *,
    starts: bool = False,
    notes: Sequence[str] = (),
) -> Screen:
    """Return a diagnosis: what is missing, whose move it is, `notes`, `buttons`, and beneath every check.

    `edition` is that of the guide's entry which was carried out; `starts` says that the reader may start the
    run that mends what was found.
    """
    move = next_line(found.next, voice, starts=starts)
    first, others = found.headline, [f"• {voice.mrkdwn(headline)}" for headline in found.headlines[1:]]
    if found.before is not None:
        others = [f"• {voice.mrkdwn(first)} {voice.mrkdwn(found.next.action)}", *others]
        first, move = found.before.headline, next_line(found.before.next, voice)
    blocks = [section("\n".join([f"*{voice.mrkdwn(first)}*", *_reason(found, voice)])), section(move)]
    if others:
        blocks.append(section("\n".join([voice.mrkdwn("answer.then"), *others])))
    blocks += map(section, notes)
    if buttons:
        blocks.append(actions(buttons))
    checks = (step_line(verdict, voice) for verdict in found.steps)
    blocks += [divider(), section("\n".join([f"*{voice.mrkdwn('answer.checks')}*", *checks]))]
    source = escape(edition.source.in_(voice.language))
    blocks.append(context_block(basis_line(found.extract, now, voice, source)))
    return Screen(voice.plain(first), blocks)


def _reason(found: Diagnosis, voice: Voice) -> list[str]:
    """Return the reason for what is missing, where its headline does not tell it."""
    cause = found.before.cause if found.before else found.cause
    told = [step.detail for step in found.steps if cause in _REASONED and step.cause == cause]
    return [f">{voice.mrkdwn(detail)}" for detail in told]


def faq(edition: Edition, voice: Voice) -> Screen:
    """Return the `edition` of an entry of the guide, with its source."""
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
    """Return all entries of the guide, each with a button that opens it."""
    title = voice.plain("answer.faq")
    blocks = [section(f"*{voice.mrkdwn('answer.faq')}*")]
    for entry, edition in entries:
        question = edition.question.in_(voice.language)
        opens = button(DiagnosisAction.FAQ, voice.plain("button.open"), f"faq {entry.id}", about=question)
        blocks.append(section(escape(question), opens))
    return Screen(title, blocks)
