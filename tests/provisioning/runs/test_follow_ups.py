"""A school that waits for another is run again as soon as that one has released its learners."""

from dataclasses import replace
from datetime import date

import pytest

from provisioning.records.runs import RunStatus
from provisioning.runs.approvals import approve
from provisioning.runs.batches import follow_up, provision_batch
from provisioning.store import follow_ups
from tests.builders import BRYN, GLAN, NANT, NOW, Schools, learner
from tests.provisioning.runs.run_builders import JULY, LEFT, SEREN, counts

pytestmark = pytest.mark.both_databases

SEREN_AT_NANT = learner(1, year_group="6", class_name="6A", admission_date=date(2019, 9, 1))
SEREN_LEAVES_NANT = replace(SEREN_AT_NANT, leaving_date=LEFT)


@pytest.fixture
def waiting(provisioning: Schools) -> Schools:
    """Seren has been admitted to Glan, whose client ran while Nant had not let her go."""
    provisioning.extracts(NANT, SEREN_AT_NANT)
    provisioning.runs(NANT, at=JULY)
    provisioning.extracts(GLAN, SEREN)
    assert counts(provisioning.runs(GLAN)) == {"blocked": 1}
    return provisioning


def due(provisioning: Schools) -> list[str]:
    """The schools to run again."""
    with provisioning.database.reading() as session:
        return list(follow_ups.open_by_school(session))


def follow(provisioning: Schools) -> list[tuple[str, dict[str, int]]]:
    """What the next sweep's follow-ups do."""
    batch = follow_up(provisioning.at(), started_by="schedule")
    return [(run.school, counts(run)) for run in batch.runs]


def test_nothing_is_due_while_the_previous_school_keeps_the_learner(waiting: Schools) -> None:
    assert counts(waiting.runs(NANT)) == {"unchanged": 1}
    assert due(waiting) == []


def test_the_release_calls_for_the_school_that_waits_and_its_run_ends_that(waiting: Schools) -> None:
    waiting.extracts(NANT, SEREN_LEAVES_NANT)
    assert counts(waiting.runs(NANT)) == {"release": 1}
    assert due(waiting) == [GLAN.number]
    assert follow(waiting) == [(GLAN.number, {"match": 1})]
    assert (due(waiting), follow(waiting)) == ([], [])
    assert waiting.account(SEREN).school == GLAN.number


def test_a_run_that_comes_anyway_carries_the_follow_up_out(waiting: Schools) -> None:
    waiting.extracts(NANT, SEREN_LEAVES_NANT)
    waiting.runs(NANT)
    assert counts(waiting.runs(GLAN)) == {"match": 1}
    assert due(waiting) == []


def test_a_school_that_waits_for_no_learner_of_theirs_is_left_alone(waiting: Schools) -> None:
    waiting.extracts(BRYN, learner(7, year_group="11"))
    waiting.runs(BRYN)
    waiting.extracts(BRYN, learner(7, year_group="11", leaving_date=LEFT))
    assert counts(waiting.runs(BRYN)) == {"release": 1}
    assert due(waiting) == []


def test_a_release_that_a_person_approves_calls_for_it_too(provisioning: Schools) -> None:
    """Twenty leave Nant at once, which is held; three of them are at Glan already."""
    leavers = [learner(n, year_group="3", admission_date=date(2019, 9, 1)) for n in range(1, 31)]
    provisioning.extracts(NANT, *leavers)
    provisioning.runs(NANT, at=JULY)
    provisioning.extracts(GLAN, *(learner(n) for n in range(1, 4)))
    assert counts(provisioning.runs(GLAN)) == {"blocked": 3}
    provisioning.extracts(NANT, *(replace(p, leaving_date=LEFT) for p in leavers[:20]), *leavers[20:])
    held = provisioning.runs(NANT)
    assert (held.status, due(provisioning)) == (RunStatus.HELD, [])
    approve(provisioning.at(), held.known_id, by="a champion")
    assert due(provisioning) == [GLAN.number]
    assert follow(provisioning) == [(GLAN.number, {"match": 3})]


def test_a_school_whose_extract_cannot_be_read_is_not_run_again_and_again(waiting: Schools) -> None:
    waiting.extracts(NANT, SEREN_LEAVES_NANT)
    waiting.runs(NANT)
    (waiting.folder / GLAN.number / "staff.csv").unlink()
    assert [school for school, _ in follow(waiting)] == [GLAN.number]
    assert (due(waiting), waiting.statuses()[-1]) == ([], (GLAN.number, "failed"))


def test_two_schools_that_swap_learners_in_any_order(provisioning: Schools) -> None:
    ann, bea = learner(1), learner(2)
    gone = {"leaving_date": LEFT, "admission_date": date(2020, 9, 1)}
    provisioning.extracts(NANT, ann)
    provisioning.extracts(BRYN, bea)
    provisioning.runs(NANT)
    provisioning.runs(BRYN)
    provisioning.extracts(NANT, replace(ann, **gone), bea)
    provisioning.extracts(BRYN, replace(bea, **gone), ann)
    for school in (BRYN, NANT):  # each by itself, as by two machines
        provision_batch(provisioning.at(), [school.number], started_by="schedule", slot=NOW)
    assert follow(provisioning) == [(BRYN.number, {"match": 1})]
    assert {account.upn: account.school for account in provisioning.accounts()} == {
        ann.upn: BRYN.number,
        bea.upn: NANT.number,
    }
    assert due(provisioning) == []
