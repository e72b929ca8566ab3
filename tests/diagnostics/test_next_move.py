"""What a diagnosis leads to: the headline, and whose move it is."""

from dataclasses import replace
from datetime import date

import pytest

from diagnostics.causes import About, headline, next_move
from diagnostics.walk import walk
from knowledge.ids import Question
from knowledge.loading import Knowledge, NextStep
from knowledge.texts import Bilingual, Text
from provisioning.records.people import Learner, StaffMember
from provisioning.records.rejections import Reason
from provisioning.records.schools import School
from tests.builders import (
    BRYN,
    GLAN,
    NANT,
    NOW,
    Schools,
    account_of,
    case_of,
    extract,
    learner,
    rejected,
    staff_member,
    stands,
    upn,
)
from tests.diagnostics.hand_built import AT_NANT, HERE, JAC, LEFT_NANT, NANT_RAN, RAN, SEREN

NAMES = {"school": GLAN.name, "identifier": upn(1)}
GLAN_RAN = stands(extract(SEREN), last_success=RAN, covered=[SEREN])
NANT_LEFT = stands(extract(LEFT_NANT, school=NANT), NANT, last_success=NANT_RAN)


def test_a_headline_names_the_school_the_person_and_the_previous_schools() -> None:
    assert headline("never-run", About(GLAN, upn(1), ())) == Text("cause.never-run.headline", NAMES)
    both = Bilingual("Nant Primary, Bryn Primary", "Ysgol Nant, Ysgol y Bryn")
    assert headline("x", About(GLAN, upn(1), (NANT, BRYN))) == Text(
        "cause.x.headline", {**NAMES, "previous": both}
    )


SAME_DESK = replace(BRYN, contact=NANT.contact)
OWN_DESK = replace(BRYN, contact="desk@bryn.example")


@pytest.mark.parametrize(
    ("who", "previous", "contact"),
    [
        ("provisioning-manager", (NANT,), GLAN.contact),
        ("previous-provisioning-manager", (NANT,), NANT.contact),
        ("previous-provisioning-manager", (NANT, SAME_DESK), NANT.contact),
        ("previous-provisioning-manager", (NANT, OWN_DESK), f"{NANT.contact}, desk@bryn.example"),
        ("previous-provisioning-manager", (BRYN, NANT), NANT.contact),
        ("previous-provisioning-manager", (BRYN,), None),
        ("previous-provisioning-manager", (), None),
        ("mis-administrator", (NANT,), None),
    ],
)
def test_who_acts_is_reached_as_the_school_says_else_as_the_guide_says(
    who: str, previous: tuple[School, ...], contact: str | None, knowledge: Knowledge
) -> None:
    about = About(GLAN, upn(1), previous)
    found = next_move(about, NextStep(who, "cause.never-run.action"), knowledge)  # type: ignore[arg-type]
    assert (found.who, found.action) == (who, Text("cause.never-run.action", about.values()))
    general = knowledge.contacts[who].contact  # type: ignore[index]
    assert found.contact == (Bilingual(contact, contact) if contact else Bilingual(general.en, general.cy))


def test_a_diagnosis_holds_together(knowledge: Knowledge) -> None:
    """Entry, steps, headlines, next move and previous school are all of one case."""
    case = case_of(SEREN, GLAN_RAN, account=AT_NANT, previous=NANT_LEFT)
    found = walk(case, Question.WHY_MISSING, knowledge)
    about = About(GLAN, upn(1), (NANT,))
    step = knowledge.next_step("previous-school-not-run", "learner-missing", case.today)
    assert (found.entry, found.school, found.identifier) == ("learner-missing", GLAN, upn(1))
    assert (found.causes, found.previous) == (("previous-school-not-run",), NANT)
    assert found.headlines == (headline("previous-school-not-run", about),)
    assert found.next == next_move(about, step, knowledge)
    assert [verdict.step for verdict in found.steps] == list(
        knowledge.edition("learner-missing", case.today).checks
    )


LEARNERS_MISSING, STAFF_MISSING = "learner-missing", "staff-missing"


@pytest.mark.parametrize(
    ("question", "person", "entry", "asked_before"),
    [
        (Question.WHY_MISSING, SEREN, LEARNERS_MISSING, None),
        (Question.WHY_MISSING, JAC, STAFF_MISSING, None),
        (Question.NO_PASSWORD, SEREN, "learner-no-password", LEARNERS_MISSING),
        (Question.OLD_CLASS, SEREN, "old-class", LEARNERS_MISSING),
        (Question.MOVE_ACCOUNT, JAC, "staff-move-account", None),
    ],
)
def test_without_an_account_it_is_asked_first_why_there_is_none(
    question: Question, person: object, entry: str, asked_before: str | None, knowledge: Knowledge
) -> None:
    case = case_of(person, stands(extract(person)))  # type: ignore[arg-type]
    found = walk(case, question, knowledge)
    first = knowledge.edition(asked_before, case.today).checks if asked_before else ()
    checks = dict.fromkeys((*first, *knowledge.edition(entry, case.today).checks))
    assert (found.entry, [verdict.step for verdict in found.steps]) == (entry, list(checks))


@pytest.mark.parametrize(
    ("question", "has_record", "asks_why_missing"),
    [
        (Question.NO_PASSWORD, True, False),
        (Question.NO_PASSWORD, False, False),
        (Question.OLD_CLASS, True, False),
        (Question.OLD_CLASS, False, True),
    ],
)
def test_an_accounts_class_needs_a_record_to_compare_it_with(
    question: Question, has_record: bool, asks_why_missing: bool, knowledge: Knowledge
) -> None:
    own = stands(extract(SEREN) if has_record else extract(), last_success=RAN)
    steps = [verdict.step for verdict in walk(case_of(SEREN, own, account=HERE), question, knowledge).steps]
    assert ("mis-record" in steps) is asks_why_missing


@pytest.mark.parametrize(
    ("person", "reason"), [(JAC, Reason.STAFF_CODE_DUPLICATE), (SEREN, Reason.UPN_DUPLICATE)]
)
def test_an_account_is_present_unless_the_rows_of_its_identifier_are_of_several_people(
    person: Learner | StaffMember, reason: Reason, knowledge: Knowledge
) -> None:
    def causes(*names: tuple[str, str]) -> tuple[str, ...]:
        rows = [replace(rejected(person, reason), surname=surname, forename=name) for surname, name in names]
        case = case_of(person, stands(extract(), last_success=RAN), account=account_of(person))
        return walk(replace(case, rejections=tuple(rows)), Question.WHY_MISSING, knowledge).causes

    assert causes() == ("present",)
    assert causes(("Rhys", "Mali")) == ("present",)
    assert causes(("Rhys", "Mali"), ("Rhŷs", "MALI")) == ("present",)  # the row is there twice
    assert causes(("Rhys", "Mali"), ("Rhys", "Nia")) == ("present",)
    assert causes(("Rhys", "Mali"), ("Huws", "Nia")) == ("row-rejected",)
    assert causes(("Rhys", "Mali"), ("Rhys", "Mali"), ("Huws", "Nia")) == ("row-rejected",)


def test_where_every_step_holds_only_a_run_can_be_missing(knowledge: Knowledge) -> None:
    """A member of staff with a record that the last run had, and without an account."""
    case = case_of(JAC, stands(extract(JAC), last_success=RAN, covered=[JAC]))
    assert walk(case, Question.WHY_MISSING, knowledge).causes == ("not-run-since-record",)
    here = case_of(SEREN, GLAN_RAN, account=HERE)
    assert walk(here, Question.OLD_CLASS, knowledge).causes == ("up-to-date",)


def test_causes_stand_in_the_order_of_mending(knowledge: Knowledge) -> None:
    """Nant has no leaving date for Seren, and Glan has never run: the leaving date comes first."""
    there = stands(extract(replace(LEFT_NANT, leaving_date=None), school=NANT), NANT)
    case = case_of(SEREN, stands(extract(SEREN)), account=AT_NANT, previous=there)
    found = walk(case, Question.WHY_MISSING, knowledge)
    assert found.causes == tuple(sorted(found.causes, key=knowledge.mending_order))
    assert set(found.causes) == {"previous-school-no-leaving-date", "never-run"}


def test_it_is_asked_of_the_records_of_the_school(provisioning: Schools) -> None:
    """A staff code is looked up among staff and a UPN among learners; the school's own number is needed."""
    provisioning.extracts(GLAN, learner(1), staff_member("JEV"), at=NOW)
    seren = provisioning.asks(Question.NO_PASSWORD, upn(1), GLAN)
    assert (seren.school, seren.identifier, seren.cause) == (GLAN, upn(1), "never-run")
    jac = provisioning.asks(Question.WHY_MISSING, "JEV", GLAN)
    assert (jac.entry, jac.identifier, jac.cause) == ("staff-missing", "JEV", "never-run")
    assert provisioning.asks(Question.MOVE_ACCOUNT, "JEV", GLAN).entry == "staff-move-account"
    assert provisioning.asks(Question.OLD_CLASS, "JEV", GLAN).steps[0].outcome == "fails"


@pytest.mark.parametrize(
    "stage", ["extract-current", "mis-end-of-year", "staff-complete", "classes-current", "leavers-ended"]
)
def test_data_that_can_not_be_read_is_one_partys_move_wherever_it_is_told(
    stage: str, knowledge: Knowledge
) -> None:
    """An answer about a person, the board, alerts and the digest name the same party and the same deed."""
    cause = knowledge.next_step("extract-unreadable", "learner-missing", date(2026, 8, 26))
    at_stage = knowledge.stage_step(stage, "unreadable")
    say = knowledge.catalogue.say
    assert (at_stage.who, say(at_stage.action, "en"), say(at_stage.action, "cy")) == (
        cause.who,
        say(cause.action, "en"),
        say(cause.action, "cy"),
    )
