"""An unchanged extract asks for nothing: then a run says so without a look at every record."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event, func, select

from provisioning.planning.safeguard_limits import Limit, SafeguardLimits
from provisioning.records.runs import RunStatus
from provisioning.rules_version import RULES_VERSION
from provisioning.runs.batches import provision_batch
from provisioning.runs.school_run import provision
from provisioning.runs.undo import undo
from provisioning.sources.extract_folder import ExtractFolder
from provisioning.sources.formats import csv_folder
from provisioning.store.runs import Run
from provisioning.store.tables.runs import NoteRow, RunRow
from tests.builders import GLAN, NANT, NOW, TODAY, Schools, learner, staff_member

pytestmark = pytest.mark.both_databases

SEREN, TOMOS = learner(1), learner(2, surname="Rees")
DAY = timedelta(days=1)


@contextmanager
def looking(provisioning: Schools) -> Iterator[list[str]]:
    """The statements in which accounts are looked at."""
    seen: list[str] = []

    def see(_connection: Any, _cursor: Any, sql: str, *_rest: Any) -> None:
        if "accounts" in sql:
            seen.append(sql)

    event.listen(provisioning.database.engine, "before_cursor_execute", see)
    try:
        yield seen
    finally:
        event.remove(provisioning.database.engine, "before_cursor_execute", see)


def told(run: Run) -> tuple[RunStatus, dict[str, int], str | None]:
    return run.status, {name: count for name, count in run.counts.items() if count}, run.extract


def noted(provisioning: Schools, run: Run) -> list[tuple[str, str, int | None]]:
    with provisioning.database.reading() as session:
        looked = func.coalesce(RunRow.rests_on, RunRow.id)
        query = select(NoteRow).join(RunRow, NoteRow.run == looked).where(RunRow.id == run.id)
        rows = session.scalars(query.order_by(NoteRow.id))
        return [(row.kind, row.identifier, row.line) for row in rows]


def test_a_rule_that_has_changed_wakes_every_school(
    provisioning: Schools, monkeypatch: pytest.MonkeyPatch
) -> None:
    provisioning.extracts(GLAN, SEREN, TOMOS)
    provisioning.runs(GLAN)
    monkeypatch.setattr("provisioning.planning.unchanged.RULES_VERSION", RULES_VERSION + 1)
    with looking(provisioning) as seen:
        provisioning.runs(GLAN, at=NOW + DAY)
    assert seen != []


def test_a_safeguard_that_has_become_stricter_wakes_every_school_once(provisioning: Schools) -> None:
    provisioning.extracts(GLAN, SEREN, TOMOS)
    provisioning.runs(GLAN)
    stricter = SafeguardLimits(shrunk=Limit(5, 10))

    def looked(day: int) -> bool:
        with looking(provisioning) as seen:
            here = replace(provisioning.at(NOW + day * DAY), limits=stricter)
            assert provision(here, GLAN.number, started_by="test").status is RunStatus.SUCCEEDED
        return seen != []

    assert [looked(1), looked(2)] == [True, False]


def test_another_number_of_days_ahead_wakes_every_school_once(provisioning: Schools) -> None:
    """Seren joins in three weeks: with 28 days in place of 14 the next run makes the account."""
    provisioning.extracts(GLAN, TOMOS, replace(SEREN, admission_date=TODAY + 21 * DAY))
    assert provisioning.runs(GLAN).counts["create"] == 1

    def looked(day: int) -> tuple[bool, int]:
        with looking(provisioning) as seen:
            here = provisioning.at(NOW + day * DAY)
            earlier = ExtractFolder(here.extract_folder.folder, timedelta(days=28))
            run = provision(replace(here, extract_folder=earlier), GLAN.number, started_by="test")
        return seen != [], run.counts["create"]

    assert [looked(1), looked(2)] == [(True, 1), (False, 0)]


def test_nothing_has_changed(provisioning: Schools) -> None:
    provisioning.extracts(GLAN, SEREN, TOMOS, staff_member(), learner(3, surname=""))
    first = provisioning.runs(GLAN)
    with looking(provisioning) as seen:
        second, third = provisioning.runs(GLAN, at=NOW + DAY), provisioning.runs(GLAN, at=NOW + 2 * DAY)
    assert seen == []
    assert (
        told(second) == told(third) == (RunStatus.SUCCEEDED, {"unchanged": 3, "rejected": 1}, first.extract)
    )
    assert noted(provisioning, third) == noted(provisioning, second) == noted(provisioning, first) != []
    assert (third.started_at, third.finished_at) == (NOW + 2 * DAY, NOW + 2 * DAY)


def test_a_rest_tells_what_a_full_look_tells(provisioning: Schools) -> None:
    """A name that differs, a person without a row, a rejected row, a person who has left."""
    gone, left = learner(4), learner(5, leaving_date=date(2026, 9, 1))
    provisioning.extracts(GLAN, SEREN, TOMOS, gone, replace(left, leaving_date=None), staff_member())
    provisioning.runs(GLAN)
    provisioning.extracts(
        GLAN, replace(SEREN, surname="Parry"), TOMOS, left, staff_member(), learner(6, surname="")
    )
    full = provisioning.runs(GLAN)
    unchanged = provisioning.runs(GLAN, at=NOW + DAY)
    provisioning.extracts(
        GLAN, replace(SEREN, surname="Parry"), TOMOS, left, staff_member(), learner(6, surname=" ")
    )
    again = provisioning.runs(GLAN, at=NOW + DAY)
    assert noted(provisioning, unchanged) == noted(provisioning, again) == noted(provisioning, full)
    assert told(unchanged)[:2] == told(again)[:2]


@pytest.mark.parametrize(
    ("person", "kind", "day"),
    [
        (learner(3, admission_date=NOW.date() + timedelta(days=17)), "create", 3),
        (learner(3, leaving_date=NOW.date() + timedelta(days=3)), "release", 3),
        (staff_member(start_date=NOW.date() + timedelta(days=16)), "create", 2),
    ],
)
def test_a_date_that_takes_effect_wakes_the_school(
    provisioning: Schools, person: Any, kind: str, day: int
) -> None:
    provisioning.extracts(GLAN, SEREN, person)
    provisioning.runs(GLAN)
    before = provisioning.runs(GLAN, at=NOW + (day - 1) * DAY)
    assert before.counts[kind] == 0
    assert provisioning.runs(GLAN, at=NOW + day * DAY).counts[kind] == 1


def test_an_older_row_whose_date_comes_wakes_the_school(provisioning: Schools) -> None:
    """Of two rows with one UPN, the day decides which counts."""
    until = replace(SEREN, leaving_date=NOW.date() + timedelta(days=2))
    since = replace(SEREN, admission_date=NOW.date() + timedelta(days=16), class_name="7C")
    provisioning.extracts(GLAN, until, since)
    provisioning.runs(GLAN)
    assert provisioning.runs(GLAN, at=NOW + DAY).counts["unchanged"] == 1
    assert provisioning.runs(GLAN, at=NOW + 2 * DAY).counts["update"] == 1


def test_another_file_wakes_the_school(provisioning: Schools) -> None:
    provisioning.extracts(GLAN, SEREN)
    provisioning.runs(GLAN)
    provisioning.runs(GLAN)
    provisioning.extracts(GLAN, replace(SEREN, class_name="7C"), at=NOW + DAY)
    assert provisioning.runs(GLAN).counts["update"] == 1


def test_every_week_everybody_is_looked_at(provisioning: Schools) -> None:
    provisioning.extracts(GLAN, SEREN)
    provisioning.runs(GLAN)
    with looking(provisioning) as seen:
        provisioning.runs(GLAN, at=NOW + 7 * DAY)
    assert seen


def test_a_clock_that_goes_back_finds_no_rest(provisioning: Schools) -> None:
    provisioning.extracts(GLAN, SEREN)
    provisioning.runs(GLAN)
    set_back = replace(provisioning.at(NOW - DAY), clock_set_back=True)
    with looking(provisioning) as seen:
        provision(set_back, GLAN.number, started_by="test")
    assert seen


def test_who_waits_for_another_school_is_looked_at_each_time(provisioning: Schools) -> None:
    provisioning.extracts(NANT, SEREN)
    provisioning.runs(NANT)
    provisioning.extracts(GLAN, SEREN)
    assert provisioning.runs(GLAN).counts["blocked"] == 1
    provisioning.extracts(NANT, replace(SEREN, leaving_date=date(2026, 9, 1)))
    provisioning.runs(NANT)
    assert provisioning.runs(GLAN).counts["match"] == 1


def test_after_an_undo_the_school_is_looked_at(provisioning: Schools) -> None:
    provisioning.extracts(GLAN, SEREN)
    created = provisioning.runs(GLAN)
    provisioning.runs(GLAN)
    undo(provisioning.at(), created.known_id, by="test")
    run = provisioning.runs(GLAN)
    assert run.counts["unchanged"] == 0
    assert [kind for kind, *_ in noted(provisioning, run)] == ["refused"]


def test_a_slot_is_not_run_twice(provisioning: Schools) -> None:
    provisioning.extracts(GLAN, SEREN)
    provisioning.runs(GLAN)
    ran = [provision_batch(provisioning.at(), [GLAN.number], started_by="test", slot=NOW) for _ in range(2)]
    assert [len(batch.runs) for batch in ran] == [1, 0]
    assert (ran[1].elsewhere, ran[1].refused) == ((GLAN.number,), ())


def test_a_batch_rests_where_nothing_has_changed(provisioning: Schools) -> None:
    provisioning.extracts(GLAN, SEREN)
    provisioning.extracts(NANT, TOMOS)
    provision_batch(provisioning.at(), [GLAN.number, NANT.number], started_by="test")
    provisioning.extracts(NANT, replace(TOMOS, class_name="7C"), at=NOW + DAY)
    batch = provision_batch(provisioning.at(), [GLAN.number, NANT.number], started_by="test")
    assert [(run.school, told(run)[1]) for run in batch.runs] == [
        (GLAN.number, {"unchanged": 1}),
        (NANT.number, {"update": 1}),
    ]


def test_the_fingerprint_is_told_as_by_reading(provisioning: Schools) -> None:
    provisioning.extracts(GLAN, SEREN, staff_member())
    folder = provisioning.folder / GLAN.number
    assert csv_folder.fingerprint(folder) == csv_folder.read(folder, GLAN.number).fingerprint
