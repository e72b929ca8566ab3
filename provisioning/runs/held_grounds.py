"""The grounds to decide a held run by, worked out anew from the school's extract: none of them is kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from provisioning.clock import uk_date
from provisioning.errors import ExtractProblem
from provisioning.ids import Fingerprint
from provisioning.planning.grounds import Grounds, grounds
from provisioning.planning.proposal import Proposal
from provisioning.planning.safeguards import EXTRACT_SHRUNK, Situation, held_changes
from provisioning.records.changes import Change, ChangeKind, digest
from provisioning.records.people import Kind
from provisioning.records.runs import Hold, RunStatus
from provisioning.records.schools import School
from provisioning.runs.dependencies import Provisioning
from provisioning.runs.school_run import propose_now
from provisioning.store import applied_files, decisions, last_year, schools
from provisioning.store.runs import Run

LastYear = Mapping[tuple[ChangeKind, Kind], int] | None
"""The changes of the same week last year, by what was done and to which kind of person; None if unknown."""


@dataclass(frozen=True)
class HeldGrounds:
    """The grounds of each hold of a run, the held changes by fingerprint, and last year's numbers."""

    holds: tuple[Grounds, ...]
    changes: Mapping[Fingerprint, Change]
    last_year: LastYear


def held_grounds(provisioning: Provisioning, session: Session, run: Run) -> HeldGrounds | None:
    """Return the grounds to decide a held `run` by.

    None where the extract can't be read, or asks by now for other changes than those that are held: then an
    approval would hold them again. None too where the run is not held, or the accounts live in an external
    directory.
    """
    if provisioning.external_directory is not None or run.status is not RunStatus.HELD:
        return None
    now, school = provisioning.clock.now(), schools.get(session, run.school)
    try:
        extract = provisioning.extract_folder.read(school, uk_date(now))
        applied_files.require_whole(session, extract)
    except ExtractProblem:
        return None
    if EXTRACT_SHRUNK in run.held_by and run.extract != extract.fingerprint:
        return None  # what is gone from an extract is no change, so the digest can't tell it
    proposed = propose_now(provisioning, session, extract, now)
    found = weigh(session, proposed, run.holds, school, uk_date(now))
    return found if digest(found.changes) == digest(decisions.prints(session, run.known_id)) else None


def weigh(
    session: Session, proposed: Proposal, holds: tuple[Hold, ...], school: School, day: date
) -> HeldGrounds:
    """Return the grounds to decide the `holds` of a proposal by, which was made at `school` on `day`."""
    situation = Situation(school, proposed.extract, proposed.accounts, proposed.applied, proposed.limits)
    return HeldGrounds(
        tuple(grounds(hold, proposed.plan, situation) for hold in holds),
        {change.fingerprint: change for change in held_changes(proposed.plan, holds)},
        last_year.same_week(session, school.number, day),
    )
