"""A proposal: what a run would do at this moment, and what of it waits for a person.

Runs, dry runs and approvals all propose by `proposals`, so that what was shown is what is applied.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property

from sqlalchemy.orm import Session

from knowledge.models import Pause
from provisioning.planning.directory import Directory
from provisioning.planning.other_identifiers import Answers
from provisioning.planning.plan import plan
from provisioning.planning.refusals import outdated_refusals, refused_changes
from provisioning.planning.safeguard_limits import DEFAULT_LIMITS, SafeguardLimits
from provisioning.planning.safeguards import (
    EXTRACT_SHRUNK,
    Allowance,
    Situation,
    held_changes,
    let_pass,
    safeguards,
)
from provisioning.records.accounts import Account
from provisioning.records.changes import Change, ChangeKind
from provisioning.records.extracts import Extract
from provisioning.records.plans import Doubt, Note, NoteKind, Plan
from provisioning.records.runs import Hold
from provisioning.records.schools import School
from provisioning.store import (
    account_changes,
    accounts,
    applied_files,
    coverage,
    decisions,
    follow_ups,
    identities,
    run_notes,
)
from provisioning.store.decisions import StoredChange
from provisioning.store.follow_ups import Waits


@dataclass(frozen=True)
class Proposal:
    """A plan with its holds: `free` changes apply at once, `held` ones on approval.

    `refused` says that the whole extract was refused: then nothing of it applies. `accounts` are those that
    the plan looked at, `applied` the records of the extract that was applied last. `let_pass` is what would
    be held but for a relaxation, `outdated` the refusals of what the extract asks for no longer, `waited`
    how the school waits for others so far, `limits` are those of the safeguards.
    """

    extract: Extract
    accounts: Sequence[Account]
    plan: Plan
    holds: tuple[Hold, ...] = ()
    held: tuple[Change, ...] = ()
    refused: bool = False
    applied: coverage.Coverage = field(default_factory=dict)
    let_pass: tuple[Hold, ...] = ()
    outdated: tuple[StoredChange, ...] = ()
    waited: Waits = field(default_factory=Waits)
    limits: SafeguardLimits = DEFAULT_LIMITS

    @cached_property
    def free(self) -> tuple[Change, ...]:
        """The changes that nothing holds back."""
        if not self.held:
            return self.plan.changes
        held = set(map(id, self.held))
        return tuple(change for change in self.plan.changes if id(change) not in held)

    @property
    def used(self) -> tuple[Hold, ...]:
        """What relaxations let pass and no other hold keeps back: by these the relaxations are used up."""
        waiting = frozenset[object]().union(*(hold.scope for hold in self.holds))
        return tuple(hold for hold in self.let_pass if not hold.scope <= waiting)

    @property
    def releases(self) -> bool:
        """Whether accounts are let go by the school, for others to match."""
        return any(change.kind is ChangeKind.RELEASE for change in self.free)

    @property
    def is_believed(self) -> bool:
        """Whether the extract as a whole is neither held nor refused: what it lacks can be acted on."""
        shrunk = any(hold.safeguard == EXTRACT_SHRUNK for hold in self.holds)
        return not self.refused and not shrunk


@dataclass(frozen=True)
class ProposalRequest:
    """What is asked for at a school: its extract and pauses, the closed schools, the safeguards' limits."""

    school: School
    extract: Extract
    pauses: Sequence[Pause]
    closed: frozenset[str] = frozenset()
    limits: SafeguardLimits = DEFAULT_LIMITS


def expected(session: Session, asked: ProposalRequest, today: date) -> Proposal:
    """Return the proposal that a school's own client may be expected to carry out today."""
    found = accounts.for_planning(session, asked.school.number, asked.extract.upns)
    wanted = plan(asked.extract, Directory(found, asked.closed), asked.pauses, today, None)
    return Proposal(asked.extract, found, wanted)


def proposals(
    session: Session, asked: Sequence[ProposalRequest], today: date, *, lock: bool = False
) -> list[Proposal]:
    """Return the proposal of each school's extract on `today`: changes, refused changes and holds.

    Each is made as if the school ran alone.
    """
    schools = [request.school.number for request in asked]
    upns: dict[str, frozenset[str]] = {request.school.number: request.extract.upns for request in asked}
    waits = follow_ups.of(session, schools)  # before the accounts: what is noted by now can be seen there
    found = accounts.for_plans(session, upns, lock=lock)
    refused = decisions.refused_at(session, schools)
    relaxed = decisions.relaxations(session, today)
    applied = coverage.coverages(session, schools)
    answers = identities.answers(session)
    return [
        _proposal(
            request,
            found[request.school.number],
            applied[request.school.number],
            refused.get(request.school.number, ()),
            {
                relaxation.safeguard: Allowance(relaxation.up_to, relaxation.used)
                for relaxation in relaxed
                if relaxation.school == request.school.number
            },
            answers,
            waits[request.school.number],
            today,
        )
        for request in asked
    ]


def apply_proposals(
    session: Session, proposed: Mapping[int, Proposal], now: datetime, *, held_before: bool = False
) -> None:
    """Apply the changes of `proposed` that are not held; keep the notes and the held changes of each run.

    `proposed` is by run id. With `held_before`, earlier notes and held changes of the runs are replaced,
    because they are of the day on which the runs were held.
    """
    account_changes.apply(session, {run: proposal.free for run, proposal in proposed.items()}, now)
    run_notes.note(
        session, {run: proposal.plan for run, proposal in proposed.items()}, noted_before=held_before
    )
    for run, proposal in proposed.items():
        if proposal.held or held_before:
            decisions.hold(session, run, proposal.held)
    for proposal in proposed.values():
        school = proposal.extract.school
        if proposal.is_believed:
            decisions.forget(session, school, proposal.outdated)
        for passed in proposal.used:
            decisions.use(session, school, passed.safeguard, passed.measured)
    follow_ups.wait(session, {p.extract.school: (p.waited, p.plan.waits_for) for p in proposed.values()})
    follow_ups.put(session, {p.extract.school: run for run, p in proposed.items() if p.releases})
    doubts: dict[str, Sequence[Doubt]] = {
        proposal.extract.school: proposal.plan.doubts for proposal in proposed.values()
    }
    identities.ask(session, doubts, now)
    settled = [proposal for proposal in proposed.values() if not proposal.holds and not proposal.refused]
    coverage.cover(session, [(proposal.extract, proposal.applied) for proposal in settled])
    applied_files.remember(session, [proposal.extract for proposal in settled])
    account_changes.see_births(session, [born for proposal in settled for born in proposal.plan.births])


def _proposal(
    asked: ProposalRequest,
    found: Sequence[Account],
    applied: coverage.Coverage,
    refusals: Sequence[StoredChange],
    relaxed: Mapping[str, Allowance],
    answers: Answers,
    waited: Waits,
    today: date,
) -> Proposal:
    extract = asked.extract
    wanted = plan(extract, Directory(found, asked.closed), asked.pauses, today, answers, applied)
    refused = refused_changes(wanted.changes, extract.fingerprint, refusals)
    outdated = outdated_refusals(wanted, extract, refusals)
    wanted = _without(wanted, refused)
    if any(refusal.fingerprint == extract.fingerprint for refusal in refusals):
        return Proposal(extract, found, wanted, refused=True, applied=applied, waited=waited)
    situation = Situation(asked.school, extract, found, applied, asked.limits)
    holds = safeguards(wanted, situation, relaxed)
    return Proposal(
        extract,
        found,
        wanted,
        holds,
        held_changes(wanted, holds),
        applied=applied,
        let_pass=let_pass(wanted, situation, relaxed),
        outdated=outdated,
        waited=waited,
        limits=asked.limits,
    )


def _without(wanted: Plan, refused: Sequence[Change]) -> Plan:
    """Return a plan less the changes that were refused, which are noted instead."""
    if not refused:
        return wanted
    left = set(map(id, refused))
    notes = (Note(NoteKind.REFUSED, change.record.kind, change.record.identifier) for change in refused)
    return replace(
        wanted,
        changes=tuple(change for change in wanted.changes if id(change) not in left),
        notes=(*wanted.notes, *notes),
    )
