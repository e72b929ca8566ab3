"""Never doubled: many processes that want the same school, the same slot or the same usernames at once."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from provisioning.records.people import Kind, Learner
from provisioning.records.runs import RunStatus
from provisioning.records.schools import School
from provisioning.store import run_listing, schools
from tests.builders import GLAN, NANT, NOW, Schools, learner
from tests.provisioning.runs.forking import Job, Run

pytestmark = pytest.mark.both_databases

SLOT = datetime(2026, 9, 7, 5, 0, tzinfo=UTC).isoformat()
MANY = 8
SUCCEEDED = RunStatus.SUCCEEDED.value
LEFT = {"admission_date": date(2020, 9, 1), "leaving_date": date(2026, 9, 1)}


def test_many_that_want_one_slot_run_it_once(provisioning: Schools, processes: Run) -> None:
    provisioning.extracts(GLAN, *(learner(number) for number in range(1, 40)))
    jobs = [Job("provision", GLAN.number, NOW.isoformat(), slot=SLOT)] * MANY
    outcomes = Counter(processes(*jobs))
    assert outcomes[SUCCEEDED] == 1
    assert set(outcomes) <= {SUCCEEDED, "error.run-under-way", "error.run-slot-taken"}
    assert provisioning.statuses() == [(GLAN.number, SUCCEEDED)]
    assert len(provisioning.accounts()) == 39
    assert processes(*jobs) == ["error.run-slot-taken"] * MANY


def test_many_that_find_nothing_changed_take_one_slot(provisioning: Schools, processes: Run) -> None:
    provisioning.extracts(GLAN, *(learner(number) for number in range(1, 40)))
    provisioning.runs(GLAN)
    outcomes = Counter(processes(*[Job("provision", GLAN.number, NOW.isoformat(), slot=SLOT)] * MANY))
    assert outcomes[SUCCEEDED] == 1
    assert set(outcomes) <= {SUCCEEDED, "error.run-under-way", "error.run-slot-taken"}
    assert provisioning.statuses() == [(GLAN.number, SUCCEEDED)] * 2


def test_many_that_want_one_school_run_one_after_another(provisioning: Schools, processes: Run) -> None:
    provisioning.extracts(GLAN, *(learner(number) for number in range(1, 40)))
    outcomes = Counter(processes(*[Job("provision", GLAN.number, NOW.isoformat())] * MANY))
    assert outcomes[SUCCEEDED] >= 1
    assert set(outcomes) <= {SUCCEEDED, "error.run-under-way"}
    assert provisioning.statuses() == [(GLAN.number, SUCCEEDED)] * outcomes[SUCCEEDED]
    assert len(provisioning.accounts()) == 39


@pytest.mark.parametrize(("act", "again"), [("approve", "error.run-not-held"), ("undo", "error.undo-twice")])
def test_many_that_decide_on_one_run_decide_once(
    provisioning: Schools, processes: Run, act: str, again: str
) -> None:
    people = [learner(number, year_group="9", admission_date=date(2020, 9, 1)) for number in range(1, 31)]
    provisioning.extracts(GLAN, *people)
    provisioning.runs(GLAN)
    provisioning.extracts(
        GLAN, *(replace(person, **LEFT) for person in people[:20]), *people[20:], learner(99)
    )
    held = provisioning.runs(GLAN)
    assert held.status is RunStatus.HELD
    outcomes = Counter(processes(*[Job(act, held.known_id, NOW.isoformat())] * MANY))
    assert outcomes[SUCCEEDED] == 1
    assert set(outcomes) <= {SUCCEEDED, again, "error.run-under-way"}
    assert sum(status == SUCCEEDED for _, status in provisioning.statuses()) == 2
    assert processes(Job(act, held.known_id, NOW.isoformat())) == [again]


@pytest.fixture
def eight(provisioning: Schools) -> list[School]:
    """Eight secondary schools."""
    found = [replace(GLAN, number=f"680{4001 + number}") for number in range(MANY)]
    with provisioning.database.writing() as session:
        schools.put(session, found)
    return found


def test_schools_that_give_out_the_same_usernames_and_swap_learners(
    provisioning: Schools, processes: Run, eight: list[School]
) -> None:
    """All learners are called Evans; every school's learners go on to the next, all schools at once."""
    jobs = [Job("provision", school.number, NOW.isoformat()) for school in eight]
    people: dict[str, list[Learner]] = {
        school.number: [learner(place * 30 + number + 1, year_group="11") for number in range(30)]
        for place, school in enumerate(eight)
    }
    for school in eight:
        provisioning.extracts(school, *people[school.number])
    assert processes(*jobs) == [SUCCEEDED] * MANY
    first = {account.upn: account for account in provisioning.accounts()}
    assert len({account.username for account in first.values()}) == len(first) == MANY * 30

    for place, school in enumerate(eight):
        gone = [replace(person, **LEFT) for person in people[school.number]]
        provisioning.extracts(school, *gone, *people[eight[place - 1].number])
    # A school that ran before the previous school had let go has to run again; no run fails.
    for _ in range(3):
        assert processes(*jobs) == [SUCCEEDED] * MANY
    accounts = provisioning.accounts()
    assert all(account.active for account in accounts)
    assert {account.upn: account.username for account in accounts} == {
        upn: account.username for upn, account in first.items()
    }
    assert {account.upn: account.school for account in accounts} == {
        person.upn: eight[(place + 1) % MANY].number
        for place, school in enumerate(eight)
        for person in people[school.number]
    }


def test_batches_of_the_same_schools_run_each_once(
    provisioning: Schools, processes: Run, eight: list[School]
) -> None:
    """The first to take a school, alone or with others, has it; a slot has one run."""
    for place, school in enumerate(eight):
        provisioning.extracts(school, *(learner(place * 30 + number + 1) for number in range(30)))
    wanted = " ".join(school.number for school in eight)
    batches = [Job("batch", wanted, NOW.isoformat(), slot=SLOT)] * 3
    alone = [Job("provision", eight[3].number, NOW.isoformat(), slot=SLOT)]
    told = processes(*batches, *alone)
    ran = [number for said in told[:3] for number in said.split()]
    ran += [eight[3].number] * (told[3] == SUCCEEDED)
    assert sorted(ran) == wanted.split()
    assert sorted(provisioning.statuses()) == [(number, SUCCEEDED) for number in wanted.split()]
    assert (
        len({account.username for account in provisioning.accounts()})
        == len(provisioning.accounts())
        == MANY * 30
    )


def test_schools_that_all_have_the_same_new_learner_make_one_account(
    provisioning: Schools, processes: Run, eight: list[School]
) -> None:
    for school in eight:
        provisioning.extracts(school, learner(1), learner(2), learner(3))
    outcomes = processes(*[Job("provision", school.number, NOW.isoformat()) for school in eight])
    assert outcomes == [SUCCEEDED] * MANY
    accounts = provisioning.accounts()
    assert len({account.upn for account in accounts}) == len(accounts) == 3
    assert [account.username for account in accounts if account.kind is Kind.LEARNER] == [
        "EvansS2@hwbcymru.net",
        "EvansS3@hwbcymru.net",
        "EvansS@hwbcymru.net",
    ]


def test_a_learner_released_once_is_matched_once(
    provisioning: Schools, processes: Run, eight: list[School]
) -> None:
    provisioning.extracts(NANT, learner(1))
    provisioning.runs(NANT)
    provisioning.extracts(NANT, learner(1, **LEFT))
    provisioning.runs(NANT)
    for school in eight:
        provisioning.extracts(school, learner(1))
    assert (
        processes(*[Job("provision", school.number, NOW.isoformat()) for school in eight])
        == [SUCCEEDED] * MANY
    )
    with provisioning.database.reading() as session:
        matched = [run for run in run_listing.newest(session, None, MANY) if run.counts["match"]]
    assert len(matched) == 1
    assert provisioning.account(learner(1)).school == matched[0].school
