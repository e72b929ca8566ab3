"""Mistakes and damaged exports of the made-up county: held or refused, and gone with a correct export."""

import pytest

from bot.trial.county import Edit, carry_out
from bot.trial.county.history import history
from bot.trial.county.saving import save
from bot.trial.county.schools import (
    BRO_ALARCH,
    BROR_WENNOL,
    BRYN_BABANOD,
    BRYN_IAU,
    GILFACH_DAWEL,
    LLANFEILLION,
    TRAETH_ARIAN,
)
from provisioning.manual.endings import ListHeldError
from provisioning.manual.handmade import FILE
from provisioning.manual.upkeep import take_in
from provisioning.planning.safeguards import SAFEGUARDS
from provisioning.records.runs import RunStatus
from provisioning.runs.approvals import reject
from provisioning.runs.dependencies import Provisioning
from provisioning.runs.school_run import provision
from provisioning.store import accounts
from tests.bot.trial.county_builders import COUNTY, Open, causes_of_lingering

pytestmark = pytest.mark.integration


MISTAKES = [
    # mishap, the school, runs before it, and the safeguard that holds the run after it
    ("year-5-leaves", LLANFEILLION, (), "too-many-leavers"),
    ("classes-go-blank", BRYN_IAU, (), "classes-lost"),
    ("half-the-staff-leaves", TRAETH_ARIAN, (TRAETH_ARIAN,), "few-but-many"),
    ("half-is-exported", GILFACH_DAWEL, (), "extract-shrunk"),
    ("last-years-backup", BROR_WENNOL, (), "year-jump"),
    ("agency-as-staff", BRYN_BABANOD, (), "too-many-creates"),
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
    # Of a learner who joins in September, the leaving date comes before the admission: the row is rejected.
    assert causes_of_lingering(mine, LLANFEILLION) == {"run-held", "row-rejected"}
    reject(mine.provisioning, held.known_id, by="test")
    assert causes_of_lingering(mine, LLANFEILLION) == {"refused", "row-rejected"}


def test_last_years_list_of_accounts_made_by_hand_is_held_until_the_right_one_comes(mine: Open) -> None:
    provisioning = mine.provisioning
    path = provisioning.extract_folder.folder / FILE
    path.write_bytes(COUNTY.lists.outdated)
    (held,) = take_in(provisioning)
    assert isinstance(held, ListHeldError)
    assert (held.held.school, held.held.count, held.held.total) == (BRO_ALARCH, 6, 7)
    path.write_bytes(COUNTY.lists.right)
    assert take_in(provisioning) == ()


def test_each_safeguard_is_met_by_some_mistake() -> None:
    assert {safeguard for *_, safeguard in MISTAKES} == set(SAFEGUARDS)


def test_every_mistake_is_held_here() -> None:
    assert {mishap.id for mishap in COUNTY.mishaps} == {mishap for mishap, *_ in MISTAKES}


DAMAGED: dict[str, dict[str, str | None]] = {
    BRYN_IAU: {
        "damaged-cut-off": "extract-cut-off",
        "damaged-no-line-end": "extract-no-line-end",
        "damaged-rows-swallowed": "extract-rows-swallowed",
        "damaged-month-first": "extract-month-first",
        "damaged-two-encodings": "extract-two-encodings",
        "damaged-two-columns": "extract-two-columns",
        "damaged-wrong-numbers": "extract-mostly-rejected",
        "damaged-old-workbook": "extract-undecodable",
    },
    GILFACH_DAWEL: {
        "damaged-password": "extract-workbook-password",
        "damaged-renamed-workbook": "extract-workbook-old",
        "damaged-empty-formulas": None,
    },
    BROR_WENNOL: {
        "damaged-delta": "extract-delta",
        "damaged-table-left-out": "extract-no-such",
    },
}
"""What damages the exports of three schools, and what the run then says is wrong; None where it only seems so
and the run succeeds."""


def damaged(school: str) -> list[Edit]:
    return [edit for edit in COUNTY.damaged if edit.school == school]


def test_every_damaged_export_is_known_and_a_schools_last_edit_mends_it() -> None:
    assert {edit.school for edit in COUNTY.damaged} == set(DAMAGED)
    for school, told in DAMAGED.items():
        *damaging, mending = damaged(school)
        assert [edit.id for edit in damaging] == list(told)
        assert mending.export.fault is None


@pytest.mark.parametrize("school", DAMAGED)
def test_a_damaged_export_fails_the_run_and_changes_nothing_until_the_office_mends_it(
    school: str, mine: Open
) -> None:
    provisioning = mine.provisioning
    *damaging, mending = damaged(school)
    before = states(provisioning, school)
    for edit in damaging:
        carry_out(edit, provisioning.extract_folder.folder, provisioning.clock.now())
        run = provision(provisioning, school, started_by="test")
        told = DAMAGED[school][edit.id]
        assert run.status is (RunStatus.FAILED if told else RunStatus.SUCCEEDED), edit.id
        assert (run.error.key if run.error else None) == (told and f"error.{told}"), edit.id
        assert states(provisioning, school) == before, edit.id
        carry_out(mending, provisioning.extract_folder.folder, provisioning.clock.now())
        mine.run(school)
        assert states(provisioning, school) == before, edit.id


def states(provisioning: Provisioning, school: str) -> list[object]:
    with provisioning.database.reading() as session:
        return list(accounts.listed(session, school))
