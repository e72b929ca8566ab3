"""The walk over cases built on values, and the texts of every step that any case comes to."""

import tomllib
from collections.abc import Iterable

import pytest

from diagnostics.steps import STEPS
from diagnostics.verdict import Outcome, Verdict
from diagnostics.walk import walk
from knowledge.ids import Question
from knowledge.loading import Knowledge
from knowledge.texts import LANGUAGES
from provisioning.records.people import Kind
from provisioning.records.runs import RunStatus
from tests.builders import BRYN, GLAN, NANT, account_of, case_of, extract, learner, run, staff_member, stands
from tests.diagnostics.hand_built import AT_NANT, LEFT_NANT, RAN, SEREN, HandBuilt
from tests.diagnostics.hand_built_classes import CLASS_CASES
from tests.diagnostics.hand_built_exports import EXPORT_CASES
from tests.diagnostics.hand_built_missing import MISSING_CASES
from tests.paths import TESTS

FAQ_STEPS = tuple(f"step.{step}." for step in STEPS)
CASE_FILES = TESTS / "cases"
HAND_BUILT = MISSING_CASES | EXPORT_CASES | CLASS_CASES


def as_written(verdict: Verdict) -> str:
    """As the case files write a step: `fails: no-record`, or `not-reached`."""
    detail = verdict.detail.key.removeprefix("step.").removeprefix(f"{verdict.step}.")
    return verdict.outcome if detail == verdict.outcome else f"{verdict.outcome}: {detail}"


@pytest.mark.parametrize("built", HAND_BUILT.values(), ids=HAND_BUILT.keys())
def test_a_hand_built_case(built: HandBuilt, knowledge: Knowledge) -> None:
    found = walk(built.case, built.question, knowledge)
    assert found.causes == built.causes
    assert found.next.who == built.next
    assert built.steps.items() <= {verdict.step: as_written(verdict) for verdict in found.steps}.items()
    for text in (*found.headlines, *(verdict.detail for verdict in found.steps), found.next.action):
        for language in LANGUAGES:
            assert knowledge.catalogue.say(text, language)


def test_the_previous_schools_manager_is_reached_as_that_school_says(knowledge: Knowledge) -> None:
    built = HAND_BUILT["changes of the previous school's latest run are held"]
    found = walk(built.case, built.question, knowledge)
    assert found.previous == NANT
    assert found.next.contact.en == NANT.contact


def test_a_school_that_names_no_contact_is_reached_as_the_guide_says(knowledge: Knowledge) -> None:
    own = stands(extract(SEREN, school=BRYN), BRYN, latest=run(RunStatus.FAILED, BRYN))
    found = walk(case_of(SEREN, own), Question.WHY_MISSING, knowledge)
    assert found.next.who == "provisioning-manager"
    assert found.next.contact.en == knowledge.contacts["provisioning-manager"].contact.en


def test_every_cause_has_its_own_headline(knowledge: Knowledge) -> None:
    built = HAND_BUILT["both schools' runs are held: the previous school's is to be mended first"]
    found = walk(built.case, built.question, knowledge)
    assert [headline.key for headline in found.headlines] == [
        f"cause.{cause}.headline" for cause in built.causes
    ]


def test_the_evidence_has_its_date(knowledge: Knowledge) -> None:
    """Each step says from when its evidence is: the extract, the leaving date's file, the run."""
    previous = stands(extract(LEFT_NANT, school=NANT), NANT, last_success=run(school=NANT))
    own = stands(extract(SEREN), last_success=RAN, covered=[SEREN])
    found = walk(case_of(SEREN, own, account=AT_NANT, previous=previous), Question.WHY_MISSING, knowledge)
    assert {verdict.step: verdict.as_of for verdict in found.steps if verdict.as_of} == {
        "mis-record": own.read_at,
        "on-roll": SEREN.admission_date,
        "own-last-run": RAN.finished_at,
        "previous-school-leaving-date": previous.read_at,
        "previous-school-run": run().finished_at,
    }


@pytest.mark.parametrize("question", Question)
def test_a_walk_says_the_same_again(question: Question, knowledge: Knowledge) -> None:
    person = SEREN if knowledge.can_ask(question, Kind.LEARNER) else staff_member()
    case = case_of(person, stands(extract(person), last_success=RAN), account=account_of(person))
    assert walk(case, question, knowledge) == walk(case, question, knowledge)


def test_nothing_of_the_previous_schools_record_is_told_but_the_leaving_date(knowledge: Knowledge) -> None:
    there = learner(1, surname="Secret", class_name="6Z", leaving_date=LEFT_NANT.leaving_date)
    previous = stands(extract(there, school=NANT), NANT, last_success=run(school=NANT))
    case = case_of(SEREN, stands(extract(SEREN)), account=AT_NANT, previous=previous)
    found = walk(case, Question.WHY_MISSING, knowledge)
    values = [value for verdict in found.steps for value in verdict.detail.values.values()]
    assert not {"Secret", "6Z", "EvansS2@hwbcymru.net"} & {str(value) for value in values}
    assert GLAN.name in values


def written_in_case_files() -> Iterable[tuple[str, str]]:
    """Every step and what it came to, as the case files have it; their own test holds them to it."""
    for path in CASE_FILES.glob("*.toml"):
        for case in tomllib.loads(path.read_text(encoding="utf-8")).get("case", ()):
            yield from case["expected"].get("steps", {}).items()
            yield from case["expected"].get("some_steps", {}).items()


def test_every_text_of_a_step_is_said_in_some_case(knowledge: Knowledge) -> None:
    """So that each has been said, in both languages, with the values that its step passes."""
    said = {f"step.{step}.{found.partition(': ')[2]}" for step, found in written_in_case_files()}
    for built in HAND_BUILT.values():
        said |= {verdict.detail.key for verdict in walk(built.case, built.question, knowledge).steps}
    known = {key for key in knowledge.catalogue.keys() if key.startswith(FAQ_STEPS)}  # noqa: SIM118
    words = ("question", "answer", *Outcome)
    asked = {key for key in known if key.endswith(tuple(f".{word}" for word in words))}
    assert known - asked - said == set()
