"""Screens instead of an answer: unknown words, questions back, known errors."""

from collections.abc import Sequence

from bot.commands import Command, Unknown
from bot.slack.blocks import Block, Screen, actions, button, context_block, escape, section
from bot.slack.buttons import KitAction
from bot.slack.modals import school_menu
from bot.slack.voice import Voice
from knowledge.texts import Text
from provisioning.errors import KnownError
from provisioning.records.schools import School


def unknown(word: Unknown, help_: Sequence[Block], voice: Voice) -> Screen:
    """Return a screen for a word that is no verb, with a button for the nearest verb, or else the help."""
    said = voice.plain("help.unknown", word=word.word)
    if word.meant is None:
        return Screen(said, [section(escape(said)), *help_])
    meant = word.meant.welsh if voice.language == "cy" else word.meant.word
    question = voice.plain("help.did-you-mean", verb=meant)
    asks = word.meant.question is not None
    opens, which = (KitAction.OPEN, word.meant.word) if asks else (KitAction.MEANT, None)
    return Screen(
        f"{said} {question}",
        [
            section(escape(f"{said} {question}")),
            actions(
                [
                    button(opens, f"/hwb {meant}", word.meant.word, "primary", which=which),
                    button(KitAction.HELP, voice.plain("button.help"), "help"),
                ]
            ),
        ],
    )


def sentence(key: str, voice: Voice, **values: object) -> Screen:
    """Return a screen of the text `key` of the catalogue."""
    return Screen(voice.plain(key, **values), [section(voice.mrkdwn(key, **values))])


def which_school(
    command: Command, schools: Sequence[School], voice: Voice, said: Text | str = "question.which-school"
) -> Screen:
    """Return a screen that asks a caller with several schools which school `command` is about.

    `said` is the question.
    """
    said = voice.plain(said)
    # The menu's values are school numbers; the command that needs one stands in the block's id.
    row: Block = actions([school_menu(KitAction.CHOOSE_SCHOOL, schools, voice)])
    return Screen(said, [section(escape(said)), row | {"block_id": f"for:{command.line}"}])


def problem(error: KnownError, voice: Voice) -> Screen:
    """Return a screen of a known error: its sentence and its hint."""
    said = voice.plain(error.said)
    return Screen(said, [section(f":warning: {escape(said)}"), context_block(voice.mrkdwn(error.hint))])
