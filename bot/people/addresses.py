"""The address of a Slack user, user group or channel, as every table and rule keeps it: one key.

In an installation with one workspace the key is Slack's id (`U0123`). In an installation with several it is
`T0123/U0123`, the workspace and the id, for ids are unique in a workspace only. Keys are made from what comes
in and taken apart in what goes out (`bot.slack.edges`); between the two they are compared as they are.
"""

import re
from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_
from sqlalchemy.orm import InstrumentedAttribute

_SHAPE = re.compile(r"(?:(?P<workspace>T[A-Z0-9]{1,31})/)?(?P<id>[UWSCGD][A-Z0-9]{1,31})")


@dataclass(frozen=True)
class SlackAddress:
    """Slack's `id`, and the `workspace` (team) in which it counts; blank where there is one workspace."""

    id: str
    workspace: str = ""

    @classmethod
    def of(cls, key: str) -> "SlackAddress":
        """Return the address of a `key`, whatever it looks like.

        >>> SlackAddress.of("T0123/U0123")
        SlackAddress(id='U0123', workspace='T0123')
        """
        workspace, _, id_ = key.rpartition("/")
        return cls(id_, workspace)

    @property
    def key(self) -> str:
        """The address as tables keep it."""
        return f"{self.workspace}/{self.id}" if self.workspace else self.id

    @property
    def is_user(self) -> bool:
        """Whether the id is a user's."""
        return self.id.startswith(("U", "W"))

    @property
    def is_group(self) -> bool:
        """Whether the id is a user group's."""
        return self.id.startswith("S")

    @property
    def is_channel(self) -> bool:
        """Whether the id is a channel's."""
        return self.id.startswith(("C", "G"))


def read_address(given: str) -> SlackAddress | None:
    """Return the address that an operator has `given`; None where it has not the shape of a key."""
    return SlackAddress.of(given) if _SHAPE.fullmatch(given) else None


def workspace_of(key: str) -> str:
    """Return the workspace in which a `key` counts; blank in an installation with one workspace."""
    return SlackAddress.of(key).workspace


def begins_with(column: InstrumentedAttribute[str], letter: str) -> ColumnElement[bool]:
    """Return the condition that the id in the keys of `column` begins with a `letter`."""
    return or_(column.startswith(letter, autoescape=True), column.contains(f"/{letter}", autoescape=True))


def in_workspace(column: InstrumentedAttribute[str], workspace: str) -> ColumnElement[bool]:
    """Return the condition that the keys of `column` count in a `workspace`."""
    return column.startswith(f"{workspace}/", autoescape=True)
