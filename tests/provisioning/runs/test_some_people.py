"""Provision this one now: one person gets what the school's next run would bring, and no other does."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from provisioning.errors import KnownError
from provisioning.records.runs import RunStatus
from provisioning.runs.batches import follow_up
from provisioning.runs.undo import undo
from provisioning.store import decisions, follow_ups, identities
from provisioning.store.coverage import covered
from tests.builders import GLAN, NANT, NOW, Schools, learner, staff_member, upn
from tests.provisioning.runs.run_builders import LEFT, counts, only

pytestmark = pytest.mark.both_databases

LONG_AGO = date(2020, 9, 1)
SEREN, TOMOS = learner(1), learner(2, surname="Rees", forename="Tomos")
MAIR = learner(3, surname="Parry", forename="Mair")
JAC = staff_member()
PUPILS = tuple(
    learner(number, surname=f"Pugh{number}", year_group="9", admission_date=LONG_AGO)
    for number in range(10, 50)
)


def people(schools: Schools) -> set[str]:
    """The identifiers of those who have an active account at Glan."""
    return {account.identifier for account in schools.accounts(GLAN) if account.active}


def test_one_learner_gets_an_account_and_the_others_wait_for_the_next_run(provisioning: Schools) -> None:
    provisioning.extracts(GLAN, SEREN, TOMOS, JAC)
    run = only(provisioning, GLAN, SEREN.upn)
    assert (run.status, run.only, run.others) == (RunStatus.PARTIAL, 1, 2)
    assert counts(run) == {"create": 1}
    assert people(provisioning) == {SEREN.upn}
    assert counts(provisioning.runs(GLAN)) == {"create": 2, "unchanged": 1}
    assert people(provisioning) == {SEREN.upn, TOMOS.upn, JAC.staff_code}


def test_a_member_of_staff_by_the_code_in_any_case(provisioning: Schools) -> None:
    provisioning.extracts(GLAN, SEREN, JAC)
    assert counts(only(provisioning, GLAN, JAC.staff_code.lower())) == {"create": 1}
    assert people(provisioning) == {JAC.staff_code}


def test_several_at_once_and_those_who_have_all_they_need_are_left(provisioning: Schools) -> None:
    provisioning.extracts(GLAN, SEREN)
    provisioning.runs(GLAN)
    provisioning.extracts(GLAN, SEREN, TOMOS, MAIR)
    run = only(provisioning, GLAN, SEREN.upn, TOMOS.upn)
    assert (counts(run), run.only, run.others) == ({"create": 1, "unchanged": 1}, 2, 1)


def test_last_years_class_is_mended_for_one(provisioning: Schools) -> None:
    provisioning.extracts(GLAN, SEREN, TOMOS)
    provisioning.runs(GLAN)
    provisioning.extracts(GLAN, replace(SEREN, class_name="7B"), replace(TOMOS, class_name="7B"))
    assert counts(only(provisioning, GLAN, SEREN.upn)) == {"update": 1}
    assert [provisioning.account(each).class_name for each in (SEREN, TOMOS)] == ["7B", "7A"]


def test_a_learner_who_is_not_in_the_records_starts_nothing(provisioning: Schools) -> None:
    provisioning.extracts(GLAN, SEREN)
    with pytest.raises(KnownError, match="people-not-in-extract"):
        only(provisioning, GLAN, upn(9))
    assert provisioning.statuses() == []


def test_records_that_can_not_be_read_are_told_and_leave_no_failed_run(provisioning: Schools) -> None:
    provisioning.extracts(GLAN, SEREN)
    (provisioning.folder / GLAN.number / "learners.csv").unlink()
    with pytest.raises(KnownError):
        only(provisioning, GLAN, SEREN.upn)
    assert provisioning.statuses() == []


def test_more_than_twenty_are_refused(provisioning: Schools) -> None:
    provisioning.extracts(GLAN, *PUPILS)
    with pytest.raises(KnownError, match="people-too-many-to-run"):
        only(provisioning, GLAN, *(each.upn for each in PUPILS[:21]))


def test_the_undo_takes_the_account_back_and_the_next_run_leaves_it_so(provisioning: Schools) -> None:
    provisioning.extracts(GLAN, SEREN, TOMOS)
    run = only(provisioning, GLAN, SEREN.upn)
    undone = undo(provisioning.at(), run.known_id, by="test").run
    assert (undone.status, undone.only, people(provisioning)) == (RunStatus.PARTIAL, 1, set())
    assert counts(provisioning.runs(GLAN)) == {"create": 1, "refused": 1}
    assert people(provisioning) == {TOMOS.upn}


def test_what_a_safeguard_holds_for_the_school_is_held_for_each_of_its_people(provisioning: Schools) -> None:
    provisioning.extracts(GLAN, *PUPILS)
    provisioning.runs(GLAN)
    provisioning.extracts(GLAN, *(replace(each, leaving_date=LEFT) for each in PUPILS[:12]), *PUPILS[12:])
    run = only(provisioning, GLAN, PUPILS[0].upn)
    assert counts(run) == {"held": 1}
    assert (run.held_by, run.others) == (("too-many-leavers",), 11)
    assert len(people(provisioning)) == 40


def test_a_relaxation_is_used_up_by_no_more_than_the_one(provisioning: Schools) -> None:
    provisioning.extracts(GLAN, *PUPILS)
    provisioning.runs(GLAN)
    until = (NOW + timedelta(days=9)).date()
    relaxed = decisions.Relaxation(GLAN.number, "too-many-leavers", until, "a move", "test", 12)
    with provisioning.database.writing() as session:
        decisions.relax(session, relaxed, NOW)
    provisioning.extracts(GLAN, *(replace(each, leaving_date=LEFT) for each in PUPILS[:12]), *PUPILS[12:])
    assert counts(only(provisioning, GLAN, PUPILS[0].upn)) == {"release": 1}
    with provisioning.database.reading() as session:
        assert decisions.relaxations(session, NOW.date())[0].used == 1
    assert counts(provisioning.runs(GLAN)) == {"release": 11, "unchanged": 28}


def test_only_the_one_becomes_a_record_that_was_applied(provisioning: Schools) -> None:
    provisioning.extracts(GLAN, TOMOS)
    provisioning.runs(GLAN)
    provisioning.extracts(GLAN, SEREN, MAIR)
    only(provisioning, GLAN, SEREN.upn)
    with provisioning.database.reading() as session:
        found = {record.identifier for record in covered(session, GLAN.number).values()}
    assert found == {TOMOS.upn, SEREN.upn}


def test_a_file_that_shrank_is_held_by_the_next_full_run_all_the_same(provisioning: Schools) -> None:
    """Of forty learners thirty are gone; the file is not believed for the sake of one newcomer."""
    provisioning.extracts(GLAN, *PUPILS)
    provisioning.runs(GLAN)
    provisioning.extracts(GLAN, *PUPILS[:10], SEREN)
    assert counts(only(provisioning, GLAN, SEREN.upn)) == {"held": 1}
    assert provisioning.runs(GLAN).held_by == ("extract-shrunk",)


def test_a_refusal_of_anothers_change_is_not_forgotten(provisioning: Schools) -> None:
    """The file without Tomos asks no more for what was undone: only a run of the school may draw on that."""
    provisioning.extracts(GLAN, SEREN, TOMOS)
    undo(provisioning.at(), provisioning.runs(GLAN).known_id, by="test")
    provisioning.extracts(GLAN, MAIR)
    only(provisioning, GLAN, MAIR.upn)
    with provisioning.database.reading() as session:
        assert len(decisions.refused(session, GLAN.number)) == 2


def test_a_learner_whom_another_school_keeps_waits_and_is_followed_up(provisioning: Schools) -> None:
    at_nant = replace(SEREN, year_group="6", admission_date=LONG_AGO)
    provisioning.extracts(NANT, at_nant)
    provisioning.runs(NANT)
    provisioning.extracts(GLAN, SEREN, TOMOS)
    assert counts(only(provisioning, GLAN, SEREN.upn)) == {"blocked": 1}
    provisioning.extracts(NANT, replace(at_nant, leaving_date=LEFT))
    provisioning.runs(NANT)
    batch = follow_up(provisioning.at(), started_by="test")
    assert [(run.school, counts(run)) for run in batch.runs] == [(GLAN.number, {"match": 1, "create": 1})]


def test_for_whom_the_others_wait_and_what_is_due_stays(provisioning: Schools) -> None:
    """Tomos waits for Nant, which has released him: Glan is to run again, for all, after Seren alone has."""
    at_nant = replace(TOMOS, year_group="6", admission_date=LONG_AGO)
    provisioning.extracts(NANT, at_nant)
    provisioning.runs(NANT)
    provisioning.extracts(GLAN, TOMOS)
    provisioning.runs(GLAN)
    provisioning.extracts(NANT, replace(at_nant, leaving_date=LEFT))
    provisioning.runs(NANT)
    provisioning.extracts(GLAN, TOMOS, SEREN)
    only(provisioning, GLAN, SEREN.upn)
    with provisioning.database.reading() as session:
        assert list(follow_ups.open_by_school(session)) == [GLAN.number]
        assert follow_ups.of(session, [GLAN.number])[GLAN.number].for_schools == {NANT.number}


def test_a_leaver_who_is_let_go_alone_calls_the_school_that_waits(provisioning: Schools) -> None:
    at_nant = replace(SEREN, year_group="6", admission_date=LONG_AGO)
    provisioning.extracts(NANT, at_nant)
    provisioning.runs(NANT)
    provisioning.extracts(GLAN, SEREN)
    provisioning.runs(GLAN)
    provisioning.extracts(NANT, replace(at_nant, leaving_date=LEFT))
    assert counts(only(provisioning, NANT, SEREN.upn)) == {"release": 1}
    batch = follow_up(provisioning.at(), started_by="test")
    assert [(run.school, counts(run)) for run in batch.runs] == [(GLAN.number, {"match": 1})]


def test_a_doubt_is_asked_and_the_others_questions_go_on_waiting(provisioning: Schools) -> None:
    provisioning.extracts(GLAN, SEREN, TOMOS)
    provisioning.runs(GLAN)
    another = {"surname": "Khan", "forename": "Aisha", "date_of_birth": date(2014, 5, 1)}
    provisioning.extracts(GLAN, replace(SEREN, **another), replace(TOMOS, **another))
    assert provisioning.runs(GLAN).counts["doubtful"] == 2
    provisioning.extracts(GLAN, SEREN, replace(TOMOS, **another), MAIR)

    def waiting() -> list[str]:
        with provisioning.database.reading() as session:
            return [question.identifier for question in identities.waiting(session, GLAN.number)]

    only(provisioning, GLAN, MAIR.upn)
    assert waiting() == [SEREN.upn, TOMOS.upn]
    only(provisioning, GLAN, SEREN.upn)
    assert waiting() == [TOMOS.upn], "of Seren nothing is in doubt any more"
