"""Schools that close or merge: nothing runs there any more, and their accounts are free for any school."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from diagnostics.missing import missing
from diagnostics.readiness import readiness
from diagnostics.still_active import still_active
from knowledge.ids import Question
from provisioning.errors import KnownError
from provisioning.records.plans import IdentityAnswer
from provisioning.records.runs import RunStatus
from provisioning.runs.approvals import approve, reject
from provisioning.runs.batches import provision_batch
from provisioning.runs.identities import decide
from provisioning.runs.school_run import dry_run
from provisioning.runs.undo import undo
from provisioning.store import identities, runs, schools
from tests.builders import BRYN, GLAN, NANT, NOW, TODAY, Schools, learner, staff_member

pytestmark = pytest.mark.both_databases

LONG_AGO = date(2020, 9, 1)
SEREN = learner(1, admission_date=LONG_AGO, year_group="4", class_name="4A")
MOVED = replace(SEREN, admission_date=date(2026, 9, 1), class_name="4B")
JAC = staff_member(start_date=LONG_AGO)


@pytest.fixture
def merged(provisioning: Schools) -> Schools:
    """Nant closed on 31 August, without a leaving date for any person, and Bryn takes its place."""
    provisioning.extracts(NANT, SEREN, JAC)
    provisioning.runs(NANT)
    provisioning.extracts(BRYN, MOVED)
    with provisioning.database.writing() as session:
        schools.put(session, [replace(NANT, closed_on=date(2026, 8, 31), successor=BRYN.number)])
    return provisioning


def test_its_accounts_count_as_released_for_any_school(merged: Schools) -> None:
    run = merged.runs(BRYN)
    assert (run.counts["match"], run.counts["create"], run.counts["blocked"]) == (1, 0, 0)
    account = merged.account(SEREN)
    assert (account.school, account.active, account.class_name) == (BRYN.number, True, "4B")
    assert account.arrived_from == NANT.number
    undo(merged.at(NOW + timedelta(hours=1)), run.known_id, by="test")
    assert (merged.account(SEREN).school, merged.account(SEREN).active) == (NANT.number, True)


def test_before_the_day_they_are_its_own(merged: Schools) -> None:
    with merged.database.writing() as session:
        schools.put(session, [replace(NANT, closed_on=TODAY + timedelta(days=1))])
    assert merged.runs(BRYN).counts["blocked"] == 1


def test_it_runs_no_more_and_fails_no_more(merged: Schools) -> None:
    for act in (lambda: merged.runs(NANT), lambda: dry_run(merged.at(), NANT.number)):
        with pytest.raises(KnownError) as refused:
            act()
        assert refused.value.said.key == "error.school-closed-successor"
        assert refused.value.said.values["successor"] == BRYN.name
    batch = provision_batch(merged.at(), [NANT.number, BRYN.number, GLAN.number], started_by="test")
    assert [(run.school, run.status) for run in batch.runs] == [
        (BRYN.number, RunStatus.SUCCEEDED),
        (GLAN.number, RunStatus.FAILED),  # which has no extract
    ]
    assert [school for school, _ in batch.refused] == [NANT.number]


def test_nothing_is_decided_there_any_more_but_to_leave_it_undone(provisioning: Schools) -> None:
    """Nant's last run held the releases of all, and one account is in doubt; then the school closes."""
    pupils = [learner(number, admission_date=LONG_AGO, year_group="4") for number in range(1, 13)]
    provisioning.extracts(NANT, *pupils)
    first = provisioning.runs(NANT)
    left = [replace(pupil, leaving_date=date(2026, 7, 17)) for pupil in pupils[1:]]
    provisioning.extracts(NANT, replace(pupils[0], surname="Puw", forename="Mali"), *left)
    held = provisioning.runs(NANT)
    assert held.status is RunStatus.HELD
    with provisioning.database.writing() as session:
        (asked,) = identities.waiting(session, NANT.number)
        schools.put(session, [replace(NANT, closed_on=TODAY, successor=BRYN.number)])
    for act in (
        lambda: approve(provisioning.at(), held.known_id, by="test"),
        lambda: undo(provisioning.at(), first.known_id, by="test"),
        lambda: decide(provisioning.at(), asked.id, IdentityAnswer.SAME, by="test"),
    ):
        with pytest.raises(KnownError) as refused:
            act()
        assert refused.value.said.key == "error.school-closed-successor"
        assert refused.value.said.values["successor"] == BRYN.name
    assert sum(account.active for account in provisioning.accounts(NANT)) == 12
    with provisioning.database.reading() as session:
        assert runs.get(session, held.known_id) == held
    assert reject(provisioning.at(), held.known_id, by="test").status is RunStatus.SUCCEEDED


def test_an_unchanged_extract_is_no_reason_to_run_either(merged: Schools) -> None:
    batch = provision_batch(merged.at(), [NANT.number], started_by="test")
    assert batch.runs == ()


def test_a_diagnosis_there_names_the_successor(merged: Schools) -> None:
    found = merged.asks(Question.WHY_MISSING, "H801200001001", NANT)
    said = merged.knowledge.catalogue.say(found.next.action, "en")
    assert "Nant Primary has been closed since 31 August 2026: ask at Bryn Primary" in said
    assert found.next.who == "mis-administrator"
    for group in (*missing(merged.at(), NANT.number).groups, *still_active(merged.at(), NANT.number).groups):
        assert "Bryn Primary" in merged.knowledge.catalogue.say(group.next.action, "en")


def by_cause(schools: Schools) -> dict[str, tuple[str, ...]]:
    """The accounts of Nant that live on."""
    return {group.cause: group.identifiers for group in still_active(schools.at(), NANT.number).groups}


def test_it_misses_nobody(merged: Schools) -> None:
    for _ in ("before", "after Bryn has taken Seren's account over"):
        found = missing(merged.at(), NANT.number)
        assert (found.groups, found.problem) == ((), None)
        assert found.closed is not None
        said = merged.knowledge.catalogue.say(found.closed, "en")
        assert "closed since 31 August 2026, so no account is missing there. Look at Bryn Primary" in said
        merged.runs(BRYN)


def test_accounts_that_no_school_has_taken_over_are_listed(merged: Schools) -> None:
    assert by_cause(merged) == {"not-run-since-record": (SEREN.upn,), "vanished": (JAC.staff_code,)}
    waiting, left = still_active(merged.at(), NANT.number).groups
    said = merged.knowledge.catalogue.say
    assert (waiting.next.who, said(waiting.next.action, "en")) == (
        "provisioning-manager",
        "Run the Provisioning Client for Bryn Primary.",
    )
    assert left.next.who == "local-authority"
    assert "no row" not in said(left.headline, "en")  # Jac has one, in the last extract of Nant
    merged.runs(BRYN)
    assert by_cause(merged) == {"vanished": (JAC.staff_code,)}


def test_also_without_any_extract_of_it(merged: Schools) -> None:
    for file in (merged.folder / NANT.number).iterdir():
        file.unlink()
    found = still_active(merged.at(), NANT.number)
    assert (found.count, found.problem, found.extract) == (2, None, None)


def test_also_while_the_extract_of_its_successor_cannot_be_read(merged: Schools) -> None:
    (merged.folder / BRYN.number / "learners.csv").unlink()
    assert by_cause(merged) == {"vanished": (SEREN.upn, JAC.staff_code)}


def test_an_account_in_doubt_at_its_successor_waits_for_the_decision(merged: Schools) -> None:
    merged.extracts(BRYN, replace(MOVED, surname="Puw", forename="Mali"))
    assert by_cause(merged)["identity-doubt"] == (SEREN.upn,)


def test_the_stage_counts_what_its_successors_next_run_does_not_take_over(merged: Schools) -> None:
    def stage() -> tuple[str, object]:
        found = {stage.step: stage for stage in readiness(merged.at(), NANT.number).stages}["leavers-ended"]
        return found.outcome.value, found.detail.values.get("count")

    assert stage() == ("fails", 2)  # Bryn has never run
    merged.extracts(BRYN)
    merged.runs(BRYN)
    merged.extracts(BRYN, MOVED)
    assert stage() == ("fails", 1)  # Bryn ran today: its next run takes Seren's account over
    move = readiness(merged.at(), NANT.number).next
    assert move is not None
    assert move.who == "local-authority"


def test_who_has_left_is_ended_by_opening_it_once_more(merged: Schools) -> None:
    """As the list says: the date of closing is taken out, the client runs once, and the date is put back."""
    merged.runs(BRYN)
    with merged.database.writing() as session:
        schools.put(session, [NANT])
    merged.extracts(NANT, SEREN, replace(JAC, leaving_date=date(2026, 8, 31)))
    assert merged.runs(NANT).counts["release"] == 1
    with merged.database.writing() as session:
        schools.put(session, [replace(NANT, closed_on=date(2026, 8, 31), successor=BRYN.number)])
    assert by_cause(merged) == {}


def test_of_schools_that_close_one_after_the_other_the_open_one_is_named(merged: Schools) -> None:
    with merged.database.writing() as session:
        schools.put(session, [replace(BRYN, closed_on=TODAY, successor=GLAN.number)])
        assert schools.successor(session, schools.get(session, NANT.number), TODAY) == GLAN
        earlier = TODAY - timedelta(days=1)
        assert schools.successor(session, schools.get(session, NANT.number), earlier) == replace(
            BRYN, closed_on=TODAY, successor=GLAN.number
        )
        schools.put(session, [replace(BRYN, closed_on=TODAY, successor=NANT.number)])
        assert schools.successor(session, schools.get(session, NANT.number), TODAY) is None


def test_without_a_successor_the_local_authority_is_asked(merged: Schools) -> None:
    with merged.database.writing() as session:
        schools.put(session, [replace(NANT, closed_on=date(2026, 8, 31))])
    found = merged.asks(Question.WHY_MISSING, "H801200001001", NANT)
    assert (found.next.who, found.next.action.key) == ("local-authority", "closed.action")


def test_a_diagnosis_at_the_new_school_waits_for_no_leaving_date(merged: Schools) -> None:
    merged.extracts(BRYN)
    merged.runs(BRYN)
    merged.extracts(BRYN, MOVED)
    found = merged.asks(Question.WHY_MISSING, SEREN.upn, BRYN)
    assert found.causes == ("not-run-since-record",)
    steps = {verdict.step: verdict for verdict in found.steps}
    said = merged.knowledge.catalogue.say(steps["previous-school-leaving-date"].detail, "en")
    assert said == "Nant Primary has been closed since 31 August 2026: its accounts count as released."
    merged.runs(BRYN)
    assert merged.asks(Question.WHY_MISSING, SEREN.upn, BRYN).cause == "present"


def test_a_member_of_staff_gets_a_new_account_as_ever(merged: Schools) -> None:
    merged.extracts(BRYN, MOVED, replace(JAC, start_date=date(2026, 9, 1)))
    assert merged.runs(BRYN).counts["create"] == 1
