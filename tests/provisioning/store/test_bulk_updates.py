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
def test_values_arrive_as_they_are(provisioning: Schools, classes: list[str | None]) -> None:
    keys = [(GLAN.number, "learner", f"A{number}") for number in range(len(classes))]
    with provisioning.database.writing() as session:
        many = bulk(session)
        many.insert(TABLE, (*KEY, *SET), [(*key, DAY, None, "old") for key in keys])
        many.update(
            TABLE, KEY, SET, [(DAY, LEFT, name, *key) for key, name in zip(keys, classes, strict=True)]
        )
    with provisioning.database.reading() as session:
        rows = session.execute(select(*(TABLE.c[name] for name in SET)).order_by(TABLE.c.identifier)).all()
    assert rows == [(DAY, LEFT, name) for name in classes]
