"""Decisions on whose account it is, as the store keeps them: which of several about one pair counts."""

from datetime import timedelta

import pytest

from provisioning.planning.same_person import fingerprint
from provisioning.records.plans import Doubt, DoubtReason, IdentityAnswer
from provisioning.store import identities
from provisioning.store.identities import AlreadyDecided, Standing
from tests.builders import BRYN, GLAN, NOW, Schools, account_of, learner

pytestmark = pytest.mark.both_databases

BECA = learner(1, surname="Evans", forename="Beca")
ALYS = account_of(learner(1, surname="Jones", forename="Alys"))
DOUBT = Doubt(DoubtReason.IDENTITY_DOUBT, BECA, ALYS, fingerprint(BECA))


@pytest.mark.parametrize(("hours_later", "counts"), [(1, "first"), (0, "second"), (-1, "second")])
def test_where_two_schools_were_asked_the_later_decision_is_the_one_to_take_back(
    provisioning: Schools, hours_later: int, counts: str
) -> None:
    with provisioning.database.writing() as session:
        identities.ask(session, {GLAN.number: [DOUBT], BRYN.number: [DOUBT]}, NOW)
        first, second = identities.waiting(session)
        at = NOW + timedelta(hours=hours_later)
        identities.decide(session, first.id, IdentityAnswer.ANOTHER, "test", at)
        identities.decide(session, second.id, IdentityAnswer.ANOTHER, "test", NOW)
        found = identities.decision(session, ALYS.id, DOUBT.person)
    assert found == ((first.id, at) if counts == "first" else (second.id, NOW))


def test_how_matters_stand_at_each_school_and_what_a_new_answer_replaces(provisioning: Schools) -> None:
    with provisioning.database.writing() as session:
        identities.ask(session, {GLAN.number: [DOUBT], BRYN.number: [DOUBT]}, NOW)
        first, _ = identities.waiting(session)
        said = identities.decide(session, first.id, IdentityAnswer.SAME, "Alys", NOW)
        stands = identities.standing(session)
        again = identities.decide(session, first.id, IdentityAnswer.ANOTHER, "Beca", NOW)
    assert stands == {GLAN.number: Standing(0, 1, NOW), BRYN.number: Standing(1, 0, None)}
    assert said.replaces is None
    assert again.replaces is not None
    assert (again.replaces.decided, again.replaces.by) == (IdentityAnswer.SAME, "Alys")


def test_an_answer_to_what_is_not_as_it_was_seen_is_refused(provisioning: Schools) -> None:
    with provisioning.database.writing() as session:
        identities.ask(session, {GLAN.number: [DOUBT]}, NOW)
        (question,) = identities.waiting(session)
        identities.decide(session, question.id, IdentityAnswer.SAME, "Alys", NOW)
        with pytest.raises(AlreadyDecided):
            identities.decide(
                session,
                question.id,
                IdentityAnswer.ANOTHER,
                "Beca",
                NOW,
                expected=lambda now: now.decided is None,
            )
        assert identities.get(session, question.id).by == "Alys"
