"""Three accounts made by hand beside others, and the daily upkeep that reads them."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import insert

from provisioning.manual import upkeep
from provisioning.records.people import Kind
from provisioning.runs.dependencies import Provisioning
from provisioning.store import reviews
from provisioning.store.database import Database
from provisioning.store.tables.accounts import AccountRow

BY_HAND = (Kind.NON_MIS, Kind.GOVERNOR, Kind.GOVERNOR)


def with_accounts(database: Database, schools: Sequence[str], learners: int) -> None:
    """Add learners at two schools in turn, and three accounts made by hand at the first."""
    kinds = (*BY_HAND, *[Kind.LEARNER] * learners)
    with database.writing() as session:
        rows = [_account(schools, number, kind) for number, kind in enumerate(kinds)]
        session.execute(insert(AccountRow), rows)


def _account(schools: Sequence[str], number: int, kind: Kind) -> dict[str, object]:
    """Return the row of an account; a learner's is at either school."""
    return {
        "kind": kind.value,
        "school": schools[number % 2 if kind is Kind.LEARNER else 0],
        "username": f"U{number}",
        "username_key": f"u{number}",
        "surname": "Jones",
        "forename": "Neb",
        "status": "active",
        "expires_on": None if kind is Kind.LEARNER else date(2099, 8, 31),
    }


def keep_house(provisioning: Provisioning, schools: Sequence[str]) -> None:
    """Do the daily upkeep, and read the accounts made by hand as reviewers of the first school do."""
    upkeep.daily(provisioning)
    with provisioning.database.reading() as session:
        upkeep.ending_soon(provisioning, session)
        reviews.by_hand(session, schools[0], Kind.GOVERNOR)
        assert len(reviews.by_hand_at(session, schools)[schools[0]]) == len(BY_HAND)
