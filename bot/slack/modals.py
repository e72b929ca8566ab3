"""Modals: those that ask for a person or a question, those that show an answer, and forms."""

from collections.abc import Sequence
from typing import Any

from bot.commands import LONGEST_QUESTION, Verb
from bot.identifiers import LONGEST_LIST
from bot.slack import limits
from bot.slack.blocks import Block, input_block, option, plain, section, select
from bot.slack.fit import cut, fit_view
from bot.slack.voice import Voice
from provisioning.records.schools import School

ASK, ASK_IN_WORDS = "ask-about", "ask-in-words"
IDENTIFIER, SCHOOL, QUESTION = "identifier", "school", "question"
View = dict[str, Any]


def ask_about(verb: Verb, schools: Sequence[School], voice: Voice) -> View:
    """Return a modal that asks about whom `verb` is to ask, and where, if there are several `schools`.

    The records say where, as a rule, so the school may be left out.
    """
    blocks: list[Block] = [
        section(voice.mrkdwn(f"verb.{verb.word}.help")),
        input_block(
            IDENTIFIER,
            voice.plain("modal.identifier"),
            {
                "type": "plain_text_input",
                "max_length": LONGEST_LIST,
                "placeholder": plain("H801200001001"),
                "focus_on_load": True,
            },
            hint=voice.plain("modal.identifier-hint"),
        ),
    ]
    if len(schools) > 1:
        menu = school_menu(SCHOOL, schools, voice)
        hint = voice.plain("modal.school-hint")
        blocks.append(input_block(SCHOOL, voice.plain("modal.school"), menu, hint=hint, optional=True))
    view = _modal(voice.plain(f"verb.{verb.word}.title"), blocks, voice)
    only = schools[0].number if len(schools) == 1 else ""
    return view | {
        "callback_id": ASK,
        "private_metadata": f"{verb.word} {only}".strip(),
        "submit": plain(voice.plain("modal.ask")),
    }


def ask_in_words(voice: Voice) -> View:
    """Return a modal that asks for a question in plain words."""
    element: Block = {
        "type": "plain_text_input",
        "multiline": True,
        "max_length": LONGEST_QUESTION,
        "placeholder": plain(voice.plain("ask.placeholder")),
        "focus_on_load": True,
    }
    field = input_block(QUESTION, voice.plain("ask.label"), element, hint=voice.plain("ask.hint"))
    sent = {"callback_id": ASK_IN_WORDS, "submit": plain(voice.plain("modal.ask"))}
    return _modal(voice.plain("verb.ask.title"), [field], voice) | sent


def school_menu(action: str, schools: Sequence[School], voice: Voice) -> Block:
    """Return a menu of schools; with more than a static menu holds, a menu that searches what is typed."""
    placeholder = voice.plain("modal.choose-school")
    if len(schools) <= limits.SELECT_OPTIONS:
        return select(action, placeholder, school_options(schools, voice))
    return {
        "type": "external_select",
        "action_id": action,
        "placeholder": plain(placeholder),
        "min_query_length": 2,
    }


def school_options(schools: Sequence[School], voice: Voice) -> list[Block]:
    """Return the options of a school menu."""
    return [
        option(cut(f"{school.name.in_(voice.language)} ({school.number})", limits.OPTION_TEXT), school.number)
        for school in schools
    ]


def answer(blocks: Sequence[Block], voice: Voice) -> View:
    """Return a modal that shows an answer."""
    return _modal(voice.plain("modal.title"), fit_view(blocks, voice.mrkdwn("answer.cut")), voice)


def waiting(voice: Voice, name: str) -> View:
    """Return a modal that says that the answer is being worked out; `name` is its external id."""
    view = answer([section(":hourglass_flowing_sand: " + voice.mrkdwn("modal.waiting"))], voice)
    return view | {"external_id": name}


def form(callback: str, title: str, blocks: Sequence[Block], submit: str, voice: Voice) -> View:
    """Return a form, which Slack sends under `callback`; `submit` are the words on its button."""
    view = _modal(title, blocks, voice)
    return view | {"callback_id": callback, "submit": plain(cut(submit, limits.VIEW_SUBMIT))}


def _modal(title: str, blocks: Sequence[Block], voice: Voice) -> View:
    return {
        "type": "modal",
        "title": plain(cut(title, limits.VIEW_TITLE)),
        "close": plain(voice.plain("modal.close")),
        "blocks": list(blocks),
    }
