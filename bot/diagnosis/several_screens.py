"""The screen of an answer about several people: a row for each, and a press for the whole answer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.commands import Command
from bot.diagnosis.actions import DiagnosisAction
from bot.diagnosis.several import AnswerOfOne, where_known
from bot.slack.blocks import Block, Screen, actions, button, context_block, divider, escape, section
from bot.slack.findings import basis_line, whose_move
from bot.slack.fit import fits_a_message
from bot.slack.table_blocks import Column, Holds, table_or_list
from bot.slack.voice import Voice
from knowledge.texts import Text

_IN_PART = 7
"""People of each message, where one can't hold all: three messages, for 20 people at most."""


@dataclass(frozen=True)
class Told:
    """An answer about one person in the voice for its reader, who `starts` the run that mends it, or not."""

    answer: AnswerOfOne
    voice: Voice
    starts: bool = False


def several(
    told: Sequence[Told], command: Command, voice: Voice, now: datetime, parts: Sequence[Block] = ()
) -> Screen:
    """Return the answers to `command` about several people, in the order in which they were named.

    `parts` are what features add under them. What one message can't hold follows in others.
    """
    fine = sum(row.answer.is_fine for row in told)
    title = voice.plain("several.title", count=len(told), fine=fine)
    again = button(DiagnosisAction.AGAIN, voice.plain("button.check-again"), command.line)
    basis = context_block(basis_line(None, now, voice))
    end = [*parts, actions([again]), basis]
    whole = Screen(title, [section(f"*{escape(title)}*"), *_rows(told, 0, command, voice), *end])
    if fits_a_message(whole):
        return whole
    shown = []
    for first in range(0, len(told), _IN_PART):
        some = told[first : first + _IN_PART]
        last = first + len(some) == len(told)
        said = voice.plain("several.part", first=first + 1, last=first + len(some), title=title)
        blocks = [section(f"*{escape(said)}*"), *_rows(some, first, command, voice)]
        shown.append(Screen(said, [*blocks, *(end if last else [basis])]))
    return replace(shown[0], more=tuple(shown[1:]))


def _rows(told: Sequence[Told], first: int, command: Command, voice: Voice) -> list[Block]:
    """Return the table of those `told` of, with the buttons of each under it, or the list of them.

    The first of them is in the place `first` of all.
    """
    listed: list[Block] = []
    for row in told:
        listed += [divider(), section(_in_list(row), _whole(row, command, voice))]
    named = actions([_named(row, command, place) for place, row in enumerate(told, start=first)])
    below = [section(voice.mrkdwn("several.whole-of")), named]
    return table_or_list(_columns(voice), told, listed, below)


def stands_in_the_way(answer: AnswerOfOne) -> Text:
    """Return what keeps a person's account away in a few words, or why that can't be told."""
    if answer.found is not None:
        return Text(f"missing.{answer.found.cause}")
    return where_known(answer.identifier, answer.schools)


def _columns(voice: Voice) -> list[Column[Told]]:
    def heading(name: str) -> str:
        return voice.plain(f"groups.column-{name}")

    return [
        Column(heading("identifier"), lambda row: row.answer.identifier),
        Column(heading("cause"), _cause, Holds.LONG_WORDS),
        Column(heading("who"), _who, Holds.LONG_WORDS),
        Column(heading("action"), _action, Holds.LONG_WORDS),
        Column(voice.plain("modal.school"), _school),
    ]


def _cause(row: Told) -> str:
    return row.voice.plain(stands_in_the_way(row.answer))


def _who(row: Told) -> str:
    found = row.answer.found
    if found is None or found.next.who == "nobody":
        return ""
    return whose_move(found.next.who, row.voice, starts=row.starts)


def _action(row: Told) -> str:
    found = row.answer.found
    return row.voice.plain(found.next.action if found else "several.say-school")


def _school(row: Told) -> str:
    found = row.answer.found
    return found.school.name.in_(row.voice.language) if found else ""


def _in_list(row: Told) -> str:
    """Return what the row of a table says, where there is no table."""
    head = " · ".join(filter(None, (f"`{escape(row.answer.identifier)}`", escape(_school(row)))))
    move = f":point_right: *{_who(row)}*" if _who(row) else ""
    return "\n".join(filter(None, (head, f"*{escape(_cause(row))}*", move, escape(_action(row)))))


def _line(row: Told, command: Command) -> str:
    school = row.answer.found.school.number if row.answer.found else ""
    return Command(command.verb, row.answer.identifier, school).line


def _whole(row: Told, command: Command, voice: Voice) -> Block:
    words = voice.plain("several.whole")
    return button(DiagnosisAction.PERSON, words, _line(row, command), about=row.answer.identifier)


def _named(row: Told, command: Command, place: int) -> Block:
    """Return the button under the table: its words are the identifier."""
    return button(DiagnosisAction.PERSON, row.answer.identifier, _line(row, command), which=place)
