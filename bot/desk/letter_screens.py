"""Letters about cases: the channel's one message for each, and what people are told. They name nobody."""

from datetime import date

from bot.desk.case import DeskCase
from bot.desk.case_texts import What
from bot.desk.screens import MARKS, open_button, quoted, standing, title_of
from bot.slack.blocks import Screen, context_block, escape, section
from bot.slack.voice import Voice
from knowledge.texts import Text
from provisioning.records import School


def in_channel(case: DeskCase, school: School | None, what: What, voice: Voice, today: date) -> Screen:
    """A case for the desk's channel: number, cause, state and school; nobody is named but who has it."""
    title = title_of(case, what, voice)
    words = f"*{escape(title)}*\n{standing(case, school, voice, today, to_all=True)}"
    return Screen(title, [section(f"{MARKS[case.state]} {words}", open_button(case, voice))])


def outcome(case: DeskCase, voice: Voice) -> Screen:
    """The letter that says that a case is resolved: no word of whom it was about."""
    reason = Text(f"desk.reason.{case.reason}")
    said = voice.plain("desk.resolved", number=case.number, reason=reason)
    note = context_block(voice.mrkdwn("desk.resolved-note"))
    return Screen(said, [section(f":white_check_mark: {escape(said)}", open_button(case, voice)), note])


def answer(case: DeskCase, reply: str, voice: Voice) -> Screen:
    """The desk's reply as a letter to the writer."""
    said = voice.plain("desk.reply-sent", number=case.number)
    return Screen(said, [section(f":envelope: *{escape(said)}*"), quoted(reply)])


def handed(case: DeskCase, what: What, by: str, voice: Voice) -> Screen:
    """The letter to whom a case was handed over."""
    said = voice.plain("desk.handed", number=case.number)
    words = f":handshake: *{escape(said)}* <@{by}>\n{escape(title_of(case, what, voice))}"
    return Screen(said, [section(words, open_button(case, voice))])


def due(case: DeskCase, what: What, voice: Voice) -> Screen:
    """The letter to whoever has a case that has waited for long enough."""
    said = voice.plain("desk.due", number=case.number)
    words = f":alarm_clock: *{escape(said)}*\n{escape(title_of(case, what, voice))}"
    return Screen(said, [section(words, open_button(case, voice))])
