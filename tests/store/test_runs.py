"""Runs on a real database: all of it or nothing, a journal of every change, nothing left to do afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select

from provisioning.errors import KnownError
from provisioning.records import Kind, RunStatus, Status
from provisioning.runs.batches import provision_batch
from provisioning.runs.school_run import dry_run, provision
from provisioning.store import accounts, runs
from provisioning.store.database import Database
from provisioning.store.runs import COUNTS, Run
from provisioning.store.tables import AccountRow, CoveredRow, JournalRow, NoteRow
from tests.builders import BRYN, GLAN, NANT, NOW, House, learner, staff_member, upn, write

LEFT = date(2026, 7, 17)
JULY = datetime(2026, 7, 10, 8, 0, tzinfo=UTC)
AUGUST = datetime(2026, 8, 26, 8, 0, tzinfo=UTC)

SEREN_AT_NANT = learner(1, year_group="6", class_name="6A", admission_date=date(2019, 9, 1))
SEREN_LEAVES_NANT = replace(SEREN_AT_NANT, leaving_date=LEFT)
SEREN = learner(1)


def counts(run: Run) -> dict[str, int]:
    """The counts that are not 0."""
    return {name: count for name, count in run.counts.items() if count}


@contextmanager
def breaking(database: Database, table: str) -> Iterator[None]:
    """The database breaks off when rows come into a table."""

    def break_off(_connection: Any, _cursor: Any, sql: str, *_rest: Any) -> None:
        if sql.startswith((f"INSERT INTO {table}", f"COPY {table}")):
            raise OSError("the disk is full")

    event.listen(database.engine, "before_cursor_execute", break_off)
    try:
        yield
    finally:
        event.remove(database.engine, "before_cursor_execute", break_off)


# One run


def test_a_first_run_makes_accounts(provisioning: House) -> None:
    provisioning.extracts(GLAN, learner(1), learner(2, forename="Mali"), staff_member())
    run = provisioning.runs(GLAN)
    assert (run.status, counts(run), run.error) == (RunStatus.SUCCEEDED, {"create": 3}, None)
    assert (run.started_at, run.finished_at, run.started_by) == (NOW, NOW, "test")
    assert [(a.username, a.kind, a.identifier, a.status) for a in provisioning.accounts(GLAN)] == [
        ("EvansJ@hwbcymru.net", Kind.STAFF, "JEV", Status.ACTIVE),
        ("EvansM@hwbcymru.net", Kind.LEARNER, upn(2), Status.ACTIVE),
        ("EvansS@hwbcymru.net", Kind.LEARNER, upn(1), Status.ACTIVE),
    ]


def test_every_count_of_the_contract_is_there(provisioning: House) -> None:
    provisioning.extracts(GLAN)
    run = provisioning.runs(GLAN)
    assert list(run.counts) == list(COUNTS)
    assert set(run.counts.values()) == {0}
    assert sorted(COUNTS) == [
        "blocked",
        "create",
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


def test_the_counts_of_an_ordinary_run(provisioning: House) -> None:
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
        learner(5),  # create
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


def test_the_pause_of_2025_is_counted_and_keeps_the_account(provisioning: House) -> None:
    leaver = learner(1, year_group="11", admission_date=date(2020, 9, 1))
    provisioning.extracts(GLAN, leaver)
    provisioning.runs(GLAN, at=datetime(2025, 5, 1, 8, 0, tzinfo=UTC))
    provisioning.extracts(GLAN, replace(leaver, leaving_date=date(2025, 6, 20)))
    paused = provisioning.runs(GLAN, at=datetime(2025, 8, 28, 8, 0, tzinfo=UTC))
    assert (paused.status, counts(paused)) == (RunStatus.SUCCEEDED, {"paused": 1})
    assert provisioning.account(leaver).active
    assert counts(provisioning.runs(GLAN, at=datetime(2025, 8, 29, 8, 0, tzinfo=UTC))) == {"release": 1}


def test_what_is_noticed_is_kept_with_the_run(provisioning: House) -> None:
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


def test_an_unknown_school_does_not_run(provisioning: House) -> None:
    with pytest.raises(KnownError) as raised:
        provision(provisioning.at(), "6609999", started_by="test")
    assert raised.value.said.key == "error.school-unknown"
    assert provisioning.statuses() == []


# Journal


def test_the_journal_has_each_change_before_and_after_in_the_order_of_changes(provisioning: House) -> None:
    stay = [learner(number) for number in range(20, 24)]
    provisioning.extracts(NANT, learner(1), learner(2), staff_member("OLD"), learner(3), *stay)
    provisioning.extracts(GLAN, learner(4), learner(5), staff_member("TWO"))
    provisioning.runs(NANT, at=JULY + timedelta(days=45))
    provisioning.runs(GLAN, at=JULY + timedelta(days=45))
    provisioning.extracts(
        NANT, *(learner(n, leaving_date=LEFT, admission_date=date(2020, 9, 1)) for n in (1, 2, 3)), *stay
    )
    provisioning.runs(NANT, at=AUGUST)
    left = replace(staff_member("TWO"), start_date=date(2020, 9, 1), leaving_date=LEFT)
    provisioning.extracts(GLAN, learner(4), learner(5), left)
    provisioning.runs(GLAN, at=AUGUST)
    provisioning.extracts(
        GLAN,
        learner(1),  # match
        learner(4, leaving_date=LEFT, admission_date=date(2020, 9, 1)),  # release
        learner(5, class_name="7B"),  # update
        learner(6),  # create
        staff_member("TWO"),  # reactivate
    )
    run = provisioning.runs(GLAN)
    journal = provisioning.journal(run)
    assert [kind for kind, *_ in journal] == ["release", "match", "reactivate", "create", "update"]
    release, match, reactivate, create, update = journal
    assert release[1:] == (
        provisioning.account(learner(4)).id,
        {"status": "active", "released_from": None, "released_at": None},
        {"status": "inactive", "released_from": GLAN.number, "released_at": NOW.isoformat()},
    )
    details = {"upn": upn(1), "year_group": "7", "class_name": "7A"}
    assert match[1:] == (
        provisioning.account(learner(1)).id,
        details
        | {
            "status": "inactive",
            "school": NANT.number,
            "released_from": NANT.number,
            "released_at": AUGUST.isoformat(),
            "arrived_from": None,
            "arrived_at": None,
        },
        details
        | {
            "status": "active",
            "school": GLAN.number,
            "released_from": None,
            "released_at": None,
            "arrived_from": NANT.number,
            "arrived_at": NOW.isoformat(),
        },
    )
    assert reactivate[2] == {
        "status": "inactive",
        "school": GLAN.number,
        "released_from": GLAN.number,
        "released_at": AUGUST.isoformat(),
    }
    assert reactivate[3] == {
        "status": "active",
        "school": GLAN.number,
        "released_from": None,
        "released_at": None,
    }
    assert (create[1], create[2]) == (provisioning.account(learner(6)).id, None)
    assert {"surname": "Evans", "forename": "Seren", "upn": upn(6)}.items() <= create[3].items()
    assert update[2:] == (
        {"upn": upn(5), "year_group": "7", "class_name": "7A"},
        {"upn": upn(5), "year_group": "7", "class_name": "7B"},
    )


def test_what_a_change_does_not_name_stays(provisioning: House) -> None:
    """Names and usernames stay as Hwb has them, whatever the MIS says later."""
    provisioning.extracts(GLAN, SEREN)
    provisioning.runs(GLAN)
    before = provisioning.account(SEREN)
    provisioning.extracts(GLAN, replace(SEREN, surname="Parry", forename="Sêr", class_name="7B"))
    provisioning.runs(GLAN)
    assert provisioning.account(SEREN) == replace(before, class_name="7B")


# All or nothing


@pytest.mark.parametrize("table", ["accounts", "journal", "run_notes", "covered_records"])
def test_a_run_that_breaks_in_the_middle_changes_nothing(provisioning: House, table: str) -> None:
    provisioning.extracts(GLAN, learner(1), learner(2))
    provisioning.runs(GLAN)
    before = provisioning.accounts()
    provisioning.extracts(
        GLAN, learner(1, class_name="7B"), learner(3), learner(4, surname=""), staff_member()
    )
    with breaking(provisioning.database, table):
        run = provisioning.runs(GLAN)
    assert (run.status, counts(run)) == (RunStatus.FAILED, {})
    assert run.error is not None
    assert run.error.key == "error.run-unexpected"
    assert provisioning.accounts() == before
    with provisioning.database.reading() as session:
        assert {row.run for row in session.scalars(select(JournalRow))} == {1}
        assert session.scalars(select(NoteRow)).all() == []
        assert sorted(session.scalars(select(CoveredRow.identifier))) == sorted([upn(1), upn(2)])
    assert counts(provisioning.runs(GLAN)) == {"update": 1, "create": 2, "rejected": 1, "vanished": 1}


def test_a_file_problem_fails_the_run_and_changes_nothing(provisioning: House) -> None:
    provisioning.extracts(GLAN, SEREN)
    provisioning.runs(GLAN)
    before = provisioning.accounts()
    write(provisioning.folder / GLAN.number / "staff.csv", [])
    run = provisioning.runs(GLAN)
    assert (run.status, counts(run)) == (RunStatus.FAILED, {})
    assert run.error is not None
    assert run.error.values["file"] == "staff.csv"
    assert provisioning.accounts() == before


def test_a_school_without_an_extract_fails_alone(provisioning: House) -> None:
    provisioning.extracts(GLAN, SEREN)
    batch = provision_batch(provisioning.at(), [NANT.number, GLAN.number], started_by="test")
    assert {run.school: run.status for run in batch.runs} == {
        NANT.number: RunStatus.FAILED,
        GLAN.number: RunStatus.SUCCEEDED,
    }


# Again


def test_a_second_run_finds_nothing_to_do(provisioning: House) -> None:
    provisioning.extracts(GLAN, learner(1), learner(2, leaving_date=LEFT), staff_member())
    provisioning.runs(GLAN)
    before = provisioning.accounts()
    run = provisioning.runs(GLAN)
    assert (run.status, counts(run)) == (RunStatus.SUCCEEDED, {"unchanged": 2})
    assert provisioning.journal(run) == []
    assert provisioning.accounts() == before


def test_a_dry_run_tells_and_changes_nothing(provisioning: House) -> None:
    provisioning.extracts(GLAN, SEREN)
    run, proposal = dry_run(provisioning.at(), GLAN.number)
    assert (run.id, run.status, counts(run)) == (None, RunStatus.SUCCEEDED, {"create": 1})
    assert proposal is not None
    assert len(proposal.plan.changes) == 1
    assert (provisioning.accounts(), provisioning.statuses()) == ([], [])


def test_what_the_last_successful_run_had_follows_every_run(provisioning: House) -> None:
    for people in ([learner(1), learner(2)], [learner(1, class_name="7B"), staff_member()], []):
        provisioning.extracts(GLAN, *people)
        provisioning.runs(GLAN)
        with provisioning.database.reading() as session:
            covered = runs.covered(session, GLAN.number)
        assert {(one.identifier, one.class_name) for one in covered.values()} == {
            (one.identifier, getattr(one, "class_name", None)) for one in people
        }


# From school to school


def test_a_learner_moves_up_from_primary_to_secondary(provisioning: House) -> None:
    provisioning.extracts(NANT, SEREN_AT_NANT)
    provisioning.runs(NANT, at=JULY)
    first = provisioning.account(SEREN)

    provisioning.extracts(GLAN, SEREN)  # admitted, but not yet let go
    assert counts(provisioning.runs(GLAN, at=AUGUST)) == {"blocked": 1}
    assert provisioning.account(SEREN) == first

    provisioning.extracts(NANT, SEREN_LEAVES_NANT)
    assert counts(provisioning.runs(NANT, at=AUGUST)) == {"release": 1}
    assert provisioning.account(SEREN) == replace(
        first, status=Status.INACTIVE, released_from=NANT.number, released_at=AUGUST
    )

    assert counts(provisioning.runs(GLAN)) == {"match": 1}
    assert provisioning.account(SEREN) == replace(
        first,
        school=GLAN.number,
        year_group="7",
        class_name="7A",
        arrived_from=NANT.number,
        arrived_at=NOW,
    )
    assert counts(provisioning.runs(NANT)) == {}


def test_a_learner_comes_back(provisioning: House) -> None:
    provisioning.extracts(NANT, SEREN_AT_NANT)
    provisioning.runs(NANT, at=JULY)
    provisioning.extracts(NANT, SEREN_LEAVES_NANT)
    provisioning.runs(NANT, at=AUGUST)
    provisioning.extracts(NANT, replace(SEREN_AT_NANT, class_name="6B"))
    assert counts(provisioning.runs(NANT)) == {"reactivate": 1}
    back = provisioning.account(SEREN)
    assert (back.status, back.released_from, back.released_at, back.class_name) == (
        Status.ACTIVE,
        None,
        None,
        "6B",
    )
    assert back.arrived_from is None


def test_an_account_found_by_former_upn_keeps_its_username_and_holds_the_new_upn(provisioning: House) -> None:
    provisioning.extracts(NANT, SEREN_AT_NANT)
    provisioning.runs(NANT, at=JULY)
    provisioning.extracts(NANT, SEREN_LEAVES_NANT)
    provisioning.runs(NANT, at=AUGUST)
    provisioning.extracts(GLAN, learner(2, former_upn=upn(1)))
    assert counts(provisioning.runs(GLAN)) == {"match": 1}
    (account,) = provisioning.accounts()
    assert (account.upn, account.username, account.arrived_from) == (
        upn(2),
        "EvansS@hwbcymru.net",
        NANT.number,
    )
    assert counts(provisioning.runs(GLAN)) == {"unchanged": 1}


def test_staff_get_a_new_account_at_the_new_school(provisioning: House) -> None:
    provisioning.extracts(NANT, staff_member())
    provisioning.runs(NANT)
    provisioning.extracts(NANT, staff_member(leaving_date=date(2026, 9, 7)))
    provisioning.runs(NANT)
    provisioning.extracts(GLAN, staff_member())
    assert counts(provisioning.runs(GLAN)) == {"create": 1}
    assert [(a.school, a.status, a.username) for a in provisioning.accounts()] == [
        (NANT.number, Status.INACTIVE, "EvansJ@hwbcymru.net"),
        (GLAN.number, Status.ACTIVE, "EvansJ2@hwbcymru.net"),
    ]


def test_in_a_batch_the_previous_school_goes_first(provisioning: House) -> None:
    """By number Nant would go first; it is the move that decides."""
    provisioning.extracts(GLAN, SEREN_AT_NANT)
    provisioning.runs(GLAN, at=JULY)
    provisioning.extracts(GLAN, SEREN_LEAVES_NANT)
    provisioning.extracts(NANT, SEREN)
    batch = provision_batch(provisioning.at(), [NANT.number, GLAN.number], started_by="test")
    assert [(run.school, counts(run)) for run in batch.runs] == [
        (GLAN.number, {"release": 1}),
        (NANT.number, {"match": 1}),
    ]


def test_two_schools_that_swap_learners_are_done_in_one_batch(provisioning: House) -> None:
    ann, bea = learner(1), learner(2)
    gone = {"leaving_date": LEFT, "admission_date": date(2020, 9, 1)}
    provisioning.extracts(NANT, ann)
    provisioning.extracts(BRYN, bea)
    provisioning.runs(NANT)
    provisioning.runs(BRYN)
    provisioning.extracts(NANT, replace(ann, **gone), bea)
    provisioning.extracts(BRYN, replace(bea, **gone), ann)
    batch = provision_batch(provisioning.at(), [NANT.number, BRYN.number], started_by="test")
    assert [(run.school, counts(run)) for run in batch.runs] == [
        (NANT.number, {"release": 1, "blocked": 1}),
        (BRYN.number, {"release": 1, "match": 1}),
        (NANT.number, {"match": 1}),
    ]
    assert {a.upn: a.school for a in provisioning.accounts() if a.active} == {
        upn(1): BRYN.number,
        upn(2): NANT.number,
    }


def test_accounts_made_by_hand_outlive_every_run(provisioning: House) -> None:
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
