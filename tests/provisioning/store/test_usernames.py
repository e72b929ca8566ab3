"""Usernames as the store gives them out: numbered where they collide, never given out again."""

from datetime import date

import pytest

from provisioning.store.database import Database
from provisioning.store.usernames import give_out
from tests.builders import GLAN, NANT, Schools, learner, staff_member

pytestmark = pytest.mark.both_databases


def given(database: Database, *names: tuple[str, str]) -> list[str]:
    with database.writing() as session:
        return [username.removesuffix("@hwbcymru.net") for username in give_out(session, names)]


def test_collisions_are_numbered(database: Database) -> None:
    assert given(database, ("Evans", "Seren"), ("Evans", "Siân"), ("Evans", "Jac"), ("Puw", "Mali")) == [
        "EvansS",
        "EvansS2",
        "EvansJ",
        "PuwM",
    ]
    assert given(database, ("Evans", "Sam")) == ["EvansS3"]


def test_case_and_accents_make_no_difference(database: Database) -> None:
    assert given(database, ("ap Rhys", "Gwyn"), ("Aprhys", "Gwen"), ("âp Rhŷs", "Gwenan")) == [
        "apRhysG",
        "AprhysG2",
        "apRhysG3",
    ]


def test_what_was_not_kept_is_not_lost(database: Database) -> None:
    """A run that breaks off gives its usernames back; they have never been a person's."""
    try:
        with database.writing() as session:
            give_out(session, [("Evans", "Seren")])
            raise InterruptedError
    except InterruptedError:
        pass
    assert given(database, ("Evans", "Seren")) == ["EvansS"]


def test_a_username_is_never_another_persons_later(provisioning: Schools) -> None:
    provisioning.extracts(NANT, staff_member("OLD", leaving_date=None))
    provisioning.runs(NANT)
    provisioning.extracts(NANT, staff_member("OLD", leaving_date=date(2026, 9, 7)), staff_member("NEW"))
    provisioning.extracts(GLAN, learner(1, forename="Jên"))
    provisioning.runs(NANT)
    provisioning.runs(GLAN)
    assert sorted(account.username for account in provisioning.accounts()) == [
        "EvansJ2@hwbcymru.net",
        "EvansJ3@hwbcymru.net",
        "EvansJ@hwbcymru.net",
    ]


def test_many_at_once(database: Database) -> None:
    names = [(f"Evans{'abcdefghij'[n % 10]}{'abcdefghij'[n // 10 % 10]}", "Jac") for n in range(1200)]
    assert len(set(given(database, *names))) == 1200
