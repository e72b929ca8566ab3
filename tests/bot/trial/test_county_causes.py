"""The made-up county as it really comes out: every plant has its cause, and what should mend it does."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.trial.county import ABOUT_SCHOOLS, MISSING, STANDS_AT, STILL_ACTIVE, Plant, carry_out, county, seed
from bot.trial.county.history import history
from bot.trial.county.saving import export_again, save
from bot.trial.county.schools import (
    BRO_ALARCH,
    BRYN_BABANOD,
    BRYN_IAU,
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
from diagnostics.still_active import still_active
from diagnostics.verdict import Diagnosis
from diagnostics.walk import diagnose
from knowledge.ids import Question
from knowledge.loading import load_knowledge
from knowledge.texts import LANGUAGES, Language
from provisioning.clock import Clock, FixedClock
from provisioning.errors import KnownError
from provisioning.records.accounts import Status
from provisioning.records.runs import RunStatus
from provisioning.runs.approvals import reject
from provisioning.runs.batches import provision_batch
from provisioning.runs.school_run import Provisioning, provision
from provisioning.sources.extract_folder import ExtractFolder
from provisioning.store import accounts, identities, runs
from provisioning.store.database import Database

pytestmark = pytest.mark.integration

COUNTY = county()
KNOWLEDGE = load_knowledge()
PLANTS = {plant.id: plant for plant in COUNTY.plants}


@dataclass(frozen=True)
class Open:
    """A county that one can walk about in, at a time of day."""

    provisioning: Provisioning

    def ask(self, plant: Plant) -> Diagnosis:
        return diagnose(self.provisioning, Question(plant.question), plant.identifier, plant.school)

    def run(self, *numbers: str) -> None:
        for number in numbers:
            run = provision(self.provisioning, number, started_by="test")
            assert run.status is RunStatus.SUCCEEDED, run.error

    def edit(self, id_: str) -> None:
        edit = next(edit for edit in COUNTY.edits if edit.id == id_)
        carry_out(edit, self.provisioning.extract_folder.folder, self.provisioning.clock.now())

    def mishap(self, id_: str) -> None:
        mishap = next(mishap for mishap in COUNTY.mishaps if mishap.id == id_)
        carry_out(mishap, self.provisioning.extract_folder.folder, self.provisioning.clock.now())

    def active(self, school: str) -> set[tuple[str, str | None]]:
        with self.provisioning.database.reading() as session:
            return {
                (one.username, one.class_name)
                for one in accounts.listed(session)
                if one.school == school and one.status is Status.ACTIVE
            }

    def later(self, **by: float) -> "Open":
        clock = FixedClock(self.provisioning.clock.now() + timedelta(**by))
        return Open(replace(self.provisioning, clock=clock))

    def who_is_missing(self) -> dict[str, tuple[str, ...]]:
        groups = [group for one in SCHOOLS for group in missing(self.provisioning, one.number).groups]
        found: dict[str, tuple[str, ...]] = {}
        for group in groups:
            found[group.cause] = found.get(group.cause, ()) + group.identifiers
        return found


def opened(folder: Path) -> tuple[Database, Provisioning]:
    database = Database(f"sqlite:///{folder / 'hwb.sqlite3'}")
    database.prepare()
    return database, Provisioning(
        database, ExtractFolder(folder / "extracts"), FixedClock(STANDS_AT), KNOWLEDGE
    )


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the county as it stands on that Wednesday; no test changes it."""
    folder = tmp_path_factory.mktemp("county")
    database, provisioning = opened(folder)

    def provisioning_at(clock: Clock) -> Provisioning:
        return replace(provisioning, clock=clock)

    assert seed(provisioning_at) == COUNTY
    database.close()
    return folder


@pytest.fixture(scope="module")
def wednesday(seeded: Path) -> Iterator[Open]:
    """The county to look at."""
    database, provisioning = opened(seeded)
    yield Open(provisioning)
    database.close()


@pytest.fixture
def mine(seeded: Path, tmp_path: Path) -> Iterator[Open]:
    """A county of one's own, to change."""
    shutil.copytree(seeded, tmp_path / "county")
    database, provisioning = opened(tmp_path / "county")
    yield Open(provisioning)
    database.close()


ABOUT_SOMEBODY = [plant for plant in COUNTY.plants if plant.question not in ABOUT_SCHOOLS]
ABOUT_A_SCHOOL = [plant for plant in COUNTY.plants if plant.question == MISSING]


@pytest.mark.parametrize("plant", ABOUT_SOMEBODY, ids=lambda plant: plant.id)
def test_the_answer_to_a_plant_is_its_cause(plant: Plant, wednesday: Open) -> None:
    assert wednesday.ask(plant).cause == plant.cause


@pytest.mark.parametrize("plant", ABOUT_A_SCHOOL, ids=lambda plant: plant.id)
def test_a_school_is_missing_people_for_the_cause_told(plant: Plant, wednesday: Open) -> None:
    groups = missing(wednesday.provisioning, plant.school).groups
    assert plant.cause in {group.cause for group in groups}


def causes_of_lingering(county: Open, school: str) -> set[str]:
    return {group.cause for group in still_active(county.provisioning, school).groups}


LINGERING = [plant for plant in COUNTY.plants if plant.question == STILL_ACTIVE]


@pytest.mark.parametrize("plant", LINGERING, ids=lambda plant: plant.id)
def test_an_account_lives_on_for_the_cause_told_until_its_leaving_date_is_entered(
    plant: Plant, mine: Open
) -> None:
    assert plant.cause in causes_of_lingering(mine, plant.school)
    assert plant.edit is not None
    mine.edit(plant.edit)
    mine.run(plant.school)
    assert plant.cause not in causes_of_lingering(mine, plant.school)


def test_the_account_in_doubt_waits_for_a_decision_until_the_office_corrects_its_record(mine: Open) -> None:
    assert doubted(mine) == [PLANTS["two-children"].identifier]
    mine.edit("records-dyffryn-eirlys")
    mine.run(DYFFRYN_EIRLYS)
    assert doubted(mine) == []


def doubted(county: Open) -> list[str]:
    with county.provisioning.database.reading() as session:
        return [question.identifier for question in identities.waiting(session, DYFFRYN_EIRLYS)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_answer_can_be_said(language: Language, wednesday: Open) -> None:
    for plant in ABOUT_SOMEBODY:
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
        latest = {one.number: runs.latest(session, one.number) for one in SCHOOLS}
    failed = {number for number, run in latest.items() if run and run.status is RunStatus.FAILED}
    assert failed == {SANTES_EURGAN, PORTH_HALLT}
    assert {number for number, run in latest.items() if run is None} == {TRAETH_ARIAN}
    days = {number: run.finished_at.day for number, run in latest.items() if run and run.finished_at}
    assert {number for number, day in days.items() if day == 25} == {CAER_EHEDYDD}


def test_no_run_of_the_history_was_held_or_cut_short(wednesday: Open) -> None:
    with wednesday.provisioning.database.reading() as session:
        statuses = {run.status for run in runs.newest(session, None, None)}
    assert statuses == {RunStatus.SUCCEEDED, RunStatus.FAILED}


def test_the_directory_is_as_large_as_the_county(wednesday: Open) -> None:
    with wednesday.provisioning.database.reading() as session:
        active = [one for one in accounts.listed(session) if one.status is Status.ACTIVE]
    assert 2800 <= sum(one.kind == "learner" for one in active) <= 3300
    assert 270 <= sum(one.kind == "staff" for one in active) <= 340


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


MENDED_BY = [
    # edit, what is so once the office has done it, and the runs that then bring the account
    ("leaving-dates", "forgotten", "previous-school-not-run", (PENRHYN_GWYN, DYFFRYN_EIRLYS), "present"),
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


MISTAKES = [
    # mishap, the school, runs before it, and the safeguard that holds the run after it
    ("year-5-leaves", LLANFEILLION, (), "too-many-leavers"),
    ("classes-go-blank", BRYN_IAU, (), "classes-lost"),
    ("half-the-staff-leaves", TRAETH_ARIAN, (TRAETH_ARIAN,), "few-but-many"),
]


@pytest.mark.parametrize(("mishap", "school", "before", "safeguard"), MISTAKES)
def test_a_mistake_is_held_and_a_correct_export_leaves_nothing_of_it(
    mishap: str, school: str, before: tuple[str, ...], safeguard: str, mine: Open
) -> None:
    mine.run(*before)
    kept = mine.active(school)
    mine.mishap(mishap)
    held = provision(mine.provisioning, school, started_by="test")
    assert (held.status, held.held_by) == (RunStatus.HELD, (safeguard,))
    assert mine.active(school) == kept
    stages = history().stages[school]
    correct = stages.now or stages.today
    assert correct is not None
    later = mine.later(minutes=5)
    save(later.provisioning.extract_folder.folder, correct, later.provisioning.clock.now())
    later.run(school)
    assert mine.active(school) == kept


def test_releases_that_a_safeguard_holds_are_told_as_held_and_once_rejected_as_refused(mine: Open) -> None:
    mine.mishap("year-5-leaves")
    held = provision(mine.provisioning, LLANFEILLION, started_by="test")
    assert causes_of_lingering(mine, LLANFEILLION) == {"run-held"}
    reject(mine.provisioning, held.known_id, by="test")
    assert causes_of_lingering(mine, LLANFEILLION) == {"refused"}


def test_every_mistake_is_held_here() -> None:
    assert {mishap.id for mishap in COUNTY.mishaps} == {mishap for mishap, *_ in MISTAKES}


def test_every_plant_that_names_an_edit_is_mended_by_it_here() -> None:
    named = {(plant.edit, plant.id) for plant in ABOUT_SOMEBODY if plant.edit}
    assert named == {(edit, plant) for edit, plant, *_ in MENDED_BY}


def test_once_all_offices_have_done_their_part_one_batch_leaves_only_the_date_to_come(mine: Open) -> None:
    for edit in COUNTY.edits:
        mine.edit(edit.id)
    provision_batch(mine.later(hours=1).provisioning, [one.number for one in SCHOOLS], started_by="test")
    waits = PLANTS["leaves-at-the-end-of-august"]
    assert mine.who_is_missing() == {waits.cause: (waits.identifier,)}


DAMAGED = {
    "damaged-cut-off": "extract-cut-off",
    "damaged-month-first": "extract-month-first",
    "damaged-two-encodings": "extract-two-encodings",
    "damaged-two-columns": "extract-two-columns",
    "damaged-wrong-numbers": "extract-mostly-rejected",
    "damaged-old-workbook": "extract-undecodable",
}
"""What damages Bryn Meillion Juniors' export, and what the run then says is wrong."""


def test_every_damaged_export_is_known_and_the_last_edit_mends_it() -> None:
    *damaging, mending = COUNTY.damaged
    assert [edit.id for edit in damaging] == list(DAMAGED)
    assert {edit.school for edit in COUNTY.damaged} == {BRYN_IAU}
    assert mending.export.fault is None


def test_a_damaged_export_fails_the_run_and_changes_nothing_until_the_office_mends_it(mine: Open) -> None:
    provisioning = mine.provisioning
    *damaging, mending = COUNTY.damaged
    before = states(provisioning)
    for edit in damaging:
        carry_out(edit, provisioning.extract_folder.folder, provisioning.clock.now())
        failed = provision(provisioning, BRYN_IAU, started_by="test")
        assert failed.status is RunStatus.FAILED, edit.id
        assert failed.error is not None
        assert failed.error.key == f"error.{DAMAGED[edit.id]}", edit.id
        assert states(provisioning) == before, edit.id
        carry_out(mending, provisioning.extract_folder.folder, provisioning.clock.now())
        mine.run(BRYN_IAU)
        assert states(provisioning) == before, edit.id


def states(provisioning: Provisioning) -> list[object]:
    with provisioning.database.reading() as session:
        return list(accounts.listed(session, BRYN_IAU))
