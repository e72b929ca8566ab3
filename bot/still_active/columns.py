"""The columns of accounts that should have ended, and their rows."""

from collections.abc import Collection, Sequence

from bot.slack.group_columns import GroupRow, Headings
from diagnostics.lingering import Lingering
from diagnostics.still_active import LingeringGroup
from knowledge.texts import Text

HEADINGS = Headings("still-active")
IN_FILE = ("identifier", "kind", "username", "year", "class", "cause", "action", "who", "contact")
IN_OVERVIEW = ("identifier", "cause", "year", "short-who", "username")
"""A narrow screen shows two columns: whose account it is, and why it lives on. The groups say more."""
IN_GROUP = ("identifier", "reason", "year", "username")
"""Cause and who acts next are the group's own."""


def rows_of(groups: Sequence[LingeringGroup], starts: Collection[str] = ()) -> list[GroupRow]:
    """Return the rows of the accounts of `groups`, in order.

    `starts` are the causes for which the reader may start the run that mends them.
    """
    return [row_of(account, group, starts) for group in groups for account in group.people]


def row_of(person: Lingering, group: LingeringGroup, starts: Collection[str] = ()) -> GroupRow:
    """Return the row of an account in its `group`; `starts` is that of `rows_of`."""
    cause = Text(f"missing.{person.cause}")
    return GroupRow(
        person.identifier,
        person.kind,
        cause=cause,
        short_cause=cause,
        reason=person.reason,
        next=group.next,
        year_group=person.account.year_group,
        class_name=person.account.class_name,
        username=person.account.username,
        starts=group.cause in starts,
    )
