"""The addresses of health: when a process is told to live, and when it is ready."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from sqlalchemy import text

from bot.service.health import Probe, probes
from bot.service.work import Work
from bot.services import Services
from bot.settings import Settings
from bot.version import VERSION
from provisioning.store.database import Database
from tests.builders import Schools

pytestmark = pytest.mark.integration


@dataclass
class AtWork:
    """The work of a process whose schedule has ticked so many seconds ago."""

    ticked_seconds_ago: float = 3.0
    parts: dict[str, Callable[[], bool]] = field(default_factory=lambda: {"schedule": lambda: True})


@pytest.fixture
def services(provisioning: Schools) -> Services:
    return Services(Settings(), provisioning.at(), dict)


def said(asked: dict[str, Probe], path: str) -> tuple[int, dict[str, Any]]:
    answer = asked[path].answer(cast("Any", None))
    return answer.status_code, json.loads(bytes(answer.body))


def of(services: Services, work: AtWork, *, slack: bool = True) -> dict[str, Probe]:
    return probes(
        services, cast("Work", work), {"slack": lambda: slack}, {"slack_heard_seconds_ago": lambda: 1.23}
    )


def test_a_process_that_works_lives_and_is_ready(services: Services) -> None:
    asked = of(services, AtWork())
    assert said(asked, "/livez") == (200, {"ticked": True, "version": VERSION})
    assert said(asked, "/readyz") == (
        200,
        {
            "slack": True,
            "database": True,
            "schema": True,
            "ticked": True,
            "schedule": True,
            "slack_heard_seconds_ago": 1.2,
            "ticked_seconds_ago": 3.0,
            "version": VERSION,
        },
    )


def test_two_minutes_without_a_tick_it_is_not_ready_and_after_ten_it_does_not_live(
    services: Services,
) -> None:
    late = of(services, AtWork(121))
    assert said(late, "/readyz")[0] == 503
    assert said(late, "/livez")[0] == 200
    assert said(of(services, AtWork(601)), "/livez")[0] == 503


def test_without_slack_or_at_another_schema_it_lives_and_is_not_ready(
    services: Services, database: Database
) -> None:
    away = of(services, AtWork(), slack=False)
    assert (said(away, "/livez")[0], said(away, "/readyz")[0]) == (200, 503)
    with database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    status, parts = said(of(services, AtWork()), "/readyz")
    assert (status, parts["database"], parts["schema"]) == (503, True, False)
    assert said(of(services, AtWork()), "/healthz")[0] == 200
