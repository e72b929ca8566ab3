"""Alerts and digests as Slack shows them: one message for each alert, edited as the alert changes."""

from collections.abc import Sequence
from datetime import date, datetime

from bot.alerts.actions import AlertAction
from bot.alerts.alert import SCHOOL_LEVEL, Alert
from bot.alerts.digest import STILL, Section, headline
from bot.alerts.engine import Snooze
from bot.alerts.escalated import Escalated
from bot.people.absences import Absences
from bot.slack.away_words import away_lines
from bot.slack.blocks import (
    Block,
    Screen,
    actions,
    button,
    context_block,
    divider,
    escape,
    mention,
    option,
    section,
    select,
)
from bot.slack.colleagues import colleague_select
from bot.slack.findings import stage_line, starts_here, whose_move
from bot.slack.signed import with_doer
from bot.slack.voice import Voice
from diagnostics.readiness import Readiness
from knowledge.texts import say_day
from provisioning.records.schools import School


def alert(
    alert: Alert,
    school: School,
    voice: Voice,
    today: date,
    away: Absences,
    escalated: Escalated | None = None,
    *,
    to: str,
    week_over: bool = False,
) -> Screen:
    """Return an alert to the user `to` on the day `today`: its state, who acts, who has it, and its buttons.

    With `week_over` rollover week is past, so that it can't be put off until after that. Of a user who has it
    and is among those `away` it says until when, and who covers; where it is `escalated` to its reader, why
    they are told.
    """
    title = _title(alert, school, voice, today)
    if alert.resolved_at is not None:
        return _resolved(alert, title, alert.resolved_at, voice)
    absent = away_lines((alert.handed_to, alert.acknowledged_by), away, voice, to)
    passed_on = escalated is not None and not escalated.before
    why = [_why(escalated, voice)] if escalated else []
    return Screen(
        f"{title}: {voice.plain(alert.text)}",
        [
            section("\n".join([f"{_mark(alert)} *{escape(title)}*", *_more(alert, voice, today)])),
            section(f":point_right: *{_whose_move(alert, voice)}*\n{voice.mrkdwn(alert.action)}"),
            context_block("  ·  ".join([*why, *_small_print(alert, voice, passed_on=passed_on), *absent])),
            _row(alert, _buttons(alert, voice, week_over=week_over)),
        ],
    )


def reminder(alert: Alert, school: School, voice: Voice, today: date, *, freed: bool = False) -> Screen:
    """Return the reminder after a snooze, or of a `freed` alert; the alert's own message has the buttons.

    Once the alert has been put right, taken, put off or handed over, that is what it says.
    """
    title = _title(alert, school, voice, today)
    if alert.resolved_at is not None:
        return _resolved(alert, title, alert.resolved_at, voice)
    if alert.quiet or alert.handed_to:
        head = section(f"{_mark(alert)} *{escape(title)}*")
        shown = [head, context_block("  ·  ".join(_small_print(alert, voice)))]
        return Screen(title, [*shown, actions([open_alert(alert, voice)])])
    said = voice.plain("alert.free-again" if freed else "alert.again", title=title)
    words = f":alarm_clock: *{escape(said)}*\n{voice.mrkdwn(alert.text)}"
    return Screen(said, [section(words), actions([open_alert(alert, voice)])])


def _title(alert: Alert, school: School, voice: Voice, today: date) -> str:
    return voice.plain("alert.title", school=school.name, said=headline(alert, today))


def _resolved(alert: Alert, title: str, when: datetime, voice: Voice) -> Screen:
    said = voice.plain("alert.resolved", title=title, when=when)
    return Screen(
        said, [section(f":white_check_mark: {escape(said)}"), _row(alert, [open_alert(alert, voice)])]
    )


def _mark(alert: Alert) -> str:
    return ":eyes:" if alert.acknowledged_by else ":zzz:" if alert.snoozed_until else ":red_circle:"


def _why(escalated: Escalated, voice: Voice) -> str:
    """Return why the reader of an alert is told: who is away, or has not taken it, as mentions."""
    if escalated.covered:
        return f"{voice.mrkdwn('alert.standing-in')} {', '.join(map(mention, escalated.covered))}"
    if not escalated.before:
        return voice.mrkdwn("alert.passed-on")
    people = [f"<@{user}> ({voice.mrkdwn(f'who-short.{role}')})" for user, role in escalated.before]
    return f"{voice.mrkdwn('alert.escalated', when=escalated.at)} {', '.join(people)}"


def digest(
    day: date,
    sections: Sequence[Section],
    since: date | None,
    voice: Voice,
    *,
    overview: bool,
    counted: bool = False,
) -> Screen:
    """Return a morning digest; `since` is the day of the last one where nothing is new.

    With `overview` it is about several schools, and has the button of the rollover board. Where schools are
    `counted`, it is sent too when their numbers have changed. What is the reader's own and was told before is
    a number, with the button that lists it. The button opens what waits for users for whom the reader covers,
    too: their sections are about no one school.
    """
    title = voice.plain("digest.title", day=say_day(day, voice.language))
    unchanged = "" if since is None else voice.mrkdwn("digest.since", day=since)
    blocks = [section(f":sunrise: *{escape(title)}*\n{unchanged}".rstrip())]
    for part in sections:
        lines = "\n".join(f"• {voice.mrkdwn(line)}" for line in part.lines)
        who = "" if part.user is None else f"<@{part.user}> "
        title_line = f"{who}*{voice.mrkdwn(part.title)}*"
        blocks += [divider(), section(f"{title_line}\n{lines}", _open_school(part, voice))]
    told_before = any(line.key == STILL for part in sections for line in part.lines)
    covers = any(part.user for part in sections)
    own_list = button(AlertAction.MINE, voice.plain("button.mine"), "mine")
    buttons = [own_list] if told_before or covers else []
    buttons += [button(AlertAction.BOARD, voice.plain("button.board"), "rollover")] if overview else []
    blocks += [actions(buttons)] if buttons else []
    blocks.append(context_block(voice.mrkdwn("digest.why", counted=counted)))
    return Screen(title, blocks)


def stages(found: Readiness, voice: Voice) -> Screen:
    """Return a school's stages, opened from an alert or a digest."""
    title = voice.plain("alert.stages", school=found.school.name)
    lines = [stage_line(stage, voice) for stage in found.stages]
    number = found.school.number
    row = actions(
        [
            button(AlertAction.MISSING, voice.plain("button.missing"), f"missing {number}"),
            button(AlertAction.LAST_RUN, voice.plain("button.last-run"), f"last-run {number}"),
        ]
    )
    return Screen(title, [section(f"*{escape(title)}*"), *map(section, lines), row])


def open_alert(alert: Alert, voice: Voice, about: str = "") -> Block:
    """Return the button that opens the stages of an alert's school; `about` is said to screen readers."""
    return button(AlertAction.OPEN, voice.plain("button.open"), str(alert.key), about=about)


def _more(alert: Alert, voice: Voice, today: date) -> list[str]:
    """Return what an alert says beyond its title; nothing where that is the title again."""
    said = voice.plain(alert.text)
    titles = {voice.plain(headline(alert, day)) for day in (today, alert.due)}
    return [] if said.rstrip(".") in titles else [escape(said)]


def open_school(number: str, voice: Voice, about: str) -> Block:
    """Return the button that opens the stages of a school; `about` is said to screen readers."""
    return button(AlertAction.SCHOOL, voice.plain("button.open"), number, about=about)


def _whose_move(alert: Alert, voice: Voice) -> str:
    return whose_move(alert.who, voice, starts=_starts(alert, voice))


def _starts(alert: Alert, voice: Voice) -> bool:
    """Return whether the reader may start the run that puts an alert right; in a freeze none may."""
    return not alert.frozen and starts_here(alert.text, alert.who, voice)


def _small_print(alert: Alert, voice: Voice, *, passed_on: bool = False) -> list[str]:
    """Return when an alert is due, who has it, and whom the bot tells next.

    That is left out where it was `passed_on` to its reader, who would read that they are told next.
    """
    said = [voice.mrkdwn("alert.due", due=alert.due)]
    if alert.freed_from:
        said.append(f"{voice.mrkdwn('alert.freed-from')} <@{alert.freed_from}>")
    if alert.handed_to:
        to = f"{voice.mrkdwn('alert.handed-to')} <@{alert.handed_to}>"
        said.append(with_doer(to, alert.handed_by, voice))
    if alert.acknowledged_by:
        taken = voice.mrkdwn("alert.acknowledged-by", when=alert.since)
        said.append(f"{taken} <@{alert.acknowledged_by}>")
    if alert.snoozed_until:
        said.append(voice.mrkdwn("alert.snoozed-until", until=alert.snoozed_until))
    if not (alert.quiet or alert.handed_to or passed_on or alert.key.kind in SCHOOL_LEVEL):
        said.append(voice.mrkdwn(f"alert.level-{alert.level}"))
    return said


def _buttons(alert: Alert, voice: Voice, *, week_over: bool) -> list[Block]:
    key = str(alert.key)
    buttons = []
    if alert.acknowledged_by:
        buttons.append(button(AlertAction.RELEASE, voice.plain("alert.release"), key))
    elif alert.snoozed_until:
        buttons.append(button(AlertAction.WAKE, voice.plain("alert.wake"), key))
    else:
        buttons.append(button(AlertAction.ACKNOWLEDGE, voice.plain("alert.acknowledge"), key, "primary"))
        offered = [snooze for snooze in Snooze if not (week_over and snooze is Snooze.AFTER_WEEK)]
        options = [option(voice.plain(f"alert.snooze-{snooze}"), snooze.value) for snooze in offered]
        buttons.append(select(AlertAction.SNOOZE, voice.plain("alert.snooze"), options))
    if alert.handed_to:
        buttons.append(button(AlertAction.TAKE_BACK, voice.plain("alert.take-back"), key))
    elif not alert.snoozed_until:
        buttons.append(colleague_select(AlertAction.HAND_OVER.value, voice.plain("alert.hand-over")))
    if _starts(alert, voice):
        words, school = voice.plain("button.run-now"), alert.key.school
        buttons.append(button(AlertAction.RUN, words, f"run {school}"))
    return [*buttons, open_alert(alert, voice)]


def _open_school(part: Section, voice: Voice) -> Block | None:
    """Return the button that opens the school of a digest's section; None where it is about no school."""
    if not part.school:
        return None
    return open_school(part.school, voice, voice.plain(part.title))


def _row(alert: Alert, elements: Sequence[Block]) -> Block:
    return actions(elements) | {"block_id": f"alert:{alert.key}"}
