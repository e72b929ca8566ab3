"""How checks are told: a question and its answer, never the good case with a sign to deny it."""

from datetime import date

import pytest

from diagnostics.stages import STAGES
from diagnostics.steps import STEPS
from diagnostics.verdict import Outcome, Step, Verdict
from diagnostics.wording import StageState, answer, asked, open_state, question, stage_sentence
from knowledge.keydates import derive
from knowledge.loading import Knowledge
from knowledge.texts import LANGUAGES, Text
from tests.diagnostics.test_stages import STAGES_BY_CASE

WELSH_ANSWERS = {
    "A yw": {("Ydy", "Nac ydy"), ("Ydyn", "Nac ydyn")},
    "A oes": {("Oes", "Nac oes")},
    "A ddaeth": {("Do", "Naddo")},
    "A adolygwyd": {("Do", "Naddo")},
    "A ellir": {("Gellir", "Na ellir"), ("Gellir, ar gais", "Nac ydy")},
}
"""Welsh has no one word for yes: it takes up the verb of the question."""
CHECKS = (*STEPS, *STAGES)
DATES = derive(2026)


def words_of(check: str, outcome: Outcome, knowledge: Knowledge, language: str) -> str:
    verdict = Verdict(check, outcome, Text("step.not-reached"))
    return knowledge.catalogue.say(answer(verdict, knowledge.catalogue), language)  # type: ignore[arg-type]


@pytest.mark.parametrize("check", CHECKS)
def test_every_check_is_a_question_in_both_languages(check: str, knowledge: Knowledge) -> None:
    for language in LANGUAGES:
        assert knowledge.catalogue.say(question(check), language).endswith("?")


@pytest.mark.parametrize("check", CHECKS)
def test_a_welsh_answer_takes_up_the_verb_of_its_question(check: str, knowledge: Knowledge) -> None:
    asks = knowledge.catalogue.say(question(check), "cy")
    said = tuple(words_of(check, outcome, knowledge, "cy") for outcome in (Outcome.HOLDS, Outcome.FAILS))
    assert any(said in answers for verb, answers in WELSH_ANSWERS.items() if asks.startswith(verb))


@pytest.mark.parametrize("check", CHECKS)
def test_a_check_that_fails_is_never_told_as_if_it_held(check: str, knowledge: Knowledge) -> None:
    for language in LANGUAGES:
        told = {outcome: words_of(check, outcome, knowledge, language) for outcome in Outcome}
        assert told[Outcome.HOLDS] not in (told[Outcome.FAILS], told[Outcome.UNKNOWN])
        assert told[Outcome.FAILS] != told[Outcome.UNKNOWN]


@pytest.mark.parametrize(
    ("verdict", "said"),
    [
        (
            Step("own-last-run").fails("never"),
            "Has the school's Provisioning Client run successfully since? No.",
        ),
        (
            Step("own-last-run").fails("held"),
            "Has the school's Provisioning Client run successfully since?"
            " Yes, but its changes wait for a decision.",
        ),
        (
            Step("previous-school-leaving-date").holds("closed"),
            "Has the previous school entered a leaving date? Not needed.",
        ),
        (
            Step("previous-school-leaving-date").unknown("nowhere"),
            "Has the previous school entered a leaving date? Not known.",
        ),
        (Step("mis-record").not_reached(), "Does the learner have a complete MIS record? Not checked yet."),
        (Step("intake-matched").not_reached(), "Do all new learners have their accounts? Not due yet."),
        (
            Step("classes-current").not_applicable("no-accounts"),
            "Do the accounts show the classes of the MIS? Not for this school.",
        ),
    ],
    ids=["no run", "a run that is held", "closed", "nobody knows", "a later step", "not due", "no accounts"],
)
def test_what_was_found_is_told_as_question_and_answer(
    verdict: Verdict, said: str, knowledge: Knowledge
) -> None:
    assert knowledge.catalogue.say(asked(verdict, knowledge.catalogue), "en") == said


def test_a_stage_is_late_from_the_day_after_its_day() -> None:
    day = date(2026, 8, 21)
    assert open_state(day, day) is StageState.OPEN
    assert open_state(day, date(2026, 8, 22)) is StageState.LATE


@pytest.mark.parametrize("stage", STAGES)
def test_every_stage_is_told_in_a_sentence_before_its_day_and_after(stage: str, knowledge: Knowledge) -> None:
    for rollover, _ in STAGES_BY_CASE[stage].values():
        found = STAGES[stage](rollover)
        for today in (date(2026, 7, 1), date(2026, 12, 1)):
            for language in LANGUAGES:
                assert knowledge.catalogue.say(stage_sentence(found, DATES, today), language)


def test_what_learners_wait_for_is_told_by_their_number(knowledge: Knowledge) -> None:
    waiting = Step("intake-matched").fails("missing", missing=24, total=30, there=6, schools="")
    said = [stage_sentence(waiting, DATES, today) for today in (date(2026, 8, 28), date(2026, 9, 3))]
    assert [knowledge.catalogue.say(each, "en") for each in said] == [
        "24 new learners wait for their accounts",
        "24 new learners still wait for their accounts",
    ]
