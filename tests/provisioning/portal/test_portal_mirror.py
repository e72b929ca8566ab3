"""What one reading of the portal after another says of accounts: only what can be known is inferred."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.texts import Text
from provisioning.planning.safeguard_limits import Limit
from provisioning.planning.safeguards import Allowance
from provisioning.portal.export_rows import SeenAccount, UnreadRow
from provisioning.portal.mirror import FORGOTTEN_AFTER, Mirrored, mirror
from provisioning.records.accounts import Account, Status
from provisioning.records.people import Kind
from tests.builders import BRYN, GLAN, NANT, NOW, SCHOOLS, learner, staff_member, upn
from tests.portal_builders import EARLIER, later, reading, seen

KNOWN = {school.number for school in SCHOOLS}
SEREN = learner(1)


def after(held: Iterable[Account], found: Mirrored) -> list[Account]:
    """The accounts as they are once the changes are made; new ones have an id of their own."""
    accounts = {account.id: account for account in held}
    for number, (before, now) in enumerate(found.changes, start=1_000):
        if before is not None:
            del accounts[before.id]
        if now is not None:
            accounts[now.id or number] = replace(now, id=now.id or number)
    return sorted(accounts.values(), key=lambda account: account.id)


def read(held: Iterable[Account], *rows: SeenAccount, as_of: datetime = NOW) -> list[Account]:
    held = list(held)
    return after(held, mirror(reading(*rows, as_of=as_of), held, KNOWN))


def first(*rows: SeenAccount) -> list[Account]:
    """The accounts as the first reading has them."""
    return read([], *rows, as_of=EARLIER)


def test_a_first_reading_infers_nothing() -> None:
    active, inactive = first(seen(SEREN), seen(learner(2), active=False))
    for account in (active, inactive):
        assert (account.released_from, account.released_at) == (None, None)
        assert (account.arrived_from, account.arrived_at) == (None, None)
    assert (active.upn, active.school, active.year_group, active.class_name) == (
        upn(1),
        GLAN.number,
        "7",
        "7A",
    )


def test_the_same_reading_again_changes_nothing() -> None:
    rows = (seen(SEREN), seen(staff_member()), seen(learner(2), active=False))
    held = first(*rows)
    assert mirror(reading(*rows), held, KNOWN).changes == ()


def test_inactive_since_is_released() -> None:
    (account,) = read(first(seen(SEREN, NANT)), seen(SEREN, NANT, active=False))
    assert (account.status, account.released_from, account.released_at) == (
        Status.INACTIVE,
        NANT.number,
        NOW,
    )


def test_let_go_without_a_school_is_released_by_the_one_that_had_it() -> None:
    (account,) = read(first(seen(SEREN, NANT)), seen(SEREN, None, active=False))
    assert (account.school, account.released_from, account.released_at) == (NANT.number, NANT.number, NOW)


def test_active_here_after_another_school_has_arrived_from_there() -> None:
    (account,) = read(first(seen(SEREN, NANT)), seen(SEREN, GLAN))
    assert (account.school, account.arrived_from, account.arrived_at) == (GLAN.number, NANT.number, NOW)


def test_a_release_that_was_seen_and_the_arrival_after_it() -> None:
    released = read(first(seen(SEREN, NANT)), seen(SEREN, NANT, active=False))
    (account,) = read(released, seen(SEREN, GLAN), as_of=later(days=1))
    assert (account.arrived_from, account.arrived_at) == (NANT.number, later(days=1))
    assert (account.released_from, account.released_at) == (None, None)


def test_an_arrival_is_remembered_while_the_account_stays() -> None:
    arrived = read(first(seen(SEREN, NANT)), seen(SEREN, GLAN))
    (account,) = read(arrived, seen(SEREN, GLAN, class_name="7B"), as_of=later(days=9))
    assert (account.class_name, account.arrived_from, account.arrived_at) == ("7B", NANT.number, NOW)


def test_active_again_at_its_own_school_has_arrived_from_nowhere() -> None:
    released = read(first(seen(SEREN)), seen(SEREN, active=False))
    (account,) = read(released, seen(SEREN), as_of=later(days=1))
    assert (account.active, account.released_at, account.arrived_from) == (True, None, None)


def test_an_account_is_known_again_under_a_new_username() -> None:
    for row in (seen(SEREN, NANT), seen(staff_member(), NANT)):
        held = first(row)
        (account,) = read(held, replace(row, username="New@hwbcymru.net", surname="New"))
        assert (account.id, account.username) == (held[0].id, "New@hwbcymru.net")


def test_two_accounts_that_swap_what_is_unique_stay_two() -> None:
    row, other = seen(learner(1)), seen(learner(2))
    accounts = read(first(row, other), replace(row, upn=other.upn), replace(other, upn=row.upn))
    assert {account.username: account.upn for account in accounts} == {
        row.username: other.upn,
        other.username: row.upn,
    }


def test_no_longer_listed_is_released_and_in_time_forgotten() -> None:
    others = [seen(learner(number)) for number in range(2, 20)]
    held = first(seen(SEREN), *others)
    released = read(held, *others)
    (account,) = (account for account in released if account.upn == upn(1))
    assert (account.active, account.released_from, account.released_at) == (False, GLAN.number, NOW)
    assert read(released, *others, as_of=NOW + FORGOTTEN_AFTER) == released
    assert account not in read(released, *others, as_of=NOW + FORGOTTEN_AFTER + timedelta(days=1))


def test_accounts_made_by_hand_that_are_no_longer_listed_have_ended() -> None:
    governor = replace(seen(SEREN), kind=Kind.GOVERNOR, upn=None, username="GovernorA@hwbcymru.net")
    _, ended = read(first(seen(SEREN), governor), seen(SEREN))
    assert (ended.active, ended.released_from, ended.released_at) == (False, None, None)


def test_rows_of_schools_that_are_not_ours_are_left_out() -> None:
    assert first(replace(seen(SEREN), school="6601234"), seen(SEREN, None, active=False)) == []


# What can't be believed


def test_an_export_that_lacks_a_school_is_not_believed_about_the_others_either() -> None:
    held = first(seen(SEREN, NANT), seen(learner(2)))
    found = mirror(reading(seen(learner(2), class_name="7B")), held, KNOWN)
    assert found.kept == {NANT.number: (1, 1)}
    assert after(held, found) == held
    assert found.changes == ()


def unread(row: SeenAccount, line: int = 2, **fields: object) -> UnreadRow:
    """A row of the export that shows this account, and can't be read."""
    found = UnreadRow(line, Text("error.export-line"), row.username, row.school, row.upn, row.staff_code)
    return replace(found, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "readable",
    [{}, {"username": ""}, {"upn": None}, {"username": "", "school": ""}, {"upn": None, "school": ""}],
    ids=["all but a cell", "no username", "no UPN", "UPN alone", "username alone"],
)
def test_a_row_that_cannot_be_read_leaves_its_account_as_it_was(readable: dict[str, object]) -> None:
    held = first(seen(SEREN), seen(learner(2)))
    rows = reading(seen(learner(2), class_name="7B"), unread=[unread(seen(SEREN), **readable)])
    found = mirror(rows, held, KNOWN)
    assert after(held, found)[0] == held[0]
    assert (found.kept, found.counts(GLAN.number)) == ({}, {"update": 1})
    assert [account for _, account in found.unread] == [held[0]]


def test_a_row_that_cannot_be_read_makes_no_account() -> None:
    held = first(seen(learner(2)))
    found = mirror(reading(seen(learner(2)), unread=[unread(seen(SEREN))]), held, KNOWN)
    assert (found.changes, [account for _, account in found.unread]) == ((), [None])


def test_another_row_does_not_take_the_account_of_a_row_that_cannot_be_read() -> None:
    held = first(seen(SEREN), seen(learner(2)))
    other = replace(seen(SEREN), username="Other@hwbcymru.net")
    found = mirror(reading(seen(learner(2)), other, unread=[unread(seen(SEREN))]), held, KNOWN)
    assert found.changes == ()


def test_a_school_whose_only_row_cannot_be_read_is_in_the_export_all_the_same() -> None:
    held = first(seen(SEREN, NANT), seen(learner(2)))
    found = mirror(reading(seen(learner(2)), unread=[unread(seen(SEREN, NANT))]), held, KNOWN)
    assert (found.kept, found.changes) == ({}, ())


def test_a_school_of_which_more_than_half_is_gone_keeps_its_accounts() -> None:
    rows = [seen(learner(number)) for number in range(1, 21)]
    held = first(*rows)
    assert mirror(reading(*rows[:9]), held, KNOWN).kept == {GLAN.number: (11, 20)}
    assert mirror(reading(*rows[:10]), held, KNOWN).kept == {}
    assert mirror(reading(*rows[:9]), held, KNOWN, relaxed={GLAN.number: Allowance(11)}).kept == {}
    assert mirror(reading(*rows[:9]), held, KNOWN, relaxed={GLAN.number: Allowance(11, used=1)}).kept


def test_a_stricter_limit_keeps_the_accounts_of_a_school_that_has_lost_fewer() -> None:
    rows = [seen(learner(number)) for number in range(1, 21)]
    held, strict = first(*rows), Limit(4, 15)
    assert mirror(reading(*rows[:16]), held, KNOWN, limit=strict).kept == {GLAN.number: (4, 20)}
    assert mirror(reading(*rows[:17]), held, KNOWN, limit=strict).kept == {}


def test_a_school_whose_learners_have_all_moved_is_believed() -> None:
    held = first(*(seen(learner(number), NANT) for number in range(1, 13)))
    found = mirror(reading(*(seen(learner(number), GLAN) for number in range(1, 13))), held, KNOWN)
    assert found.kept == {}
    assert (found.counts(NANT.number), found.counts(GLAN.number)) == ({"release": 12}, {"match": 12})


# A file for each school


def test_the_previous_schools_own_file_does_not_take_an_account_back() -> None:
    held = read(first(seen(SEREN, NANT)), seen(SEREN, GLAN))
    still_there = mirror(
        reading(seen(SEREN, NANT), school=NANT, as_of=EARLIER), held, KNOWN, read={GLAN.number: NOW}
    )
    released = mirror(reading(seen(SEREN, NANT, active=False), school=NANT, as_of=later(days=1)), held, KNOWN)
    assert (still_there.changes, released.changes) == ((), ())


def test_a_newer_file_of_the_previous_school_shows_that_it_went_back() -> None:
    held = read(first(seen(SEREN, NANT)), seen(SEREN, GLAN))
    found = mirror(
        reading(seen(SEREN, NANT), school=NANT, as_of=later(days=1)), held, KNOWN, read={GLAN.number: NOW}
    )
    (account,) = after(held, found)
    assert (account.school, account.arrived_from) == (NANT.number, GLAN.number)


def test_one_schools_file_says_nothing_of_other_schools() -> None:
    held = first(seen(SEREN, NANT), seen(learner(2), BRYN), seen(learner(3), GLAN))
    found = mirror(reading(seen(SEREN, GLAN), seen(learner(3), GLAN), school=GLAN), held, KNOWN)
    assert [account.school for account in after(held, found)] == [GLAN.number, BRYN.number, GLAN.number]


# Counts


def test_counts_are_what_a_client_would_call_it() -> None:
    held = first(
        seen(learner(1), NANT),
        seen(learner(2)),
        seen(learner(3)),
        seen(learner(4), active=False),
        seen(learner(5)),
    )
    found = mirror(
        reading(
            seen(learner(1)),
            seen(learner(2), class_name="7B"),
            seen(learner(3), active=False),
            seen(learner(4)),
            seen(learner(5)),
            seen(learner(6)),
            seen(staff_member()),
            replace(seen(learner(7)), kind=Kind.GOVERNOR, upn=None),
        ),
        held,
        KNOWN,
    )
    assert found.counts(GLAN.number) == {"match": 1, "update": 1, "release": 1, "reactivate": 1, "create": 2}
    assert found.counts(NANT.number) == {"release": 1}
    assert found.counts(BRYN.number) == {}


# Whatever comes after whatever

ROWS = st.lists(
    st.builds(
        lambda person, school, active, name: replace(
            seen(person, school, active=active), username=f"User{name}@hwbcymru.net"
        ),
        st.one_of(st.integers(1, 4).map(learner), st.sampled_from(["A", "B"]).map(staff_member)),
        st.sampled_from([NANT, GLAN]),
        st.booleans(),
        st.integers(1, 5),
    ),
    unique_by=(
        lambda row: row.username,
        lambda row: row.upn or row.username,
        lambda row: (row.school, row.staff_code) if row.staff_code else row.username,
    ),
    max_size=6,
)


@given(st.lists(ROWS, min_size=1, max_size=5))
def test_no_sequence_of_readings_ever_makes_two_accounts_of_one(readings: list[list[SeenAccount]]) -> None:
    held: list[Account] = []
    for day, rows in enumerate(readings):
        found = mirror(
            reading(*rows, as_of=later(days=day)), held, KNOWN, relaxed=dict.fromkeys(KNOWN, Allowance(None))
        )
        held = [replace(account, id=number) for number, account in enumerate(after(held, found), start=1)]
        for mark in (
            [account.username.casefold() for account in held],
            [account.upn for account in held if account.upn],
            [(account.school, account.staff_code) for account in held if account.staff_code],
        ):
            assert len(mark) == len(set(mark))
        assert {row.username for row in rows} <= {account.username for account in held}


# A username is for good: in another person's hands it is shown to a person, and its account stays


def _shown(*rows: SeenAccount) -> list[int | None]:
    """The ids of the accounts whose rows are left to a person, after `rows` on top of Seren and Jac."""
    held = first(seen(SEREN), seen(staff_member()))
    found = mirror(reading(*rows), held, KNOWN)
    assert after(held, found) == held or not found.unread
    assert {row.problem.key for row, _ in found.unread} <= {"error.export-another-person"}
    return [account.id if account else None for _, account in found.unread]


USERNAME = seen(SEREN).username
JACS = seen(staff_member())


@pytest.mark.parametrize(
    "row",
    [
        replace(seen(SEREN), surname="Morgan", forename="Tomos"),
        seen(learner(2), username=USERNAME, surname="Morgan", forename="Tomos"),
        seen(learner(2), username=USERNAME, surname="Morgan", forename="Tomos", active=False),
        seen(learner(2), username=USERNAME, forename="Sioned"),  # a twin
        seen(learner(2), username=USERNAME, surname="", forename=""),
        seen(learner(2), username=USERNAME.upper(), surname="Morgan", forename="Tomos"),
    ],
)
def test_a_username_that_another_person_has_now_is_left_to_a_person(row: SeenAccount) -> None:
    assert len(_shown(row, JACS)) == 1


@pytest.mark.parametrize(
    "row",
    [
        seen(SEREN),
        replace(seen(SEREN), surname="Morgan"),  # a surname that has changed
        replace(seen(SEREN), surname="Morgan", upn=upn(2)),  # and a UPN with it
        replace(seen(SEREN), forename="Sioned"),
        replace(seen(SEREN), upn=upn(2)),  # corrected
        replace(seen(SEREN), surname="M?rgan", forename="T?mos"),  # damage alone
        replace(seen(SEREN), surname="", forename=""),
    ],
)
def test_the_details_of_one_person_may_change(row: SeenAccount) -> None:
    assert _shown(row, JACS) == []


def test_a_staff_code_changes_with_a_surname() -> None:
    assert _shown(seen(SEREN), replace(JACS, surname="Morgan", staff_code="JMO")) == []


def test_an_account_made_by_hand_may_be_called_otherwise() -> None:
    hall = seen(staff_member(), kind=Kind.NON_MIS, staff_code=None, surname="Hall", forename="Front")
    held = first(hall)
    assert mirror(reading(replace(hall, surname="Library", forename="Desk")), held, KNOWN).unread == ()
