"""The columns of accounts that should have ended: those of the file, and those of the table in a message."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.slack.table_blocks import Column, Holds
from bot.slack.voice import Voice
from diagnostics.lingering import Lingering
from diagnostics.still_active import LingeringGroup

IN_FILE = ("identifier", "kind", "username", "year", "class", "cause", "action", "who", "contact")
IN_OVERVIEW = ("identifier", "year", "cause", "short-who", "username")
"""A table has little room: people who act are named in a few words; the groups say more."""
IN_GROUP = ("identifier", "year", "reason", "username")
"""Cause and who acts next are the group's own."""


@dataclass(frozen=True)
class Listed:
    """An account that should have ended, in the group of its cause."""

    person: Lingering
    group: LingeringGroup


def listed(groups: Sequence[LingeringGroup]) -> list[Listed]:
    """Return the accounts of `groups` in order."""
    return [Listed(person, group) for group in groups for person in group.people]


def _cause(row: Listed, voice: Voice) -> str:
    cause = voice.plain(f"missing.{row.person.cause}")
    return f"{cause}: {voice.plain(row.person.reason)}" if row.person.reason else cause


_CELLS: Mapping[str, Callable[[Listed, Voice], str]] = {
    "identifier": lambda row, _: row.person.identifier,
    "kind": lambda row, voice: voice.plain(f"kind.{row.person.kind}"),
    "username": lambda row, _: row.person.account.username,
    "year": lambda row, _: row.person.account.year_group or "",
    "class": lambda row, _: row.person.account.class_name or "",
    "cause": _cause,
    "reason": lambda row, voice: voice.plain(row.person.reason) if row.person.reason else "",
    "action": lambda row, voice: voice.plain(row.group.next.action),
    "who": lambda row, voice: voice.plain(f"who.{row.group.next.who}"),
    "short-who": lambda row, voice: voice.plain(f"who-short.{row.group.next.who}"),
    "contact": lambda row, voice: row.group.next.contact.in_(voice.language),
}
_LONG = ("cause", "reason")


def heading(name: str, voice: Voice) -> str:
    """Return the heading of the column `name`."""
    return voice.plain(f"still-active.column-{name.removeprefix('short-')}")


def row_in_file(row: Listed, voice: Voice) -> list[str]:
    """Return the row of an account in the file."""
    return [_CELLS[name](row, voice) for name in IN_FILE]


def columns(names: Sequence[str], voice: Voice) -> list[Column[Listed]]:
    """Return the columns `names` of a table in a message."""
    return [_column(name, voice) for name in names]


def _column(name: str, voice: Voice) -> Column[Listed]:
    cell = _CELLS[name]
    holds = Holds.LONG_WORDS if name in _LONG else Holds.WORDS
    return Column(heading(name, voice), lambda row: cell(row, voice), holds)
