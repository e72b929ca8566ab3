"""The case files of readiness (`tests/cases/readiness.toml`): real extracts, real runs, every stage."""

import pytest

from diagnostics.complete import require_steps
from diagnostics.readiness import Readiness
from diagnostics.school_stages import worst_first
from diagnostics.stages import STAGES
from diagnostics.verdict import Outcome, Verdict
from knowledge.loading import Knowledge
from knowledge.texts import LANGUAGES, Text
from tests.builders import BRYN, GLAN, NANT, Schools
from tests.diagnostics.case_files import Story, stories

pytestmark = pytest.mark.both_databases

STORIES = [story for story in stories() if story.asked["question"] == "rollover"]


def outcome(verdict: Verdict) -> str:
    """As the case files write a stage."""
    return f"{verdict.outcome}: {verdict.detail.key.removeprefix(f'step.{verdict.step}.')}"


def said(found: Readiness, knowledge: Knowledge) -> dict[str, str]:
    """Everything that a school's readiness says, in both languages."""
    texts = [
        *(stage.detail for stage in found.stages),
        *(move.action for move in found.moves.values()),
        *(awaited.next.action for awaited in found.awaited),
    ]
    return {
        language: "\n".join(knowledge.catalogue.say(text, language) for text in texts)
        for language in LANGUAGES
    }


@pytest.mark.parametrize("story", STORIES, ids=str)
def test_case(story: Story, provisioning: Schools) -> None:
    story.happens(provisioning)
    found, expected = story.readiness(provisioning), story.expected
    stages = {verdict.step: outcome(verdict) for verdict in found.stages}
    words = said(found, provisioning.knowledge)

    assert list(stages) == list(STAGES)
    assert expected.get("some_stages", {}).items() <= stages.items()
    if "stages" in expected:
        assert list(stages.items()) == list(expected["stages"].items())
    if "ready" in expected:
        assert found.ready == expected["ready"]
    if "failed_run" in expected:
        assert found.failed_run == expected["failed_run"]
    if "next" in expected:
        assert (found.next.who if found.next else "") == expected["next"]
    if "awaited" in expected:
        assert [_awaited(found, place, asked) for place, asked in enumerate(expected["awaited"])] == expected[
            "awaited"
        ]
        assert len(found.awaited) == len(expected["awaited"])
    for sentence in expected.get("says", ()):
        assert sentence in words["en"]
    for sentence in expected.get("says_not", ()):
        assert sentence not in words["en"]
    assert set(found.moves) == {stage.step for stage in found.open}


def _awaited(found: Readiness, place: int, asked: dict[str, object]) -> dict[str, object]:
    """What is awaited of a previous school, as far as a case asks."""
    awaited = found.awaited[place]
    everything = {
        "school": awaited.school.name.en.split()[0],
        "count": awaited.count,
        "undated": awaited.undated,
        "next": awaited.next.who,
        "contact": awaited.next.contact.en,
        "ran": awaited.ran.date().isoformat() if awaited.ran else "",
    }
    return {name: everything[name] for name in asked}


def test_every_stage_has_a_case_for_every_outcome_that_it_can_have() -> None:
    covered = {
        (stage, written.partition(":")[0])
        for story in STORIES
        for stage, written in {
            **story.expected.get("some_stages", {}),
            **story.expected.get("stages", {}),
        }.items()
    }
    can_be = {
        "extract-current": {Outcome.HOLDS, Outcome.FAILS, Outcome.UNKNOWN},
        "mis-end-of-year": {Outcome.HOLDS, Outcome.FAILS, Outcome.NOT_REACHED, Outcome.UNKNOWN},
        "client-ran": {Outcome.HOLDS, Outcome.FAILS, Outcome.NOT_REACHED},
        "ran-after-previous-schools": {*Outcome} - {Outcome.UNKNOWN},
        "intake-matched": {*Outcome} - {Outcome.UNKNOWN},
        "staff-complete": {Outcome.HOLDS, Outcome.FAILS, Outcome.UNKNOWN},
        "classes-current": {*Outcome},
        "leavers-ended": {*Outcome} - {Outcome.NOT_REACHED},
        "non-mis-reviewed": {*Outcome} - {Outcome.UNKNOWN},
        "governors-reviewed": {*Outcome} - {Outcome.UNKNOWN},
    }
    assert covered == {(stage, possible.value) for stage, outcomes in can_be.items() for possible in outcomes}


def test_every_stage_is_known_to_the_files(knowledge: Knowledge) -> None:
    require_steps(knowledge)
    assert list(knowledge.stages) == list(STAGES)


def test_no_learner_is_named(provisioning: Schools) -> None:
    story = next(story for story in STORIES if story.expected.get("awaited"))
    story.happens(provisioning)
    found = story.readiness(provisioning)
    for words in said(found, provisioning.knowledge).values():
        assert "Seren" not in words
        assert not any(person.identifier in words for person in found.intake)


def test_the_worst_come_first() -> None:
    def stage(step: str, outcome: Outcome) -> Verdict:
        return Verdict(step, outcome, Text("step.not-reached"))

    early = Readiness(NANT, (stage("a", Outcome.FAILS), stage("b", Outcome.HOLDS)), ())
    late = Readiness(BRYN, (stage("a", Outcome.HOLDS), stage("b", Outcome.UNKNOWN)), ())
    both = Readiness(GLAN, (stage("a", Outcome.FAILS), stage("b", Outcome.FAILS)), ())
    done = Readiness(BRYN, (stage("a", Outcome.HOLDS), stage("b", Outcome.NOT_APPLICABLE)), ())
    assert worst_first([done, late, early, both]) == [both, early, late, done]
