"""The table of costs that stay flat: measured on seven schools, filled in, and what is not reached named."""

from dataclasses import replace

import click
import pytest

from benchmarks.costs import PARTS, Measured, Size, measure
from benchmarks.costs_table import BEGIN, END, faults, growth_of, put_into, rows, tables
from knowledge.loading import Knowledge
from tests.costs import GROWS_AT_MOST, Cost

pytestmark = pytest.mark.integration

QUICK = Size(
    schools=7, county=7, days=20, year=28, long=100, years=2, every=360, minutes=2, rows=800, lists=False
)
LEFT_OUT = ["stopped", "list-of-runs", "list-of-accounts", "hot", "indexes"]
"""Rows that take a server or processes of their own."""
BY_THE_CLOCK = {
    "lot",
    "wait",
    "home",
    "missing",
    "idle-processor",
    "first-round",
    "new-process",
    "rollover-answer",
    "quiet-round",
}
FILE = {"file"}
"""So few rows leave the file as large as it is."""


@pytest.fixture(scope="module")
def measured(knowledge: Knowledge) -> Measured:
    return measure(QUICK, knowledge, [part for part in PARTS if part != "postgresql"], lambda _told: None)


def test_each_row_is_measured(measured: Measured) -> None:
    assert measured.figures.keys() | {*LEFT_OUT} == {row.id for row in rows()}
    written, beside = tables(measured.figures, measured.nations, measured.years)
    assert [row.id for row in rows() if f"| {row.what} |" not in written] == LEFT_OUT
    assert "| missing |" in beside


def test_what_no_clock_blurs_is_reached(measured: Measured) -> None:
    counted = [row for row in rows() if row.id in measured.figures and row.id not in BY_THE_CLOCK | FILE]
    assert [row.what for row in counted if row.misses(measured.figures[row.id])] == []
    pairs = [*measured.nations.items(), *measured.years.items()]
    assert [name for name, pair in pairs if growth_of(pair) > GROWS_AT_MOST] == []


LOG = next(row for row in rows() if row.id == "log")


def test_a_reach_that_is_missed_is_bold_and_named() -> None:
    assert LOG.line({"bytes": 0})[3] == "0 bytes"
    assert LOG.line({"bytes": 4096})[3] == "**4,096 bytes**"
    assert faults({"log": {"bytes": 4096}}, {}, {}) == [
        "its write-ahead log after a batch: 4,096 bytes; to reach: empty"
    ]


def test_a_row_without_a_number_to_reach_is_missed_by_none() -> None:
    assert not replace(LOG, at_most={}).misses({"bytes": 4096})


def test_what_grows_by_more_than_a_fifth_is_named() -> None:
    county = Cost(10, 1000)
    fifth, more = (county, Cost(12, 1200)), (county, Cost(10, 1210))
    assert faults({}, {"missing": fifth}, {"missing": fifth}) == []
    assert faults({}, {"missing": more}, {"readiness": more}) == [
        "missing: 1.21 times as much in a nation than in a county; at most 1.2",
        "readiness: 1.21 times as much in the last year than in the first; at most 1.2",
    ]
    (beside,) = tables({}, {"missing": more}, {})
    assert "| missing | 10 / 1,000 | 10 / 1,210 | **1.21** |" in beside


def test_what_was_not_measured_stays_in_the_page() -> None:
    first = put_into(
        f"# Costs\n{BEGIN}\n{END}\nThe end.\n", {"log": {"bytes": 1}, "asking": {"statements": 1}}, {}, {}
    )
    assert first.startswith(f"# Costs\n{BEGIN}\n| what | before |")
    assert first.endswith(f"{END}\nThe end.\n")
    pairs = {"missing": (Cost(1, 10), Cost(1, 11))}
    second = put_into(put_into(first, {}, pairs, {}), {"log": {"bytes": 0}}, {}, {})
    assert "| an asking: who it is | 7 statements | 1 | 1 |" in second
    assert "| 64 MB | empty | 0 bytes |" in second
    assert "1 bytes" not in second
    assert second.count("| missing | 1 / 10 | 1 / 11 | 1.10 |") == 1
    assert second.count("| what | before |") == second.count("| about one school") == 1


def test_a_page_without_markers_is_refused() -> None:
    with pytest.raises(click.ClickException, match="has no place for the table"):
        put_into(f"{END} {BEGIN}", {}, {}, {})


def test_the_county_is_a_tenth_of_a_small_nation() -> None:
    assert [Size.of(schools).county for schools in (7, 70, 140, 1500)] == [7, 7, 14, 28]
