"""The daily upkeep reads the accounts made by hand, however many learners and staff there are beside them."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import insert, text

from knowledge.loading import Knowledge
from provisioning.manual import upkeep
from provisioning.records.people import Kind
from provisioning.runs.school_run import Provisioning
from provisioning.store import reviews
from provisioning.store.database import Database
from provisioning.store.tables import AccountRow
from tests.builders import BRYN, GLAN, Schools
from tests.costs import GROWS_AT_MOST, Cost, cost, rows_touched

pytestmark = pytest.mark.integration

BY_HAND = (Kind.NON_MIS, Kind.GOVERNOR, Kind.GOVERNOR)


def with_accounts(database: Database, learners: int) -> None:
    """Add learners at two schools, and three accounts made by hand at one of them."""
    kinds = (*BY_HAND, *[Kind.LEARNER] * learners)
    with database.writing() as session:
        session.execute(insert(AccountRow), [account(number, kind) for number, kind in enumerate(kinds)])


def account(number: int, kind: Kind) -> dict[str, object]:
    """Return the row of an account; a learner's is at either school."""
    return {
        "kind": kind.value,
        "school": (BRYN, GLAN)[number % 2 if kind is Kind.LEARNER else 0].number,
        "username": f"U{number}",
        "username_key": f"u{number}",
        "surname": "Jones",
        "forename": "Neb",
        "status": "active",
        "expires_on": None if kind is Kind.LEARNER else date(2099, 8, 31),
    }


def keep_house(provisioning: Provisioning) -> None:
    """Do the daily upkeep, and read the accounts made by hand as reviewers do."""
    upkeep.daily(provisioning)
    with provisioning.database.reading() as session:
        upkeep.ending_soon(provisioning, session)
        reviews.by_hand(session, BRYN.number, Kind.GOVERNOR)
        assert len(reviews.by_hand_at(session, [BRYN.number, GLAN.number])[BRYN.number]) == len(BY_HAND)


def test_ten_times_as_many_learners(tmp_path: Path, migrated: Path, knowledge: Knowledge) -> None:
    costs: list[Cost] = []
    for learners in (100, 1000):
        copy = tmp_path / f"{learners}.sqlite3"
        copy.write_bytes(migrated.read_bytes())
        provisioning = Schools(Database(f"sqlite:///{copy}"), tmp_path, knowledge).at()
        with_accounts(provisioning.database, learners)
        costs.append(cost(provisioning.database, lambda services=provisioning: keep_house(services)))
        provisioning.database.close()
    few, many = costs
    assert many.statements == few.statements
    assert many.steps <= few.steps * GROWS_AT_MOST


def test_on_postgresql_no_learner_is_read(postgresql_url: str, tmp_path: Path, knowledge: Knowledge) -> None:
    provisioning = Schools(Database(postgresql_url), tmp_path, knowledge).at()
    with_accounts(provisioning.database, 5000)
    with provisioning.database.writing() as session:
        session.execute(text("ANALYZE accounts"))
    try:
        touched = rows_touched(provisioning.database, "accounts", lambda: keep_house(provisioning))
    finally:
        provisioning.database.close()
    assert touched <= 12 * len(BY_HAND)
