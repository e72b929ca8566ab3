"""A draft: what a run would do at this moment, and what of it waits for a person.

Runs, dry runs and approvals all draft in the same way, so that what was shown is what is applied.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from sqlalchemy.orm import Session

from knowledge.models import Pause
from provisioning.plan import Directory, plan
from provisioning.records import Change, Extract, Hold, Learner, Note, NoteKind, Plan, School
from provisioning.safeguards import Situation, held_changes, safeguards
from provisioning.store import accounts, decisions, runs


@dataclass(frozen=True)
class Draft:
    """A plan with its holds: `free` changes apply at once, `held` ones on approval.

    `refused` says that the whole extract was refused: then nothing of it applies. `applied` has the records
    of the extract that was applied last, where they were looked at.
    """

    extract: Extract
    plan: Plan
    holds: tuple[Hold, ...]
    held: tuple[Change, ...]
    refused: bool
    applied: runs.Coverage | None = None

    @cached_property
    def free(self) -> tuple[Change, ...]:
        """The changes that nothing holds back."""
        held = set(map(id, self.held))
        return tuple(change for change in self.plan.changes if id(change) not in held)


def expected(session: Session, extract: Extract, pauses: Iterable[Pause], today: date) -> Draft:
    """What another's client may be expected to do for an extract today."""
    upns = [number for learner in extract.learners for number in _upns(learner)]
    found = accounts.for_planning(session, extract.school, upns)
    return Draft(extract, plan(extract, Directory(found), tuple(pauses), today), (), (), refused=False)


def draft(
    session: Session,
    school: School,
    extract: Extract,
    pauses: Iterable[Pause],
    today: date,
    *,
    lock: bool = False,
) -> Draft:
    """What an extract asks for today, less what was refused, and what of that has to wait."""
    upns = [number for learner in extract.learners for number in _upns(learner)]
    found = accounts.for_planning(session, school.number, upns, lock=lock)
    wanted = plan(extract, Directory(found), tuple(pauses), today)
    refused = decisions.refused(session, school.number)
    if extract.fingerprint in refused:
        return Draft(extract, replace(wanted, changes=()), (), (), refused=True)
    wanted = _without(wanted, refused.keys())
    relaxed = {one.safeguard for one in decisions.relaxations(session, today, school.number)}
    applied = runs.covered(session, school.number)
    holds = safeguards(wanted, Situation(school, extract, found, applied.values()), relaxed)
    return Draft(extract, wanted, holds, held_changes(wanted, holds), refused=False, applied=applied)


def _without(wanted: Plan, refused: Iterable[str]) -> Plan:
    """A plan less the changes that were refused, which are noted instead."""
    prints = frozenset(refused)
    if not prints:
        return wanted
    left = [change for change in wanted.changes if change.fingerprint in prints]
    notes = (Note(NoteKind.REFUSED, change.record.kind, change.record.identifier) for change in left)
    return replace(
        wanted,
        changes=tuple(change for change in wanted.changes if change.fingerprint not in prints),
        notes=(*wanted.notes, *notes),
    )


def _upns(learner: Learner) -> Iterable[str]:
    yield learner.upn
    if learner.former_upn:
        yield learner.former_upn
