"""What the report counts from the store, and what it calls unknown because it is no longer there."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import event, insert
from sqlalchemy.orm import Session

from bot.alerts.tables import AlertRow, StageDayRow
from bot.desk.tables import CaseEventRow, CaseRow
from bot.report import records
from bot.report.figures import HoldFigures, StageState
from bot.report.report import make
from bot.requests.tables import RequestRow
from bot.services import Services
from provisioning.clock import FixedClock
from provisioning.store.database import Database
from provisioning.store.tables.runs import RunRow
from tests.bot.app_fixtures import Room
from tests.builders import BRYN, GLAN, NANT

pytestmark = pytest.mark.integration
MONDAY = datetime(2026, 8, 24, 9, tzinfo=UTC)
AUTUMN = datetime(2026, 11, 2, 9, tzinfo=UTC)
DAY = timedelta(days=1)


def run(id_: int, school: str, status: str, at: datetime, **fields: object) -> RunRow:
    return RunRow(
        id=id_,
        school=school,
        status=status,
        started_by="schedule",
        started_at=at,
        finished_at=at,
        counts={},
        holds=[],
        **fields,
    )


def alert(school: str, kind: str, level: int, at: datetime, resolved_at: datetime | None) -> AlertRow:
    return AlertRow(
        kind=kind,
        school=school,
        year=2026,
        text={},
        action={},
        who="provisioning-manager",
        due=at.date(),
        raised_at=at,
        since=at,
        level=level,
        urgent=False,
        resolved_at=resolved_at,
        revision=0,
    )


def case(session: Session, school: str, opened_at: datetime, answered: timedelta | None) -> None:
    row = CaseRow(
        opened_at=opened_at,
        opened_by="U0NIA",
        language="en",
        state="open",
        school=school,
        first_cause="run-held",
        revision=0,
        checked_at=opened_at,
    )
    session.add(row)
    session.flush()
    if answered is not None:
        at = opened_at + answered
        session.add(CaseEventRow(case=row.number, kind="answered", at=at, by="U0NIA", said={}, note=""))


@pytest.fixture
def after(glan: Room) -> Services:
    """The autumn after a summer of Glan: two alerts, a case, a request, three holds; Nant is of an authority
    with it, Bryn of another.
    """
    services = glan.at(FixedClock(AUTUMN)).services
    with services.database.writing() as session:
        session.add(run(9_000, GLAN.number, "succeeded", MONDAY - 60 * DAY))
        session.add_all(
            [
                alert(GLAN.number, "client-ran", 3, MONDAY, MONDAY + 4 * DAY),
                alert(GLAN.number, "staff-complete", 0, MONDAY, None),
                alert(BRYN.number, "client-ran", 1, MONDAY, MONDAY + 2 * DAY),
                StageDayRow(
                    school=GLAN.number,
                    year=2026,
                    stage="client-ran",
                    applies=True,
                    closed_on=date(2026, 9, 1),
                ),
                StageDayRow(school=GLAN.number, year=2026, stage="staff-complete", applies=True),
                StageDayRow(school=GLAN.number, year=2026, stage="governors-reviewed", applies=False),
                RequestRow(
                    school=GLAN.number,
                    cause="run-held",
                    asked_at=MONDAY,
                    to=[],
                    passed=[],
                    ended="ran",
                    ended_at=MONDAY + 2 * DAY,
                    revision=0,
                ),
            ]
        )
        case(session, GLAN.number, MONDAY, timedelta(hours=3))
        case(session, GLAN.number, datetime(2026, 3, 2, tzinfo=UTC), None)
        _holds(session)
    return services


def _holds(session: Session) -> None:
    """Approved after a day and undone; then replaced by what a later run held; that still waits."""
    first = run(9_001, GLAN.number, "succeeded", MONDAY, announced_at=MONDAY)
    first.decision, first.decided_at = "approved", MONDAY + DAY
    session.add_all(
        [
            first,
            run(9_002, GLAN.number, "succeeded", MONDAY + 2 * DAY, undoes=9_001),
            run(9_003, GLAN.number, "held", MONDAY + 3 * DAY, announced_at=MONDAY + 3 * DAY),
            run(9_004, GLAN.number, "succeeded", MONDAY + 4 * DAY),
            run(9_005, GLAN.number, "held", MONDAY + 5 * DAY, announced_at=MONDAY + 5 * DAY),
            run(9_006, GLAN.number, "held", MONDAY + 6 * DAY),
        ]
    )


def test_what_is_counted(after: Services) -> None:
    now = make(after, [GLAN], 2026).whole.now
    stages = now.schools[0].stages
    assert [stages[name].state for name in ("client-ran", "staff-complete", "governors-reviewed")] == [
        StageState.LATE,
        StageState.OPEN,
        StageState.NOT_HERE,
    ]
    assert stages["client-ran"].late == 2
    assert stages["extract-current"].state is StageState.UNKNOWN
    assert now.alerts.figures is not None
    assert (now.alerts.figures.levels, now.alerts.figures.open, now.alerts.figures.days) == (
        (1, 0, 0, 1),
        1,
        4,
    )
    assert now.causes.figures is not None
    told = {line.cause: (line.alerts, line.cases, line.requests, line.days) for line in now.causes.figures}
    assert told == {
        "client-ran": (1, 0, 0, 4),
        "staff-complete": (1, 0, 0, None),
        "run-held": (0, 1, 1, 2),
    }
    assert now.holds.figures == HoldFigures(undone=1, replaced=1, waiting=1, overdue=1, to_decision=DAY)
    assert now.desk.figures is not None
    assert (now.desk.figures.opened, now.desk.figures.to_answer) == (1, timedelta(hours=3))


def test_each_authority_has_its_own(after: Services) -> None:
    found = make(after, [NANT, BRYN, GLAN], 2026)
    alerts = {code: part.now.alerts.figures for code, part in found.authorities.items()}
    assert {code: figures and figures.count for code, figures in alerts.items()} == {"680": 2, "681": 1}
    assert found.whole.now.alerts.figures is not None
    assert found.whole.now.alerts.figures.count == 3


def test_before_the_first_run_nothing_is_known(after: Services) -> None:
    before = make(after, [GLAN], 2026).whole.before
    assert [known.figures for known in (before.alerts, before.causes, before.holds, before.desk)] == [
        None
    ] * 4
    assert {closing.state for closing in before.schools[0].stages.values()} == {StageState.UNKNOWN}


@pytest.mark.parametrize(
    ("day", "known", "since"),
    [
        (date(2027, 8, 1), True, None),
        (date(2027, 9, 20), True, date(2026, 8, 16)),
        (date(2027, 12, 31), False, None),
    ],
)
def test_what_retention_has_deleted_is_not_known(
    glan: Room, after: Services, day: date, known: bool, since: date | None
) -> None:
    """Cases and alerts are kept for 400 days, runs for 800, and the days of stages for good."""
    with after.database.writing() as session:
        session.add(run(1, GLAN.number, "succeeded", datetime(2026, 5, 1, tzinfo=UTC)))
    later = glan.at(FixedClock(datetime(day.year, day.month, day.day, 9, tzinfo=UTC))).services
    now = make(later, [GLAN], 2026).whole.now
    assert (now.alerts.figures is not None, now.alerts.since) == (known, since)
    assert (now.desk.figures is not None, now.desk.since) == (known, since)
    assert now.holds.figures == HoldFigures(undone=1, replaced=1, waiting=1, overdue=1, to_decision=DAY)
    assert now.schools[0].stages["client-ran"].state is StageState.LATE


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """The statements that a database is given in a block."""
    issued: list[str] = []

    def note(*given: object) -> None:
        issued.append(str(given[2]))

    event.listen(database.engine, "before_cursor_execute", note)
    yield issued
    event.remove(database.engine, "before_cursor_execute", note)


def test_many_schools_cost_no_more_statements_than_one(after: Services) -> None:
    with counted(after.database) as for_one:
        make(after, [GLAN], 2026)
    numbers = [f"680{number:04}" for number in range(1, records.FEW + 2)]
    with after.database.writing() as session:
        session.execute(
            insert(StageDayRow),
            [
                {"school": number, "year": 2026, "stage": "client-ran", "applies": True, "closed_on": None}
                for number in numbers
            ],
        )
    many = [replace(GLAN, number=number) for number in numbers]
    with counted(after.database) as for_many:
        found = make(after, [GLAN, *many], 2026)
    assert len(for_many) <= len(for_one)
    client = next(line for line in found.whole.now.stages if line.stage == "client-ran")
    assert client.schools[StageState.OPEN] == len(numbers)
