"""The requests to make: of which school, for which cause, for how many people or which records. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.requests.request import Wanted, wanted_for
from diagnostics.missing import ROW_REJECTED, CauseGroup
from diagnostics.verdict import Diagnosis, Next
from knowledge.texts import Bilingual
from provisioning.records.schools import School

MANAGER, PREVIOUS_MANAGER = "provisioning-manager", "previous-provisioning-manager"
PREVIOUS_SCHOOL = "previous-school"
NO_RUN_HELPS = frozenset({"run-held", "previous-school-run-held", "identity-doubt"})
"""Causes that want a decision, not another run."""


@dataclass(frozen=True)
class Want:
    """A school that is to run its client, or to put the `records` of people with these identifiers right.

    `contact` is how to reach outside Slack who does it. `shown` is what each of these records
    shows now, as `Diagnosis.previous_shows` has it, in their order, where it is about leaving dates.
    """

    school: School
    cause: str
    people: int
    contact: Bilingual
    records: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()

    @property
    def wanted(self) -> Wanted:
        """What is asked for."""
        return wanted_for(self.cause)


class AskOutcome(StrEnum):
    """The outcome of asking; with `YOURS` the asker is the only recipient, with `NOBODY` there is none.

    With `ANSWERED`, it was said lately that the learners have not left; with `FROZEN`, runs are frozen there.
    """

    ASKED = "asked"
    JOINED = "joined"
    ALREADY = "already"
    YOURS = "yours"
    NOBODY = "nobody"
    ANSWERED = "answered"
    FROZEN = "frozen"


@dataclass(frozen=True)
class Asked:
    """The outcome of asking: when it was asked for (`at`), of whom or by whom (`who`).

    `by` is the school on behalf of which it was asked for first; `until` the last day of a freeze.
    """

    outcome: AskOutcome
    want: Want
    at: datetime | None = None
    who: tuple[str, ...] = ()
    by: str = ""
    until: date | None = None


def of_diagnosis(found: Diagnosis) -> tuple[Want, ...]:
    """Return what a diagnosis asks another for; nothing where the next step is not theirs."""
    return tuple(_wants([found]))


def of_group(group: CauseGroup, school: School) -> tuple[Want, ...]:
    """Return what a group asks for: of `school`, or of each previous school."""
    if group.next.who == MANAGER and not group.people:
        return (Want(school, group.cause, 0, group.next.contact),)
    return tuple(_wants(person.diagnosis for person in group.people))


def _wants(found: Iterable[Diagnosis]) -> Iterable[Want]:
    """Yield what is asked for, for each cause and school of the diagnoses `found`, with its people."""
    by_school: dict[tuple[str, str], list[Diagnosis]] = {}
    for diagnosis in found:
        school = _school_to_act(diagnosis)
        if school is not None:
            by_school.setdefault((_first(diagnosis)[0], school.number), []).append(diagnosis)
    for (cause, _), those in by_school.items():
        school, of_records = _school_to_act(those[0]), wanted_for(cause) is not Wanted.RUN
        if school is not None:
            records = tuple(diagnosis.identifier for diagnosis in those) if of_records else ()
            of_dates = wanted_for(cause) is Wanted.LEAVING_DATES
            shown = tuple(diagnosis.previous_shows for diagnosis in those) if of_dates else ()
            yield Want(school, cause, len(those), _first(those[0])[1].contact, records, shown)


def _first(found: Diagnosis) -> tuple[str, Next]:
    """Return the cause that is to be mended first, with who acts on it."""
    return (found.before.cause, found.before.next) if found.before else (found.cause, found.next)


def _school_to_act(found: Diagnosis) -> School | None:
    """Return the school that is asked to run its client or to put a record right; None where none is."""
    cause, move = _first(found)
    rows = cause == ROW_REJECTED and found.extract is not None  # a closed school exports none
    if rows or move.who == MANAGER:
        return found.school
    return found.previous if move.who in (PREVIOUS_MANAGER, PREVIOUS_SCHOOL) else None
