"""What is to be done about people while the runs that mend what was found are frozen."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import TypeVar

from diagnostics.missing import CauseGroup, Missing
from diagnostics.still_active import LingeringGroup, StillActive
from diagnostics.verdict import Diagnosis, Next
from knowledge.texts import Text
from provisioning.records.schools import School
from provisioning.store.freezes import Freeze

_Freezes = Callable[[Iterable[School]], Mapping[str, Freeze]]
"""The freezes, by number, of those of some schools that are frozen."""
G = TypeVar("G", CauseGroup, LingeringGroup)
"""A group of people who have a cause in common."""


def after_freeze(found: Diagnosis, freezes: _Freezes) -> Diagnosis:
    """Return a diagnosis whose next step says after which day a run that `freezes` delay can be started."""
    last = _last(found.runs, freezes(found.runs)) if found.runs else None
    return replace(found, next=_after(found.next, last)) if last else found


def missing_after_freeze(found: Missing, freezes: _Freezes) -> Missing:
    """Return missing people whose groups' next steps say what `after_freeze` says."""
    return replace(found, groups=_groups(found.groups, freezes), unplaced=_groups(found.unplaced, freezes))


def still_active_after_freeze(found: StillActive, freezes: _Freezes) -> StillActive:
    """Return accounts whose groups' next steps say what `after_freeze` says."""
    return replace(found, groups=_groups(found.groups, freezes))


def after(action: Text, until: date) -> Text:
    """Return an `action` that waits for a run, as it can be done after the day `until` of a freeze."""
    return Text("freeze.then", {"until": until, "action": action})


def _groups(groups: Iterable[G], freezes: _Freezes) -> tuple[G, ...]:
    return tuple(_group(group, freezes) for group in groups)


def _group(group: G, freezes: _Freezes) -> G:
    """Return a group whose next step waits for the last of its freezes, where all of its runs are delayed."""
    schools = [school for runs in group.runs for school in runs]
    frozen = freezes(schools) if schools else {}
    if not frozen or any(_last(runs, frozen) is None for runs in group.runs):
        return group
    last = _last(schools, frozen)
    return replace(group, next=_after(group.next, last)) if last else group


def _last(runs: Iterable[School], frozen: Mapping[str, Freeze]) -> Freeze | None:
    """Return the freeze of the schools of `runs` that ends last; None where none of them is frozen."""
    freezes = [frozen[school.number] for school in runs if school.number in frozen]
    return max(freezes, key=lambda freeze: freeze.ends_on, default=None)


def _after(move: Next, freeze: Freeze) -> Next:
    return replace(move, action=after(move.action, freeze.ends_on))
