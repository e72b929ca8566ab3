"""Which of an extract's changes were refused, and which refusals it gives no more reason for. Pure.

A refusal is of one change with its dates: a learner who really leaves a year later is released.
"""

from collections.abc import Iterable, Sequence

from provisioning.records.changes import Change
from provisioning.records.extracts import Extract
from provisioning.records.people import key_of
from provisioning.records.plans import NoteKind, Plan
from provisioning.store.decisions import WHOLE_EXTRACT, StoredChange

_WAITING = frozenset({NoteKind.BLOCKED, NoteKind.PAUSED, NoteKind.DOUBTFUL})
"""Notes about people for whom the extract asks for a change that waits for others."""


def refused_changes(
    changes: Iterable[Change], fingerprint: str, refusals: Sequence[StoredChange]
) -> tuple[Change, ...]:
    """Return those of an extract's changes that were refused; all of them where the extract itself was.

    `fingerprint` is the extract's. A refusal from before changes had dates is of any date.
    """
    if not refusals:
        return ()
    prints = frozenset(refusal.fingerprint for refusal in refusals)
    if fingerprint in prints:
        return tuple(changes)
    return tuple(change for change in changes if not prints.isdisjoint(change.fingerprints))


def outdated_refusals(
    plan: Plan, extract: Extract, refusals: Sequence[StoredChange]
) -> tuple[StoredChange, ...]:
    """Return the refusals of what an extract no longer asks for, given what it asks for in a `plan`.

    A refusal stays where the extract cannot tell: the person's row is rejected, the extract does not cover
    their kind, or their change waits.
    """
    if not refusals:
        return ()
    asked: set[str] = {extract.fingerprint}
    for change in plan.changes:
        asked |= change.fingerprints
    unsaid = {row.key for row in extract.rejections}
    unsaid |= {key_of(note.person, note.identifier) for note in plan.notes if note.kind in _WAITING}
    return tuple(
        refusal
        for refusal in refusals
        if refusal.fingerprint not in asked
        and (
            refusal.kind == WHOLE_EXTRACT or (refusal.person in extract.covers and refusal.key not in unsaid)
        )
    )
