"""The columns of missing people: those of the file, and those of the table in a message."""

from collections.abc import Callable, Mapping, Sequence

from bot.slack.table_blocks import Column, Holds
from bot.slack.voice import Voice
from diagnostics.missing import Missed

IN_FILE = ("identifier", "kind", "year", "class", "cause", "action", "who", "contact")
IN_OVERVIEW = ("identifier", "year", "class", "short-cause", "short-who")
"""A table has little room: causes and people who act are named in a few words; the groups say more."""
IN_GROUP = ("identifier", "year", "class", "reason")
"""Cause and who acts next are the group's own."""


def _cause(person: Missed, voice: Voice) -> str:
    cause = voice.plain(person.diagnosis.headline)
    return f"{cause} {voice.plain(person.reason)}" if person.reason else cause


def _short_cause(person: Missed, voice: Voice) -> str:
    return voice.plain(person.reason or f"missing.{person.diagnosis.cause}")


_CELLS: Mapping[str, Callable[[Missed, Voice], str]] = {
    "identifier": lambda person, _: person.identifier,
    "kind": lambda person, voice: voice.plain(f"kind.{person.kind}"),
    "year": lambda person, _: person.year_group or "",
    "class": lambda person, _: person.class_name or "",
    "cause": _cause,
    "short-cause": _short_cause,
    "reason": lambda person, voice: voice.plain(person.reason) if person.reason else "",
    "action": lambda person, voice: voice.plain(person.diagnosis.next.action),
    "who": lambda person, voice: voice.plain(f"who.{person.diagnosis.next.who}"),
    "short-who": lambda person, voice: voice.plain(f"who-short.{person.diagnosis.next.who}"),
    "contact": lambda person, voice: person.diagnosis.next.contact.in_(voice.language),
}
_LONG = ("short-cause", "reason")


def heading(name: str, voice: Voice) -> str:
    """Return the heading of the column `name`."""
    return voice.plain(f"groups.column-{name.removeprefix('short-')}")


def row_in_file(person: Missed, voice: Voice) -> list[str]:
    """Return the row of `person` in the file."""
    return [_CELLS[name](person, voice) for name in IN_FILE]


def columns(names: Sequence[str], voice: Voice) -> list[Column[Missed]]:
    """Return the columns `names` of a table in a message."""
    return [_column(name, voice) for name in names]


def _column(name: str, voice: Voice) -> Column[Missed]:
    cell = _CELLS[name]
    holds = Holds.LONG_WORDS if name in _LONG else Holds.WORDS
    return Column(heading(name, voice), lambda person: cell(person, voice), holds)
