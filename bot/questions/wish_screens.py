"""Screens of what the bot can do, asked for in plain words: the verb that is meant, and its buttons."""

from collections.abc import Collection
from dataclasses import dataclass

from bot.commands import Takes
from bot.people.permissions import Act
from bot.questions.actions import QuestionAction
from bot.questions.filling import typed
from bot.questions.interpretation import Wish
from bot.slack import refusals
from bot.slack.blocks import Block, Screen, actions, button, escape, section
from bot.slack.buttons import KitAction
from bot.slack.notices import sentence
from bot.slack.voice import Voice


@dataclass(frozen=True)
class Asker:
    """How a question is answered: in whose language, and what its asker may do.

    `may_look_up` is whether people are looked up for the asker; `kept` whether the answer stays in the
    conversation, so that what names people opens in a modal.
    """

    voice: Voice
    may_look_up: bool
    acts: Collection[Act]
    kept: bool


def shown_wish(wish: Wish, asker: Asker) -> Screen:
    """Return what the verb of a wish does, and the buttons that carry it out; else which roles may."""
    voice = asker.voice
    said = voice.plain("ask.can-do", verb=voice.plain(f"verb.{wish.verb.word}.help"))
    head = section(f"{voice.mrkdwn(f'verb.{wish.verb.word}.help')}\n{_typed(wish, voice)}")
    if wish.verb.act is not None and wish.verb.act not in asker.acts:
        no = refusals.refused(wish.verb.act, voice) if asker.acts else sentence("refusal.no-grant", voice)
        return Screen(said, [head, *no.blocks, actions([other(voice)])])
    return Screen(said, [head, actions([*wish_buttons(wish, asker, voice.plain("ask.do")), other(voice)])])


def _typed(wish: Wish, voice: Voice) -> str:
    """Return the command lines of a wish, as they are typed."""
    lines = (typed(command, voice.catalogue, voice.language) for command in wish.commands)
    return ", ".join(f"`/hwb {escape(line)}`" for line in lines)


def wish_buttons(wish: Wish, asker: Asker, words: str, about: str = "") -> list[Block]:
    """Return the buttons that carry a wish out: with `words`, or for each person that it names."""
    verb, voice = wish.verb, asker.voice
    if verb.takes is Takes.PERSON and not wish.commands[0].about:
        return [button(KitAction.OPEN, voice.plain("ask.look-up"), verb.word, "primary", which=verb.word)]
    if verb.takes is Takes.PERSON:
        return [
            button(
                QuestionAction.LOOK_UP,
                voice.plain("ask.look-at", identifier=command.about),
                command.line,
                which=place,
            )
            for place, command in enumerate(wish.commands)
        ]
    action = QuestionAction.WISH_ASIDE if asker.kept else QuestionAction.VERB
    (command,) = wish.commands
    return [button(action, words, command.line, None if about else "primary", which=verb.word, about=about)]


def beside_an_entry(wish: Wish, asker: Asker) -> list[Block]:
    """Return the button of a wish under an entry; none where the entry has it, or the asker may not."""
    verb, voice = wish.verb, asker.voice
    if verb.takes is Takes.PERSON or (verb.act is not None and verb.act not in asker.acts):
        return []
    return wish_buttons(wish, asker, f"/hwb {typed(wish.commands[0], voice.catalogue, voice.language)}")


def other(voice: Voice) -> Block:
    """Return the button that shows all that the guide says."""
    return button(QuestionAction.FAQ, voice.plain("ask.other"), "faq")
