"""What a school's extract asks for at this moment: what applies at once, what waits, what was refused."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from knowledge.models import Pause
from provisioning.planning import proposal
from provisioning.planning.proposal import Proposal, ProposalRequest
from provisioning.records.changes import Change, ChangeKind
from provisioning.records.extracts import Extract
from provisioning.records.people import Kind, Learner, StaffMember
from provisioning.records.plans import Note, NoteKind
from provisioning.records.runs import Hold
from provisioning.records.schools import School
from provisioning.store import decisions
from provisioning.store.decisions import Relaxation, StoredChange
from tests.builders import GLAN, NANT, NOW, TODAY, Schools, extract, learner, staff_member, upn

LEFT, YESTERDAY = date(2026, 7, 17), TODAY - timedelta(days=1)
LONG_AGO = date(2020, 9, 1)
SEREN, HUW = learner(1), learner(2, forename="Huw")
MANY = [learner(number, admission_date=LONG_AGO) for number in range(1, 13)]
"""Twelve learners: their leaving, all on one day, is more than a school may do by itself."""


def asks(of: Extract, school: School = GLAN, *pauses: Pause) -> ProposalRequest:
    return ProposalRequest(school, of, pauses)


def proposed(provisioning: Schools, asked: ProposalRequest, today: date = TODAY) -> Proposal:
    with provisioning.database.reading() as session:
        (found,) = proposal.proposals(session, [asked], today)
    return found


def has_run(provisioning: Schools, school: School, *people: Learner | StaffMember) -> None:
    provisioning.extracts(school, *people)
    assert provisioning.runs(school).status == "succeeded"


def refuse(session: Session, school: School, *prints: str) -> None:
    waiting = [StoredChange(fingerprint, "create", Kind.LEARNER, upn(1)) for fingerprint in prints]
    decisions.refuse(session, school.number, 1, waiting)


def kinds(changes: Sequence[Change]) -> list[tuple[ChangeKind, str]]:
    return [(change.kind, change.record.identifier) for change in changes]


def leavers(people: Sequence[Learner]) -> list[Learner]:
    return [replace(person, leaving_date=LEFT) for person in people]


def test_a_proposal_has_the_extract_its_plan_and_the_accounts_that_it_looked_at(
    provisioning: Schools,
) -> None:
    has_run(provisioning, GLAN, SEREN)
    of = extract(replace(SEREN, class_name="7B"), HUW)
    found = proposed(provisioning, asks(of))
    assert found.extract == of
    assert [account.upn for account in found.accounts] == [upn(1)]
    assert kinds(found.plan.changes) == [(ChangeKind.CREATE, upn(2)), (ChangeKind.UPDATE, upn(1))]
    assert (found.holds, found.held, found.refused) == ((), (), False)
    assert found.free == found.plan.changes
    assert set(found.applied) == {(Kind.LEARNER, upn(1))}
    assert found.plan.today == TODAY


def test_another_schools_account_is_found_by_upn_and_by_former_upn(provisioning: Schools) -> None:
    has_run(provisioning, NANT, SEREN, HUW, learner(3))
    of = extract(SEREN, learner(9, former_upn=upn(2)))
    assert of.upns == {upn(1), upn(9), upn(2)}
    found = proposed(provisioning, asks(of))
    assert {account.upn for account in found.accounts} == {upn(1), upn(2)}
    assert [(note.kind, note.school) for note in found.plan.notes] == [(NoteKind.BLOCKED, NANT.number)] * 2


def test_each_school_has_its_own_proposal(provisioning: Schools) -> None:
    has_run(provisioning, NANT, SEREN)
    with provisioning.database.writing() as session:
        refuse(session, NANT, "f")
        found = proposal.proposals(
            session,
            [
                asks(replace(extract(HUW), fingerprint="f")),
                asks(replace(extract(learner(3), school=NANT), fingerprint="f"), NANT),
            ],
            TODAY,
            lock=True,
        )
    glan, nant = found
    assert (glan.extract.school, glan.accounts, glan.applied, glan.refused) == (GLAN.number, [], {}, False)
    assert kinds(glan.free) == [(ChangeKind.CREATE, upn(2))]
    assert (nant.extract.school, len(nant.accounts), nant.refused) == (NANT.number, 1, True)
    assert set(nant.applied) == {(Kind.LEARNER, upn(1))}


def test_a_refused_extract_applies_nothing_and_holds_nothing(provisioning: Schools) -> None:
    has_run(provisioning, GLAN, *MANY)
    with provisioning.database.writing() as session:
        refuse(session, GLAN, "refused")
    of = replace(extract(*leavers(MANY)), fingerprint="refused")
    found = proposed(provisioning, asks(of))
    assert (found.refused, found.plan.changes, found.free, found.holds) == (True, (), (), ())
    assert (found.extract, len(found.accounts), len(found.applied)) == (of, 12, 12)


def test_a_refused_change_is_left_out_and_noted_and_the_rest_applies(
    provisioning: Schools,
) -> None:
    has_run(provisioning, GLAN)
    of = extract(SEREN, HUW)
    refused = proposed(provisioning, asks(of)).plan.changes[0]
    assert refused.record == SEREN
    with provisioning.database.writing() as session:
        refuse(session, GLAN, refused.fingerprint)
    found = proposed(provisioning, asks(of))
    assert kinds(found.free) == [(ChangeKind.CREATE, upn(2))]
    assert found.plan.notes == (Note(NoteKind.REFUSED, Kind.LEARNER, upn(1)),)
    assert not found.refused


def test_the_notes_of_a_plan_stay_beside_what_was_refused(provisioning: Schools) -> None:
    has_run(provisioning, GLAN, learner(3, surname="Rees", forename="Mali"))
    of = extract(SEREN)
    refused = proposed(provisioning, asks(of)).plan.changes[0]
    with provisioning.database.writing() as session:
        refuse(session, GLAN, refused.fingerprint)
    assert [(note.kind, note.identifier) for note in proposed(provisioning, asks(of)).plan.notes] == [
        (NoteKind.VANISHED, upn(3)),
        (NoteKind.REFUSED, upn(1)),
    ]


def test_what_is_too_much_waits_and_the_rest_applies(provisioning: Schools) -> None:
    has_run(provisioning, GLAN, *MANY)
    found = proposed(provisioning, asks(extract(*leavers(MANY), learner(20))), date(2027, 1, 11))
    assert found.holds == (
        Hold("too-many-leavers", 12, 12, 10, frozenset({ChangeKind.RELEASE}), Kind.LEARNER),
        Hold("few-but-many", 12, 12, 50, frozenset({ChangeKind.RELEASE}), Kind.LEARNER),
    )
    assert [change.kind for change in found.held] == [ChangeKind.RELEASE] * 12
    assert kinds(found.free) == [(ChangeKind.CREATE, upn(20))]
    assert len(found.plan.changes) == 13


@pytest.mark.parametrize(
    ("school", "safeguard", "until", "held"),
    [
        (GLAN, "too-many-leavers", TODAY, False),
        (GLAN, "too-many-leavers", YESTERDAY, True),
        (GLAN, "year-jump", TODAY, True),
        (NANT, "too-many-leavers", TODAY, True),
    ],
)
def test_a_safeguard_may_be_relaxed_for_a_school_until_a_day(
    school: School, safeguard: str, until: date, held: bool, provisioning: Schools
) -> None:
    stays = [learner(number, admission_date=LONG_AGO) for number in range(13, 30)]
    has_run(provisioning, GLAN, *MANY, *stays)
    with provisioning.database.writing() as session:
        decisions.relax(session, Relaxation(school.number, safeguard, until, "merger", "test"), NOW)
    found = proposed(provisioning, asks(extract(*leavers(MANY), *stays)))
    assert bool(found.holds) is bool(found.held) is held
    assert len(found.free) == (0 if held else 12)


def test_an_extract_that_has_shrunk_holds_everything(provisioning: Schools) -> None:
    """Measured against the extract that was applied last, whether or not its people have accounts."""
    has_run(provisioning, GLAN, *MANY)
    found = proposed(provisioning, asks(extract(MANY[0], HUW, learner(20))))
    assert [(hold.safeguard, hold.measured, hold.total) for hold in found.holds] == [
        ("extract-shrunk", 10, 12)
    ]
    assert (found.free, kinds(found.held)) == ((), [(ChangeKind.CREATE, upn(20))])


def test_a_leaver_keeps_the_account_while_leavers_are_paused(provisioning: Schools) -> None:
    has_run(provisioning, GLAN, SEREN)
    pause = Pause(year_groups=("7",), left_after=date(2026, 7, 1), until=TODAY + timedelta(days=1))
    of = extract(*leavers([SEREN]))
    assert proposed(provisioning, asks(of, GLAN, pause)).plan.notes == (
        Note(NoteKind.PAUSED, Kind.LEARNER, upn(1)),
    )
    assert kinds(proposed(provisioning, asks(of)).free) == [(ChangeKind.RELEASE, upn(1))]


def test_what_another_client_may_be_expected_to_do(provisioning: Schools) -> None:
    """In portal mode: nothing is held back or left out, for another program decides."""
    has_run(provisioning, GLAN, *MANY, learner(19))
    has_run(provisioning, NANT, learner(20))
    of = extract(*leavers(MANY), learner(20), staff_member())
    pause = Pause(year_groups=("7",), left_after=date(2026, 7, 1), until=TODAY)
    with provisioning.database.reading() as session:
        found = proposal.expected(session, asks(of, GLAN, pause), TODAY)
        before = proposal.expected(session, asks(of, GLAN, pause), YESTERDAY)
    assert found.extract == of
    assert {account.upn for account in found.accounts} == {upn(number) for number in (*range(1, 13), 19, 20)}
    assert len(found.free) == 13
    assert (found.holds, found.held, found.applied, found.refused) == ((), (), {}, False)
    assert [(note.kind, note.identifier) for note in found.plan.notes] == [
        (NoteKind.BLOCKED, upn(20)),
        (NoteKind.VANISHED, upn(19)),
    ]
    assert kinds(before.free) == [(ChangeKind.CREATE, "JEV")]
