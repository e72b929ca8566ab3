"""`hwb serve` as a process of its own, against a workspace: up, at work, and cleanly down again."""

import json
import re
import socket
import sqlite3
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.version import VERSION
from scripts.containerfile import health_check
from slack_workspace import ActOutcome, WorkspaceServer
from tests.bot.app_fixtures import CARYS, HELP, room, words
from tests.bot.command_line import CommandLine, Served
from tests.bot.hand_written import AUGUST, BROKEN, PRIMARY, SCHOOLS, SECONDARY, SION, write_august
from tests.bot.service.manager_socket import ManagerSocket
from tests.slack_workspace.workspace_fixtures import eventually


@pytest.fixture(scope="module")
def server() -> Iterator[WorkspaceServer]:
    with WorkspaceServer(room(lambda: datetime.now(UTC))) as running:
        yield running


@pytest.fixture
def port() -> int:
    """A port that was free a moment ago."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        number: int = listener.getsockname()[1]
        return number


@pytest.fixture
def installed(hwb: CommandLine) -> CommandLine:
    """Three schools with exports, and Carys as Digital Champion of one of them; nothing has run."""
    hwb.write("schools.csv", SCHOOLS)
    write_august(hwb.folder)
    assert hwb("schools import schools.csv").status == 0
    assert hwb(f"grants add {CARYS} digital-champion --school {SECONDARY}").status == 0
    return hwb


def serving(
    at: CommandLine,
    server: WorkspaceServer,
    port: int | None = None,
    options: tuple[str, ...] = (),
    **given: str,
) -> Served:
    """The process, about to serve on the Wednesday of rollover week."""
    more = {} if port is None else {"HWB_HEALTH_PORT": str(port)}
    return Served(
        ["serve", "--at", AUGUST, *options],
        at.folder,
        SLACK_BOT_TOKEN=server.bot_token,
        SLACK_APP_TOKEN=server.app_token,
        HWB_SLACK_API_URL=server.api_url,
        HTTP_PROXY="http://127.0.0.1:9",
        **more,
        **given,
    )


def statuses(at: CommandLine) -> list[tuple[str, str]]:
    """School and status of every run, newest first."""
    return [(run["school"], run["status"]) for run in at("runs --json").shape["runs"]]


def finished(at: CommandLine, runs: int) -> list[tuple[str, str]]:
    """School and status of every run, once there are so many and none is under way; before, nothing."""
    found = statuses(at)
    under_way = any(status == "running" for _, status in found)
    return found if len(found) == runs and not under_way else []


def health(port: int, path: str = "healthz") -> int:
    """The status of a health check, or 0 without an answer."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/{path}", timeout=5) as answer:
            status: int = answer.status
            return status
    except urllib.error.HTTPError as error:
        return int(error.code)
    except OSError:
        return 0


def test_up_at_work_and_down(installed: CommandLine, server: WorkspaceServer, port: int) -> None:
    with serving(installed, server, port) as process:
        process.until("Connected to Slack")
        eventually(lambda: health(port) == 200, 10)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            told = json.load(answer)
        assert (told["version"], 0 <= told["slack_heard_seconds_ago"] < 10) == (VERSION, True)
        assert [health(port, path) for path in ("livez", "readyz")] == [200, 200]

        assert subprocess.run(health_check(port), check=False).returncode == 0

        # What was due at six has been caught up, once.
        assert sorted(eventually(lambda: finished(installed, 3), 20)) == [
            (PRIMARY, "succeeded"),
            (BROKEN, "failed"),
            (SECONDARY, "succeeded"),
        ]

        person = server.person(CARYS)
        assert person.command(f"/hwb why-missing {SION}", HELP) == ActOutcome()
        (answer,) = eventually(lambda: person.messages(HELP))
        assert "Aberwen High School" in words(answer)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answered:
            figures = answered.read().decode()
        assert re.search(r"^hwb_ack_seconds_count [1-9]", figures, re.MULTILINE)
        assert re.search(r"^process_resident_memory_bytes ", figures, re.MULTILINE)

        process.terminate()
        ended = process.ended()
    assert "`token` will be unused" not in ended.err
    assert ended.status == 0
    assert "Stopping" in ended.out
    assert "Traceback" not in ended.err
    assert SION not in ended.err
    assert f"Hwb rollover {VERSION} on Python" in ended.err.splitlines()[0]
    (started,) = installed("audit --deed serve --json").shape["audit"]
    assert started["outcome"] == f"started:{VERSION}"

    # Another start has nothing to catch up; this one is systemd's, which hears of it.
    with (
        ManagerSocket(installed.folder) as systemd,
        serving(installed, server, **systemd.variables) as process,
    ):
        process.until("Connected to Slack")
        systemd.until("READY=1", "WATCHDOG=1")
        process.terminate()
        assert process.ended().status == 0
        assert "STOPPING=1" in systemd.told()
    assert len(statuses(installed)) == 3


def test_a_run_whose_process_is_gone_is_interrupted_at_the_next_start(installed: CommandLine) -> None:
    installed(f"provision --school {PRIMARY} --at {AUGUST}")
    with sqlite3.connect(installed.folder / "data" / "hwb.sqlite3") as database:
        nobody = f"{socket.gethostname()}/{2**22 + 1}/0.0"
        database.execute("UPDATE runs SET status = 'running', finished_at = NULL, holder = ?", [nobody])
    database.close()
    assert statuses(installed) == [(PRIMARY, "interrupted")]
    assert "ended before it was done" in installed("runs --json").shape["runs"][0]["error"]


@pytest.mark.parametrize(
    ("bot_token", "app_token", "told"),
    [
        ("", "", "SLACK_BOT_TOKEN is not set"),
        ("xoxb-1", "", "SLACK_APP_TOKEN is not set"),
        ("xapp-1", "xapp-1", "SLACK_BOT_TOKEN; one that begins with xoxb-"),
        ("xoxb-1", "xoxb-1", "SLACK_APP_TOKEN; one that begins with xapp-"),
        ("xoxb-1", "xapp-1", "SLACK_BOT_TOKEN; one that begins with xoxb-"),
        ("right", "xapp-1", "SLACK_APP_TOKEN; one that begins with xapp-"),
    ],
)
def test_tokens_that_are_not_right(
    bot_token: str,
    app_token: str,
    told: str,
    hwb: CommandLine,
    server: WorkspaceServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", server.bot_token if bot_token == "right" else bot_token)
    monkeypatch.setenv("SLACK_APP_TOKEN", app_token)
    monkeypatch.setenv("HWB_SLACK_API_URL", server.api_url)
    assert hwb("serve").explains(told)


def test_schools_are_run_while_slack_cannot_be_reached_and_the_bot_joins_it_when_it_is_there(
    installed: CommandLine, port: int
) -> None:
    later = WorkspaceServer(room(lambda: datetime.now(UTC)))
    with Served(
        ["serve", "--at", AUGUST],
        installed.folder,
        SLACK_BOT_TOKEN=later.bot_token,
        SLACK_APP_TOKEN=later.app_token,
        HWB_SLACK_API_URL=f"http://127.0.0.1:{port}/api/",
    ) as serve:
        serve.until("joins Slack as soon as Slack can be reached")
        eventually(lambda: finished(installed, 3), 20)
        later.start(port)
        try:
            assert later.wait_for_app(30)
            person = later.person(CARYS)
            assert person.command(f"/hwb why-missing {SION}", HELP) == ActOutcome()
            (answer,) = eventually(lambda: person.messages(HELP))
            assert "Aberwen High School" in words(answer)
        finally:
            serve.terminate()
            told = serve.ended()
            later.stop()
    assert told.status == 0
    assert f"Slack can't be reached at http://127.0.0.1:{port}/api/" in told.err


def test_where_slack_cannot_be_reached_the_start_says_that_and_nothing_before(
    hwb: CommandLine, port: int
) -> None:
    with Served(
        ["serve"],
        hwb.folder,
        SLACK_BOT_TOKEN="xoxb-1",
        SLACK_APP_TOKEN="xapp-1",
        HWB_SLACK_API_URL=f"http://127.0.0.1:{port}/api/",
        HWB_LOG_FORMAT="json",
    ) as serve:
        serve.until("joins Slack as soon as Slack can be reached")
        serve.terminate()
        version, made, told, hint = serve.ended().err.splitlines()
    assert json.loads(version)["message"].startswith(f"Hwb rollover {VERSION}")
    assert made.startswith("There was no database yet")
    assert told == f"Slack can't be reached at http://127.0.0.1:{port}/api/."
    assert hint.startswith("Hint: ")


def test_a_health_port_that_is_taken(
    hwb: CommandLine, server: WorkspaceServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = taken.getsockname()[1]
        monkeypatch.setenv("SLACK_BOT_TOKEN", server.bot_token)
        monkeypatch.setenv("SLACK_APP_TOKEN", server.app_token)
        monkeypatch.setenv("HWB_SLACK_API_URL", server.api_url)
        monkeypatch.setenv("HWB_HEALTH_PORT", str(number))
        assert hwb("serve").explains(f"port {number}", "HWB_HEALTH_PORT")
    assert not list(hwb.folder.rglob("*.sqlite3"))  # it is told before anything is made


def test_a_trial_port_that_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hwb: CommandLine
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = taken.getsockname()[1]
        said = hwb(f"trial --no-browser --workspace-only --port {number}")
    assert said.status == 1
    assert f"Port {number} is taken by another program." in said.err
    assert len(said.err.strip().splitlines()) == 2
    assert said.out == ""  # it is told before the county is made up
