"""What a diagnosis answers where no step names a cause: the account is there, or a run has to follow."""

from diagnostics.verdict import Outcome
from diagnostics.walk import walk
from knowledge.ids import Question
from knowledge.loading import Knowledge
from tests.diagnostics.hand_built import AT_NANT, HERE
from tests.diagnostics.step_cases import GLAN_RAN, at_glan


def test_a_learner_whose_account_is_at_a_school_of_which_nothing_can_be_read(knowledge: Knowledge) -> None:
    """Nant is on no list any more, so that no step can say what it has to do."""
    found = walk(at_glan(GLAN_RAN, account=AT_NANT), Question.WHY_MISSING, knowledge)
    assert {verdict.cause for verdict in found.steps} == {None}
    assert (found.causes, found.next.who) == (("not-run-since-record",), "provisioning-manager")


def test_a_learner_whose_account_and_class_are_there(knowledge: Knowledge) -> None:
    case = at_glan(GLAN_RAN, account=HERE)
    assert walk(case, Question.WHY_MISSING, knowledge).causes == ("present",)
    found = walk(case, Question.OLD_CLASS, knowledge)
    assert found.causes == ("up-to-date",)
    assert not any(verdict.outcome is Outcome.FAILS for verdict in found.steps)


def test_an_answer_says_how_old_the_extract_is_that_it_rests_on(knowledge: Knowledge) -> None:
    case = at_glan(GLAN_RAN, account=HERE)
    assert case.own.extract is not None
    age = walk(case, Question.WHY_MISSING, knowledge).extract
    assert age is not None
    assert (age.written_at, age.stale) == (case.own.extract.as_of, False)
