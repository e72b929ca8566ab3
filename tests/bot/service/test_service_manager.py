"""What systemd is told by a service that it started; `test_serve` and `test_work` hear it from processes."""

import logging
import os
import socket
import sys
from pathlib import Path

import pytest

from bot.service.features import VERBS
from bot.service.schedule import Schedule
from bot.service.service_manager import ServiceManager
from bot.services import Services
from bot.settings import Settings
from tests.bot.service.manager_socket import ManagerSocket
from tests.builders import Schools


def test_it_is_told_the_start_the_life_and_the_end(tmp_path: Path) -> None:
    with ManagerSocket(tmp_path) as systemd:
        manager = ServiceManager(systemd.variables)
        manager.ready()
        manager.alive()
        manager.stopping()
        assert systemd.told() == ["READY=1", "WATCHDOG=1", "STOPPING=1"]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_a_socket_may_have_a_name_that_stands_in_no_folder() -> None:
    name = f"hwb-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.settimeout(5)
        line.bind(f"\0{name}")
        ServiceManager({"NOTIFY_SOCKET": f"@{name}"}).ready()
        assert line.recv(64) == b"READY=1"


def test_in_a_terminal_there_is_nothing_to_tell() -> None:
    manager = ServiceManager({"WATCHDOG_USEC": "60000000"})
    manager.ready()
    assert manager.watchdog_seconds is None


@pytest.mark.parametrize(
    ("variables", "seconds"),
    [
        ({"WATCHDOG_USEC": "60000000"}, 60),
        ({"WATCHDOG_USEC": "60000000", "WATCHDOG_PID": str(os.getpid())}, 60),
        ({"WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "1"}, None),  # meant for another process
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
        ({}, None),
    ],
)
def test_how_often_it_wants_to_hear(variables: dict[str, str], seconds: float | None) -> None:
    assert ServiceManager({"NOTIFY_SOCKET": "/run/notify", **variables}).watchdog_seconds == seconds


def test_a_manager_that_is_gone_ends_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        ServiceManager({"NOTIFY_SOCKET": str(tmp_path / "gone")}).alive()
    assert "could not be told WATCHDOG=1" in caplog.text


def test_the_watchdog_hears_from_the_schedule_and_no_more_once_it_has_stopped(
    provisioning: Schools, tmp_path: Path
) -> None:
    services = Services(Settings(), provisioning.at(), lambda: VERBS)
    with ManagerSocket(tmp_path) as systemd:
        schedule = Schedule(services, manager=ServiceManager(systemd.variables))
        schedule.start()
        try:
            systemd.until("WATCHDOG=1")
            systemd.until("WATCHDOG=1")
        finally:
            schedule.stop()
        systemd.told()
        assert systemd.told() == []
