"""A forecast: what the next run of a school will do, counted in the words of rollover."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from provisioning.planning.proposal import Proposal
from provisioning.records.changes import ChangeKind
from provisioning.records.people import Learner
from provisioning.records.plans import NoteKind
from provisioning.records.runs import Hold
from provisioning.rules import year_number


@dataclass(frozen=True)
class Forecast:
    """How many move up, change class, come, leave and wait; `waiting` by the school that is waited for.

    `doubtful` are those who wait for a person's decision on whose account it is.
    """

    move_up: int
    change_class: int
    new: int
    matched: int
    released: int
    waiting: Mapping[str, int]
    doubtful: int
    need_you: int
    holds: tuple[Hold, ...]


def forecast(proposal: Proposal) -> Forecast:
    """Return the forecast of a proposal; held changes are counted with the others."""
    kinds = Counter(change.kind for change in proposal.plan.changes)
    up = sum(
        isinstance(change.record, Learner)
        and change.account is not None
        and change.account.year_group is not None
        and year_number(change.record.year_group) == year_number(change.account.year_group) + 1
        for change in proposal.plan.changes
        if change.kind is ChangeKind.UPDATE
    )
    waiting = Counter(
        note.school for note in proposal.plan.notes if note.kind is NoteKind.BLOCKED and note.school
    )
    return Forecast(
        move_up=up,
        change_class=kinds[ChangeKind.UPDATE] - up,
        new=kinds[ChangeKind.CREATE] + kinds[ChangeKind.REACTIVATE],
        matched=kinds[ChangeKind.MATCH],
        released=kinds[ChangeKind.RELEASE],
        waiting=dict(sorted(waiting.items())),
        doubtful=len(proposal.plan.doubts),
        need_you=len(proposal.plan.rejections),
        holds=proposal.holds,
    )
