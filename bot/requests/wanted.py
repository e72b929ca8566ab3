"""What there is to ask of whoever runs a client: which school's, for which cause, for how many. Pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from diagnostics.missing import CauseGroup
from diagnostics.verdict import Diagnosis
from knowledge.texts import Bilingual
from provisioning.records import School

MANAGER, PREVIOUS_MANAGER = "provisioning-manager", "previous-provisioning-manager"
NO_RUN_HELPS = frozenset({"run-held", "previous-school-run-held", "identity-doubt"})
"""Causes that want a decision, not another run."""


@dataclass(frozen=True)
class Want:
    """A school whose client is wanted; `contact` is how to reach whoever runs it outside Slack."""

    school: School
    cause: str
    people: int
    contact: Bilingual


class How(StrEnum):
    """What came of asking."""

    ASKED = "asked"
    JOINED = "joined"
    ALREADY = "already"
    YOURS = "yours"
    NOBODY = "nobody"


@dataclass(frozen=True)
class AskedForRun:
    """What came of asking for one school's client: since when it is asked for, and of or by whom."""

    how: How
    want: Want
    at: datetime | None = None
    who: tuple[str, ...] = ()


def of_diagnosis(found: Diagnosis) -> tuple[Want, ...]:
    """What a diagnosis asks for; nothing where it is somebody else's move."""
    return tuple(_wants([found]))


def of_group(group: CauseGroup, school: School) -> tuple[Want, ...]:
    """What a group asks for: of each previous school on its own, where it is theirs."""
    if group.next.who == MANAGER and not group.people:
        return (Want(school, group.cause, 0, group.next.contact),)
    return tuple(_wants(one.diagnosis for one in group.people))


def _wants(found: Iterable[Diagnosis]) -> Iterable[Want]:
    wanted = [one for one in found if _whose(one) is not None]
    counts = Counter((one.cause, _whose(one)) for one in wanted)
    contacts = {(one.cause, _whose(one)): one.next.contact for one in wanted}
    for (cause, school), people in counts.items():
        if school is not None:
            yield Want(school, cause, people, contacts[cause, school])


def _whose(found: Diagnosis) -> School | None:
    """The school whose client it is."""
    if found.next.who == MANAGER:
        return found.school
    return found.previous if found.next.who == PREVIOUS_MANAGER else None
