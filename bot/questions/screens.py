"""Answers to questions in plain words: the entry that is meant, or what may be meant, to choose from."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bot.commands import Command, Verb
from bot.diagnosis import screens
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
    may_look: bool,
) -> Screen:
    """The answer to a question; no person is looked up here, and without a role no look-up is offered.

    `verbs` are those that the question may mean where it is not plain which entry it means.
    """
    if meant.courtesy:
        return _sentence("ask.courtesy", [_ask_again(voice), _help(voice)], voice)
    if meant.sure:
        return _entry(meant.choices[0], knowledge, day, voice, may_look)
    if meant.about and may_look:
        return _sentence("ask.about", _looks(meant.about, voice), voice, identifier=meant.about[0].about)
    if not meant.choices:
        return _sentence(
            "ask.nothing", [*_verbs(verbs, voice), _ask_again(voice), _all(voice), _contacts(voice)], voice
        )
    return _choices(meant.choices, verbs, voice, may_look)


def _entry(choice: Choice, knowledge: Knowledge, day: date, voice: Voice, may_look: bool) -> Screen:
    entry = knowledge.entries[choice.match.id]
    screen = screens.faq(entry, entry.in_force(day), voice)
    buttons = looking_up(choice, voice) if may_look else []
    note = [] if may_look or choice.verb is None else [context_block(voice.mrkdwn("ask.no-role"))]
    other = [button(QuestionAction.FAQ, voice.plain("ask.other"), "faq")]
    return replace(screen, blocks=[*screen.blocks, *note, actions([*buttons, *other])])


def looking_up(choice: Choice, voice: Voice) -> list[Block]:
    """Buttons that carry an entry out: for whoever is named, else for somebody to be named."""
    if choice.verb is None:
        return []
    if choice.commands:
        return [
            button(
                QuestionAction.LOOK,
                voice.plain("ask.look-at", identifier=command.about),
                command.line,
                which=place,
            )
            for place, command in enumerate(choice.commands)
        ]
    word = choice.verb.word
    return [button(KitAction.OPEN, voice.plain("ask.look-up"), word, "primary", which=word)]


def _choices(choices: Sequence[Choice], verbs: Sequence[Verb], voice: Voice, may_look: bool) -> Screen:
    said = voice.plain("ask.which")
    blocks = [section(f"*{escape(said)}*")]
    for choice in choices:
        blocks.append(
            section(escape(choice.match.question.in_(voice.language)), _this_one(choice, voice, may_look))
        )
    none = button(QuestionAction.FAQ, voice.plain("ask.none-of-these"), "faq contacts")
    return Screen(said, [*blocks, actions([*_verbs(verbs, voice), none])])


def _this_one(choice: Choice, voice: Voice, may_look: bool) -> Block:
    words = voice.plain("ask.this-one")
    if may_look and len(choice.commands) == 1:
        return button(QuestionAction.LOOK, words, choice.commands[0].line)
    return button(QuestionAction.CHOICE, words, f"faq {choice.match.id}")


def _looks(commands: Sequence[Command], voice: Voice) -> list[Block]:
    return [
        button(QuestionAction.LOOK, voice.plain(f"verb.{command.verb.word}.title"), command.line, which=place)
        for place, command in enumerate(commands)
    ]


def _sentence(key: str, buttons: Sequence[Block], voice: Voice, **values: str) -> Screen:
    return Screen(voice.plain(key, **values), [section(voice.mrkdwn(key, **values)), actions(buttons)])


def _verbs(verbs: Sequence[Verb], voice: Voice) -> list[Block]:
    """Buttons that carry out the verbs that a question may mean."""
    words = [(verb.word, verb.welsh if voice.language == "cy" else verb.word) for verb in verbs]
    return [button(QuestionAction.VERB, f"/hwb {shown}", word, which=word) for word, shown in words]


def _ask_again(voice: Voice) -> Block:
    return button(QuestionAction.ASK, voice.plain("button.ask"), "ask")


def _help(voice: Voice) -> Block:
    return button(KitAction.HELP, voice.plain("button.help"), "help")


def _all(voice: Voice) -> Block:
    return button(QuestionAction.FAQ, voice.plain("button.faq"), "faq")


def _contacts(voice: Voice) -> Block:
    return button(QuestionAction.CONTACTS, voice.plain("ask.contacts"), "faq contacts")


def in_channel(screen: Screen, voice: Voice) -> Screen:
    """An answer to whoever has written a UPN where others read it, which they are told first."""
    told = section(f":warning: {voice.mrkdwn('ask.upn-in-channel')}")
    return replace(screen, blocks=[told, *screen.blocks])
