"""What is asked about runs costs no more after ten times as many runs."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from provisioning.records.runs import RunStatus
from provisioning.store import run_interruptions, runs
from provisioning.store.database import Database
from provisioning.store.latest_runs import latest_runs
from tests.builders import NOW
from tests.costs import GROWS_AT_MOST, cost, rows_touched
from tests.provisioning.store.days_of_runs import NUMBERS, QUESTIONS, with_runs

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> Iterator[tuple[Database, Database]]:
    """Two databases with the runs of 100 days and of 1,000."""
    folder = tmp_path_factory.mktemp("flat-runs")
    both = []
    for days in (100, 1000):
        (folder / f"{days}.sqlite3").write_bytes(migrated.read_bytes())
        both.append(with_runs(Database(f"sqlite:///{folder / f'{days}.sqlite3'}"), days))
    yield both[0], both[1]
    for database in both:
        database.close()


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_about_runs(filled: tuple[Database, Database], name: str) -> None:
    def asked(database: Database) -> None:
        with database.reading() as session:
            QUESTIONS[name](session)

    few, many = (cost(database, lambda database=database: asked(database)) for database in filled)
    assert many.statements == few.statements
    assert many.steps <= few.steps * GROWS_AT_MOST
    assert many.steps < 1000


def test_a_start_without_a_run_under_way_reads_no_run_and_locks_nothing(
    filled: tuple[Database, Database],
) -> None:
    few, many = (
        cost(database, lambda database=database: run_interruptions.interrupt_lost(database, NOW))
        for database in filled
    )
    assert many == few
    assert many.statements == 1  # no transaction is begun
    assert many.steps < 40


def test_on_postgresql_the_newest_rows_alone_are_read(postgresql_url: str) -> None:
    database = with_runs(Database(postgresql_url), 1000)
    with database.writing() as session:
        session.execute(text("ANALYZE runs"))

    def ask_all() -> None:
        with database.reading() as session:
            for question in QUESTIONS.values():
                question(session)

    try:
        assert rows_touched(database, "runs", ask_all) <= 60
    finally:
        database.close()


def test_the_latest_runs_of_schools(filled: tuple[Database, Database]) -> None:
    _, many = filled
    with many.reading() as session:
        found = latest_runs(session, [*NUMBERS, "6700000"])
        for school in NUMBERS:
            latest, success = found[school]
            assert latest == runs.get(session, latest.known_id if latest else 0)
            assert success is not None
            assert success.status is RunStatus.SUCCEEDED
    assert found["6700000"] == (None, None)
    stopped, failing, held = (found[school] for school in NUMBERS)
    assert stopped.latest == stopped.last_success
    assert failing.latest is not None
    assert failing.latest.status is RunStatus.FAILED
    assert failing.last_success is not None
    assert failing.last_success.known_id <= len(NUMBERS)
    assert held.latest is not None
    assert held.latest.status is RunStatus.HELD
