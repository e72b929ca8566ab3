"""What is to be done about people and stages while the runs that mend what was found are frozen."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, TypeVar

from diagnostics.stages import run_helps
from diagnostics.verdict import Diagnosis, Next
from knowledge.texts import Text
from provisioning.records.schools import School
from provisioning.store.freezes import Freeze

if TYPE_CHECKING:  # who calls has one of these, and needs no other
    from diagnostics.missing import CauseGroup, Missing
    from diagnostics.school_stages import SchoolStages
    from diagnostics.still_active import LingeringGroup, StillActive

_Freezes = Callable[[Iterable[School]], Mapping[str, Freeze]]
"""The freezes, by number, of those of some schools that are frozen."""
G = TypeVar("G", "CauseGroup", "LingeringGroup")
"""A group of people who have a cause in common."""
S = TypeVar("S", bound="SchoolStages")
"""The stages of a school."""


def after_freeze(found: Diagnosis, freezes: _Freezes) -> Diagnosis:
    """Return a diagnosis whose next step says after which day a run that `freezes` delay can be started."""
    last = _last(found.runs, freezes(found.runs)) if found.runs else None
    return replace(found, next=_after(found.next, last)) if last else found


def missing_after_freeze(found: "Missing", freezes: _Freezes) -> "Missing":
    """Return missing people whose groups' next steps say what `after_freeze` says."""
    return replace(found, groups=_groups(found.groups, freezes), unplaced=_groups(found.unplaced, freezes))


def still_active_after_freeze(found: "StillActive", freezes: _Freezes) -> "StillActive":
    """Return accounts whose groups' next steps say what `after_freeze` says."""
    return replace(found, groups=_groups(found.groups, freezes))


def stages_after_freeze(found: S, freeze: Freeze | None) -> S:
    """Return a school's stages, with moves that are a run of its own told as after its `freeze`, if any."""
    if freeze is None:
        return found
    runs = {stage.step for stage in found.stages if run_helps(stage.detail)}
    moves = {
        step: _after(move, freeze) if step in runs and move.who == "provisioning-manager" else move
        for step, move in found.moves.items()
    }
    return replace(found, moves=moves)


def after(action: Text, until: date) -> Text:
    """Return an `action` that waits for a run, as it can be done after the day `until` of a freeze."""
    return Text("freeze.then", {"until": until, "action": action})


def _groups(groups: Iterable[G], freezes: _Freezes) -> tuple[G, ...]:
    return tuple(_group(group, freezes) for group in groups)


def _group(group: G, freezes: _Freezes) -> G:
    """Return a group whose next step waits for the last of its freezes, where all of its runs are delayed."""
    schools = [school for runs in group.runs for school in runs]
    frozen = freezes(schools) if schools else {}
    if not frozen or any(not runs or _last(runs, frozen) is None for runs in group.runs):
        return group
    last = _last(schools, frozen)
    return replace(group, next=_after(group.next, last)) if last else group


def _last(runs: Sequence[School], frozen: Mapping[str, Freeze]) -> Freeze | None:
    """Return the freeze of the schools of `runs` that ends last.

    None where the first of them is not frozen: its run is the next step, and the others follow it.
    """
    if runs[0].number not in frozen:
        return None
    freezes = [frozen[school.number] for school in runs if school.number in frozen]
    return max(freezes, key=lambda freeze: freeze.ends_on)


def _after(move: Next, freeze: Freeze) -> Next:
    return replace(move, action=after(move.action, freeze.ends_on))
