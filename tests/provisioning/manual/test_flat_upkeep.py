"""The daily upkeep reads the accounts made by hand, however many learners and staff there are beside them."""

from pathlib import Path

import pytest
from sqlalchemy import text

from knowledge.loading import Knowledge
from provisioning.store.database import Database
from tests.builders import BRYN, GLAN, Schools
from tests.costs import GROWS_AT_MOST, Cost, cost, rows_touched
from tests.provisioning.manual.made_by_hand import BY_HAND, keep_house, with_accounts

pytestmark = pytest.mark.integration

TWO = [BRYN.number, GLAN.number]


def test_ten_times_as_many_learners(tmp_path: Path, migrated: Path, knowledge: Knowledge) -> None:
    costs: list[Cost] = []
    for learners in (100, 1000):
        copy = tmp_path / f"{learners}.sqlite3"
        copy.write_bytes(migrated.read_bytes())
        provisioning = Schools(Database(f"sqlite:///{copy}"), tmp_path, knowledge).at()
        with_accounts(provisioning.database, TWO, learners)
        costs.append(cost(provisioning.database, lambda services=provisioning: keep_house(services, TWO)))
        provisioning.database.close()
    few, many = costs
    assert many.statements == few.statements
    assert many.steps <= few.steps * GROWS_AT_MOST


def test_on_postgresql_no_learner_is_read(postgresql_url: str, tmp_path: Path, knowledge: Knowledge) -> None:
    provisioning = Schools(Database(postgresql_url), tmp_path, knowledge).at()
    with_accounts(provisioning.database, TWO, 5000)
    with provisioning.database.writing() as session:
        session.execute(text("ANALYZE accounts"))
    try:
        touched = rows_touched(provisioning.database, "accounts", lambda: keep_house(provisioning, TWO))
    finally:
        provisioning.database.close()
    assert touched <= 12 * len(BY_HAND)
