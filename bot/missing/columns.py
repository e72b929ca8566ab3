"""The columns of missing people, and their rows."""

from dataclasses import replace

from bot.slack.group_columns import GroupRow, Headings
from diagnostics.causes import people
from diagnostics.missing import Missed
from knowledge.texts import Text

HEADINGS = Headings()
IN_FILE = ("identifier", "kind", "year", "class", "cause", "action", "who", "contact")
IN_OVERVIEW = ("identifier", "short-cause", "year", "class", "short-who")
"""A narrow screen shows two columns: whom, and what stands in the way. The groups say more."""
IN_GROUP = ("identifier", "reason", "year", "class")
"""Cause and who acts next are the group's own."""


def row_of(person: Missed, *, starts: bool = False) -> GroupRow:
    """Return the row of a missing person; `starts`: the reader may start the run that mends the cause."""
    found = person.diagnosis
    return GroupRow(
        person.called,
        person.kind,
        cause=_of_nameless(found.headline) if person.nameless else found.headline,
        short_cause=Text(f"missing.{found.cause}"),
        reason=person.reason,
        next=replace(found.next, action=_of_nameless(found.next.action)) if person.nameless else found.next,
        year_group=person.year_group,
        class_name=person.class_name,
        starts=starts,
    )


def _of_nameless(said: Text) -> Text:
    """Return a text about the place of a record in a file as one about a person."""
    return replace(said, values={**said.values, "identifier": people(1)})
