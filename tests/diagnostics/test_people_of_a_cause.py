"""People who have a cause in common: how texts call them, and which cause is mended first."""

from diagnostics.causes import in_mending_order, people, whom
from knowledge.loading import Knowledge
from knowledge.texts import Text
from tests.builders import upn


def test_a_single_person_is_called_by_the_identifier_and_several_by_their_number() -> None:
    assert people(12) == Text("missing.people", {"count": 12})
    assert whom([upn(1)]) == upn(1)
    assert whom([upn(1), upn(2)]) == people(2)
    assert whom([]) == people(0)


def test_people_stand_under_their_cause_and_the_cause_that_is_mended_first_stands_first(
    knowledge: Knowledge,
) -> None:
    """A row has to be complete before a run can help: by the alphabet `never-run` would be the first."""
    causes = {"Seren": "row-rejected", "Huw": "never-run", "Mali": "row-rejected", "Jac": "not-in-mis"}
    found = in_mending_order(causes, causes.__getitem__, knowledge)
    assert list(found.items()) == [
        ("not-in-mis", ["Jac"]),
        ("row-rejected", ["Seren", "Mali"]),
        ("never-run", ["Huw"]),
    ]
