"""Letters about cases: the channel's message for each, and those to users. They name no person of a case."""

from datetime import date

from bot.desk.case import DeskCase
from bot.desk.case_texts import Subject
from bot.desk.screens import MARKS, open_button, quoted, state_line, title_of
from bot.slack.blocks import Screen, context_block, escape, section
from bot.slack.voice import Voice
from knowledge.models import ServiceDesk
from knowledge.texts import Text
from provisioning.records.schools import School


def in_channel(case: DeskCase, school: School | None, subject: Subject, voice: Voice, today: date) -> Screen:
    """Return a case for the channel: its number, subject, state and school, and the user who has taken it."""
    title = title_of(case, subject, voice)
    words = f"*{escape(title)}*\n{state_line(case, school, voice, today, to_all=True)}"
    return Screen(title, [section(f"{MARKS[case.state]} {words}", open_button(case, voice))])


def outcome(case: DeskCase, voice: Voice) -> Screen:
    """Return the letter that a case is resolved."""
    reason = Text(f"desk.reason.{case.reason}")
    said = voice.plain("desk.resolved", number=case.number, reason=reason)
    note = context_block(voice.mrkdwn("desk.resolved-note"))
    return Screen(said, [section(f":white_check_mark: {escape(said)}", open_button(case, voice)), note])


def open_again(case: DeskCase, voice: Voice) -> Screen:
    """Return what becomes of the letter that a case is resolved, once it has been opened again."""
    said = voice.plain("desk.open-again", number=case.number)
    return Screen(said, [section(f":eyes: {escape(said)}", open_button(case, voice))])


def answer(case: DeskCase, reply: str, voice: Voice) -> Screen:
    """Return the service desk's reply to the writer."""
    said = voice.plain("desk.reply-sent", number=case.number)
    return Screen(said, [section(f":envelope: *{escape(said)}*"), quoted(reply)])


def handed(case: DeskCase, subject: Subject, by: str, voice: Voice) -> Screen:
    """Return the letter to the user to whom `by` has handed a case over."""
    said = voice.plain("desk.handed", number=case.number)
    words = f":handshake: *{escape(said)}* <@{by}>\n{escape(title_of(case, subject, voice))}"
    return Screen(said, [section(words, open_button(case, voice))])


def due(case: DeskCase, subject: Subject, voice: Voice) -> Screen:
    """Return the letter to the user whose case has waited until its day."""
    said = voice.plain("desk.due", number=case.number)
    words = f":alarm_clock: *{escape(said)}*\n{escape(title_of(case, subject, voice))}"
    return Screen(said, [section(words, open_button(case, voice))])


def came_back(case: DeskCase, subject: Subject, why: Text, desk: ServiceDesk, voice: Voice) -> Screen:
    """Return the letter to the user whose case the desk outside Slack did not get; it says whom to ring."""
    said = voice.plain("desk.came-back", number=case.number)
    words = f":leftwards_arrow_with_hook: *{escape(said)}*\n{escape(title_of(case, subject, voice))}"
    advice = voice.mrkdwn("desk.came-back-note", why=why, email=desk.email, phone=desk.phone)
    return Screen(said, [section(f"{words}\n{advice}", open_button(case, voice))])


def untouched(case: DeskCase, closes: date, voice: Voice) -> Screen:
    """Return the notice that a case is closed and emptied on a day, as no user has touched it for so long."""
    said = voice.plain("desk.untouched", number=case.number, closes=closes)
    words = f":hourglass_flowing_sand: *{escape(said)}*\n{voice.mrkdwn('desk.untouched-note')}"
    return Screen(said, [section(words, open_button(case, voice))])
