"""What is to be done about a person while the runs that mend what was found are frozen."""

from collections.abc import Mapping
from dataclasses import replace

from diagnostics.verdict import Diagnosis, Next
from knowledge.texts import Text
from provisioning.store.freezes import Freeze


def after_freeze(found: Diagnosis, frozen: Mapping[str, Freeze]) -> Diagnosis:
    """Return a diagnosis whose next step says after which day it can be done, where it is a frozen run.

    `frozen` are the freezes of schools by number, of all whose runs mend what was found.
    """
    freezes = [frozen[school.number] for school in found.runs if school.number in frozen]
    if not freezes:
        return found
    freeze = max(freezes, key=lambda each: each.ends_on)
    return replace(found, next=_after(found.next, freeze))


def _after(move: Next, freeze: Freeze) -> Next:
    return replace(move, action=Text("freeze.then", {"until": freeze.ends_on, "action": move.action}))
