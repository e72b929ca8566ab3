"""The intake without accounts: the numbers of what they wait for add up to how many they are."""

from itertools import product

import pytest

from diagnostics.rollover import Newcomer
from diagnostics.stages import intake_matched
from diagnostics.verdict import nothing_missing
from knowledge.ids import CAUSE_IDS
from knowledge.loading import Knowledge
from knowledge.texts import LANGUAGES
from tests.builders import BRYN, NANT, upn
from tests.diagnostics.test_stages import intake
from tests.waits import added_up

IN_THE_WAY = sorted(cause for cause in CAUSE_IDS if not nothing_missing(cause))


def newcomers(cause: str) -> list[Newcomer]:
    """Learners missing for a cause: from a school that is known or not, where it was found there or here."""
    kinds = product((None, NANT, BRYN), (False, True))
    return [Newcomer(upn(number), cause, *kind) for number, kind in enumerate(kinds)]


@pytest.mark.parametrize("cause", IN_THE_WAY)
def test_whatever_is_missing_is_named_by_what_it_waits_for(cause: str, knowledge: Knowledge) -> None:
    present = Newcomer(upn(90), "present", NANT)
    for some in (newcomers(cause)[:1], newcomers(cause)):
        detail = intake_matched(intake(present, *some)).detail
        for language in LANGUAGES:
            assert added_up(knowledge.catalogue.say(detail, language)) == len(some)


def test_a_mix_is_named_in_one_list(knowledge: Knowledge) -> None:
    mixed = [newcomer for cause in IN_THE_WAY for newcomer in newcomers(cause)]
    said = knowledge.catalogue.say(intake_matched(intake(*mixed)).detail, "en")
    assert added_up(said) == len(mixed)
    assert "a run here (" in said
    assert "a decision here (" in said
