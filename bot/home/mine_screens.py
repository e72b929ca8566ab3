"""What is a user's own as Slack shows it: the sum, each thing with how urgent it is, and late decisions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.home.actions import HomeAction
from bot.slack.blocks import Block, Screen, actions, button, context_block, divider, escape, section
from bot.slack.tasks import Stand, Task, sum_of
from bot.slack.voice import Voice
from knowledge.texts import Text
from provisioning.clock import uk_date
from provisioning.records.schools import School

_AT_HOME, _LISTED = 5, 15
"""Things that Home lists, and each part of `/hwb mine`."""
_PARTS = (("waiting", (Stand.YOURS, Stand.TAKEN)), ("others", (Stand.OTHERS,)), ("watched", (Stand.WATCHED,)))
"""The parts of the list, each with the things that stand there."""


@dataclass(frozen=True)
class Decision:
    """A decision of the user: its action in the audit, where, and when."""

    action: str
    school: School
    at: datetime


def at_home(tasks: Sequence[Task], voice: Voice, today: date) -> list[Block]:
    """Return the sum and the first of the `tasks` that wait for the user, in their order, for Home.

    What waits for others is a number beneath them.
    """
    shown = [task for task in tasks if task.waits and task.at_home][:_AT_HOME]
    blocks = [section(f"*{escape(_sum(tasks, voice, today))}*")]
    blocks += [_line(task, voice, today) for task in shown]
    others = sum(task.stand is Stand.OTHERS for task in tasks)
    if others:
        blocks.append(context_block(voice.mrkdwn("mine.others", count=others)))
    if len(tasks) > len(shown):
        blocks.append(actions([button(HomeAction.MINE, voice.plain("button.mine"), "mine")]))
    return blocks


def listed(
    tasks: Sequence[Task],
    decisions: Sequence[Decision],
    voice: Voice,
    today: date,
    notices: Sequence[Block] = (),
) -> Screen:
    """Return all `tasks` of the user by what they can do, and their `decisions`; `notices` stand above."""
    title = _sum(tasks, voice, today)
    blocks = [section(f"*{escape(title)}*"), *notices]
    for part, stands in _PARTS:
        found = [task for task in tasks if task.stand in stands]
        if not found:
            continue
        blocks.append(divider())
        if part != "waiting":
            blocks.append(section(f"*{voice.mrkdwn(f'mine.{part}', count=len(found))}*"))
        blocks += [_line(task, voice, today) for task in found[:_LISTED]]
        if len(found) > _LISTED:
            blocks.append(context_block(voice.mrkdwn("answer.and-more", count=len(found) - _LISTED)))
    if decisions:
        lines = "\n".join(f"• {_decision(decision, voice)}" for decision in decisions)
        blocks += [divider(), section(f"*{voice.mrkdwn('mine.decided')}*\n{lines}")]
    return Screen(title, blocks)


def _sum(tasks: Sequence[Task], voice: Voice, today: date) -> str:
    found = sum_of(tasks, today)
    return voice.plain("mine.sum", count=found.waiting, late=found.late)


def _line(task: Task, voice: Voice, today: date) -> Block:
    """Return a thing in a line: how urgent it is, what it is, and where."""
    parts = [f"*{voice.mrkdwn(urgency(task, today))}*", voice.mrkdwn(task.said)]
    if task.school is not None:
        parts.append(voice.name(task.school.name))
    return section(" · ".join(parts), task.opens)


def urgency(task: Task, today: date) -> Text:
    """Return how urgent a thing is on the day `today`, in words."""
    if task.stand is Stand.WATCHED or task.due is None:
        return Text("mine.since", {"day": uk_date(task.since)})
    days = (today - task.due).days
    if days > 0:
        return Text("mine.late", {"count": days})
    return Text("mine.due-today" if days == 0 else "mine.due", {"day": task.due})


def _decision(decision: Decision, voice: Voice) -> str:
    said = voice.mrkdwn(f"mine.did.{decision.action}")
    at = voice.mrkdwn("mine.at", at=decision.at)
    return f"{said} · {voice.name(decision.school.name)} · {at}"
