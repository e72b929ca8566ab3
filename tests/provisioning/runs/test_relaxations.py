"""The limit of a safeguard, relaxed for one school until a day."""

from datetime import UTC, date, datetime

import pytest

from provisioning.records.runs import RunStatus
from provisioning.runs.school_run import dry_run
from provisioning.store import decisions
from provisioning.store.decisions import Relaxation
from tests.builders import GLAN, NANT, NOW, Schools
from tests.provisioning.runs.decision_builders import LATER, PUPILS, approves, left, relaxation

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
    provisioning.extracts(GLAN, *left(PUPILS[:19]), *PUPILS[19:])
    run = provisioning.runs(GLAN, at=datetime(2026, 9, day, 12, 0, tzinfo=UTC))
    assert (run.status, run.counts["release"]) == (status, 19 if status is RunStatus.SUCCEEDED else 0)


def test_what_a_relaxation_has_let_pass_is_counted_and_used_up_it_says_so(provisioning: Schools) -> None:
    provisioning.extracts(GLAN, *PUPILS)
    provisioning.runs(GLAN)
    with provisioning.database.writing() as session:
        decisions.relax(session, relaxation(up_to=15), NOW)
    provisioning.extracts(GLAN, *left(PUPILS[:12]), *PUPILS[12:])
    dry_run(provisioning.at(), GLAN.number)  # which uses nothing
    assert provisioning.runs(GLAN).counts["release"] == 12
    with provisioning.database.reading() as session:
        assert decisions.relaxations(session, date(2026, 9, 8)) == [relaxation(up_to=15, used=12)]
    provisioning.extracts(GLAN, *left(PUPILS[:22]), *PUPILS[22:])
    run = provisioning.runs(GLAN, at=LATER)
    assert (run.status, run.held_by, run.counts["held"]) == (RunStatus.HELD, ("too-many-leavers",), 10)
    (hold,) = run.holds
    assert [(text.key, dict(text.values)) for text in hold.said[1:]] == [
        ("hold.relaxation-used-up", {"up_to": 15, "used": 12})
    ]
    assert approves(provisioning, run).counts["release"] == 10
    with provisioning.database.reading() as session:
        assert decisions.relaxations(session, date(2026, 9, 8)) == [relaxation(up_to=15, used=12)]


def test_a_relaxation_is_not_used_by_what_another_safeguard_holds(provisioning: Schools) -> None:
    """Half of the people are gone from the file, and of the other half most leave."""
    provisioning.extracts(GLAN, *PUPILS)
    provisioning.runs(GLAN)
    with provisioning.database.writing() as session:
        decisions.relax(session, relaxation(), NOW)
    provisioning.extracts(GLAN, *left(PUPILS[:15]), *PUPILS[15:20])
    assert provisioning.runs(GLAN).held_by == ("extract-shrunk",)
    with provisioning.database.reading() as session:
        assert decisions.relaxations(session, date(2026, 9, 8)) == [relaxation()]


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
