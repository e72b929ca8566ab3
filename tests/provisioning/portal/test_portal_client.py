"""The client as a real process: started without a shell, watched, ended with all that it started."""

import sys
from datetime import timedelta
from pathlib import Path

import psutil
import pytest

from provisioning.portal.client import Client, ClientProblem, passed
from tests.slack_workspace.workspace_fixtures import eventually

pytestmark = pytest.mark.integration

SCHOOL = "6809903"


def client(*command: str, limit: float = 60) -> Client:
    return Client(command, timedelta(seconds=limit))


def python(script: str, *arguments: str, limit: float = 60) -> Client:
    return client(sys.executable, "-c", script, *arguments, limit=limit)


def test_a_client_that_ends_well() -> None:
    ended = python("print('3 accounts created')").run(SCHOOL)
    assert ended.succeeded
    assert (ended.status, ended.log, ended.timed_out) == (0, "3 accounts created", False)


def test_the_exit_status_says_that_it_failed() -> None:
    ended = python("import sys; print('no licence', file=sys.stderr); sys.exit(4)").run(SCHOOL)
    assert not ended.succeeded
    assert (ended.status, ended.log) == (4, "no licence")


def test_a_client_that_a_signal_ended_has_failed() -> None:
    ended = python("import os, signal; os.kill(os.getpid(), signal.SIGKILL)").run(SCHOOL)
    assert (ended.succeeded, ended.status) == (False, -9)


def test_only_the_school_is_filled_in_and_no_shell_sees_the_arguments() -> None:
    script = "import sys; print(sys.argv[1:])"
    ended = python(script, "--school={school}", "{other}", "$HOME; `id`", "{school}/{school}").run(SCHOOL)
    assert ended.log == f"['--school={SCHOOL}', '{{other}}', '$HOME; `id`', '{SCHOOL}/{SCHOOL}']"


def test_our_secrets_stay_with_us(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SLACK_BOT_TOKEN", "HWB_DATABASE_URL", "PGPASSWORD"):
        monkeypatch.setenv(name, "secret")
    monkeypatch.setenv("CLIENT_HOME", "/opt/client")
    ended = python("import os; print(sorted(os.environ.items()))").run(SCHOOL)
    assert "secret" not in ended.log
    given = {"SLACK_X": "", "HWB_Y": "", "PGPASSFILE": "", "AWS_SECRET_ACCESS_KEY": "", "HTTPS_PROXY": ""}
    needed = {"PATH": "/bin", "LC_ALL": "cy_GB.UTF-8", "TZ": "Europe/London", "SystemRoot": "C"}
    assert passed(given | needed) == needed
    assert passed(given | needed, ["HTTPS_PROXY"]) == needed | {"HTTPS_PROXY": ""}


def test_it_gets_no_input() -> None:
    assert python("import sys; print(repr(sys.stdin.read()))").run(SCHOOL).log == "''"


@pytest.mark.parametrize("program", ["no-such-program", "/nowhere/client"])
def test_a_program_that_is_not_there_is_a_known_error(program: str) -> None:
    with pytest.raises(ClientProblem) as told:
        client(program, "{school}").run(SCHOOL)
    assert told.value.said.values == {"program": program, "why": "No such file or directory"}


def test_a_program_that_may_not_be_run_is_a_known_error(tmp_path: Path) -> None:
    (tmp_path / "client").write_text("#!/bin/sh\n", encoding="utf-8")
    with pytest.raises(ClientProblem):
        client(str(tmp_path / "client")).run(SCHOOL)


def test_a_client_that_takes_too_long_is_ended_with_all_that_it_started(tmp_path: Path) -> None:
    script = f'echo started; sleep 600 & echo $! > "{tmp_path}/child"; wait'
    pids: list[int] = []
    ended = client("/bin/sh", "-c", script, limit=1).run(SCHOOL, pids.append)
    assert (ended.timed_out, ended.succeeded, ended.log) == (True, False, "started")
    child = int((tmp_path / "child").read_text(encoding="utf-8"))
    assert eventually(lambda: not any(alive(pid) for pid in (*pids, child)), seconds=30)


def test_a_client_that_does_not_listen_is_made_to_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("provisioning.portal.client._TO_END", 0.1)
    ended = client("/bin/sh", "-c", "trap '' TERM; echo deaf; sleep 600", limit=1).run(SCHOOL)
    assert (ended.timed_out, ended.log) == (True, "deaf")


def test_a_client_is_ended_when_watching_it_fails() -> None:
    pids: list[int] = []

    def started(pid: int) -> None:
        pids.append(pid)
        raise OSError("the database is gone")

    with pytest.raises(OSError, match="gone"):
        client("/bin/sh", "-c", "sleep 600").run(SCHOOL, started)
    assert not alive(pids[0])


def test_a_log_of_any_length_is_read_and_only_its_end_is_kept() -> None:
    script = "for n in range(200_000): print('H801200001001', n)"
    ended = python(script).run(SCHOOL)
    assert ended.succeeded
    assert ended.log.splitlines()[-1] == "*** 199999"
    assert len(ended.log) < 1_000


def test_a_client_that_leaves_something_running_has_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("provisioning.portal.client._TO_SAY", 0.1)
    ended = client("/bin/sh", "-c", "echo done; sleep 600 & echo $!").run(SCHOOL)
    left = psutil.Process(int(ended.log.split()[1]))
    assert ended.succeeded
    left.kill()


def alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
