"""A run: the accounts it makes, its counts and notes, and what a second run finds."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from provisioning.errors import KnownError
from provisioning.records.accounts import Status
from provisioning.records.people import Kind
from provisioning.records.runs import RunStatus
from provisioning.runs.school_run import dry_run, provision
from provisioning.store import accounts, coverage
from provisioning.store.runs import COUNTS
from provisioning.store.tables.accounts import AccountRow
from provisioning.store.tables.runs import NoteRow
from tests.builders import GLAN, NANT, NOW, Schools, learner, staff_member, upn
from tests.provisioning.runs.run_builders import LEFT, SEREN, counts

pytestmark = pytest.mark.both_databases


# One run


def test_a_first_run_makes_accounts(provisioning: Schools) -> None:
    provisioning.extracts(GLAN, learner(1), learner(2, forename="Mali"), staff_member())
    run = provisioning.runs(GLAN)
    assert (run.status, counts(run), run.error) == (RunStatus.SUCCEEDED, {"create": 3}, None)
    assert (run.started_at, run.finished_at, run.started_by) == (NOW, NOW, "test")
    assert [(a.username, a.kind, a.identifier, a.status) for a in provisioning.accounts(GLAN)] == [
        ("EvansJ@hwbcymru.net", Kind.STAFF, "JEV", Status.ACTIVE),
        ("EvansM@hwbcymru.net", Kind.LEARNER, upn(2), Status.ACTIVE),
        ("EvansS@hwbcymru.net", Kind.LEARNER, upn(1), Status.ACTIVE),
    ]


def test_every_count_of_the_contract_is_there(provisioning: Schools) -> None:
    provisioning.extracts(GLAN)
    run = provisioning.runs(GLAN)
    assert list(run.counts) == list(COUNTS)
    assert set(run.counts.values()) == {0}
    assert sorted(COUNTS) == [
        "blocked",
        "create",
        "doubtful",
        "held",
        "match",
        "paused",
        "reactivate",
        "refused",
        "rejected",
        "release",
        "unchanged",
        "update",
        "vanished",
    ]


def test_the_counts_of_an_ordinary_run(provisioning: Schools) -> None:
    provisioning.extracts(NANT, learner(9), learner(8, leaving_date=LEFT, admission_date=date(2020, 9, 1)))
    provisioning.extracts(
        GLAN, learner(1), learner(2), learner(3), learner(4), staff_member(leaving_date=None)
    )
    provisioning.runs(GLAN)
    provisioning.runs(NANT)
    provisioning.extracts(
        GLAN,
        learner(1),  # unchanged
        learner(2, class_name="7B"),  # update
        learner(3, leaving_date=LEFT, admission_date=date(2025, 9, 1)),  # release
        learner(5, forename="Mali"),  # create
        learner(6, surname=""),  # rejected
        learner(9),  # blocked
        staff_member(),  # unchanged; learner 4 has vanished
    )
    assert counts(provisioning.runs(GLAN)) == {
        "unchanged": 2,
        "update": 1,
        "release": 1,
        "create": 1,
        "rejected": 1,
        "blocked": 1,
        "vanished": 1,
    }


def test_the_pause_of_2025_is_counted_and_keeps_the_account(provisioning: Schools) -> None:
    leaver = learner(1, year_group="11", admission_date=date(2020, 9, 1))
    provisioning.extracts(GLAN, leaver)
    provisioning.runs(GLAN, at=datetime(2025, 5, 1, 8, 0, tzinfo=UTC))
    provisioning.extracts(GLAN, replace(leaver, leaving_date=date(2025, 6, 20)))
    paused = provisioning.runs(GLAN, at=datetime(2025, 8, 28, 8, 0, tzinfo=UTC))
    assert (paused.status, counts(paused)) == (RunStatus.SUCCEEDED, {"paused": 1})
    assert provisioning.account(leaver).active
    assert counts(provisioning.runs(GLAN, at=datetime(2025, 8, 29, 8, 0, tzinfo=UTC))) == {"release": 1}


def test_what_is_noticed_is_kept_with_the_run(provisioning: Schools) -> None:
    provisioning.extracts(NANT, learner(2), learner(3))
    provisioning.runs(NANT)
    provisioning.extracts(NANT, learner(1, surname=""), learner(2, forename="Sêr"))
    run = provisioning.runs(NANT)
    provisioning.extracts(GLAN, learner(3))
    other = provisioning.runs(GLAN)
    with provisioning.database.reading() as session:
        notes = session.scalars(select(NoteRow).order_by(NoteRow.run, NoteRow.kind)).all()
        found = [(n.run, n.kind, n.person, n.identifier, n.school, n.file, n.line, n.reason) for n in notes]
    assert found == [
        (run.id, "name-differs", "learner", upn(2), None, None, None, None),
        (run.id, "rejected", "learner", upn(1), None, "learners.csv", 2, "name-missing"),
        (run.id, "vanished", "learner", upn(3), None, None, None, None),
        (other.id, "blocked", "learner", upn(3), NANT.number, None, None, None),
    ]


def test_an_unknown_school_does_not_run(provisioning: Schools) -> None:
    with pytest.raises(KnownError) as raised:
        provision(provisioning.at(), "6609999", started_by="test")
    assert raised.value.said.key == "error.school-unknown"
    assert provisioning.statuses() == []


# Again


def test_a_second_run_finds_nothing_to_do(provisioning: Schools) -> None:
    provisioning.extracts(GLAN, learner(1), learner(2, leaving_date=LEFT), staff_member())
    provisioning.runs(GLAN)
    before = provisioning.accounts()
    run = provisioning.runs(GLAN)
    assert (run.status, counts(run)) == (RunStatus.SUCCEEDED, {"unchanged": 2})
    assert provisioning.journal(run) == []
    assert provisioning.accounts() == before


def test_a_dry_run_tells_and_changes_nothing(provisioning: Schools) -> None:
    provisioning.extracts(GLAN, SEREN)
    run, proposal = dry_run(provisioning.at(), GLAN.number)
    assert (run.id, run.status, counts(run)) == (None, RunStatus.SUCCEEDED, {"create": 1})
    assert proposal is not None
    assert len(proposal.plan.changes) == 1
    assert (provisioning.accounts(), provisioning.statuses()) == ([], [])


def test_what_the_last_successful_run_had_follows_every_run(provisioning: Schools) -> None:
    for people in ([learner(1), learner(2)], [learner(1, class_name="7B"), staff_member()], []):
        provisioning.extracts(GLAN, *people)
        provisioning.runs(GLAN)
        with provisioning.database.reading() as session:
            covered = coverage.covered(session, GLAN.number)
        assert {(record.identifier, record.class_name) for record in covered.values()} == {
            (person.identifier, getattr(person, "class_name", None)) for person in people
        }


def test_a_lost_row_of_the_present_stay_ends_no_account_however_often_it_runs(
    provisioning: Schools,
) -> None:
    present = learner(1, admission_date=date(2024, 9, 2))
    earlier = replace(present, admission_date=date(2020, 9, 1), leaving_date=date(2022, 7, 21))
    provisioning.extracts(GLAN, earlier, present)
    provisioning.runs(GLAN)
    for others in ([], [learner(2, forename="Mali")]):
        provisioning.extracts(GLAN, earlier, *others)
        assert counts(provisioning.runs(GLAN))["vanished"] == 1
        assert provisioning.account(present).status is Status.ACTIVE
    provisioning.extracts(GLAN, earlier, replace(present, leaving_date=LEFT))
    assert counts(provisioning.runs(GLAN))["release"] == 1


def test_accounts_made_by_hand_outlive_every_run(provisioning: Schools) -> None:
    with provisioning.database.writing() as session:
        for number, kind in enumerate((Kind.NON_MIS, Kind.GOVERNOR)):
            name = f"Hand{number}@hwbcymru.net"
            session.add(
                AccountRow(
                    kind=kind.value,
                    school=GLAN.number,
                    username=name,
                    username_key=name.casefold(),
                    surname="Hand",
                    forename="Made",
                    status="active",
                )
            )
    before = provisioning.accounts()
    provisioning.extracts(GLAN)
    assert counts(provisioning.runs(GLAN)) == {}
    assert provisioning.accounts() == before
    with provisioning.database.reading() as session:
        assert [a.username for a in accounts.listed(session, GLAN.number, Kind.GOVERNOR)] == [
            "Hand1@hwbcymru.net"
        ]
