"""The case files (`tests/cases`): real extract files, real runs on a real database, and the real walk."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress

import pytest

from diagnostics.steps import STEPS
from diagnostics.verdict import Diagnosis, Verdict
from knowledge.ids import CAUSE_IDS
from knowledge.loading import Knowledge
from knowledge.texts import LANGUAGES, Language, Text, say_date
from provisioning.clock import uk_date
from provisioning.errors import ExtractProblem
from provisioning.records.people import Learner
from provisioning.runs.dependencies import read_extract
from tests.builders import Schools
from tests.diagnostics.case_files import Story, stories, uk

pytestmark = pytest.mark.both_databases

STORIES = list(stories())
ABOUT_A_PERSON = [
    story for story in STORIES if story.asked["question"] not in ("missing", "rollover", "still-active")
]
ABOUT_MISSING = [story for story in STORIES if story.asked["question"] == "missing"]
ABOUT_STILL_ACTIVE = [story for story in STORIES if story.asked["question"] == "still-active"]


def outcome(verdict: Verdict) -> str:
    """As the case files write a step: `fails: no-record`, or `not-reached`."""
    detail = verdict.detail.key.removeprefix("step.").removeprefix(f"{verdict.step}.")
    return verdict.outcome if detail == verdict.outcome else f"{verdict.outcome}: {detail}"


def texts(diagnosis: Diagnosis) -> Iterable[Text]:
    """Everything that a diagnosis says."""
    yield from diagnosis.headlines
    yield from (verdict.detail for verdict in diagnosis.steps)
    yield diagnosis.next.action


def said(diagnosis: Diagnosis, language: Language, knowledge: Knowledge) -> str:
    sentences = [knowledge.catalogue.say(text, language) for text in texts(diagnosis)]
    assert all(sentences)
    return "\n".join(sentences)


def told_of_another_schools_record(
    story: Story, provisioning: Schools, found: Diagnosis, in_words: Mapping[Language, str]
) -> list[str]:
    """What a diagnosis tells that stands in the previous school's record itself.

    Whether there is a leaving date may be told, and nothing besides.
    """
    ours: list[Learner] = []
    theirs: list[Learner] = []
    moment = uk(story.asked["on"])
    for of in {story.school, found.previous or story.school}:
        with suppress(ExtractProblem):
            extract = read_extract(provisioning.at(moment), of.number, uk_date(moment))
            (theirs if of == found.previous else ours).extend(extract.learners)
    mine = {found.identifier, *(row.former_upn for row in ours if row.upn == found.identifier)}
    there = [row for row in theirs if row.upn in mine]
    return [
        secret
        for language, words in in_words.items()
        for row in there
        for secret in secrets(row, language)
        if secret in words
    ]


def secrets(row: Learner, language: Language) -> Iterator[str]:
    """What stands in a record of a learner, as it would be told."""
    yield from (row.surname, row.forename, row.class_name)
    yield from (f"{year} {row.year_group}" for year in ("Year", "Blwyddyn"))
    yield say_date(row.admission_date, language)
    if row.leaving_date is not None:
        yield say_date(row.leaving_date, language)


@pytest.mark.parametrize("story", ABOUT_A_PERSON, ids=str)
def test_case(story: Story, provisioning: Schools) -> None:
    story.happens(provisioning)
    found, expected = story.diagnosis(provisioning), story.expected
    steps = {verdict.step: outcome(verdict) for verdict in found.steps}
    in_words = {language: said(found, language, provisioning.knowledge) for language in LANGUAGES}

    assert list(found.causes) == expected["causes"]
    assert found.cause == expected["causes"][0]
    assert found.school == story.school
    if "entry" in expected:
        assert found.entry == expected["entry"]
    if "identifier" in expected:
        assert found.identifier == expected["identifier"]
    if "steps" in expected:
        assert list(steps.items()) == list(expected["steps"].items())
    assert expected.get("some_steps", {}).items() <= steps.items()
    if "next" in expected:
        assert found.next.who == expected["next"]
    if "contact" in expected:
        assert found.next.contact.en == expected["contact"]
    for words in expected.get("says", ()):
        assert words in in_words["en"]
    for words in expected.get("says_not", ()):
        assert words not in in_words["en"]
    if any(cause.startswith("previous-school-") for cause in expected["causes"]):
        assert not told_of_another_schools_record(story, provisioning, found, in_words)


@pytest.mark.parametrize("story", ABOUT_MISSING, ids=str)
def test_case_of_who_is_missing(story: Story, provisioning: Schools) -> None:
    story.happens(provisioning)
    found, expected = story.missing(provisioning), story.expected["groups"]
    assert [
        {"cause": group.cause, "identifiers": list(group.identifiers), "next": group.next.who}
        | (
            {"waiting_for": [school.name.en.split()[0] for school in group.waiting_for]}
            if group.waiting_for
            else {}
        )
        for group in found.groups
    ] == expected
    assert found.count == sum(len(group["identifiers"]) for group in expected)
    for group in found.groups:
        for language in LANGUAGES:
            assert provisioning.knowledge.catalogue.say(group.headline, language)
            assert provisioning.knowledge.catalogue.say(group.next.action, language)


@pytest.mark.parametrize("story", ABOUT_STILL_ACTIVE, ids=str)
def test_case_of_whose_account_lives_on(story: Story, provisioning: Schools) -> None:
    story.happens(provisioning)
    found, expected = story.still_active(provisioning), story.expected["groups"]
    assert [
        {"cause": group.cause, "identifiers": list(group.identifiers), "next": group.next.who}
        for group in found.groups
    ] == expected
    assert found.count == sum(len(group["identifiers"]) for group in expected)
    for group in found.groups:
        for language in LANGUAGES:
            assert provisioning.knowledge.catalogue.say(group.headline, language)
            assert provisioning.knowledge.catalogue.say(group.next.action, language)
            for person in group.people:
                assert person.reason is None or provisioning.knowledge.catalogue.say(person.reason, language)


def test_every_cause_that_needs_no_hold_has_a_case() -> None:
    covered = {cause for story in ABOUT_A_PERSON for cause in story.expected["causes"]}
    covered |= {group["cause"] for story in ABOUT_STILL_ACTIVE for group in story.expected["groups"]}
    in_a_portal = {"previous-school-unknown", "export-unseen", "client-skipped"}  # test_portal_cases.py
    held = {"previous-school-run-held"}  # test_walk.py has this one
    assert CAUSE_IDS - covered == held | in_a_portal


def test_every_step_that_the_guide_names_exists_and_every_step_is_named(knowledge: Knowledge) -> None:
    named = {
        check
        for entry in knowledge.entries.values()
        for edition in entry.editions
        for check in edition.checks
    }
    assert named == set(STEPS)


def test_a_step_gives_verdicts_in_its_own_name(provisioning: Schools) -> None:
    story = next(story for story in ABOUT_A_PERSON if story.expected["causes"] == ["present"])
    story.happens(provisioning)
    steps = story.diagnosis(provisioning).steps
    assert steps
    for verdict in steps:
        assert verdict.detail.key.startswith((f"step.{verdict.step}.", "step.not-reached"))
