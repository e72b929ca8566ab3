"""What a diagnosis says of a school that has closed: who acts for it, and that its accounts are free."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from diagnostics.case import SchoolRecords
from diagnostics.causes import About, closed_move, move_on_cause, next_move
from diagnostics.left_behind import left_behind_move
from diagnostics.rollover import Rollover
from diagnostics.stages import ran_after_previous_schools, stages_of
from diagnostics.steps import STEPS
from diagnostics.verdict import Next, Outcome
from diagnostics.walk import walk
from knowledge.ids import Question
from knowledge.keydates import derive
from knowledge.loading import Knowledge
from knowledge.texts import LANGUAGES, Bilingual, Text
from tests.builders import BRYN, GLAN, NANT, TODAY, extract, stands, upn
from tests.diagnostics.hand_built import NANT_RAN, SEREN_AT_NANT
from tests.diagnostics.step_cases import GLAN_RAN, HOLDS, NANTS, at_glan, from_nant, verdict

CLOSED = date(2026, 8, 31)
GLAN_CLOSED = replace(GLAN_RAN, school=replace(GLAN, closed_on=CLOSED))
GLAN_MERGED = replace(GLAN_CLOSED, successor=BRYN)
"""Glan, in whose place comes Bryn."""
SAID = {"school": GLAN.name, "on": CLOSED}


def as_the_guide_says(who: str, knowledge: Knowledge) -> Bilingual:
    contact = knowledge.contacts[who].contact  # type: ignore[index]
    return Bilingual(contact.en, contact.cy)


def test_its_successors_office_acts(knowledge: Knowledge) -> None:
    contact = as_the_guide_says("mis-administrator", knowledge)
    assert closed_move(GLAN_MERGED, TODAY, knowledge) == Next(
        "mis-administrator",
        contact,
        Text("closed.action-successor", {**SAID, "successor": BRYN.name, "number": BRYN.number}),
    )


def test_without_a_successor_the_local_authority_acts(knowledge: Knowledge) -> None:
    contact = as_the_guide_says("local-authority", knowledge)
    assert closed_move(GLAN_CLOSED, TODAY, knowledge) == Next(
        "local-authority", contact, Text("closed.action", SAID)
    )


@pytest.mark.parametrize(("days_before", "open_still"), [(1, True), (0, False)])
def test_it_is_closed_from_that_day_on(days_before: int, open_still: bool, knowledge: Knowledge) -> None:
    found = closed_move(GLAN_MERGED, CLOSED - timedelta(days=days_before), knowledge)
    assert (found is None) is open_still


@pytest.mark.parametrize("cause", ["never-run", "not-in-mis"])
def test_while_it_is_closed_no_cause_has_another_move(cause: str, knowledge: Knowledge) -> None:
    about, entry = About(GLAN, upn(1), ()), "learner-missing"
    for own in (GLAN_CLOSED, GLAN_MERGED):
        closed = closed_move(own, TODAY, knowledge)
        assert move_on_cause(cause, entry, about, own, TODAY, knowledge) == closed
    usual = next_move(about, knowledge.next_step(cause, entry, TODAY), knowledge)
    assert move_on_cause(cause, entry, about, GLAN_RAN, TODAY, knowledge) == usual


def test_a_diagnosis_at_a_closed_school_says_who_acts_in_both_languages(knowledge: Knowledge) -> None:
    for own, action in ((GLAN_MERGED, "closed.action-successor"), (GLAN_CLOSED, "closed.action")):
        found = walk(at_glan(own), Question.WHY_MISSING, knowledge)
        assert found.next == closed_move(own, TODAY, knowledge)
        assert found.next.action.key == action
        assert all(knowledge.catalogue.say(found.next.action, language) for language in LANGUAGES)


@pytest.mark.parametrize("step", ["previous-school-leaving-date", "previous-school-run"])
def test_no_closed_school_has_to_release_an_account(step: str) -> None:
    there = stands(
        extract(SEREN_AT_NANT, school=NANT), replace(NANT, closed_on=CLOSED), last_success=NANT_RAN
    )
    assert STEPS[step](from_nant(there)) == verdict(
        step, (HOLDS, "closed", CLOSED, None, {**NANTS, "on": CLOSED})
    )


@pytest.mark.parametrize(
    ("own", "says"),
    [
        (GLAN_MERGED, "Look at Bryn Primary (6819902), which takes its place."),
        (GLAN_CLOSED, "Look at the schools that its people are at now."),
    ],
)
def test_a_diagnosis_there_says_first_that_it_is_closed_and_where_to_look(
    own: SchoolRecords, says: str, knowledge: Knowledge
) -> None:
    found = walk(at_glan(own), Question.WHY_MISSING, knowledge)
    said = knowledge.catalogue.say(found.headline, "en")
    assert said == f"Glan High has been closed since 31 August 2026, so no account is missing there. {says}"
    assert found.extract is None  # no export of a closed school is waited for


# ---- Rollover: nothing of a closed school has to run


def rollover(own: SchoolRecords, *previous: SchoolRecords, lingering: int = 0) -> Rollover:
    return Rollover(own, derive(2026), TODAY, (), previous, 0, 1, {}, lingering)


NANT_CLOSED = stands(extract(school=NANT), replace(NANT, closed_on=CLOSED))
BRYN_OPEN = stands(extract(school=BRYN), BRYN)


def test_no_run_of_a_closed_previous_school_is_waited_for() -> None:
    stage = ran_after_previous_schools(rollover(GLAN_RAN, NANT_CLOSED))
    assert (stage.outcome, stage.detail) == (
        Outcome.NOT_APPLICABLE,
        Text("step.ran-after-previous-schools.closed", {"schools": NANT.name}),
    )
    stage = ran_after_previous_schools(rollover(GLAN_RAN, NANT_CLOSED, BRYN_OPEN))
    assert stage.detail == Text(
        "step.ran-after-previous-schools.previous-not-ran", {"schools": BRYN.name, "count": 1}
    )


@pytest.mark.parametrize(
    ("lingering", "outcome", "detail"), [(0, Outcome.HOLDS, "none"), (2, Outcome.FAILS, "left-behind")]
)
def test_of_its_own_stages_those_of_accounts_alone_apply(
    lingering: int, outcome: Outcome, detail: str
) -> None:
    unreadable = replace(GLAN_MERGED, extract=None, problem=Text("error.extract-missing"))
    stages = {stage.step: stage for stage in stages_of(rollover(unreadable, lingering=lingering))}
    ended = stages.pop("leavers-ended")
    assert (ended.outcome, ended.detail.key) == (outcome, f"step.leavers-ended.{detail}")
    assert {stage.outcome for stage in stages.values()} == {Outcome.NOT_APPLICABLE}
    assert stages["client-ran"].detail == Text("closed.stage", SAID)
    assert stages["governors-reviewed"].detail.key == "step.governors-reviewed.none"


@pytest.mark.parametrize(
    ("own", "in_portal", "action"),
    [
        (GLAN_MERGED, False, "closed.left-behind-successor"),
        (GLAN_CLOSED, False, "closed.left-behind"),
        (GLAN_MERGED, True, "closed.left-behind-in-portal-successor"),
        (GLAN_CLOSED, True, "closed.left-behind-in-portal"),
    ],
)
def test_who_acts_on_accounts_that_no_run_ends(
    own: SchoolRecords, in_portal: bool, action: str, knowledge: Knowledge
) -> None:
    move = left_behind_move(own, in_portal=in_portal, knowledge=knowledge)
    assert (move.who, move.action.key) == ("local-authority", action)
    assert all("Glan" in knowledge.catalogue.say(move.action, language) for language in LANGUAGES)
