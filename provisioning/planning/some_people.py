"""A proposal restricted to some people: what of it is theirs. Pure.

The plan and its safeguards are those of the whole school: what a safeguard holds back for a school is held
back for each of its people too, so that nothing is applied bit by bit that would be held at once.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cached_property

from provisioning.planning.proposal import Proposal
from provisioning.records.changes import Change
from provisioning.records.people import Key, key_of
from provisioning.records.plans import Plan


@dataclass(frozen=True)
class Part:
    """The part of a `whole` school's proposal that is about some `people`."""

    whole: Proposal
    people: frozenset[Key]

    @cached_property
    def plan(self) -> Plan:
        """The whole plan without the changes, notes, rejected rows and doubts of other people."""
        whole = self.whole.plan
        changes = tuple(change for change in whole.changes if change.record.key in self.people)
        notes = tuple(note for note in whole.notes if key_of(note.person, note.identifier) in self.people)
        accounts = {account.id for account in self.whole.accounts if account.key in self.people}
        accounts |= {change.account.id for change in changes if change.account}
        return replace(
            whole,
            changes=changes,
            notes=notes,
            rejections=tuple(row for row in whole.rejections if row.key in self.people),
            unchanged=self._unchanged(changes),
            doubts=tuple(doubt for doubt in whole.doubts if doubt.record.key in self.people),
            births=tuple((id_, born) for id_, born in whole.births if id_ in accounts),
            renamed=whole.renamed & self.people,
        )

    def _unchanged(self, changes: Collection[Change]) -> int:
        """Return of how many of the people the plan says that nothing is to be changed or has to wait."""
        told = {change.record.key for change in changes} | {row.key for row in self.whole.plan.rejections}
        told |= {key_of(note.person, note.identifier) for note in self.whole.plan.notes}
        return sum(account.key in self.people - told for account in self.whole.accounts if account.active)

    @cached_property
    def free(self) -> tuple[Change, ...]:
        """The changes of these people that no safeguard holds back for the school."""
        return tuple(change for change in self.whole.free if change.record.key in self.people)

    @property
    def held(self) -> tuple[Change, ...]:
        """The changes of these people that a safeguard holds back for the school."""
        return tuple(change for change in self.whole.held if change.record.key in self.people)

    @property
    def proposal(self) -> Proposal:
        """The part as a proposal, with the holds that concern it."""
        held = self.held
        holds = tuple(hold for hold in self.whole.holds if any(map(hold.holds, held)))
        return replace(self.whole, plan=self.plan, holds=holds, held=held)

    @property
    def others(self) -> int:
        """How many changes of other people the school's next run is left with."""
        return len(self.whole.plan.changes) - len(self.plan.changes)

    @property
    def used(self) -> dict[str, int]:
        """How much of each relaxed safeguard the changes of these people use up."""
        passed = {hold.safeguard: sum(map(hold.holds, self.free)) for hold in self.whole.used}
        return {safeguard: count for safeguard, count in passed.items() if count}
