"""Alerts and digests as Slack shows them: one message for each alert, which is edited as that changes."""

from collections.abc import Sequence
from datetime import date

from bot.alerts.actions import AlertAction
from bot.alerts.alert import SCHOOL_LEVEL, Alert
from bot.alerts.digest import Section, title_of
from bot.alerts.engine import Snooze
from bot.desk.external_desk import OUTSIDE
from bot.slack.blocks import (
    Block,
    Screen,
    actions,
    button,
    context_block,
    divider,
    escape,
    option,
    plain,
    section,
    select,
)
from bot.slack.findings import MARKS
from bot.slack.voice import Voice
from diagnostics.readiness import Readiness
from knowledge.texts import say_day
from provisioning.records import School


def alert(one: Alert, school: School, voice: Voice) -> Screen:
    """An alert as it stands: what is so, whose move it is, who has taken it, and what can be done."""
    title = voice.plain("alert.title", school=school.name, stage=title_of(one.key.kind))
    if one.resolved_at is not None:
        said = voice.plain("alert.resolved", title=title, when=one.resolved_at)
        return Screen(
            said,
            [section(f":white_check_mark: {escape(said)}"), _row(one, [_open(one, voice)])],
        )
    mark = ":eyes:" if one.acknowledged_by else ":zzz:" if one.snoozed_until else ":red_circle:"
    return Screen(
        f"{title}: {voice.plain(one.text)}",
        [
            section(f"{mark} *{escape(title)}*\n{voice.mrkdwn(one.text)}"),
            section(f":point_right: *{voice.mrkdwn(f'who.{one.who}')}*\n{voice.mrkdwn(one.action)}"),
            context_block("  ·  ".join(_small_print(one, voice))),
            _row(one, _deeds(one, voice)),
        ],
    )


def reminder(one: Alert, school: School, voice: Voice) -> Screen:
    """What somebody had put off comes back; the alert's own message has the buttons."""
    title = voice.plain("alert.title", school=school.name, stage=title_of(one.key.kind))
    said = voice.plain("alert.again", title=title)
    words = f":alarm_clock: *{escape(said)}*\n{voice.mrkdwn(one.text)}"
    return Screen(said, [section(words), actions([_open(one, voice)])])


def digest(day: date, sections: Sequence[Section], voice: Voice) -> Screen:
    """A morning digest."""
    title = voice.plain("digest.title", day=say_day(day, voice.language))
    blocks = [section(f":sunrise: *{escape(title)}*")]
    for one in sections:
        lines = "\n".join(f"• {voice.mrkdwn(line)}" for line in one.lines)
        opens = button(AlertAction.SCHOOL, voice.plain("button.open"), one.school) if one.school else None
        blocks += [divider(), section(f"*{voice.mrkdwn(one.title)}*\n{lines}", opens)]
    blocks.append(context_block(voice.mrkdwn("digest.why")))
    return Screen(f"{title}: {', '.join(voice.plain(one.title) for one in sections)}", blocks)


def stages(found: Readiness, voice: Voice) -> Screen:
    """A school's stages, for whoever opened an alert or a digest."""
    title = voice.plain("alert.stages", school=found.school.name)
    lines = [
        f"{MARKS[one.outcome]}  *{voice.mrkdwn(f'step.{one.step}.title')}*\n>{voice.mrkdwn(one.detail)}"
        for one in found.stages
    ]
    number = found.school.number
    row = actions(
        [
            button(AlertAction.MISSING, voice.plain("button.missing"), f"missing {number}"),
            button(AlertAction.LAST_RUN, voice.plain("button.last-run"), f"last-run {number}"),
        ]
    )
    return Screen(title, [section(f"*{escape(title)}*"), *map(section, lines), row])


def trouble(to: str, why: str, voice: Voice) -> Screen:
    """What the operators are told when somebody can't be reached."""
    if to == OUTSIDE:
        said = voice.plain("handing.trouble", why=why)
        return Screen(said, [section(escape(said))])
    who = f"<#{to}>" if to.startswith("C") else f"<@{to}>"
    said = voice.plain("alert.trouble", why=why)
    return Screen(said, [section(f":warning: {who}: {escape(said)}")])


def _small_print(one: Alert, voice: Voice) -> list[str]:
    said = [voice.mrkdwn("alert.due", due=one.due)]
    if one.handed_to:
        said.append(f"{voice.mrkdwn('alert.handed-to')} <@{one.handed_to}>")
    if one.acknowledged_by:
        said.append(f"{voice.mrkdwn('alert.acknowledged-by')} <@{one.acknowledged_by}>")
    if one.snoozed_until:
        said.append(voice.mrkdwn("alert.snoozed-until", until=one.snoozed_until))
    if not one.quiet and not one.handed_to and one.key.kind not in SCHOOL_LEVEL:
        said.append(voice.mrkdwn(f"alert.level-{one.level}"))
    return said


def _deeds(one: Alert, voice: Voice) -> list[Block]:
    key = str(one.key)
    deeds = []
    if one.acknowledged_by:
        deeds.append(button(AlertAction.RELEASE, voice.plain("alert.release"), key))
    elif one.snoozed_until:
        deeds.append(button(AlertAction.WAKE, voice.plain("alert.wake"), key))
    else:
        deeds.append(button(AlertAction.ACKNOWLEDGE, voice.plain("alert.acknowledge"), key, "primary"))
        options = [option(voice.plain(f"alert.snooze-{one}"), one.value) for one in Snooze]
        deeds.append(select(AlertAction.SNOOZE, voice.plain("alert.snooze"), options))
    if one.handed_to:
        deeds.append(button(AlertAction.TAKE_BACK, voice.plain("alert.take-back"), key))
    elif not one.snoozed_until:
        placeholder = plain(voice.plain("alert.hand-over"))
        deeds.append(
            {"type": "users_select", "action_id": AlertAction.HAND_OVER.value, "placeholder": placeholder}
        )
    return [*deeds, _open(one, voice)]


def _open(one: Alert, voice: Voice) -> Block:
    return button(AlertAction.OPEN, voice.plain("button.open"), str(one.key))


def _row(one: Alert, elements: Sequence[Block]) -> Block:
    return actions(elements) | {"block_id": f"alert:{one.key}"}
