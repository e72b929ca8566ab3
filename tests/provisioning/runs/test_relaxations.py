"""The limit of a safeguard, relaxed for one school until a day."""

from datetime import UTC, date, datetime

import pytest

from provisioning.records import RunStatus
from provisioning.store import decisions
from provisioning.store.decisions import Relaxation
from tests.builders import GLAN, NANT, NOW, Schools
from tests.provisioning.runs.decision_builders import PUPILS, left, relaxation

pytestmark = pytest.mark.both_databases


@pytest.mark.parametrize(
    ("given", "day", "status"),
    [
        (relaxation(), 7, RunStatus.SUCCEEDED),
        (relaxation(), 10, RunStatus.SUCCEEDED),  # until that day, and on it
        (relaxation(), 11, RunStatus.HELD),
        (relaxation(safeguard="year-jump"), 7, RunStatus.HELD),
        (relaxation(school=NANT.number), 7, RunStatus.HELD),
    ],
)
def test_a_limit_is_relaxed_for_one_school_until_a_day(
    provisioning: Schools, given: Relaxation, day: int, status: RunStatus
) -> None:
    provisioning.extracts(GLAN, *PUPILS)
    provisioning.runs(GLAN)
    with provisioning.database.writing() as session:
        decisions.relax(session, given, NOW)
    provisioning.extracts(GLAN, *left(PUPILS[:20]), *PUPILS[20:])
    run = provisioning.runs(GLAN, at=datetime(2026, 9, day, 12, 0, tzinfo=UTC))
    assert (run.status, run.counts["release"]) == (status, 20 if status is RunStatus.SUCCEEDED else 0)


def test_a_relaxation_says_who_and_why_and_a_new_one_takes_its_place(
    provisioning: Schools,
) -> None:
    with provisioning.database.writing() as session:
        decisions.relax(session, relaxation(), NOW)
        decisions.relax(session, relaxation(safeguard="year-jump"), NOW)
        decisions.relax(session, relaxation(until=date(2026, 9, 8), why="moved", by="Bryn"), NOW)
    with provisioning.database.reading() as session:
        assert decisions.relaxations(session, date(2026, 9, 8), GLAN.number) == [
            relaxation(safeguard="year-jump"),
            relaxation(until=date(2026, 9, 8), why="moved", by="Bryn"),
        ]
        assert decisions.relaxations(session, date(2026, 9, 9)) == [relaxation(safeguard="year-jump")]
        assert decisions.relaxations(session, date(2026, 9, 11)) == []
