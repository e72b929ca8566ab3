"""The runs to ask for: of which school's client, for which cause, for how many people. Pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from diagnostics.missing import CauseGroup
from diagnostics.verdict import Diagnosis
from knowledge.texts import Bilingual
from provisioning.records.schools import School

MANAGER, PREVIOUS_MANAGER = "provisioning-manager", "previous-provisioning-manager"
NO_RUN_HELPS = frozenset({"run-held", "previous-school-run-held", "identity-doubt"})
"""Causes that want a decision, not another run."""


@dataclass(frozen=True)
class Want:
    """A school whose client is to run; `contact` is how to reach its manager outside Slack."""

    school: School
    cause: str
    people: int
    contact: Bilingual


class AskOutcome(StrEnum):
    """The outcome of asking; with `YOURS` the asker is the only recipient, with `NOBODY` there is none."""

    ASKED = "asked"
    JOINED = "joined"
    ALREADY = "already"
    YOURS = "yours"
    NOBODY = "nobody"


@dataclass(frozen=True)
class AskedForRun:
    """The outcome of asking for a run: when it was asked for (`at`), and of whom or by whom (`who`)."""

    outcome: AskOutcome
    want: Want
    at: datetime | None = None
    who: tuple[str, ...] = ()


def of_diagnosis(found: Diagnosis) -> tuple[Want, ...]:
    """Return the run that a diagnosis asks for; none where the next step is not a provisioning manager's."""
    return tuple(_wants([found]))


def of_group(group: CauseGroup, school: School) -> tuple[Want, ...]:
    """Return the runs that a group asks for: one of `school`, or one of each previous school."""
    if group.next.who == MANAGER and not group.people:
        return (Want(school, group.cause, 0, group.next.contact),)
    return tuple(_wants(person.diagnosis for person in group.people))


def _wants(found: Iterable[Diagnosis]) -> Iterable[Want]:
    """Yield a run for each cause and school of the diagnoses `found`, with the number of people."""
    wanted = [diagnosis for diagnosis in found if _school_to_run(diagnosis) is not None]
    counts = Counter((diagnosis.cause, _school_to_run(diagnosis)) for diagnosis in wanted)
    contacts = {(diagnosis.cause, _school_to_run(diagnosis)): diagnosis.next.contact for diagnosis in wanted}
    for (cause, school), people in counts.items():
        if school is not None:
            yield Want(school, cause, people, contacts[cause, school])


def _school_to_run(found: Diagnosis) -> School | None:
    """Return the school whose client has to run; None where no run is asked for."""
    if found.next.who == MANAGER:
        return found.school
    return found.previous if found.next.who == PREVIOUS_MANAGER else None
