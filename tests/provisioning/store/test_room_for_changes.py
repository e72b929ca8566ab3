"""On PostgreSQL a row that a rollover changes finds room on its page, so that no index is touched."""

from datetime import date

import pytest
from sqlalchemy import insert, text, update

from provisioning.store.database import Database
from provisioning.store.tables.files import CoveredRow
from tests.builders import GLAN, Schools

LEARNERS = 600
_UPDATED = text(
    "SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_xact_user_tables WHERE relname = 'covered_records'"
)


def record(number: int) -> dict[str, object]:
    """A record of a learner of Glan that was applied."""
    identifier, joined = f"H80120000{number:04}", date(2026, 9, 1)
    return {
        "school": GLAN.number,
        "kind": "learner",
        "identifier": identifier,
        "joins_on": joined,
        "class_name": "7A",
    }


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_new_class_for_each_learner_touches_hardly_an_index(
    provisioning: Schools, database: Database
) -> None:
    with database.writing() as session:
        session.execute(insert(CoveredRow), [record(number) for number in range(LEARNERS)])
    with database.writing() as session:
        session.execute(update(CoveredRow).values(class_name="8A"))
        changed, hot = session.execute(_UPDATED).one()
    assert changed == LEARNERS
    assert hot >= 0.9 * changed
