"""What becomes of a proposal that is applied: accounts, notes, what waits, what is asked, what is used up."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from provisioning.planning.proposal import Proposal, ProposalRequest, apply_proposals, expected, proposals
from provisioning.records.changes import ChangeKind
from provisioning.records.extracts import Extract
from provisioning.records.people import Kind, Learner
from provisioning.records.plans import IdentityAnswer, NoteKind
from provisioning.records.schools import School
from provisioning.store import coverage, decisions, follow_ups, identities, run_notes
from provisioning.store.decisions import Relaxation, StoredChange
from provisioning.store.tables.decisions import RelaxationRow
from tests.builders import GLAN, NANT, NOW, TODAY, Schools, extract, learner, upn

LATER = NOW + timedelta(hours=2)
TWELVE = [learner(number, admission_date=date(2020, 9, 1)) for number in range(1, 13)]
"""Twelve learners, who are in Year 7: their leaving, all on one day, waits for a person."""
OTHERS = [learner(number, admission_date=date(2020, 9, 1)) for number in range(13, 31)]
"""Eighteen more, beside whom twelve are less than half of a school."""
BORN = date(2014, 5, 3)


def leavers(people: Sequence[Learner]) -> list[Learner]:
    return [replace(person, leaving_date=date(2026, 7, 17)) for person in people]


def has_run(provisioning: Schools, *people: Learner, school: School = GLAN) -> int:
    """A run that gave these people their accounts: its id."""
    provisioning.extracts(school, *people)
    return provisioning.runs(school).known_id


def proposed(
    provisioning: Schools, of: Extract, school: School = GLAN, closed: frozenset[str] = frozenset()
) -> Proposal:
    with provisioning.database.reading() as session:
        (found,) = proposals(session, [ProposalRequest(school, of, (), closed)], TODAY)
    return found


def applied(provisioning: Schools, run: int, found: Proposal, *, held_before: bool | None = None) -> None:
    with provisioning.database.writing() as session:
        if held_before is None:
            apply_proposals(session, {run: found}, LATER)
        else:
            apply_proposals(session, {run: found}, LATER, held_before=held_before)


def waiting(provisioning: Schools, run: int) -> list[str]:
    with provisioning.database.reading() as session:
        return [change.identifier for change in decisions.held(session, run)]


def has(provisioning: Schools, school: School = GLAN) -> list[str]:
    """The identifiers of the records that were applied last."""
    with provisioning.database.reading() as session:
        return sorted(covered.identifier for covered in coverage.covered(session, school.number).values())


def relax(provisioning: Schools, school: School = GLAN, up_to: int = 20, used: int = 0, **of: str) -> None:
    given = {"safeguard": "too-many-leavers", "why": "merger", "by": "Alys"} | of
    with provisioning.database.writing() as session:
        relaxation = Relaxation(school.number, until=TODAY, up_to=up_to, used=used, **given)
        decisions.relax(session, relaxation, NOW)


def used(provisioning: Schools) -> list[tuple[str, str, int]]:
    """Of each relaxation how many it has let pass."""
    row = RelaxationRow
    with provisioning.database.reading() as session:
        found = session.execute(select(row.school, row.safeguard, row.used).order_by(row.id))
        return [(school, safeguard, count) for school, safeguard, count in found]


# What applies at once, and what waits


def test_an_account_is_released_at_the_moment_of_the_run(provisioning: Schools) -> None:
    run = has_run(provisioning, *TWELVE)
    applied(provisioning, run, proposed(provisioning, extract(*leavers(TWELVE[:1]), *TWELVE[1:])))
    assert provisioning.account(TWELVE[0]).released_at == LATER
    assert waiting(provisioning, run) == []


def test_what_is_held_waits_and_the_extract_is_not_the_last_applied_one(provisioning: Schools) -> None:
    run = has_run(provisioning, *TWELVE)
    new = learner(20)
    found = proposed(provisioning, extract(*leavers(TWELVE), new))
    applied(provisioning, run, found)
    assert waiting(provisioning, run) == sorted(person.upn for person in TWELVE)
    assert all(provisioning.account(person).active for person in (*TWELVE, new))
    assert upn(20) not in has(provisioning)


@pytest.mark.parametrize(("held_before", "times"), [(None, 2), (False, 2), (True, 1)])
def test_on_approval_what_was_noted_when_the_run_was_held_is_replaced(
    held_before: bool | None, times: int, provisioning: Schools
) -> None:
    """The first time Seren's account has no row, and the leavers wait; then nothing of it is approved."""
    run = has_run(provisioning, *TWELVE, learner(30))
    first = proposed(provisioning, extract(*leavers(TWELVE)))
    applied(provisioning, run, first, held_before=True)
    assert len(waiting(provisioning, run)) == 12
    applied(provisioning, run, replace(first, holds=(), held=()), held_before=held_before)
    with provisioning.database.reading() as session:
        notes = run_notes.noticed(session, [run])[run]
    assert [(note.kind, note.identifier) for note in notes] == [(NoteKind.VANISHED, upn(30))] * times
    assert len(waiting(provisioning, run)) == (0 if held_before else 12)


def test_a_refused_extract_is_not_the_last_applied_one_though_nothing_of_it_is_held(
    provisioning: Schools,
) -> None:
    run = has_run(provisioning, *TWELVE)
    with provisioning.database.writing() as session:
        decisions.refuse(session, GLAN.number, run, [StoredChange("whole", "extract", Kind.LEARNER, "")])
    found = proposed(provisioning, replace(extract(*TWELVE, learner(20)), fingerprint="whole"))
    applied(provisioning, run, found)
    assert (found.refused, found.holds) == (True, ())
    assert upn(20) not in has(provisioning)


def test_a_date_of_birth_is_kept_for_the_account(provisioning: Schools) -> None:
    run = has_run(provisioning, *TWELVE)
    applied(provisioning, run, proposed(provisioning, extract(replace(TWELVE[0], date_of_birth=BORN))))
    assert (
        provisioning.account(TWELVE[0]).date_of_birth is None
    )  # the extract has shrunk, and is not believed
    of = extract(replace(TWELVE[0], date_of_birth=BORN), *TWELVE[1:])
    applied(provisioning, run, proposed(provisioning, of))
    assert provisioning.account(TWELVE[0]).date_of_birth == BORN


# Refusals


def test_what_is_no_longer_asked_for_is_no_longer_refused_at_that_school(provisioning: Schools) -> None:
    run = has_run(provisioning, *TWELVE)
    gone = StoredChange("gone", ChangeKind.CREATE.value, Kind.LEARNER, upn(40))
    with provisioning.database.writing() as session:
        for school in (GLAN, NANT):
            decisions.refuse(session, school.number, run, [gone])
    found = proposed(provisioning, extract(*TWELVE))
    assert found.outdated == (gone,)
    applied(provisioning, run, found)
    with provisioning.database.reading() as session:
        assert decisions.refused(session, GLAN.number) == {}
        assert set(decisions.refused(session, NANT.number)) == {"gone"}


def test_an_extract_that_is_not_believed_ends_no_refusal(provisioning: Schools) -> None:
    run = has_run(provisioning, *TWELVE)
    gone = StoredChange("gone", ChangeKind.CREATE.value, Kind.LEARNER, upn(40))
    with provisioning.database.writing() as session:
        decisions.refuse(session, GLAN.number, run, [gone])
    found = proposed(provisioning, extract(TWELVE[0]))
    assert [hold.safeguard for hold in found.holds] == ["extract-shrunk"]
    applied(provisioning, run, found)
    with provisioning.database.reading() as session:
        assert set(decisions.refused(session, GLAN.number)) == {"gone"}


# Relaxations


@pytest.mark.parametrize(
    ("up_to", "before", "held"), [(12, 0, False), (11, 0, True), (20, 8, False), (20, 9, True)]
)
def test_a_relaxation_lets_pass_what_is_left_of_it(
    up_to: int, before: int, held: bool, provisioning: Schools
) -> None:
    has_run(provisioning, *TWELVE, *OTHERS)
    relax(provisioning, up_to=up_to, used=before)
    found = proposed(provisioning, extract(*leavers(TWELVE), *OTHERS))
    assert [(hold.measured, hold.up_to, hold.used) for hold in found.holds] == (
        [(12, up_to, before)] if held else []
    )
    assert [hold.measured for hold in found.let_pass] == ([] if held else [12])


def test_what_has_passed_is_counted_with_that_relaxation_alone(provisioning: Schools) -> None:
    run = has_run(provisioning, *TWELVE, *OTHERS)
    relax(provisioning, used=3)
    relax(provisioning, safeguard="year-jump")
    relax(provisioning, NANT)
    applied(provisioning, run, proposed(provisioning, extract(*leavers(TWELVE), *OTHERS)))
    assert used(provisioning) == [
        (GLAN.number, "too-many-leavers", 15),
        (GLAN.number, "year-jump", 0),
        (NANT.number, "too-many-leavers", 0),
    ]


def test_what_another_safeguard_holds_has_not_passed(provisioning: Schools) -> None:
    """Twelve of thirty leave, which is relaxed, but the other eighteen are gone from the extract."""
    run = has_run(provisioning, *TWELVE, *OTHERS)
    relax(provisioning)
    applied(provisioning, run, proposed(provisioning, extract(*leavers(TWELVE))))
    assert used(provisioning) == [(GLAN.number, "too-many-leavers", 0)]


# Whose account it is

SEREN = learner(1)
IFAN = learner(1, surname="Puw", forename="Ifan")
"""Under Seren's UPN."""


def test_a_doubt_is_asked_at_the_moment_of_the_run_and_the_answer_is_heeded(provisioning: Schools) -> None:
    run = has_run(provisioning, SEREN)
    found = proposed(provisioning, extract(IFAN))
    assert (found.free, [doubt.record for doubt in found.plan.doubts]) == ((), [IFAN])
    applied(provisioning, run, found)
    with provisioning.database.writing() as session:
        (question,) = identities.waiting(session)
        assert (question.school, question.identifier, question.asked_at) == (GLAN.number, upn(1), LATER)
        identities.decide(session, question.id, IdentityAnswer.SAME, "Alys", LATER)
    again = proposed(provisioning, extract(replace(IFAN, class_name="7B")))
    assert [change.kind for change in again.free] == [ChangeKind.UPDATE]
    assert again.plan.doubts == ()


# Closed schools


def test_the_accounts_of_a_closed_school_are_matched(provisioning: Schools) -> None:
    has_run(provisioning, SEREN, school=NANT)
    for closed, kinds in ((frozenset[str](), []), (frozenset({NANT.number}), [ChangeKind.MATCH])):
        found = proposed(provisioning, extract(SEREN), closed=closed)
        assert [change.kind for change in found.free] == kinds


def test_the_schools_own_client_believes_the_upn_and_knows_which_schools_are_closed(
    provisioning: Schools,
) -> None:
    """In portal mode nothing is asked about names, and Ifan gets the account that Nant has left behind."""
    has_run(provisioning, SEREN, school=NANT)
    asked = ProposalRequest(GLAN, extract(IFAN), (), frozenset({NANT.number}))
    with provisioning.database.reading() as session:
        found = expected(session, asked, TODAY)
    assert [(change.kind, change.record) for change in found.free] == [(ChangeKind.MATCH, IFAN)]
    assert found.plan.doubts == ()


# Schools that wait for each other


def to_run_again(provisioning: Schools) -> list[str]:
    with provisioning.database.reading() as session:
        return list(follow_ups.open_by_school(session))


def waits(provisioning: Schools, school: School = GLAN) -> frozenset[str]:
    """The schools for whose release a school waits."""
    with provisioning.database.reading() as session:
        return follow_ups.of(session, [school.number])[school.number].for_schools


def waiting_for_nant(provisioning: Schools) -> int:
    """Glan's run, which found its new learner still active at Nant: its id."""
    has_run(provisioning, learner(1, year_group="6", admission_date=date(2020, 9, 1)), school=NANT)
    run = has_run(provisioning, learner(1))
    assert waits(provisioning) == {NANT.number}
    return run


def test_a_release_calls_for_the_school_that_waits(provisioning: Schools) -> None:
    waiting_for_nant(provisioning)
    left = learner(1, year_group="6", leaving_date=date(2026, 7, 17))
    provisioning.extracts(NANT, left)
    provisioning.runs(NANT)
    assert to_run_again(provisioning) == [GLAN.number]


def test_a_school_whose_learner_is_on_its_roll_no_more_waits_no_more(provisioning: Schools) -> None:
    run = waiting_for_nant(provisioning)
    applied(provisioning, run, proposed(provisioning, extract(learner(2))))
    assert waits(provisioning) == frozenset()


def test_a_refused_extract_keeps_what_the_school_waited_for_out_too(provisioning: Schools) -> None:
    run = waiting_for_nant(provisioning)
    with provisioning.database.writing() as session:
        decisions.refuse(session, GLAN.number, run, [StoredChange("whole", "extract", Kind.LEARNER, "")])
    found = proposed(provisioning, replace(extract(learner(2)), fingerprint="whole"))
    assert found.refused
    applied(provisioning, run, found)
    assert waits(provisioning) == frozenset()


def test_an_earlier_stay_ends_no_account_whose_present_stay_was_applied(provisioning: Schools) -> None:
    """The row of the present stay was lost on its way: the one of years ago says nothing of today."""
    has_run(provisioning, learner(1, admission_date=date(2026, 1, 5)), learner(2))
    old = learner(1, admission_date=date(2015, 9, 1), leaving_date=date(2021, 7, 20))
    assert proposed(provisioning, extract(old, learner(2))).plan.changes == ()
