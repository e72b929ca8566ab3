"""App Home: my schools, their last run, what is missing by cause, and what can be done at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.rollover.screens import home_line
from bot.runs.screens import run_line
from bot.slack.blocks import Block, actions, button, context_block, divider, escape, header, section
from bot.slack.voice import Voice
from diagnostics.missing import Missing
from diagnostics.readiness import Readiness
from provisioning.records import Kind, School
from provisioning.store.runs import Run


@dataclass(frozen=True)
class Glance:
    """A school at a glance; `missing` is None where it was not looked for, because there are many schools.

    `reviews` says how many accounts made by hand are reviewed, of how many; None for whoever does not review.
    """

    school: School
    latest: Run | None
    missing: Missing | None
    may_run: bool
    reviews: Mapping[Kind, tuple[int, int]] | None = None
    rollover: Readiness | None = None


def home(
    glances: Sequence[Glance],
    left_out: int,
    voice: Voice,
    now: datetime,
    desk: Sequence[Block] = (),
    *,
    gives_roles: bool = False,
) -> list[Block]:
    """The Home of somebody with grants, worst school first; `desk` is the service desk's part."""
    roles = [button("say:grants", voice.plain("button.grants"), "grants")] if gives_roles else []
    blocks = [
        header(voice.plain("home.title")),
        context_block(voice.mrkdwn("answer.as-of", now=now)),
        actions(
            [
                button("open:why-missing", voice.plain("button.who-is-missing"), "why-missing", "primary"),
                button("open:no-password", voice.plain("button.no-password"), "no-password"),
                button("open:old-class", voice.plain("button.old-class"), "old-class"),
                button("say:board", voice.plain("button.board"), "rollover"),
                button("say:dates", voice.plain("button.dates"), "dates"),
                button("say:faq", voice.plain("button.faq"), "faq"),
                button("open:ask", voice.plain("button.ask"), "ask"),
                *roles,
                button("home:refresh", voice.plain("button.refresh"), "refresh"),
            ]
        ),
    ]
    blocks += desk
    for glance in sorted(glances, key=lambda one: -(one.missing.count if one.missing else 0)):
        blocks += _school(glance, voice)
    if left_out:
        blocks += [divider(), context_block(voice.mrkdwn("home.left-out", count=left_out))]
    return blocks


def stranger(voice: Voice) -> list[Block]:
    """The Home of somebody without any grant."""
    return [header(voice.plain("home.title")), section(voice.mrkdwn("refusal.no-grant"))]


def _school(glance: Glance, voice: Voice) -> list[Block]:
    school = glance.school
    blocks = [divider(), section(f"*{escape(school.name.in_(voice.language))}*  `{school.number}`")]
    if glance.latest is None:
        blocks.append(section(voice.mrkdwn("answer.never-run", school=school.name)))
    else:
        blocks.append(section(run_line(glance.latest, voice)))
    if glance.missing is not None:
        blocks.append(section(_missing(glance.missing, voice)))
    if glance.rollover is not None:
        blocks.append(section(home_line(glance.rollover, voice)))
    buttons = [
        button("say:rollover", voice.plain("button.rollover"), f"rollover {school.number}"),
        button("say:missing", voice.plain("button.missing"), f"missing {school.number}"),
        button("say:still-active", voice.plain("button.still-active"), f"still-active {school.number}"),
        button("say:last-run", voice.plain("button.last-run"), f"last-run {school.number}"),
    ]
    if glance.may_run:
        forecast = f"forecast {school.number}"
        buttons.append(button("say:forecast", voice.plain("button.forecast"), forecast))
        buttons.append(button("say:run", voice.plain("button.run-now"), f"run {school.number}"))
    if glance.reviews is not None:
        buttons.append(button("say:review", voice.plain("button.review"), f"review {school.number}"))
        lines = [
            voice.mrkdwn(f"review.line-{kind}", reviewed=reviewed, total=total)
            for kind, (reviewed, total) in glance.reviews.items()
            if reviewed < total
        ]
        blocks += [section("\n".join(lines))] if lines else []
    return [*blocks, actions(buttons)]


def _missing(found: Missing, voice: Voice) -> str:
    if found.problem:
        return voice.mrkdwn("answer.missing-unknown", school=found.school.name)
    if not found.groups:
        return ":tada: " + voice.mrkdwn("answer.none-missing", school=found.school.name)
    lines = [f"*{voice.mrkdwn('answer.missing', school=found.school.name, count=found.count)}*"]
    for group in found.groups:
        who = voice.mrkdwn(f"who.{group.next.who}")
        short = voice.mrkdwn(f"missing.{group.cause}")
        lines.append(f"• *{len(group.identifiers)}*  {short} → {who}")
    return "\n".join(lines)
