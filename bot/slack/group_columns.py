"""The columns of people in groups by cause: those of a file, and those of the table in a message."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.slack.blocks import Block, context_block
from bot.slack.findings import in_short, turn_of
from bot.slack.table_blocks import Column, Holds
from bot.slack.voice import Voice
from diagnostics.verdict import Next
from knowledge.texts import Text
from provisioning.records.people import Kind


@dataclass(frozen=True)
class GroupRow:
    """A person in the group of a cause; `reason` says more of the cause, `short_cause` it in a few words.

    `identifier` is in words where the person's record has none; `starts`: the reader may start the run that
    mends it.
    """

    identifier: str | Text
    kind: Kind
    cause: Text
    short_cause: Text
    reason: Text | None
    next: Next
    year_group: str | None = None
    class_name: str | None = None
    username: str = ""
    starts: bool = False


@dataclass(frozen=True)
class Headings:
    """The headings of a list's columns: its own texts under `own`, or else those that all lists share."""

    own: str = "groups"

    def of(self, name: str, voice: Voice) -> str:
        """Return the heading of the column `name`."""
        key = f"column-{name.removeprefix('short-')}"
        own = f"{self.own}.{key}"
        return voice.plain(own if own in voice.catalogue else f"groups.{key}")


def called(identifier: str | Text, voice: Voice) -> str:
    """Return how a person is called: by an identifier, or in words."""
    return identifier if isinstance(identifier, str) else voice.plain(identifier)


def _cause(row: GroupRow, voice: Voice) -> str:
    cause = voice.plain(row.cause)
    if row.reason is None:
        return cause
    return f"{cause}{' ' if cause.endswith('.') else ': '}{voice.plain(row.reason)}"


def _whose_move(row: GroupRow, voice: Voice) -> str:
    """Return whose move it is in a word or two, as the text beneath a table tells it to the reader."""
    who = row.next.who
    return in_short(who, turn_of(who, voice, starts=row.starts), voice)


_CELLS: Mapping[str, Callable[[GroupRow, Voice], str]] = {
    "identifier": lambda row, voice: called(row.identifier, voice),
    "kind": lambda row, voice: voice.plain(f"kind.{row.kind}"),
    "username": lambda row, _: row.username,
    "year": lambda row, _: row.year_group or "",
    "class": lambda row, _: row.class_name or "",
    "cause": _cause,
    "short-cause": lambda row, voice: voice.plain(row.reason or row.short_cause),
    "reason": lambda row, voice: voice.plain(row.reason) if row.reason else "",
    "action": lambda row, voice: voice.plain(row.next.action),
    "who": lambda row, voice: voice.plain(f"who.{row.next.who}"),
    "short-who": _whose_move,
    "contact": lambda row, voice: row.next.contact.in_(voice.language),
}
_LONG = ("cause", "short-cause", "reason")


def row_in_file(row: GroupRow, names: Sequence[str], voice: Voice) -> list[str]:
    """Return the cells of `row` in the columns `names` of a file."""
    return [_CELLS[name](row, voice) for name in names]


def columns(names: Sequence[str], headings: Headings, voice: Voice) -> list[Column[GroupRow]]:
    """Return the columns `names` of a table in a message."""
    return [_column(name, headings, voice) for name in names]


def without_table(button: str, voice: Voice) -> list[Block]:
    """Return that a message can't hold a list's table, and which `button`, the key of its words, sends it."""
    return [context_block(voice.mrkdwn("groups.no-table", button=voice.plain(button)))]


def _column(name: str, headings: Headings, voice: Voice) -> Column[GroupRow]:
    cell = _CELLS[name]
    holds = Holds.LONG_WORDS if name in _LONG else Holds.WORDS
    return Column(headings.of(name, voice), lambda row: cell(row, voice), holds)
