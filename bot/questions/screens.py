"""Screens of questions in plain words: the entry or verb that is meant, or several to choose from."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.commands import LONGEST_QUESTION, Command, Verb
from bot.diagnosis.screens import faq
from bot.feedback.screens import question as question_under
from bot.feedback.store import Judged
from bot.questions.actions import QuestionAction
from bot.questions.interpretation import Choice, QuestionMatch, Wish
from bot.questions.wish_screens import Asker, beside_an_entry, other, shown_wish, wish_buttons
from bot.slack.blocks import Block, Screen, actions, button, context_block, escape, section
from bot.slack.buttons import KitAction
from bot.slack.voice import Voice
from knowledge.loading import Knowledge

_MOST_CHOICES = 4
"""Entries and verbs that are offered to choose from."""


@dataclass(frozen=True)
class Further:
    """What stands under an answer: `contacts` under an entry, buttons of `verbs` where nothing is sure.

    `freezes` stand above a verb.
    """

    contacts: Sequence[Block]
    verbs: Sequence[Verb]
    freezes: Sequence[Block]


def shown(
    meant: QuestionMatch, knowledge: Knowledge, day: date, asker: Asker, words: str, further: Further
) -> Screen:
    """Return the answer to the question that was `meant` by `words`, with what stands under it."""
    voice = asker.voice
    if meant.courtesy:
        return _sentence(meant.greeting or "ask.courtesy", [_ask_again(voice), _help(voice)], voice)
    match meant.best:
        case Choice() as choice:
            wishes = [each for each in meant.meanings if isinstance(each, Wish)]
            entry = _entry(choice, wishes, knowledge, day, asker, further.contacts)
            return _judged(entry, choice.match.id, words, voice)
        case Wish() as wish:
            screen = shown_wish(wish, asker)
            told = replace(screen, blocks=[*further.freezes, *screen.blocks])
            return _judged(told, wish.verb.word, words, voice)
    if meant.about and asker.may_look_up:
        return _sentence(
            "ask.about", _question_buttons(meant.about, voice), voice, identifier=meant.about[0].about
        )
    if not meant.meanings:
        buttons = [*_verbs(further.verbs, voice), _ask_again(voice), _all(voice), _contacts(voice)]
        return _sentence("ask.nothing", buttons, voice)
    return _choices(meant.meanings, further.verbs, asker)


def _judged(screen: Screen, found: str, words: str, voice: Voice) -> Screen:
    """Return `screen` with the question under it whether `found` was what `words` meant."""
    line = f"ask {' '.join(words.split())[:LONGEST_QUESTION]}"
    return replace(screen, blocks=[*screen.blocks, question_under(Judged("ask", found), line, voice)])


def _entry(
    choice: Choice,
    wishes: Sequence[Wish],
    knowledge: Knowledge,
    day: date,
    asker: Asker,
    further: Sequence[Block],
) -> Screen:
    voice, entry = asker.voice, knowledge.entries[choice.match.id]
    screen = faq(entry.in_force(day), voice)
    buttons = _look_up_buttons(choice, voice) if asker.may_look_up else []
    buttons += [each for wish in wishes for each in beside_an_entry(wish, asker)]
    note = [] if asker.may_look_up or choice.verb is None else [context_block(voice.mrkdwn("ask.no-role"))]
    return replace(screen, blocks=[*screen.blocks, *further, *note, actions([*buttons, other(voice)])])


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


def _choices(meanings: Sequence[Choice | Wish], verbs: Sequence[Verb], asker: Asker) -> Screen:
    voice = asker.voice
    said = voice.plain("ask.which")
    blocks = [section(f"*{escape(said)}*")]
    for meaning in meanings[:_MOST_CHOICES]:
        if isinstance(meaning, Choice):
            about = meaning.match.question.in_(voice.language)
            blocks.append(section(escape(about), _this_one(meaning, asker)))
        elif meaning.verb.act is None or meaning.verb.act in asker.acts:
            about = voice.plain(f"verb.{meaning.verb.word}.help")
            (this, *_) = wish_buttons(meaning, asker, voice.plain("ask.this-one"), about)
            blocks.append(section(escape(about), this))
    none = button(QuestionAction.FAQ, voice.plain("ask.none-of-these"), "faq contacts")
    return Screen(said, [*blocks, actions([*_verbs(verbs, voice), none])])


def _this_one(choice: Choice, asker: Asker) -> Block:
    voice = asker.voice
    words, about = voice.plain("ask.this-one"), choice.match.question.in_(voice.language)
    if asker.may_look_up and len(choice.commands) == 1:
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
    """Return the buttons of the verbs that a question may mean by their description."""
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
