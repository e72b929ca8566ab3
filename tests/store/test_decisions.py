"""People's decisions on what is held, and the way back: approve, reject, undo, relax, reconsider."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from diagnostics.walk import Question
from provisioning.errors import KnownError
from provisioning.records import Extract, Learner, RunStatus, School, Status
from provisioning.runs.approvals import approve, reject
from provisioning.runs.school_run import dry_run
from provisioning.runs.undo import Undone, undo
from provisioning.sources.extract_folder import ExtractFolder
from provisioning.store import decisions
from provisioning.store.decisions import Relaxation
from provisioning.store.runs import Run
from provisioning.store.tables import NoteRow
from tests.builders import BRYN, GLAN, NANT, NOW, House, learner, staff_member, upn, write

LONG_AGO = date(2020, 9, 1)
LEFT = date(2026, 7, 17)
LATER = NOW + timedelta(hours=2)
PUPILS = [learner(number, year_group="9", admission_date=LONG_AGO) for number in range(1, 41)]
NEW = learner(90)


def left(people: list[Learner]) -> list[Learner]:
    return [replace(one, leaving_date=LEFT) for one in people]


def counts(run: Run) -> dict[str, int]:
    return {name: count for name, count in run.counts.items() if count}


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(KnownError) as raised:
        act()
    return raised.value.said.key


def approves(provisioning: House, run: Run, at: datetime = LATER) -> Run:
    return approve(provisioning.at(at), run.known_id, by="Alys")


def rejects(provisioning: House, run: Run, at: datetime = LATER) -> Run:
    return reject(provisioning.at(at), run.known_id, by="Alys")


def undoes(provisioning: House, run: Run, at: datetime = LATER) -> Undone:
    return undo(provisioning.at(at), run.known_id, by="Alys")


def noted(provisioning: House, run: Run) -> list[tuple[str, str]]:
    with provisioning.database.reading() as session:
        rows = session.scalars(select(NoteRow).where(NoteRow.run == run.id).order_by(NoteRow.id))
        return [(row.kind, row.identifier) for row in rows]


class CountingShelf(ExtractFolder):
    """Extracts that note which school's was read, as often as it was."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.read_of: list[str] = []

    def read(self, school: School, today: date) -> Extract:
        self.read_of.append(school.number)
        return super().read(school, today)


def active(provisioning: House) -> set[str]:
    return {account.identifier for account in provisioning.accounts() if account.active}


@pytest.fixture
def held(provisioning: House) -> Run:
    """Twenty of forty leave at once, somebody changes class, and somebody new comes."""
    provisioning.extracts(GLAN, *PUPILS)
    provisioning.runs(GLAN)
    provisioning.extracts(GLAN, *left(PUPILS[:20]), replace(PUPILS[20], class_name="7B"), *PUPILS[21:], NEW)
    return provisioning.runs(GLAN)


# Held


def test_what_is_held_waits_and_the_rest_is_done(provisioning: House, held: Run) -> None:
    assert (held.status, held.held_by) == (RunStatus.HELD, ("too-many-leavers",))
    assert counts(held) == {"held": 20, "update": 1, "create": 1, "unchanged": 19}
    (hold,) = held.holds
    assert (hold.measured, hold.total, hold.percent) == (20, 40, 10)
    assert active(provisioning) == {one.upn for one in (*PUPILS, NEW)}
    assert [kind for kind, *_ in provisioning.journal(held)] == ["create", "update"]


def test_a_dry_run_shows_what_would_be_held(provisioning: House, held: Run) -> None:
    run, proposal = dry_run(provisioning.at(), GLAN.number)
    assert (run.status, run.held_by, counts(run)) == (
        RunStatus.HELD,
        ("too-many-leavers",),
        {"held": 20, "unchanged": 21},
    )
    assert proposal is not None
    assert len(proposal.held) == 20
    assert proposal.free == ()


def test_it_is_held_again_until_somebody_decides(provisioning: House, held: Run) -> None:
    again = provisioning.runs(GLAN, at=LATER)
    assert (again.status, counts(again)) == (RunStatus.HELD, {"held": 20, "unchanged": 21})
    assert provisioning.statuses() == [
        (GLAN.number, "succeeded"),
        (GLAN.number, "held"),
        (GLAN.number, "held"),
    ]


def test_a_shrunk_extract_is_held_as_a_whole(provisioning: House) -> None:
    provisioning.extracts(GLAN, *PUPILS)
    provisioning.runs(GLAN)
    provisioning.extracts(GLAN, *PUPILS[:20], NEW)
    run = provisioning.runs(GLAN)
    assert (run.status, run.held_by) == (RunStatus.HELD, ("extract-shrunk",))
    assert counts(run) == {"held": 1, "unchanged": 20, "vanished": 20}
    assert provisioning.journal(run) == []
    provisioning.extracts(GLAN, *PUPILS, NEW)  # the whole file, this time
    assert counts(provisioning.runs(GLAN)) == {"create": 1, "unchanged": 40}


# Approved


def test_an_approval_applies_what_was_shown(provisioning: House, held: Run) -> None:
    run = approves(provisioning, held)
    assert (run.id, run.status, run.error) == (held.id, RunStatus.SUCCEEDED, None)
    assert counts(run) == {"release": 20, "update": 1, "create": 1, "unchanged": 21}
    assert (run.decision, run.decided_by, run.finished_at) == ("approved", "Alys", LATER)
    assert active(provisioning) == {one.upn for one in (*PUPILS[20:], NEW)}
    gone = provisioning.account(PUPILS[0])
    assert (gone.status, gone.released_from, gone.released_at) == (Status.INACTIVE, GLAN.number, LATER)
    assert [kind for kind, *_ in provisioning.journal(run)] == ["create", "update", *["release"] * 20]
    assert counts(provisioning.runs(GLAN, at=LATER)) == {"unchanged": 21}


def test_an_approved_run_is_the_last_that_had_the_extract(provisioning: House) -> None:
    provisioning.extracts(GLAN, *PUPILS)
    provisioning.runs(GLAN)
    provisioning.extracts(GLAN, *PUPILS[:20])
    approves(provisioning, provisioning.runs(GLAN))
    run = provisioning.runs(GLAN)
    assert (run.status, counts(run)) == (RunStatus.SUCCEEDED, {"unchanged": 20, "vanished": 20})


def test_an_approved_run_has_the_notes_of_the_day_of_approval(provisioning: House) -> None:
    provisioning.extracts(GLAN, *PUPILS)
    provisioning.runs(GLAN)
    provisioning.extracts(GLAN, *left(PUPILS[:20]), *PUPILS[20:39])  # the last of them is not in the file
    held = provisioning.runs(GLAN)
    assert noted(provisioning, held) == [("vanished", PUPILS[39].upn)]
    provisioning.extracts(
        GLAN, *left(PUPILS[:20]), *PUPILS[20:38], PUPILS[39]
    )  # now it is another one who is not
    run = approves(provisioning, held)
    assert (run.status, run.counts["vanished"]) == (RunStatus.SUCCEEDED, 1)
    assert noted(provisioning, run) == [("vanished", PUPILS[38].upn)]


def test_an_approval_reads_the_extract_once(provisioning: House, held: Run) -> None:
    extract_folder = CountingShelf(provisioning.folder)
    run = approve(replace(provisioning.at(LATER), extract_folder=extract_folder), held.known_id, by="Alys")
    assert (run.status, extract_folder.read_of) == (RunStatus.SUCCEEDED, [GLAN.number])


def test_another_extract_since_then_is_held_again_and_says_what_differs(
    provisioning: House, held: Run
) -> None:
    before = provisioning.accounts()
    provisioning.extracts(GLAN, *left(PUPILS[:18]), *PUPILS[18:36], *left(PUPILS[36:]), NEW)
    run = approves(provisioning, held)
    assert (run.id, run.status) == (held.id, RunStatus.HELD)
    assert run.counts["held"] == 22
    assert run.error is not None
    assert (run.error.key, run.error.values) == ("run.differs", {"more": 4, "fewer": 2})
    assert provisioning.accounts() == before
    assert approves(provisioning, run).counts["release"] == 22


def test_an_extract_that_asks_for_none_of_it_any_more_ends_the_hold(provisioning: House, held: Run) -> None:
    provisioning.extracts(GLAN, *PUPILS, NEW)
    run = approves(provisioning, held)
    assert (run.status, run.error and run.error.values) == (RunStatus.SUCCEEDED, {"more": 0, "fewer": 20})
    assert active(provisioning) == {one.upn for one in (*PUPILS, NEW)}
    assert refused(lambda: approves(provisioning, held)) == "error.run-not-held"


def test_other_accounts_since_then_are_held_again(provisioning: House, held: Run) -> None:
    """One of those who leave has been released already, by a run that was let pass."""
    with provisioning.database.writing() as session:
        decisions.relax(session, relaxation(), NOW)
    provisioning.extracts(GLAN, *left(PUPILS[:1]), *PUPILS[1:], NEW)
    provisioning.runs(GLAN)
    provisioning.extracts(GLAN, *left(PUPILS[:20]), *PUPILS[20:], NEW)
    assert refused(lambda: approves(provisioning, held)) == "error.run-not-held"


def test_what_nothing_holds_back_goes_along_with_an_approval(provisioning: House, held: Run) -> None:
    provisioning.extracts(GLAN, *left(PUPILS[:20]), *PUPILS[20:], NEW, learner(91))
    run = approves(provisioning, held)
    assert (run.status, run.counts["release"], run.counts["create"]) == (RunStatus.SUCCEEDED, 20, 2)
    assert provisioning.account(learner(91)).active


def test_what_has_not_been_shown_is_not_approved_along(provisioning: House, held: Run) -> None:
    jump = [replace(one, year_group="13") for one in PUPILS[20:]]
    provisioning.extracts(GLAN, *left(PUPILS[:20]), *jump, NEW)
    run = approves(provisioning, held)
    assert (run.status, run.held_by) == (RunStatus.HELD, ("year-jump",))
    assert (run.counts["release"], run.counts["held"]) == (20, 20)
    assert {provisioning.account(one).year_group for one in PUPILS} == {"9"}
    done = approves(provisioning, run)
    assert (done.status, done.counts["held"]) == (RunStatus.SUCCEEDED, 0)
    assert {provisioning.account(one).year_group for one in PUPILS[20:]} == {"13"}


def test_the_older_of_two_that_hold_the_same_decides_on_the_newer(provisioning: House, held: Run) -> None:
    newer = provisioning.runs(GLAN, at=LATER)
    run = approves(provisioning, held)
    assert (run.id, run.status, run.counts["release"]) == (newer.id, RunStatus.SUCCEEDED, 20)
    assert refused(lambda: approves(provisioning, held)) == "error.run-not-held"
    assert refused(lambda: approves(provisioning, newer)) == "error.run-not-held"


def test_the_older_of_two_that_hold_something_else_is_over(provisioning: House, held: Run) -> None:
    provisioning.extracts(GLAN, *left(PUPILS[:25]), *PUPILS[25:], NEW)
    newer = provisioning.runs(GLAN)
    for act in (approves, rejects):
        assert refused(lambda act=act: act(provisioning, held)) == "error.run-not-held"  # type: ignore[misc]
    assert approves(provisioning, newer).counts["release"] == 25


def test_a_file_that_could_not_be_read_meanwhile_takes_nobodys_place(provisioning: House, held: Run) -> None:
    write(provisioning.folder / GLAN.number / "learners.csv", [])
    assert provisioning.runs(GLAN).status is RunStatus.FAILED
    before = provisioning.accounts()
    assert refused(lambda: approves(provisioning, held)) == "error.extract-empty"
    assert provisioning.statuses()[-2:] == [(GLAN.number, "held"), (GLAN.number, "failed")]
    assert provisioning.accounts() == before
    provisioning.extracts(GLAN, *left(PUPILS[:20]), *PUPILS[20:], NEW)
    assert approves(provisioning, held).status is RunStatus.SUCCEEDED


def test_an_approval_that_breaks_leaves_the_run_held(
    provisioning: House, held: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = provisioning.accounts()
    with monkeypatch.context() as broken:
        broken.setattr("provisioning.store.accounts.apply", lambda *_args: 1 / 0)
        run = approves(provisioning, held)
    assert (run.status, run.error and run.error.key) == (RunStatus.HELD, "error.run-unexpected")
    assert run.counts == held.counts
    assert provisioning.accounts() == before
    assert approves(provisioning, held).status is RunStatus.SUCCEEDED


@pytest.mark.parametrize("number", [0, -1, 99, 2**31, 2**63, 10**30])
def test_a_run_that_is_not_there(provisioning: House, number: int) -> None:
    for act in (approve, reject, undo):
        assert refused(lambda act=act: act(provisioning.at(), number, by="Alys")) == "error.run-unknown"  # type: ignore[misc]


def test_a_run_that_holds_nothing(provisioning: House) -> None:
    provisioning.extracts(GLAN, *PUPILS)
    run = provisioning.runs(GLAN)
    assert refused(lambda: approves(provisioning, run)) == "error.run-not-held"
    assert refused(lambda: rejects(provisioning, run)) == "error.run-not-held"
    assert provisioning.statuses() == [(GLAN.number, "succeeded")]


# Rejected


def test_rejected_it_stays_undone_and_is_not_asked_again(provisioning: House, held: Run) -> None:
    run = rejects(provisioning, held)
    assert (run.id, run.status, run.decision, run.decided_by) == (
        held.id,
        RunStatus.SUCCEEDED,
        "rejected",
        "Alys",
    )
    again = provisioning.runs(GLAN, at=LATER)
    assert (again.status, again.held_by, counts(again)) == (
        RunStatus.SUCCEEDED,
        (),
        {"refused": 20, "unchanged": 21},
    )
    assert active(provisioning) == {one.upn for one in (*PUPILS, NEW)}
    for act in (approves, rejects):
        assert refused(lambda act=act: act(provisioning, held)) == "error.run-not-held"  # type: ignore[misc]


def test_what_comes_on_top_of_the_rejected_is_asked(provisioning: House, held: Run) -> None:
    rejects(provisioning, held)
    provisioning.extracts(GLAN, *left(PUPILS[:32]), *PUPILS[32:], NEW)
    run = provisioning.runs(GLAN, at=LATER)
    assert (run.status, run.counts["held"]) == (RunStatus.HELD, 12)
    assert approves(provisioning, run).counts["release"] == 12
    assert active(provisioning) == {one.upn for one in (*PUPILS[:20], *PUPILS[32:], NEW)}


def test_a_few_more_on_top_of_the_rejected_are_done(provisioning: House, held: Run) -> None:
    rejects(provisioning, held)
    provisioning.extracts(GLAN, *left(PUPILS[:23]), *PUPILS[23:], NEW)
    assert provisioning.runs(GLAN, at=LATER).counts["release"] == 3


def test_a_rejected_extract_is_refused_as_a_whole_and_another_is_not(provisioning: House) -> None:
    provisioning.extracts(GLAN, *PUPILS)
    provisioning.runs(GLAN)
    provisioning.extracts(GLAN, *PUPILS[:20], NEW)
    rejects(provisioning, provisioning.runs(GLAN))
    again = provisioning.runs(GLAN)
    assert (again.status, counts(again)) == (
        RunStatus.SUCCEEDED,
        {"refused": 1, "unchanged": 20, "vanished": 20},
    )
    assert provisioning.journal(again) == []
    provisioning.extracts(GLAN, *PUPILS[:20], NEW, learner(91))
    asked = provisioning.runs(GLAN)
    assert (asked.status, asked.held_by) == (RunStatus.HELD, ("extract-shrunk",))


def a_year_later(people: list[Learner]) -> list[Learner]:
    return [replace(one, leaving_date=date(2027, 7, 16)) for one in people]


def refusals(provisioning: House) -> int:
    with provisioning.database.reading() as session:
        return len(decisions.refused(session, GLAN.number))


def test_a_release_in_another_year_is_another_change(provisioning: House) -> None:
    """A slip is undone; the same person really leaves a year later, by a row that was never mended."""
    provisioning.extracts(GLAN, *PUPILS)
    provisioning.runs(GLAN)
    provisioning.extracts(GLAN, *left(PUPILS[:1]), *PUPILS[1:])
    undoes(provisioning, provisioning.runs(GLAN))
    assert counts(provisioning.runs(GLAN, at=LATER)) == {"refused": 1, "unchanged": 39}
    assert refusals(provisioning) == 1
    provisioning.extracts(GLAN, *a_year_later(PUPILS[:1]), *PUPILS[1:])
    run = provisioning.runs(GLAN, at=datetime(2027, 7, 20, 9, 0, tzinfo=UTC))
    assert counts(run) == {"release": 1, "unchanged": 39}
    assert refusals(provisioning) == 0


def test_a_refusal_is_forgotten_when_the_slip_is_mended(provisioning: House) -> None:
    provisioning.extracts(GLAN, *PUPILS)
    provisioning.runs(GLAN)
    provisioning.extracts(GLAN, *left(PUPILS[:1]), *PUPILS[1:])
    undoes(provisioning, provisioning.runs(GLAN))
    provisioning.extracts(GLAN, *PUPILS, at=LATER)
    assert counts(provisioning.runs(GLAN, at=LATER)) == {"unchanged": 40}
    assert refusals(provisioning) == 0
    provisioning.extracts(GLAN, *left(PUPILS[:1]), *PUPILS[1:], at=LATER)
    assert provisioning.runs(GLAN, at=LATER).counts["release"] == 1


@pytest.mark.parametrize("meanwhile", ["shrunk", "rejected row", "unreadable"])
def test_a_refusal_outlives_an_extract_that_can_not_be_gone_by(provisioning: House, meanwhile: str) -> None:
    provisioning.extracts(GLAN, *PUPILS)
    provisioning.runs(GLAN)
    gone = (*left(PUPILS[:1]), *PUPILS[1:])
    provisioning.extracts(GLAN, *gone)
    undoes(provisioning, provisioning.runs(GLAN))
    if meanwhile == "shrunk":
        provisioning.extracts(GLAN, *PUPILS[20:])
    elif meanwhile == "rejected row":
        provisioning.extracts(GLAN, replace(PUPILS[0], year_group="Left"), *PUPILS[1:])
    else:
        write(provisioning.folder / GLAN.number / "learners.csv", [])
    provisioning.runs(GLAN, at=LATER)
    provisioning.extracts(GLAN, *gone)
    assert counts(provisioning.runs(GLAN, at=LATER)) == {"refused": 1, "unchanged": 39}
    assert refusals(provisioning) == 1


def test_a_refusal_from_before_changes_had_dates_still_stands(provisioning: House) -> None:
    provisioning.extracts(GLAN, *PUPILS)
    provisioning.runs(GLAN)
    provisioning.extracts(GLAN, *left(PUPILS[:1]), *PUPILS[1:])
    run, proposal = dry_run(provisioning.at(), GLAN.number)
    assert run.counts["release"] == 1
    assert proposal is not None
    (change,) = proposal.plan.changes
    old = decisions.Waiting(change.undated_fingerprint, "release", change.record.kind, PUPILS[0].upn)
    with provisioning.database.writing() as session:
        decisions.refuse(session, GLAN.number, 1, [old])
    assert counts(provisioning.runs(GLAN)) == {"refused": 1, "unchanged": 39}
    assert refusals(provisioning) == 1


def test_reconsidered_the_next_run_asks_again(provisioning: House, held: Run) -> None:
    rejects(provisioning, held)
    with provisioning.database.writing() as session:
        assert decisions.reconsider(session, NANT.number) == 0
        assert decisions.reconsider(session, GLAN.number) == 20
    run = provisioning.runs(GLAN)
    assert (run.status, run.counts["held"]) == (RunStatus.HELD, 20)
    assert approves(provisioning, run).counts["release"] == 20


def test_a_decision_does_not_wait_for_the_extract_to_be_readable(provisioning: House, held: Run) -> None:
    write(provisioning.folder / GLAN.number / "learners.csv", [])
    assert rejects(provisioning, held).decision == "rejected"


# Undone


def test_undone_every_account_is_what_it_was(provisioning: House) -> None:
    """Of every kind of change there is; the accounts are compared as whole values."""
    provisioning.extracts(NANT, learner(1), learner(2))
    provisioning.extracts(GLAN, learner(3), learner(4), learner(5), learner(6), staff_member("OLD"))
    provisioning.runs(NANT)
    provisioning.runs(GLAN)
    gone = {"leaving_date": LEFT, "admission_date": LONG_AGO}
    provisioning.extracts(NANT, learner(1, **gone), learner(2, **gone))
    provisioning.extracts(GLAN, learner(3), learner(4), learner(5), learner(6, **gone), staff_member("OLD"))
    provisioning.runs(NANT)
    provisioning.runs(GLAN)
    before = provisioning.accounts()
    provisioning.extracts(
        GLAN,
        learner(1),  # match
        learner(72, former_upn=upn(2)),  # match, by former UPN
        learner(3, class_name="7B"),  # update
        learner(74, former_upn=upn(4)),  # update of the UPN
        learner(5, **gone),  # release
        learner(6),  # reactivate
        learner(7),  # create
        staff_member("OLD", start_date=LONG_AGO, leaving_date=LEFT),  # release
        staff_member("NEW"),  # create
    )
    run = provisioning.runs(GLAN)
    assert counts(run) == {"match": 2, "update": 2, "release": 2, "reactivate": 1, "create": 2}
    undone = undoes(provisioning, run)
    assert undone.left == ()
    assert provisioning.accounts() == before
    assert (undone.run.status, undone.run.undoes, undone.run.started_by) == (
        RunStatus.SUCCEEDED,
        run.id,
        "Alys",
    )
    assert counts(undone.run) == counts(run)
    journal = provisioning.journal(undone.run)
    assert len(journal) == 9
    forward = {account: (old, new) for _, account, old, new in provisioning.journal(run)}
    assert {account: (new or None, old) for _, account, old, new in journal} == forward


def test_undone_it_stays_undone_until_it_is_reconsidered(provisioning: House, held: Run) -> None:
    run = approves(provisioning, held)
    before = provisioning.accounts()
    undoes(provisioning, run)
    assert active(provisioning) == {one.upn for one in PUPILS}
    again = provisioning.runs(GLAN, at=LATER)
    assert (again.status, provisioning.journal(again)) == (RunStatus.SUCCEEDED, [])
    with provisioning.database.writing() as session:
        assert decisions.reconsider(session, GLAN.number) == 22
    redone = approves(provisioning, provisioning.runs(GLAN))
    assert (redone.counts["release"], redone.counts["create"], redone.counts["update"]) == (20, 1, 1)
    assert {(a.identifier, a.status, a.class_name) for a in provisioning.accounts()} == {
        (a.identifier, a.status, a.class_name) for a in before
    }


def test_an_undone_account_comes_with_another_extract_and_another_username(provisioning: House) -> None:
    provisioning.extracts(GLAN, learner(1))
    undoes(provisioning, provisioning.runs(GLAN))
    assert provisioning.accounts() == []
    provisioning.extracts(GLAN, learner(1, class_name="7C"), at=LATER)
    provisioning.runs(GLAN)
    assert provisioning.account(learner(1)).username == "EvansS2@hwbcymru.net"


def test_accounts_that_changed_since_are_left_and_listed(provisioning: House) -> None:
    provisioning.extracts(GLAN, *(learner(number) for number in range(1, 6)))
    provisioning.runs(GLAN)
    gone = {"leaving_date": LEFT, "admission_date": LONG_AGO}
    provisioning.extracts(
        GLAN,
        learner(1, class_name="7B"),
        learner(2, class_name="7B"),
        learner(3, class_name="7B"),
        learner(4, **gone),
        learner(5, **gone),
        learner(6),
        learner(7),
    )
    run = provisioning.runs(GLAN)
    provisioning.extracts(
        GLAN,
        learner(1, class_name="7C"),  # changed in what the run set
        learner(2, **gone),  # in what the run did not set
        learner(3, class_name="7B"),
        learner(4, **gone),
        learner(5, **gone),
        learner(6, **gone),  # made by the run, released since
        learner(7),
    )
    provisioning.extracts(BRYN, learner(5))  # released by the run, and taken over since
    provisioning.runs(GLAN)
    provisioning.runs(BRYN)
    since = {account.upn: account for account in provisioning.accounts()}
    undone = undoes(provisioning, run)
    assert undone.left == tuple(sorted([upn(1), upn(2), upn(5), upn(6)]))
    assert counts(undone.run) == {"update": 1, "release": 1, "create": 1}
    now = {account.upn: account for account in provisioning.accounts()}
    assert upn(7) not in now
    assert (now[upn(3)].class_name, now[upn(4)].status) == ("7A", Status.ACTIVE)
    for number in (1, 2, 5, 6):
        assert now[upn(number)] == since[upn(number)]


def test_a_change_that_was_itself_undone_is_no_change_since(provisioning: House) -> None:
    provisioning.extracts(GLAN, learner(1))
    provisioning.runs(GLAN)
    first = provisioning.accounts()
    provisioning.extracts(GLAN, learner(1, class_name="7B"), at=LATER)
    second = provisioning.runs(GLAN)
    provisioning.extracts(GLAN, learner(1, class_name="7C"), at=LATER + timedelta(hours=1))
    undoes(provisioning, provisioning.runs(GLAN))
    undone = undoes(provisioning, second)
    assert undone.left == ()
    assert provisioning.accounts() == first


def test_a_upn_that_somebody_else_has_since_is_not_given_back(provisioning: House) -> None:
    provisioning.extracts(GLAN, learner(1))
    provisioning.runs(GLAN)
    provisioning.extracts(GLAN, learner(2, former_upn=upn(1)))
    run = provisioning.runs(GLAN)
    provisioning.extracts(NANT, learner(1))
    provisioning.runs(NANT)
    before = provisioning.accounts()
    undone = undoes(provisioning, run)
    assert (undone.left, counts(undone.run)) == ((upn(2),), {})
    assert provisioning.accounts() == before


def test_what_can_not_be_undone(provisioning: House) -> None:
    provisioning.extracts(GLAN, learner(1))
    run, nothing = provisioning.runs(GLAN), provisioning.runs(GLAN)
    assert refused(lambda: undoes(provisioning, nothing)) == "error.undo-nothing"
    undone = undoes(provisioning, run)
    before, statuses = provisioning.accounts(), provisioning.statuses()
    assert refused(lambda: undoes(provisioning, run)) == "error.undo-twice"
    assert refused(lambda: undoes(provisioning, undone.run)) == "error.undo-of-undo"
    assert (provisioning.accounts(), provisioning.statuses()) == (before, statuses)


# Relaxed


def relaxation(until: date = date(2026, 9, 10), up_to: int = 20, used: int = 0, **fields: str) -> Relaxation:
    given = {"school": GLAN.number, "safeguard": "too-many-leavers", "why": "closing", "by": "Alys"} | fields
    return Relaxation(until=until, up_to=up_to, used=used, **given)


@pytest.mark.parametrize(
    ("given", "day", "status"),
    [
        (relaxation(), 7, RunStatus.SUCCEEDED),
        (relaxation(), 10, RunStatus.SUCCEEDED),  # until that day, and on it
        (relaxation(), 11, RunStatus.HELD),
        (relaxation(safeguard="year-jump"), 7, RunStatus.HELD),
        (relaxation(school=NANT.number), 7, RunStatus.HELD),
    ],
)
def test_a_limit_is_relaxed_for_one_school_until_a_day(
    provisioning: House, given: Relaxation, day: int, status: RunStatus
) -> None:
    provisioning.extracts(GLAN, *PUPILS)
    provisioning.runs(GLAN)
    with provisioning.database.writing() as session:
        decisions.relax(session, given, NOW)
    provisioning.extracts(GLAN, *left(PUPILS[:20]), *PUPILS[20:])
    run = provisioning.runs(GLAN, at=datetime(2026, 9, day, 12, 0, tzinfo=UTC))
    assert (run.status, run.counts["release"]) == (status, 20 if status is RunStatus.SUCCEEDED else 0)


def test_what_a_relaxation_has_let_pass_is_counted_and_used_up_it_says_so(provisioning: House) -> None:
    provisioning.extracts(GLAN, *PUPILS)
    provisioning.runs(GLAN)
    with provisioning.database.writing() as session:
        decisions.relax(session, relaxation(up_to=15), NOW)
    provisioning.extracts(GLAN, *left(PUPILS[:12]), *PUPILS[12:])
    dry_run(provisioning.at(), GLAN.number)  # which uses nothing
    assert provisioning.runs(GLAN).counts["release"] == 12
    with provisioning.database.reading() as session:
        assert decisions.relaxations(session, date(2026, 9, 8)) == [relaxation(up_to=15, used=12)]
    provisioning.extracts(GLAN, *left(PUPILS[:22]), *PUPILS[22:])
    run = provisioning.runs(GLAN, at=LATER)
    assert (run.status, run.held_by, run.counts["held"]) == (RunStatus.HELD, ("too-many-leavers",), 10)
    (hold,) = run.holds
    assert [(text.key, dict(text.values)) for text in hold.said[1:]] == [
        ("hold.relaxation-used-up", {"up_to": 15, "used": 12})
    ]
    assert approves(provisioning, run).counts["release"] == 10
    with provisioning.database.reading() as session:
        assert decisions.relaxations(session, date(2026, 9, 8)) == [relaxation(up_to=15, used=12)]


def test_a_relaxation_is_not_used_by_what_another_safeguard_holds(provisioning: House) -> None:
    """Half of the people are gone from the file, and of the other half most leave."""
    provisioning.extracts(GLAN, *PUPILS)
    provisioning.runs(GLAN)
    with provisioning.database.writing() as session:
        decisions.relax(session, relaxation(), NOW)
    provisioning.extracts(GLAN, *left(PUPILS[:15]), *PUPILS[15:20])
    assert provisioning.runs(GLAN).held_by == ("extract-shrunk",)
    with provisioning.database.reading() as session:
        assert decisions.relaxations(session, date(2026, 9, 8)) == [relaxation()]


def test_a_relaxation_says_who_and_why_and_a_new_one_takes_its_place(provisioning: House) -> None:
    with provisioning.database.writing() as session:
        decisions.relax(session, relaxation(), NOW)
        decisions.relax(session, relaxation(safeguard="year-jump"), NOW)
        decisions.relax(session, relaxation(until=date(2026, 9, 8), why="moved", by="Bryn"), NOW)
    with provisioning.database.reading() as session:
        assert decisions.relaxations(session, date(2026, 9, 8), GLAN.number) == [
            relaxation(safeguard="year-jump"),
            relaxation(until=date(2026, 9, 8), why="moved", by="Bryn"),
        ]
        assert decisions.relaxations(session, date(2026, 9, 9)) == [relaxation(safeguard="year-jump")]
        assert decisions.relaxations(session, date(2026, 9, 11)) == []


# What a diagnosis says of it


def test_a_held_create_is_what_stands_in_the_way(provisioning: House) -> None:
    people = [learner(number, year_group="9") for number in range(1, 61)]
    provisioning.extracts(GLAN, *people)
    provisioning.runs(GLAN)
    late = [learner(number, year_group="9") for number in range(100, 120)]
    provisioning.extracts(GLAN, *people, *late, learner(200))
    run = provisioning.runs(GLAN)
    assert (run.status, run.counts["held"], run.counts["create"]) == (RunStatus.HELD, 21, 0)
    assert provisioning.asks(Question.WHY_MISSING, late[0].upn, GLAN).cause == "run-held"
    rejects(provisioning, run)
    assert provisioning.asks(Question.WHY_MISSING, late[0].upn, GLAN).cause == "run-held"
    with provisioning.database.writing() as session:
        decisions.reconsider(session, GLAN.number)
    approves(provisioning, provisioning.runs(GLAN))
    assert provisioning.asks(Question.WHY_MISSING, late[0].upn, GLAN).cause == "present"


def test_a_release_that_is_held_at_the_previous_school(provisioning: House) -> None:
    provisioning.extracts(NANT, *PUPILS)
    provisioning.runs(NANT)
    provisioning.extracts(NANT, *left(PUPILS[:20]), *PUPILS[20:])
    run = provisioning.runs(NANT)
    assert run.status is RunStatus.HELD
    arrived = replace(PUPILS[0], admission_date=date(2026, 9, 1))
    provisioning.extracts(GLAN, arrived)
    provisioning.runs(GLAN)
    assert provisioning.asks(Question.WHY_MISSING, arrived.upn, GLAN).cause == "previous-school-run-held"
    rejects(provisioning, run)
    assert provisioning.asks(Question.WHY_MISSING, arrived.upn, GLAN).cause == "previous-school-run-held"
    provisioning.runs(NANT)
    assert provisioning.asks(Question.WHY_MISSING, arrived.upn, GLAN).cause == "previous-school-run-held"
    with provisioning.database.writing() as session:
        decisions.reconsider(session, NANT.number)
    approves(provisioning, provisioning.runs(NANT))
    assert provisioning.asks(Question.WHY_MISSING, arrived.upn, GLAN).cause == "not-run-since-release"
    provisioning.runs(GLAN, at=LATER)
    assert provisioning.asks(Question.WHY_MISSING, arrived.upn, GLAN).cause == "present"
