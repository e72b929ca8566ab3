"""The service desk's forms: paste a text, fill in a case, wait, resolve, reply."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.desk.case import CHOSEN, NOTE_LENGTH, DeskCase, Party
from bot.slack import limits
from bot.slack.blocks import Block, input_block, option, section, select
from bot.slack.fit import cut
from bot.slack.modals import SCHOOL, View, form, school_menu, school_options
from bot.slack.voice import Voice
from knowledge.ids import Question
from provisioning.records.schools import School

PASTE, FILL_IN, WAIT, RESOLVE, SEND = (
    "desk:paste",
    "desk:fill-in-form",
    "desk:wait-form",
    "desk:resolve-form",
    "desk:send-form",
)
TEXT, IDENTIFIER, QUESTION, PARTY, UNTIL, REASON, NOTE, REPLY = (
    "text",
    "identifier",
    "question",
    "party",
    "until",
    "reason",
    "note",
    "reply",
)


@dataclass(frozen=True)
class Prefill:
    """The values with which the form about a case is filled beforehand, from its text."""

    school: School | None = None
    identifier: str = ""
    question: Question | None = None


def paste(schools: Sequence[School], voice: Voice) -> View:
    """Return the form that asks for a text."""
    blocks = [
        input_block(
            TEXT,
            voice.plain("desk.modal.text"),
            _text(TEXT, limits.TEXT_INPUT, focus_on_load=True),
            hint=voice.plain("desk.modal.text-hint"),
        )
    ]
    if len(schools) > 1:
        label = voice.plain("desk.modal.school")
        blocks.append(input_block(SCHOOL, label, school_menu(SCHOOL, schools, voice), optional=True))
    return form(PASTE, voice.plain("verb.triage.title"), blocks, voice.plain("verb.triage.title"), voice)


def fill_in(case: DeskCase, schools: Sequence[School], prefill: Prefill, back: str, voice: Voice) -> View:
    """Return the form that asks for the subject of a case; `back` is the id of the modal under it, if any."""
    questions = [option(voice.plain(f"verb.{question}.title"), question.value) for question in Question]
    menu = select(QUESTION, voice.plain("desk.modal.question-choose"), questions)
    if prefill.question is not None:
        title = voice.plain(f"verb.{prefill.question}.title")
        menu["initial_option"] = option(title, prefill.question.value)
    where = school_menu(SCHOOL, schools, voice)
    if prefill.school is not None:
        where["initial_option"] = school_options([prefill.school], voice)[0]
    blocks = [
        input_block(SCHOOL, voice.plain("modal.school"), where),
        input_block(
            IDENTIFIER, voice.plain("desk.modal.identifier"), _text(IDENTIFIER, 40, prefill.identifier)
        ),
        input_block(QUESTION, voice.plain("desk.modal.question"), menu),
    ]
    return _about(FILL_IN, case, back, "fill-in", blocks, voice)


def wait(case: DeskCase, back: str, voice: Voice) -> View:
    """Return the form that asks for whom a case waits, and until when."""
    parties = [option(voice.plain(f"desk.party.{party}"), party.value) for party in Party]
    menu = select(PARTY, voice.plain("desk.modal.party-choose"), parties)
    picker: Block = {"type": "datepicker", "action_id": UNTIL}
    blocks = [
        input_block(PARTY, voice.plain("desk.modal.party"), menu),
        input_block(UNTIL, voice.plain("desk.modal.until"), picker, optional=True),
    ]
    return _about(WAIT, case, back, "wait", blocks, voice)


def resolve(case: DeskCase, back: str, voice: Voice) -> View:
    """Return the form that asks why a case is resolved."""
    reasons = [option(voice.plain(f"desk.reason.{reason}"), reason.value) for reason in CHOSEN]
    menu = select(REASON, voice.plain("desk.modal.party-choose"), reasons)
    note = _text(NOTE, NOTE_LENGTH)
    blocks = [
        input_block(REASON, voice.plain("desk.modal.reason"), menu),
        input_block(NOTE, voice.plain("desk.modal.note"), note, optional=True),
    ]
    return _about(RESOLVE, case, back, "resolve", blocks, voice)


def send(case: DeskCase, draft: str, writers: Sequence[str], back: str, voice: Voice) -> View:
    """Return the form that sends the draft, as it is or changed, to the writers."""
    to = " ".join(f"<@{user}>" for user in writers)
    reply = _text(REPLY, limits.TEXT_INPUT, cut(draft, limits.TEXT_INPUT))
    blocks = [section(to), input_block(REPLY, voice.plain("desk.modal.reply"), reply)]
    return _about(SEND, case, back, "send", blocks, voice)


def _about(
    callback: str, case: DeskCase, back: str, name: str, blocks: Sequence[Block], voice: Voice
) -> View:
    """Return a form about a case; its metadata names the modal under it, which is renewed afterwards."""
    view = form(callback, voice.plain(f"desk.modal.{name}"), blocks, voice.plain("desk.modal.save"), voice)
    return view | {"private_metadata": f"{case.number} {back}".strip()}


def _text(name: str, longest: int, words: str = "", **more: Any) -> Block:
    """Return a text input that is filled with `words` beforehand; a long one has several lines."""
    element: Block = {"type": "plain_text_input", "action_id": name, "max_length": longest, **more}
    element["multiline"] = longest > limits.OPTION_VALUE
    return element | ({"initial_value": words} if words else {})
