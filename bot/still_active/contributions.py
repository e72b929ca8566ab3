"""What accounts that are still active add to other screens: a button under a school's latest run."""

from collections.abc import Sequence

from bot.people.permissions import Act
from bot.slack.blocks import Block, button
from bot.slack.context import Context
from bot.still_active.actions import StillActiveAction
from provisioning.records.plans import NoteKind
from provisioning.records.schools import School
from provisioning.store import run_notes
from provisioning.store.latest_runs import latest_of


def run_buttons(context: Context, school: School) -> Sequence[Block]:
    """Return the button that lists the accounts, if the latest run noted people without a row in the MIS."""
    if not context.caller().may(Act.DIAGNOSE, school):
        return []
    with context.services.database.reading() as session:
        latest = latest_of(session, school.number).latest
        noticed = run_notes.noticed(session, [latest.known_id]) if latest else {}
    if not any(note.kind is NoteKind.VANISHED for notes in noticed.values() for note in notes):
        return []
    words = context.voice.plain("button.still-active")
    return [button(StillActiveAction.LIST, words, f"still-active {school.number}")]
