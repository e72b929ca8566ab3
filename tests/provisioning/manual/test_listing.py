"""The list of accounts made by hand as it is taken in: what it adds and changes, and what is left out."""

from collections.abc import Callable
from datetime import date, timedelta
from threading import Thread

import pytest

from knowledge.texts import Text
from provisioning.errors import KnownError
from provisioning.manual import reviews, upkeep
from provisioning.manual.handmade import FILE, Term
from provisioning.records.accounts import Status
from provisioning.records.people import Kind
from provisioning.records.runs import RunStatus
from provisioning.runs.dependencies import Provisioning
from provisioning.store.database import Database
from provisioning.store.runs import Run
from tests.builders import GLAN, Schools, learner, staff_member, write
from tests.provisioning.manual.review_builders import (
    AUGUST,
    GWEN,
    HEADER,
    SALLY,
    by_hand,
    deeds,
    listed,
    sally,
    seen,
)

pytestmark = pytest.mark.both_databases


def test_the_file_makes_accounts(provisioning: Schools) -> None:
    listed(provisioning, SALLY, GWEN)
    assert [
        (a.school, a.kind, a.username, a.surname, a.status, a.expires_on) for a in by_hand(provisioning)
    ] == [
        (GLAN.number, Kind.GOVERNOR, "LlywG@hwbcymru.net", "Gwen Llyw", Status.ACTIVE, None),
        (GLAN.number, Kind.NON_MIS, "SupplyS@hwbcymru.net", "Sally Supply", Status.ACTIVE, date(2026, 9, 10)),
    ]


def test_without_a_file_there_is_nothing_to_take_in(then: Provisioning) -> None:
    assert upkeep.take_in(then) == ()


def test_it_is_read_only_when_it_has_changed(provisioning: Schools, monkeypatch: pytest.MonkeyPatch) -> None:
    listed(provisioning, SALLY)
    monkeypatch.setattr(upkeep, "read_listing", lambda _folder: pytest.fail("read again"))
    assert upkeep.take_in(provisioning.at(AUGUST)) == ()


def test_what_is_new_in_the_file_is_taken_over(provisioning: Schools, database: Database) -> None:
    listed(provisioning, SALLY)
    listed(provisioning, [*SALLY[:4], "2026-12-18", "2026-08-25"], at=AUGUST + timedelta(hours=1))
    (account,) = by_hand(provisioning)
    assert (account.expires_on, account.last_signed_in) == (date(2026, 12, 18), date(2026, 8, 25))
    assert deeds(database)[1] == (
        "renewed",
        "file",
        {"expires_on": "2026-09-10", "last_signed_in": "2026-08-01"},
        {"expires_on": "2026-12-18", "last_signed_in": "2026-08-25"},
    )


def test_rows_gone_from_the_file_stay(provisioning: Schools) -> None:
    listed(provisioning, SALLY, GWEN)
    listed(provisioning, GWEN, at=AUGUST + timedelta(hours=1))
    assert [account.status for account in by_hand(provisioning)] == [Status.ACTIVE, Status.ACTIVE]


@pytest.mark.parametrize(
    "decide",
    [
        lambda provisioning, account: reviews.deactivate(provisioning, account, by="me"),
        lambda provisioning, account: reviews.keep(provisioning, account, Term.SIX_MONTHS, by="me"),
    ],
    ids=["deactivated", "kept"],
)
def test_a_decision_goes_before_the_file(
    decide: Callable[[Provisioning, int], object], provisioning: Schools, then: Provisioning
) -> None:
    listed(provisioning, SALLY)
    decide(then, sally(provisioning))
    before = seen(reviews.review(then, GLAN.number, Kind.NON_MIS))
    listed(provisioning, [*SALLY[:4], "2026-10-01", "2026-08-25"], at=AUGUST + timedelta(hours=1))
    assert seen(reviews.review(then, GLAN.number, Kind.NON_MIS)) == before
    assert by_hand(provisioning)[0].last_signed_in == date(2026, 8, 25)


def test_a_file_that_cannot_be_read_is_told_each_time_and_changes_nothing(
    provisioning: Schools,
) -> None:
    listed(provisioning, SALLY)
    write(provisioning.folder / FILE, [["school", "username"]])
    for _ in range(2):
        (problem,) = upkeep.take_in(provisioning.at())
        assert problem.said.key == "error.non-mis-unreadable"
    assert len(by_hand(provisioning)) == 1
    provisioning.extracts(GLAN, learner(1))
    assert provisioning.runs(GLAN).status is RunStatus.SUCCEEDED


def test_rows_left_out_are_told_until_they_can_be_taken_in(provisioning: Schools, then: Provisioning) -> None:
    strange = ["6601234", "OtherO@hwbcymru.net", "Olwen Other", "non-mis", "", ""]
    write(provisioning.folder / FILE, [HEADER, SALLY, strange])
    for _ in range(2):
        (problem,) = upkeep.take_in(then)
        assert problem.said == Text("error.non-mis-school", {"file": FILE, "line": 3, "school": "6601234"})
    assert len(by_hand(provisioning)) == 1


def test_a_username_of_the_file_is_never_given_out(provisioning: Schools) -> None:
    listed(provisioning, [GLAN.number, "EvansJ@hwbcymru.net", "Joan Evans", "non-mis", "", ""])
    listed(
        provisioning,
        [GLAN.number, "EvansJ@hwbcymru.net", "Joan Evans", "non-mis", "", ""],
        [GLAN.number, "evanss7", "Sulwen Evans", "governor", "", ""],
        at=AUGUST + timedelta(hours=1),
    )
    provisioning.extracts(GLAN, learner(1), staff_member())
    provisioning.runs(GLAN)
    given = [
        account.username for account in provisioning.accounts() if account.kind in (Kind.LEARNER, Kind.STAFF)
    ]
    assert sorted(given) == ["EvansJ2@hwbcymru.net", "EvansS8@hwbcymru.net"]


def test_nor_is_one_of_a_mis_account_taken(provisioning: Schools, then: Provisioning) -> None:
    provisioning.extracts(GLAN, staff_member())
    provisioning.runs(GLAN)
    write(
        provisioning.folder / FILE, [HEADER, [GLAN.number, "evansj", "Joan Evans", "non-mis", "", ""], SALLY]
    )
    (problem,) = upkeep.take_in(then)
    assert problem.said == Text("error.non-mis-taken", {"file": FILE, "line": 2})
    assert [account.username for account in by_hand(provisioning)] == ["SupplyS@hwbcymru.net"]
    assert provisioning.account(staff_member()).kind is Kind.STAFF


def test_two_who_take_in_the_same_file_do_it_once(provisioning: Schools, database: Database) -> None:
    write(provisioning.folder / FILE, [HEADER, SALLY, GWEN], AUGUST)
    said: list[tuple[KnownError, ...]] = []
    threads = [Thread(target=lambda: said.append(upkeep.take_in(provisioning.at(AUGUST)))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert said == [(), (), (), ()]
    assert [deed for deed, *_ in deeds(database)] == ["listed", "listed"]


def test_a_run_leaves_them_alone(provisioning: Schools) -> None:
    listed(provisioning, SALLY, GWEN)
    before = by_hand(provisioning)
    provisioning.extracts(GLAN, learner(1))
    run: Run = provisioning.runs(GLAN)
    assert by_hand(provisioning) == before
    assert run.counts["vanished"] == 0
