"""Screens of questions in plain words: the entry that is meant, or entries to choose from."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bot.commands import LONGEST_QUESTION, Command, Verb
from bot.diagnosis.screens import faq
from bot.feedback.screens import question as question_under
from bot.feedback.store import Judged
from bot.questions.actions import QuestionAction
from bot.questions.interpretation import Choice, QuestionMatch
from bot.slack.blocks import Block, Screen, actions, button, context_block, escape, section
from bot.slack.buttons import KitAction
from bot.slack.voice import Voice
from knowledge.loading import Knowledge


def shown(
    meant: QuestionMatch,
    verbs: Sequence[Verb],
    knowledge: Knowledge,
    day: date,
    voice: Voice,
    may_look_up: bool,
    words: str,
) -> Screen:
    """Return the answer to the question that was `meant` by `words`.

    Buttons that look people up are offered, if the caller `may_look_up`; `verbs` are those that the question
    may mean, where the entry is not clear.
    """
    if meant.courtesy:
        return _sentence("ask.courtesy", [_ask_again(voice), _help(voice)], voice)
    if meant.sure:
        entry = _entry(meant.choices[0], knowledge, day, voice, may_look_up)
        judged = Judged("ask", meant.choices[0].match.id)
        line = f"ask {' '.join(words.split())[:LONGEST_QUESTION]}"
        return replace(entry, blocks=[*entry.blocks, question_under(judged, line, voice)])
    if meant.about and may_look_up:
        return _sentence(
            "ask.about", _question_buttons(meant.about, voice), voice, identifier=meant.about[0].about
        )
    if not meant.choices:
        return _sentence(
            "ask.nothing", [*_verbs(verbs, voice), _ask_again(voice), _all(voice), _contacts(voice)], voice
        )
    return _choices(meant.choices, verbs, voice, may_look_up)


def _entry(choice: Choice, knowledge: Knowledge, day: date, voice: Voice, may_look_up: bool) -> Screen:
    entry = knowledge.entries[choice.match.id]
    screen = faq(entry, entry.in_force(day), voice)
    buttons = _look_up_buttons(choice, voice) if may_look_up else []
    note = [] if may_look_up or choice.verb is None else [context_block(voice.mrkdwn("ask.no-role"))]
    other = [button(QuestionAction.FAQ, voice.plain("ask.other"), "faq")]
    return replace(screen, blocks=[*screen.blocks, *note, actions([*buttons, *other])])


def _look_up_buttons(choice: Choice, voice: Voice) -> list[Block]:
    """Return the buttons that ask an entry's question about each named person; else that to type one in."""
    if choice.verb is None:
        return []
    if choice.commands:
        return [
            button(
                QuestionAction.LOOK_UP,
                voice.plain("ask.look-at", identifier=command.about),
                command.line,
                which=place,
            )
            for place, command in enumerate(choice.commands)
        ]
    word = choice.verb.word
    return [button(KitAction.OPEN, voice.plain("ask.look-up"), word, "primary", which=word)]


def _choices(choices: Sequence[Choice], verbs: Sequence[Verb], voice: Voice, may_look_up: bool) -> Screen:
    said = voice.plain("ask.which")
    blocks = [section(f"*{escape(said)}*")]
    for choice in choices:
        blocks.append(
            section(escape(choice.match.question.in_(voice.language)), _this_one(choice, voice, may_look_up))
        )
    none = button(QuestionAction.FAQ, voice.plain("ask.none-of-these"), "faq contacts")
    return Screen(said, [*blocks, actions([*_verbs(verbs, voice), none])])


def _this_one(choice: Choice, voice: Voice, may_look_up: bool) -> Block:
    words, about = voice.plain("ask.this-one"), choice.match.question.in_(voice.language)
    if may_look_up and len(choice.commands) == 1:
        return button(QuestionAction.LOOK_UP, words, choice.commands[0].line, about=about)
    return button(QuestionAction.CHOICE, words, f"faq {choice.match.id}", about=about)


def _question_buttons(commands: Sequence[Command], voice: Voice) -> list[Block]:
    return [
        button(
            QuestionAction.LOOK_UP, voice.plain(f"verb.{command.verb.word}.title"), command.line, which=place
        )
        for place, command in enumerate(commands)
    ]


def _sentence(key: str, buttons: Sequence[Block], voice: Voice, **values: str) -> Screen:
    return Screen(voice.plain(key, **values), [section(voice.mrkdwn(key, **values)), actions(buttons)])


def _verbs(verbs: Sequence[Verb], voice: Voice) -> list[Block]:
    """Return the buttons of the verbs that a question may mean."""
    words = [(verb.word, verb.welsh if voice.language == "cy" else verb.word) for verb in verbs]
    return [button(QuestionAction.VERB, f"/hwb {label}", word, which=word) for word, label in words]


def _ask_again(voice: Voice) -> Block:
    return button(QuestionAction.ASK, voice.plain("button.ask"), "ask")


def _help(voice: Voice) -> Block:
    return button(KitAction.HELP, voice.plain("button.help"), "help")


def _all(voice: Voice) -> Block:
    return button(QuestionAction.FAQ, voice.plain("button.faq"), "faq")


def _contacts(voice: Voice) -> Block:
    return button(QuestionAction.CONTACTS, voice.plain("ask.contacts"), "faq contacts")


def in_channel(screen: Screen, voice: Voice) -> Screen:
    """Return the answer to a mention with a UPN, with a warning first that others can read the UPN."""
    warning = section(f":warning: {voice.mrkdwn('ask.upn-in-channel')}")
    return replace(screen, blocks=[warning, *screen.blocks])
