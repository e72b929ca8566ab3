"""What is asked about a single school costs the database no more in a nation than in a county."""

import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from bot.alerts.known_facts import KnownFacts
from bot.stages.stored_stages import StoredStages
from diagnostics.missing import missing, missing_at
from diagnostics.readiness import readiness, readiness_at
from diagnostics.still_active import still_active
from diagnostics.walk import diagnose
from knowledge.ids import Question
from knowledge.loading import Knowledge
from provisioning.records.extracts import Extract
from provisioning.records.people import Kind
from provisioning.records.schools import School
from provisioning.runs.dependencies import Provisioning
from provisioning.runs.school_run import provision
from provisioning.sources.extract_folder import ExtractFolder
from provisioning.store import accounts, last_year
from provisioning.store.database import Database
from provisioning.store.latest_runs import latest_runs
from tests.costs import GROWS_AT_MOST, Nation, cost, counted
from tests.diagnostics.nation_works import facts, run_what_is_due, staff_named

pytestmark = pytest.mark.integration

SMALL, LARGE = 7, 70
SECONDARY = 6
"""The place of the secondary that six primaries send their leavers to."""


@pytest.fixture(scope="module")
def nations(
    tmp_path_factory: pytest.TempPathFactory, migrated: Path, knowledge: Knowledge
) -> Iterator[tuple[Nation, Nation]]:
    """Two nations, the second ten times as large; their first seven schools are equal."""
    made = []
    for size in (SMALL, LARGE):
        folder = tmp_path_factory.mktemp(f"nation-{size}")
        database = Database(f"sqlite:///{shutil.copy(migrated, folder / 'hwb.sqlite3')}")
        made.append(Nation.made(folder, database, knowledge, size))
    yield made[0], made[1]
    for nation in made:
        nation.database.close()


@pytest.mark.parametrize(
    "asked",
    [
        lambda services, school: missing(services, school),
        lambda services, school: still_active(services, school),
        lambda services, school: readiness(services, school),
        lambda services, school: diagnose(services, Question.WHY_MISSING, "T007", school),
        lambda services, school: diagnose(services, Question.MOVE_ACCOUNT, "N010", school),
    ],
    ids=["missing", "still-active", "readiness", "why-missing of staff", "move-account"],
)
def test_a_question_about_a_school(
    nations: tuple[Nation, Nation], asked: Callable[[Provisioning, str], object]
) -> None:
    small, large = (
        cost(nation.database, lambda nation=nation: asked(nation.in_september, nation.numbers[SECONDARY]))
        for nation in nations
    )
    assert large.statements <= small.statements * GROWS_AT_MOST
    assert large.steps <= small.steps * GROWS_AT_MOST


def test_the_staff_in_a_name_are_looked_up_in_an_index(nations: tuple[Nation, Nation]) -> None:
    small, large = (
        cost(nation.database, lambda nation=nation: staff_named(nation, "Jones", "Neb")).steps
        for nation in nations
    )
    assert large <= small * GROWS_AT_MOST
    assert large < 100  # an account more would be a row more


def test_a_question_about_a_learner_reads_no_other_learner(nations: tuple[Nation, Nation]) -> None:
    _, large = nations
    school = large.numbers[SECONDARY]
    with large.database.reading() as session:
        upn = accounts.listed(session, school, Kind.LEARNER)[0].upn
    asked = cost(large.database, lambda: diagnose(large.in_july, Question.WHY_MISSING, str(upn), school))
    assert asked.steps < 1_000  # of some 1,200 learners


def test_a_move_with_several_namesakes_reads_none_of_their_schools(nations: tuple[Nation, Nation]) -> None:
    _, large = nations
    school = large.numbers[SECONDARY]
    with large.database.reading() as session:
        staff = accounts.listed(session, school, Kind.STAFF)
        elsewhere = {
            member.staff_code: sum(
                account.school != school
                for account in accounts.of_staff_named(session, member.surname, member.forename)
            )
            for member in staff
        }
    alone = next(code for code, others in elsewhere.items() if others == 0)
    several = next(code for code, others in elsewhere.items() if others > 1)
    asked = [
        cost(
            large.database,
            lambda code=code: diagnose(large.in_july, Question.MOVE_ACCOUNT, str(code), school),
        )
        for code in (alone, several)
    ]
    assert asked[0].statements == asked[1].statements


def test_the_latest_runs_are_found_by_a_seek(nations: tuple[Nation, Nation]) -> None:
    def latest(nation: Nation) -> None:
        with nation.database.reading() as session:
            latest_runs(session, nation.numbers[:SMALL])

    small, large = (cost(nation.database, lambda nation=nation: latest(nation)).steps for nation in nations)
    assert large <= small * GROWS_AT_MOST


def test_what_a_school_changed_last_year_is_found_among_its_own_runs(nations: tuple[Nation, Nation]) -> None:
    def changed(nation: Nation) -> None:
        with nation.database.reading() as session:
            assert last_year.same_week(session, nation.numbers[SECONDARY], date(2027, 7, 9))

    small, large = (cost(nation.database, lambda nation=nation: changed(nation)) for nation in nations)
    assert large.statements == small.statements <= 2
    assert large.steps <= small.steps * GROWS_AT_MOST


def test_what_is_due_is_found_without_a_look_up_for_each_school(nations: tuple[Nation, Nation]) -> None:
    """Every school runs for the slot, unchanged; then nothing is due. Each look asks once for freezes."""

    for nation in nations:
        with counted(nation.database) as so_far:
            assert run_what_is_due(nation.in_july) == nation.size
            ran = so_far().statements
            assert run_what_is_due(nation.in_july) == 0
            assert ran <= 43
            assert so_far().statements - ran <= 16


def test_many_schools_are_read_together(nations: tuple[Nation, Nation]) -> None:
    """A statement more for a school of which people are missing: its accounts, to find who is like them."""
    _, large = nations
    few, many = (
        cost(
            large.database, lambda some=some: missing_at(large.in_september, large.numbers[:some])
        ).statements
        for some in (2, 20)
    )
    assert many <= few + 20
    in_july = cost(large.database, lambda: missing_at(large.in_july, large.numbers[:20])).statements
    assert in_july <= 15


def test_the_answers_about_many_schools_are_those_about_each(nations: tuple[Nation, Nation]) -> None:
    _, large = nations
    for services in (large.in_july, large.in_september):
        some = large.numbers[:14]
        assert missing_at(services, some) == [missing(services, school) for school in some]
        assert readiness_at(services, some) == [readiness(services, school) for school in some]


def test_a_round_of_alerts_that_looks_at_every_school(nations: tuple[Nation, Nation]) -> None:
    """A school costs no more than in a county; its statements serve fifty schools."""
    small, large = (cost(nation.database, lambda nation=nation: facts(nation)) for nation in nations)
    assert large.statements <= small.statements * 2
    assert large.steps <= small.steps * (LARGE / SMALL) * GROWS_AT_MOST


def test_a_round_that_looks_at_every_school_reads_each_extract_once(
    nations: tuple[Nation, Nation], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those of primaries with their secondary's, wherever they stand in the list."""
    _, large = nations
    read: list[str] = []
    original = ExtractFolder.read

    def reading(folder: ExtractFolder, school: School, today: date) -> Extract:
        read.append(school.number)
        return original(folder, school, today)

    monkeypatch.setattr(ExtractFolder, "read", reading)
    facts(large)
    assert sorted(read) == sorted(large.numbers)


def test_a_new_process_begins_with_the_facts_in_the_store(nations: tuple[Nation, Nation]) -> None:
    """It reads no extract, and costs the database no statement for a school."""
    begun = []
    for nation in nations:
        first = facts(nation, KnownFacts(stored=StoredStages()))
        with counted(nation.database) as so_far:
            assert facts(nation, KnownFacts(stored=StoredStages())) == first
            begun.append(so_far())
    small, large = begun
    assert large.statements == small.statements <= 30
    assert large.steps <= small.steps * (LARGE / SMALL) * GROWS_AT_MOST


def test_a_quiet_round_of_alerts_costs_no_statement_for_a_school(nations: tuple[Nation, Nation]) -> None:
    quiet = []
    for nation in nations:
        known = KnownFacts()
        quiet.append(cost(nation.database, lambda nation=nation, known=known: facts(nation, known)))
    small, large = quiet
    assert large.statements == small.statements <= 20
    assert large.steps <= small.steps * (LARGE / SMALL) * GROWS_AT_MOST


def test_a_round_of_alerts_after_one_run_looks_at_few_schools(nations: tuple[Nation, Nation]) -> None:
    """In a nation no more steps than a quiet round's, and those of the schools that rest on this run."""
    _, large = nations
    known = KnownFacts()
    quiet = cost(large.database, lambda: facts(large, known))
    with counted(large.database) as so_far:
        facts(large)
        whole = so_far()
    provision(large.in_july, large.numbers[SECONDARY], started_by="test")
    with counted(large.database) as so_far:
        facts(large, known)
        after = so_far()
    assert after.steps - quiet.steps <= whole.steps / 5
