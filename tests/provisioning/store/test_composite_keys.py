"""Rows by composite keys are found by seeks, on both databases: ten times as many rows cost no more."""

from datetime import date

import pytest
from sqlalchemy import delete, insert, select, text

from provisioning.store.composite_keys import after, among
from provisioning.store.database import Database
from provisioning.store.tables.files import CoveredRow
from tests.builders import GLAN, NANT, Schools
from tests.costs import GROWS_AT_MOST, counted

KEY = (CoveredRow.school, CoveredRow.kind, CoveredRow.identifier)
WANTED = [(GLAN.number, "learner", f"A{number:05}") for number in range(0, 100, 2)]


def covered(provisioning: Schools, numbers: range) -> None:
    """Records of both schools, with identifiers of these numbers."""
    with provisioning.database.writing() as session:
        session.execute(
            insert(CoveredRow),
            [
                {
                    "school": school.number,
                    "kind": "learner",
                    "identifier": f"A{number:05}",
                    "joins_on": date.min,
                }
                for school in (GLAN, NANT)
                for number in numbers
            ],
        )


def steps(database: Database) -> tuple[int, int]:
    """What it costs to look up fifty records, and to delete them; they stay."""
    with counted(database) as so_far, database.trying() as session:
        assert len(session.execute(select(*KEY).where(among(KEY, WANTED))).all()) == len(WANTED)
        looked = so_far().steps
        session.execute(delete(CoveredRow).where(among(KEY, WANTED)))
        return looked, so_far().steps - looked


def test_ten_times_as_many_rows_cost_no_more(provisioning: Schools) -> None:
    covered(provisioning, range(100))
    few = steps(provisioning.database)
    covered(provisioning, range(100, 1_000))
    many = steps(provisioning.database)
    assert all(more <= cost * GROWS_AT_MOST for cost, more in zip(few, many, strict=True)), (few, many)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_server_seeks_too(provisioning: Schools) -> None:
    covered(provisioning, range(20_000))
    with provisioning.database.writing() as session:
        session.execute(text("ANALYZE covered_records"))
        for statement in (
            select(*KEY).where(among(KEY, WANTED)),
            delete(CoveredRow).where(among(KEY, WANTED)),
        ):
            compiled = statement.compile(session.get_bind(), compile_kwargs={"literal_binds": True})
            plan = "\n".join(session.scalars(text(f"EXPLAIN {compiled}")))
            assert "Seq Scan" not in plan
            assert "pk_covered_records" in plan


@pytest.mark.both_databases
def test_the_rows_after_a_key_are_those_that_come_next(provisioning: Schools) -> None:
    covered(provisioning, range(3))
    with provisioning.database.reading() as session:
        query = select(CoveredRow.school, CoveredRow.identifier).where(
            after(KEY, (NANT.number, "learner", "A00001"))
        )
        found = [tuple(row) for row in session.execute(query.order_by(*KEY))]
    assert found == [(NANT.number, "A00002"), *((GLAN.number, f"A0000{number}") for number in range(3))]
