"""The made-up county on paper: equal everywhere, plausible, without real people, readable as exports are."""

import hashlib
import io
import os
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from bot.trial.county import ABOUT_SCHOOLS, STANDS_AT, Plant, carry_out, county
from bot.trial.county.cast import Stages
from bot.trial.county.chance import Upns
from bot.trial.county.edits import Edit
from bot.trial.county.handmade import WRITTEN_AT, handmade_list
from bot.trial.county.history import Ran, Saved, history
from bot.trial.county.portal_county import portal_county
from bot.trial.county.rolls import LearnerRow
from bot.trial.county.saving import CountyExport, files_of, save
from bot.trial.county.schools import (
    BROR_WENNOL,
    GILFACH_DAWEL,
    SCHOOLS,
    school,
    school_list,
)
from bot.trial.county.secondaries import misspelt
from bot.trial.county.styles import STYLES, ExportFault
from knowledge.ids import CAUSE_IDS, Question
from knowledge.texts import Bilingual
from provisioning import upn
from provisioning.clock import uk_date
from provisioning.errors import ExtractProblem
from provisioning.records.extracts import Extract
from provisioning.records.people import Kind, Learner
from provisioning.records.rejections import Reason
from provisioning.rules import year_group_by_age, year_number
from provisioning.sources.extract_folder import ExtractFolder
from provisioning.sources.rows import read_year_group
from provisioning.sources.school_lists import read_schools
from tests.builders import GLAN
from tests.paths import REPOSITORY

PAST = history()
COUNTY = county()
TODAY = uk_date(STANDS_AT)
ROLLOVER = 2026

IN_PORTAL = portal_county(PAST)
PLANTS = (*COUNTY.plants, *IN_PORTAL.plants)
COME_LATER = {"refused", "previous-school-unknown"}
"""Causes without a plant: the first follows a rejected mistake, the second comes with `client-skipped`."""


def standing(stages: Stages) -> CountyExport:
    """What a school's folder holds on that Wednesday."""
    export = stages.now or stages.today
    assert export is not None
    return export


STANDING = {number: standing(stages) for number, stages in PAST.stages.items()}


def read_back(folder: Path, export: CountyExport) -> Extract:
    number = export.roll.school
    return ExtractFolder(folder).read(replace(GLAN, number=number, source=school(number).source), TODAY)


def exports() -> list[CountyExport]:
    saved = [event.export for event in PAST.events if isinstance(event, Saved)]
    return saved + [edit.export for edit in (*COUNTY.edits, *COUNTY.mishaps, *COUNTY.damaged)]


def digest() -> str:
    """A hash of every byte that the county ever writes."""
    everything = hashlib.sha256(school_list())
    everything.update(handmade_list(PAST, WRITTEN_AT.date()))
    for export in exports():
        for content in files_of(export).values():
            everything.update(content)
    return everything.hexdigest()


@pytest.mark.slow
@pytest.mark.parametrize("hash_seed", ["1", "2"])
def test_every_file_is_the_same_in_another_process_whatever_the_order_of_its_sets(hash_seed: str) -> None:
    program = "from tests.bot.trial.test_county import digest; print(digest())"
    root = REPOSITORY
    other = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(root)},
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    assert other.stdout.strip() == digest()


AS_MADE = "244d9c98d656ee7cb1f3d61c2365964721e446c03b5e3c411d2033cc63ca88b8"
"""The digest of the county; a deliberate change of its data puts the new digest here."""


def test_every_file_is_as_it_was_made_on_whatever_machine() -> None:
    assert digest() == AS_MADE


def test_it_has_the_size_of_a_small_county() -> None:
    learners = [row for export in STANDING.values() for row in export.roll.learners if row.left is None]
    staff = [row for export in STANDING.values() for row in export.roll.staff if row.left is None]
    assert len(SCHOOLS) >= 9
    assert 2800 <= len({row.upn for row in learners}) <= 3300
    assert 280 <= len(staff) <= 340


def test_it_has_every_phase_a_county_has() -> None:
    phases = Counter(place.phase for place in SCHOOLS)
    assert phases["secondary"] == 2
    assert phases["primary"] >= 6
    assert {"infant", "junior", "middle", "special"} <= set(phases)


def test_the_list_of_schools_is_read_as_any_other(tmp_path: Path) -> None:
    path = tmp_path / "schools.csv"
    path.write_bytes(school_list())
    read = {place.number: place for place in read_schools(path)}
    assert {number: place.name for number, place in read.items()} == {
        place.number: place.name for place in SCHOOLS
    }
    assert {place.managed_by for place in read.values()} == {"local-authority", "school", "third-party"}
    assert {place.source for place in read.values()} == {"csv", "xlsx", "oneroster"}
    assert {number: place.final_year for number, place in read.items()} == {
        place.number: place.final_year for place in SCHOOLS
    }


def test_no_upn_is_a_childs() -> None:
    for export in exports():
        for row in export.roll.learners:
            for number in filter(None, (row.upn, row.former_upn)):
                assert upn.is_valid(number)
                assert number[4:8] == "9999"


def test_contacts_and_addresses_are_no_real_persons() -> None:
    addresses = [row.email for export in exports() for row in export.roll.staff]
    addresses += [person.email for person in COUNTY.people]
    assert all(address.endswith(".example") for address in addresses)
    for place in SCHOOLS:
        address, phone = place.managed[1].split(", ")
        assert address.endswith(".example")
        assert phone.startswith("01632 960")  # kept free by Ofcom for stories


@pytest.mark.parametrize("number", STANDING)
def test_everybody_on_roll_once_and_staff_codes_unique(number: str) -> None:
    roll = STANDING[number].roll
    assert len({row.upn for row in roll.learners}) == len(roll.learners)
    assert len({row.code for row in roll.staff}) == len(roll.staff)


@pytest.mark.parametrize("number", PAST.stages)
def test_ages_fit_year_groups_in_july_and_in_autumn(number: str) -> None:
    july = PAST.stages[number].july
    for row in july.roll.learners if july else ():
        assert year_group_by_age(row.born, ROLLOVER - 1) == year_number(row.year_group)
    done = PAST.stages[number].mended or STANDING[number]
    for row in done.roll.learners:
        if row.left is None:
            assert year_group_by_age(row.born, ROLLOVER) == year_number(row.year_group), row


def test_names_are_such_as_make_software_stumble() -> None:
    names = {f"{row.forename} {row.surname}" for export in STANDING.values() for row in export.roll.learners}
    for piece in ("ŵ", "ŷ", "ô", "â", "'", "-", " ap ", "ferch "):
        assert any(piece in name for name in names), piece


def test_some_upns_are_temporary_and_some_have_become_permanent() -> None:
    rows = [row for export in STANDING.values() for row in export.roll.learners]
    assert sum(upn.is_temporary(row.upn) for row in rows) > 20
    renumbered = [row for row in rows if row.former_upn]
    assert renumbered
    assert all(upn.is_temporary(row.former_upn) and not upn.is_temporary(row.upn) for row in renumbered)


def test_files_differ_as_offices_do() -> None:
    styles = [STYLES[place.style] for place in SCHOOLS]
    assert {style.delimiter for style in styles} == {",", ";", "\t"}
    assert {style.encoding for style in styles} == {"utf-8", "utf-8-sig", "cp1252"}
    assert {style.day for style in styles} == {"%Y-%m-%d", "%d/%m/%Y"}
    with_numbers = {"admission_number" in dict(style.learners) for style in styles}
    with_births = {"date_of_birth" in dict(style.learners) for style in styles}
    assert with_numbers == with_births == {True, False}


@pytest.mark.parametrize("style", STYLES)
def test_every_style_is_read_back_as_it_was_meant(style: str, tmp_path: Path) -> None:
    export = next(export for number, export in STANDING.items() if school(number).style == style)
    readable = CountyExport(export.roll)
    save(tmp_path, readable, STANDS_AT)
    read = read_back(tmp_path, export)
    assert read.as_of == STANDS_AT
    lost = str.maketrans("ŵŷŴŶ", "wyWY") if STYLES[style].encoding == "cp1252" else {}
    held = {learner.upn: learner for learner in read.learners}
    for row in export.roll.learners:
        if row.upn in held and not row.typed:
            assert_same(row, held[row.upn], lost)
    rejected = Counter(row.kind for row in read.rejections)
    assert len(read.learners) + rejected[Kind.LEARNER] == len(export.roll.learners)
    assert len(read.staff) + rejected[Kind.STAFF] == len(export.roll.staff)


@pytest.mark.parametrize("number", [BROR_WENNOL, GILFACH_DAWEL])
@pytest.mark.parametrize("stage", ["july", "today"])
def test_a_workbook_and_a_oneroster_export_are_read_back_as_they_were_meant(
    number: str, stage: str, tmp_path: Path
) -> None:
    export: CountyExport = getattr(PAST.stages[number], stage)
    save(tmp_path, export, STANDS_AT)
    read = read_back(tmp_path, export)
    assert (read.as_of, read.rejections) == (STANDS_AT, ())
    held = {learner.upn: learner for learner in read.learners}
    for row in export.roll.learners:
        assert_same(row, held[row.upn], {})
        assert held[row.upn].date_of_birth == row.born
    joined = {(row.code, row.started, row.left) for row in export.roll.staff}
    assert {(member.staff_code, member.start_date, member.leaving_date) for member in read.staff} == joined


def test_a_spreadsheet_program_opens_the_workbook_and_shows_its_dates() -> None:
    (content,) = files_of(STANDING[GILFACH_DAWEL]).values()
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["learners", "staff"]
    header, first, *_ = book["learners"].iter_rows(values_only=True)
    row = STANDING[GILFACH_DAWEL].roll.learners[0]
    cells = dict(zip(header, first, strict=True))
    assert (cells["upn"], cells["date_of_birth"].date()) == (row.upn, row.born)


def assert_same(row: LearnerRow, read: Learner, lost: dict[int, int]) -> None:
    for theirs, ours in (
        ("surname", row.surname.translate(lost)),
        ("forename", row.forename.translate(lost)),
        ("admission_date", row.admitted),
        ("leaving_date", row.left),
        ("year_group", read_year_group(row.year_group)),
        ("class_name", row.class_name),
    ):
        assert getattr(read, theirs) == ours, theirs


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (ExportFault.NO_LEAVING_DATES, "error.extract-no-column"),
        (ExportFault.LOOSE_COMMA, "error.extract-too-wide"),
    ],
)
def test_a_fault_makes_the_file_unreadable(fault: ExportFault, told: str, tmp_path: Path) -> None:
    export = next(
        event.export for event in PAST.events if isinstance(event, Saved) and event.export.fault is fault
    )
    save(tmp_path, export, STANDS_AT)
    with pytest.raises(ExtractProblem) as raised:
        read_back(tmp_path, export)
    assert raised.value.said.key == told


def test_rows_are_rejected_for_every_reason_there_is(tmp_path: Path) -> None:
    reasons = set()
    for export in STANDING.values():
        if export.fault in (None, ExportFault.TOTAL_LINE):
            save(tmp_path, export, STANDS_AT)
            read = read_back(tmp_path, export)
            reasons |= {row.reason for row in read.rejections}
            # A damaged name is a reason only where an account would be made, so the planner gives it.
            reasons |= {Reason.NAME_DAMAGED for record in read.records if record.damaged_names}
    assert reasons == set(Reason)


def test_once_corrected_nothing_is_rejected_but_who_is_registered_elsewhere(tmp_path: Path) -> None:
    reasons = set()
    for edit in COUNTY.edits:
        carry_out(edit, tmp_path, STANDS_AT)
        read = read_back(tmp_path, edit.export)
        reasons |= {row.reason for row in read.rejections}
        assert not any(record.damaged_names for record in read.records)
    assert reasons == {Reason.NOT_MAIN_REGISTRATION}


def test_the_story_runs_from_last_year_to_the_wednesday_of_rollover_week() -> None:
    moments = [event.at for event in PAST.events]
    assert moments == sorted(moments)
    assert moments[0].date() == date(2026, 7, 17)
    assert moments[-1] < STANDS_AT
    assert {event.at.date().day for event in PAST.events if isinstance(event, Ran)} == {17, 24, 25, 26}


def test_every_cause_that_can_be_met_yet_has_a_plant() -> None:
    assert {plant.cause for plant in PLANTS} == CAUSE_IDS - COME_LATER


def test_every_question_is_asked() -> None:
    assert {plant.question for plant in COUNTY.plants} == {*Question, *ABOUT_SCHOOLS}


def test_the_first_thing_to_try_is_the_one_that_run_now_mends() -> None:
    assert (COUNTY.plants[0].question, COUNTY.plants[0].cause) == ("why-missing", "not-run-since-release")


@pytest.mark.parametrize("plant", COUNTY.plants, ids=lambda plant: plant.id)
def test_a_plant_is_for_a_user_who_may_ask(plant: Plant) -> None:
    assert any(grant.user == plant.person and grant.covers(plant.school) for grant in COUNTY.grants)
    assert plant.edit is None or plant.edit in {edit.id for edit in COUNTY.edits}
    assert plant.after is None or plant.after in {mishap.id for mishap in COUNTY.mishaps}


def test_plants_and_edits_are_told_apart() -> None:
    for ids in ([plant.id for plant in COUNTY.plants], [edit.id for edit in COUNTY.edits]):
        assert len(set(ids)) == len(ids)


def bilingual_texts() -> list[Bilingual]:
    return [
        *(text for plant in PLANTS for text in (plant.title, plant.story)),
        *(
            text
            for edit in (*COUNTY.edits, *COUNTY.mishaps, *COUNTY.damaged, *IN_PORTAL.edits)
            for text in (edit.label, edit.done)
        ),
        *(person.title for person in COUNTY.people),
    ]


def test_every_text_is_there_in_both_languages() -> None:
    for text in bilingual_texts():
        assert text.en.strip()
        assert text.cy.strip()
        assert text.en != text.cy


def test_a_story_has_three_sentences_at_most() -> None:
    for plant in PLANTS:
        for words in (plant.story.en, plant.story.cy):
            assert words.endswith(".")
            assert words.count(". ") <= 2
        assert not plant.title.en.endswith(".")


@pytest.mark.parametrize("edit", COUNTY.edits, ids=lambda edit: edit.id)
def test_an_edit_rewrites_one_school_as_of_now(edit: Edit, tmp_path: Path) -> None:
    save(tmp_path, STANDING[edit.school], STANDS_AT)
    before = (tmp_path / edit.school / "learners.csv").read_bytes()
    assert carry_out(edit, tmp_path, STANDS_AT) == edit.done
    after = tmp_path / edit.school / "learners.csv"
    assert after.read_bytes() != before
    assert after.stat().st_mtime == STANDS_AT.timestamp()
    assert sorted(path.name for path in (tmp_path / edit.school).iterdir()) == ["learners.csv", "staff.csv"]


def test_a_misspelt_upn_is_never_valid() -> None:
    upns = Upns()
    for _ in range(200):
        number = upns.permanent(2015)
        assert misspelt(number) != number
        assert not upn.is_valid(misspelt(number))


def test_there_are_no_more_than_a_thousand_upns_a_year() -> None:
    upns = Upns()
    assert len({upns.permanent(2015) for _ in range(1000)}) == 1000
    with pytest.raises(ValueError, match="2015"):
        upns.permanent(2015)
