"""The made-up county as it really comes out: every plant has its cause, and what should mend it does."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.trial.county import ABOUT_SCHOOLS, MISSING, STILL_ACTIVE, Plant, seed
from bot.trial.county.saving import export_again
from bot.trial.county.schools import (
    BRO_ALARCH,
    BROR_WENNOL,
    BRYN_BABANOD,
    CAER_EHEDYDD,
    DYFFRYN_EIRLYS,
    LLANFEILLION,
    PENRHYN_GWYN,
    PORTH_HALLT,
    RHYD_Y_GWYLANOD,
    SANTES_EURGAN,
    SCHOOLS,
    TRAETH_ARIAN,
)
from diagnostics.missing import missing
from knowledge.texts import LANGUAGES, Language
from provisioning.errors import KnownError
from provisioning.records.accounts import Status
from provisioning.records.plans import IdentityAnswer
from provisioning.records.runs import RunStatus
from provisioning.runs.approvals import approve, reject
from provisioning.runs.batches import provision_batch
from provisioning.runs.identities import decide
from provisioning.runs.school_run import provision
from provisioning.store import accounts, identities, run_listing
from provisioning.store.latest_runs import latest_of
from provisioning.store.runs import Run
from tests.bot.trial.county_builders import COUNTY, KNOWLEDGE, PLANTS, Open, causes_of_lingering

pytestmark = pytest.mark.integration


AFTER_A_MISTAKE = [plant for plant in COUNTY.plants if plant.after]
ABOUT_A_PERSON = [plant for plant in COUNTY.plants if plant.question not in ABOUT_SCHOOLS and not plant.after]
ABOUT_A_SCHOOL = [plant for plant in COUNTY.plants if plant.question == MISSING]


@pytest.mark.parametrize("plant", ABOUT_A_PERSON, ids=lambda plant: plant.id)
def test_the_answer_to_a_plant_is_its_cause(plant: Plant, wednesday: Open) -> None:
    assert wednesday.ask(plant).cause == plant.cause


@pytest.mark.parametrize("plant", ABOUT_A_SCHOOL, ids=lambda plant: plant.id)
def test_a_school_is_missing_people_for_the_cause_told(plant: Plant, wednesday: Open) -> None:
    groups = missing(wednesday.provisioning, plant.school).groups
    assert plant.cause in {group.cause for group in groups}


LINGERING = [plant for plant in COUNTY.plants if plant.question == STILL_ACTIVE and plant.id != "paused"]


@pytest.mark.parametrize("plant", LINGERING, ids=lambda plant: plant.id)
def test_an_account_lives_on_for_the_cause_told_until_its_leaving_date_is_entered(
    plant: Plant, mine: Open
) -> None:
    assert plant.cause in causes_of_lingering(mine, plant.school)
    assert plant.edit is not None, plant.id
    mine.edit(plant.edit)
    mine.run(plant.school)
    assert plant.cause not in causes_of_lingering(mine, plant.school)


def test_accounts_that_the_key_dates_keep_end_with_the_first_run_after_the_pause(mine: Open) -> None:
    assert "paused" in causes_of_lingering(mine, PLANTS["paused"].school)
    for days, kept in ((2, True), (3, False)):
        later = mine.later(days=days)
        later.run(DYFFRYN_EIRLYS)
        assert ("paused" in causes_of_lingering(later, DYFFRYN_EIRLYS)) is kept


def test_the_account_in_doubt_waits_for_a_decision_until_the_office_corrects_its_record(mine: Open) -> None:
    assert doubted(mine) == {PLANTS["two-children"].identifier, PLANTS["looks-like"].identifier}
    mine.edit("records-dyffryn-eirlys")
    mine.run(DYFFRYN_EIRLYS)
    assert doubted(mine) == set()


MENDED_ROLL = next(edit for edit in COUNTY.edits if edit.id == "records-dyffryn-eirlys").export.roll


def doubted(county: Open) -> set[str]:
    with county.provisioning.database.reading() as session:
        return {question.identifier for question in identities.waiting(session, DYFFRYN_EIRLYS)}


@pytest.mark.parametrize(("answer", "active"), [(IdentityAnswer.SAME, 1), (IdentityAnswer.ANOTHER, 2)])
def test_a_new_upn_goes_to_the_account_in_doubt_or_to_a_new_one_as_decided(
    answer: IdentityAnswer, active: int, mine: Open
) -> None:
    plant = PLANTS["looks-like"]
    with mine.provisioning.database.reading() as session:
        (doubt,) = (
            question
            for question in identities.waiting(session, DYFFRYN_EIRLYS)
            if question.identifier == plant.identifier
        )
    assert doubt.reason == "looks-like"
    decide(mine.provisioning, doubt.id, answer, by="test")
    mine.run(DYFFRYN_EIRLYS)
    assert mine.ask(plant).cause == "present"
    row = next(row for row in MENDED_ROLL.learners if row.upn == plant.identifier)
    with mine.provisioning.database.reading() as session:
        found = accounts.with_upns(session, [row.upn, row.former_upn])
    assert len([account for account in found if account.status is Status.ACTIVE]) == active


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_answer_can_be_said(language: Language, wednesday: Open) -> None:
    for plant in ABOUT_A_PERSON:
        answer = wednesday.ask(plant)
        said = [answer.headline, answer.next.action, *(step.detail for step in answer.steps)]
        assert all(KNOWLEDGE.catalogue.say(text, language) for text in said)


def test_a_misspelt_upn_is_answered_with_the_one_meant(wednesday: Open) -> None:
    first = wednesday.ask(PLANTS["misspelt"]).steps[0]
    meant = first.detail.values["near"].split(", ")[0]
    with wednesday.provisioning.database.reading() as session:
        (account,) = accounts.with_upns(session, [meant])
    assert account.school == BRO_ALARCH


def test_the_last_run_is_the_one_the_story_tells(wednesday: Open) -> None:
    with wednesday.provisioning.database.reading() as session:
        latest = {school.number: latest_of(session, school.number).latest for school in SCHOOLS}
    failed = {number for number, run in latest.items() if run and run.status is RunStatus.FAILED}
    assert failed == {SANTES_EURGAN, PORTH_HALLT}
    assert {number for number, run in latest.items() if run is None} == {TRAETH_ARIAN}
    days = {number: run.finished_at.day for number, run in latest.items() if run and run.finished_at}
    assert {number for number, day in days.items() if day == 25} == {CAER_EHEDYDD}


def test_no_run_of_the_history_was_held_or_cut_short(wednesday: Open) -> None:
    with wednesday.provisioning.database.reading() as session:
        statuses = {run.status for run in run_listing.newest(session)}
    assert statuses == {RunStatus.SUCCEEDED, RunStatus.FAILED}


def test_the_directory_is_as_large_as_the_county(wednesday: Open) -> None:
    with wednesday.provisioning.database.reading() as session:
        active = [account for account in accounts.listed(session) if account.status is Status.ACTIVE]
    assert 2800 <= sum(account.kind == "learner" for account in active) <= 3300
    assert 270 <= sum(account.kind == "staff" for account in active) <= 340


def test_a_county_is_not_seeded_twice(mine: Open) -> None:
    with pytest.raises(KnownError):
        seed(lambda clock: replace(mine.provisioning, clock=clock))


def test_run_now_brings_the_first_learner(mine: Open) -> None:
    star = COUNTY.plants[0]
    mine.run(star.school)
    assert mine.ask(star).cause == "present"


def test_the_primary_runs_and_then_the_secondary(mine: Open) -> None:
    plant = PLANTS["primary-not-run"]
    mine.run(CAER_EHEDYDD)
    assert mine.ask(plant).cause == "not-run-since-release"
    mine.later(minutes=5).run(plant.school)
    assert mine.ask(plant).cause == "present"


def test_a_second_run_succeeds_where_the_file_has_been_mended(mine: Open) -> None:
    mine.run(SANTES_EURGAN, DYFFRYN_EIRLYS)
    for id_ in ("run-failed", "staff-run-failed", "primary-run-failed"):
        assert mine.ask(PLANTS[id_]).cause == "present"
    assert mine.ask(PLANTS["class-changed-run-failed"]).cause == "up-to-date"


def test_what_was_entered_since_the_run_is_there_after_the_next(mine: Open) -> None:
    mine.run(DYFFRYN_EIRLYS, TRAETH_ARIAN)
    for id_ in ("since-the-run", "staff-since-the-run", "never-run", "staff-never-run"):
        assert mine.ask(PLANTS[id_]).cause == "present"
    for id_ in ("class-changed", "never-run-class"):
        assert mine.ask(PLANTS[id_]).cause == "up-to-date"


def held(county: Open, mishap: str) -> Run:
    county.mishap(mishap)
    school = next(found.school for found in COUNTY.mishaps if found.id == mishap)
    run = provision(county.provisioning, school, started_by="test")
    assert run.status is RunStatus.HELD
    return run


@pytest.mark.parametrize("plant", AFTER_A_MISTAKE, ids=lambda plant: plant.id)
def test_a_cause_that_needs_a_held_run_is_met_after_the_mistake(plant: Plant, mine: Open) -> None:
    assert plant.after is not None
    assert mine.ask(plant).cause != plant.cause
    held(mine, plant.after)
    assert mine.ask(plant).cause == plant.cause


def test_the_office_takes_the_wrong_dates_out_and_both_runs_bring_the_child_who_moved(mine: Open) -> None:
    plant = PLANTS["previous-school-run-held"]
    assert (plant.after, plant.edit) == ("year-5-leaves", "one-leaving-date")
    held(mine, plant.after)
    mine.edit(plant.edit)
    mine.run(LLANFEILLION, BROR_WENNOL)
    assert mine.ask(plant).cause == "present"


@pytest.mark.parametrize(("decided", "cause"), [(approve, "present"), (reject, "refused")])
def test_a_held_account_is_there_once_approved_and_refused_once_rejected(
    decided: Callable[..., Run], cause: str, mine: Open
) -> None:
    plant = PLANTS["run-held"]
    assert plant.after == "agency-as-staff"
    decided(mine.provisioning, held(mine, plant.after).known_id, by="test")
    assert mine.ask(plant).cause == cause


MENDED_BY = [
    # edit, what is so once the office has done it, and the runs that then bring the account
    ("leaving-dates", "forgotten", "previous-school-not-run", (PENRHYN_GWYN, DYFFRYN_EIRLYS), "present"),
    (
        "one-leaving-date",
        "moved-in-summer",
        "previous-school-not-run",
        (LLANFEILLION, BROR_WENNOL),
        "present",
    ),
    ("readable-extract", "unreadable", "run-failed", (PORTH_HALLT,), "present"),
    ("readable-extract", "staff-unreadable", "run-failed", (PORTH_HALLT,), "present"),
    ("exports-again", "extract-stale", "not-run-since-record", (BRYN_BABANOD,), "present"),
    ("end-of-year", "not-rolled-over", "not-run-since-record", (RHYD_Y_GWYLANOD,), "up-to-date"),
    (
        "end-of-year",
        "primary-not-rolled-over",
        "previous-school-not-run",
        (RHYD_Y_GWYLANOD, BRO_ALARCH),
        "present",
    ),
    *(
        ("records-bro-alarch", id_, "not-run-since-record", (BRO_ALARCH,), "present")
        for id_ in (
            "no-admission-number",
            "no-admission-date",
            "date-in-words",
            "staff-code-twice",
            "staff-no-start-date",
            "left-by-mistake",
        )
    ),
    *(
        ("records-dyffryn-eirlys", id_, "not-run-since-record", (DYFFRYN_EIRLYS,), "present")
        for id_ in (
            "year-in-words",
            "twins",
            "no-name",
            "staff-no-role",
            "two-children",
            "date-implausible",
            "name-damaged",
            "row-short",
        )
    ),
    ("records-dyffryn-eirlys", "looks-like", "present", (DYFFRYN_EIRLYS,), "present"),
    ("records-dyffryn-eirlys", "upn-slipped", "identifier-invalid", (DYFFRYN_EIRLYS,), "identifier-invalid"),
]


@pytest.mark.parametrize(("edit", "plant", "then", "ran", "at_last"), MENDED_BY)
def test_an_edit_changes_what_it_says(
    edit: str, plant: str, then: str, ran: tuple[str, ...], at_last: str, mine: Open
) -> None:
    assert PLANTS[plant].edit == edit
    mine.edit(edit)
    assert mine.ask(PLANTS[plant]).cause == then
    mine.run(*ran)
    assert mine.ask(PLANTS[plant]).cause == at_last


def test_an_export_that_has_stopped_stays_stopped_while_the_others_go_on(mine: Open) -> None:
    later = mine.later(days=1)
    export_again(later.provisioning.extract_folder.folder, later.provisioning.clock.now())
    assert later.ask(PLANTS["extract-stale"]).cause == "extract-stale"
    assert later.ask(PLANTS["elsewhere"]).cause == "not-in-mis"


def test_every_plant_that_names_an_edit_is_mended_by_it_here() -> None:
    named = {(plant.edit, plant.id) for plant in ABOUT_A_PERSON if plant.edit}
    assert named == {(edit, plant) for edit, plant, *_ in MENDED_BY}


def test_once_all_offices_have_done_their_part_one_batch_leaves_only_the_date_to_come(mine: Open) -> None:
    for edit in COUNTY.edits:
        mine.edit(edit.id)
    provision_batch(
        mine.later(hours=1).provisioning, [school.number for school in SCHOOLS], started_by="test"
    )
    waits = PLANTS["leaves-at-the-end-of-august"]
    assert mine.who_is_missing() == {waits.cause: (waits.identifier,)}
