"""Many rows are set at once to what their values say, whatever stands in these, on both databases."""

from datetime import date
from typing import cast

import pytest
from sqlalchemy import Table, select

from provisioning.store.bulk import bulk
from provisioning.store.tables.files import CoveredRow
from tests.builders import GLAN, Schools

pytestmark = pytest.mark.both_databases

TABLE = cast("Table", CoveredRow.__table__)
KEY, SET = ("school", "kind", "identifier"), ("joins_on", "leaving_date", "class_name")
DAY, LEFT = date(2024, 9, 1), date(2026, 7, 17)


@pytest.mark.parametrize(
    "classes",
    [
        ["7A", '7 "Siân", {7}\\\'%s'],
        ["", None],
        [""],
        [None],
        ["NULL", "7A\x1f7B"],
        ["7A\x1e", "\x1e", None],
        ["\x1f"],
    ],
    ids=["quotes", "blank and none", "blank alone", "none alone", "separator", "mark of none", "mark alone"],
)
@pytest.mark.parametrize("way", ["update", "put"])
def test_values_arrive_as_they_are(provisioning: Schools, classes: list[str | None], way: str) -> None:
    keys = [(GLAN.number, "learner", f"A{number}") for number in range(len(classes))]
    with provisioning.database.writing() as session:
        many = bulk(session)
        many.insert(TABLE, (*KEY, *SET), [(*key, DAY, None, "old") for key in keys])
        both = list(zip(keys, classes, strict=True))
        if way == "update":
            many.update(TABLE, KEY, SET, [(DAY, LEFT, name, *key) for key, name in both])
        else:
            many.put(TABLE, KEY, SET, [(*key, DAY, LEFT, name) for key, name in both])
    with provisioning.database.reading() as session:
        rows = session.execute(select(*(TABLE.c[name] for name in SET)).order_by(TABLE.c.identifier)).all()
    assert rows == [(DAY, LEFT, name) for name in classes]


def test_records_are_put_beside_those_that_are_there(provisioning: Schools) -> None:
    """Of three learners of an extract one is new, one has a new class, and one is not among those put."""
    with provisioning.database.writing() as session:
        many = bulk(session)
        many.put(TABLE, KEY, SET, [(GLAN.number, "learner", upn, DAY, None, "6A") for upn in ("A1", "A2")])
        many.put(TABLE, KEY, SET, [(GLAN.number, "learner", upn, DAY, None, "7B") for upn in ("A2", "A3")])
        many.put(TABLE, KEY, SET, [])
    with provisioning.database.reading() as session:
        rows = session.execute(
            select(TABLE.c.identifier, TABLE.c.class_name).order_by(TABLE.c.identifier)
        ).all()
    assert rows == [("A1", "6A"), ("A2", "7B"), ("A3", "7B")]


def test_rows_that_are_made_one_by_one_all_arrive(provisioning: Schools) -> None:
    """More rows than are sent together."""
    people = 1_234
    with provisioning.database.writing() as session:
        made = ((GLAN.number, "learner", f"A{number:05}", DAY, None, "6A") for number in range(people))
        bulk(session).insert(TABLE, (*KEY, *SET), made)
    with provisioning.database.reading() as session:
        found = session.scalars(select(TABLE.c.identifier).order_by(TABLE.c.identifier)).all()
    assert found == [f"A{number:05}" for number in range(people)]
