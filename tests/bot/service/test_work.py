"""`hwb work`, and `hwb serve` on PostgreSQL: who runs the schools, and what is told where that can't be."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.service.features import VERBS
from bot.service.queueing import call_for_follow_ups
from bot.service.sweeping import run_due
from bot.services import Services
from bot.settings import Settings
from bot.settings_tables import ScheduleGroup
from knowledge.texts import UK
from provisioning.store.database import Database
from slack_workspace import WorkspaceServer
from tests.bot.app_fixtures import room
from tests.bot.command_line import CommandLine, Served
from tests.bot.hand_written import AUGUST, BROKEN, PRIMARY, SCHOOLS, SECONDARY, write_august
from tests.bot.service.engines import jobs_in
from tests.bot.service.manager_socket import ManagerSocket
from tests.bot.service.test_serve import health, port  # noqa: F401 - a fixture
from tests.builders import GLAN, NANT, Schools, learner
from tests.slack_workspace.workspace_fixtures import eventually

pytestmark = pytest.mark.integration

ALL_RAN = [(PRIMARY, "succeeded"), (BROKEN, "failed"), (SECONDARY, "succeeded")]


@pytest.fixture
def installed(hwb: CommandLine, postgresql_url: str, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    """Three schools with exports on PostgreSQL; nothing has run."""
    monkeypatch.setenv("HWB_DATABASE_URL", postgresql_url)
    hwb.write("schools.csv", SCHOOLS)
    write_august(hwb.folder)
    assert hwb("schools import schools.csv").status == 0
    return hwb


def statuses(at: CommandLine) -> list[tuple[str, str]]:
    """School and status of every run."""
    return sorted((run["school"], run["status"]) for run in at("runs --json").shape["runs"])


def working(at: CommandLine, url: str, *words: str, **given: str) -> Served:
    """A worker on the Wednesday of rollover week."""
    return Served(["work", "--at", AUGUST, *words], at.folder, HWB_DATABASE_URL=url, **given)


# A worker of its own


def test_a_worker_runs_what_is_due_and_ends_when_it_is_asked_to(
    installed: CommandLine,
    postgresql_url: str,
    port: int,  # noqa: F811
) -> None:
    installed.write("hwb.toml", f"health_port = {port}\n")
    with (
        ManagerSocket(installed.folder) as systemd,
        working(installed, postgresql_url, **systemd.variables) as process,
    ):
        process.until("Runs schools as they are due")
        eventually(lambda: statuses(installed) == sorted(ALL_RAN), 20)
        systemd.until("READY=1", "WATCHDOG=1")
        for path in ("livez", "readyz", "healthz", "metrics"):
            eventually(lambda path=path: health(port, path) == 200)
        process.terminate()
        ended = process.ended()
        assert "STOPPING=1" in systemd.told()
    assert (ended.status, "Stopping" in ended.out, "Traceback" in ended.err) == (0, True, False)


def test_a_worker_of_a_site_runs_that_sites_schools_alone(
    installed: CommandLine, postgresql_url: str
) -> None:
    installed.write(
        "hwb.toml",
        '[[groups]]\nname = "all"\n'
        f'[[groups]]\nname = "island"\nsite = "ynys-mon"\nschools = ["{PRIMARY}"]\n',
    )
    with working(installed, postgresql_url, "--site", "ynys-mon") as process:
        process.until("Runs schools as they are due")
        eventually(lambda: statuses(installed) == [(PRIMARY, "succeeded")], 20)
        process.terminate()
        assert process.ended().status == 0
    assert statuses(installed) == [(PRIMARY, "succeeded")]


@pytest.mark.parametrize("line", ["work", "serve --no-work"])
def test_an_embedded_database_has_no_workers(
    line: str, hwb: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-1")
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-1")
    assert hwb(line).explains("`hwb serve` runs the schools itself", "HWB_DATABASE_URL")


def test_a_site_that_no_group_has(installed: CommandLine) -> None:
    assert installed("work --site ynys-mon").explains("No group of schools has the site ynys-mon")


@pytest.mark.parametrize("line", ["check", "work"])
def test_without_the_extra_for_postgresql(
    line: str, installed: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "provisioning.jobs.worker", raising=False)
    monkeypatch.setitem(sys.modules, "procrastinate", None)
    said = installed(line)
    assert said.status == 1
    assert "The queue for runs on PostgreSQL (Procrastinate 3.10 or newer) is not installed." in (
        said.out + said.err
    )
    assert "pip install 'hwb-rollover[postgresql]'" in said.out + said.err


# Beside Slack


@pytest.fixture(scope="module")
def server() -> Iterator[WorkspaceServer]:
    with WorkspaceServer(room(lambda: datetime.now(UTC))) as running:
        yield running


def serving(at: CommandLine, url: str, server: WorkspaceServer, *words: str) -> Served:
    return Served(
        ["serve", "--at", AUGUST, *words],
        at.folder,
        HWB_DATABASE_URL=url,
        SLACK_BOT_TOKEN=server.bot_token,
        SLACK_APP_TOKEN=server.app_token,
        HWB_SLACK_API_URL=server.api_url,
    )


def test_serving_on_postgresql_runs_the_schools_too(
    installed: CommandLine, postgresql_url: str, server: WorkspaceServer
) -> None:
    with serving(installed, postgresql_url, server) as process:
        process.until("Connected to Slack")
        eventually(lambda: statuses(installed) == sorted(ALL_RAN), 20)
        process.terminate()
        ended = process.ended()
    assert (ended.status, "Traceback" in ended.err) == (0, False)


def test_serving_without_work_leaves_the_runs_to_a_worker(
    installed: CommandLine, postgresql_url: str, server: WorkspaceServer
) -> None:
    with serving(installed, postgresql_url, server, "--no-work") as process:
        process.until("Connected to Slack")
        database = Database(postgresql_url)
        eventually(lambda: jobs_in(database) == [("runs", "slot", "todo")], 20)
        database.close()
        assert statuses(installed) == []
        with working(installed, postgresql_url) as worker:
            eventually(lambda: statuses(installed) == sorted(ALL_RAN), 20)
            worker.terminate()
            assert worker.ended().status == 0
        process.terminate()
        assert process.ended().status == 0


# In the run's own transaction


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_release_puts_in_the_job_of_the_school_that_waits(provisioning: Schools) -> None:
    """A worker on another machine begins at once, and not with the next sweep."""
    now = datetime(2026, 9, 7, 6, tzinfo=UK)
    island = ScheduleGroup(name="island", site="ynys-mon", schools=(GLAN.number,))
    settings = Settings(groups=(ScheduleGroup(name="all"), island))
    call_for_follow_ups(provisioning.database, settings)
    moving = learner(9, year_group="6", admission_date=date(2019, 9, 1))
    provisioning.extracts(NANT, learner(1), moving)
    provisioning.runs(NANT, at=datetime(2026, 7, 1, 6, tzinfo=UK))
    provisioning.extracts(GLAN, learner(3), learner(9))
    run_due(Services(settings, provisioning.at(now), lambda: VERBS))
    assert jobs_in(provisioning.database) == []
    noon = now + timedelta(hours=6)
    provisioning.extracts(NANT, learner(1), replace(moving, leaving_date=date(2026, 7, 17)), at=noon)
    provisioning.runs(NANT, at=noon)
    assert jobs_in(provisioning.database) == [("runs-ynys-mon", "follow-up", "todo")]
