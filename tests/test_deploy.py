"""What `deploy/` has for those who run the program: units of systemd, a container, several together."""

import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from bot.settings import OTHER_VARIABLES, SECRETS, Settings
from scripts import containerfile
from tests.paths import REPOSITORY

DEPLOY = REPOSITORY / "deploy"
UNITS = DEPLOY / "systemd"
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
ANALYZE = shutil.which("systemd-analyze")
needs_systemd = pytest.mark.skipif(ANALYZE is None, reason="systemd-analyze is not here")


# systemd


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """The folder of units, with a program that is there in the place of ours."""
    folder = tmp_path / "units"
    shutil.copytree(UNITS, folder)
    for unit in folder.glob("*.service"):
        unit.write_text(unit.read_text().replace("/opt/hwb/bin/hwb", sys.executable))
    return folder


def analyze(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """What `systemd-analyze` says of the units of a folder."""
    assert ANALYZE is not None
    return subprocess.run(
        [ANALYZE, *words],
        env={**os.environ, "SYSTEMD_UNIT_PATH": f"{folder}:"},
        capture_output=True,
        text=True,
        check=False,
    )


@needs_systemd
@pytest.mark.parametrize("unit", ["hwb-serve.service", "hwb-work@1.service"])
def test_systemd_takes_the_units_as_they_are_written(unit: str, units: Path) -> None:
    found = analyze(units, "verify", str(units / unit))
    assert (found.returncode, found.stdout, found.stderr) == (0, "", "")


@needs_systemd
@pytest.mark.parametrize("unit", ["hwb-serve.service", "hwb-work@1.service"])
def test_a_unit_can_do_little_harm(unit: str, units: Path) -> None:
    found = analyze(units, "security", "--offline=true", "--threshold=20", unit)
    assert found.returncode == 0, found.stdout


def test_the_units_ask_for_what_the_program_does() -> None:
    common = (UNITS / "hwb-.service.d" / "common.conf").read_text()
    for line in ("DynamicUser=yes", "ProtectSystem=strict", "UMask=0077", "Environment=HOME=%S/hwb"):
        assert f"\n{line}\n" in common
    for unit in UNITS.glob("*.service"):
        text = unit.read_text()
        for line in ("Type=notify", "WatchdogSec=60s", "Restart=on-failure"):
            assert f"\n{line}\n" in text
        assert re.search(r"^TimeoutStartSec=\d+min$", text, re.MULTILINE)  # three that start at once are slow


def test_every_credential_is_a_setting_that_may_be_secret() -> None:
    text = "".join(file.read_text() for file in UNITS.rglob("*") if file.is_file())
    credentials = re.findall(r"^LoadCredential=(\w+):hwb\.(\w+)$", text, re.MULTILINE)
    assert len(credentials) == text.count("LoadCredential=")
    assert {name for name, _ in credentials} == {file for _, file in credentials}
    assert {name for name, _ in credentials} == SECRETS | {"database_url"}


# Containers


def names_known(variables: list[str]) -> None:
    """Refuse a variable that is none of the program's: it would stop the start."""
    known = {f"HWB_{name.upper()}" for name in Settings.model_fields} | set(OTHER_VARIABLES)
    for name in variables:
        assert not name.startswith("HWB_") or name.removesuffix("_FILE") in known, name


def test_every_variable_is_one_of_the_programs() -> None:
    text = "".join(file.read_text() for file in UNITS.rglob("*") if file.is_file())
    names_known(re.findall(r"^Environment=(\w+)=", text, re.MULTILINE))
    names_known(list(containerfile.variables()))
    for service in COMPOSE["services"].values():
        names_known(list(service.get("environment", {})))


@pytest.mark.skipif(
    shutil.which("hadolint", path=Path(sys.executable).parent) is None, reason="no hadolint here"
)
def test_the_containerfile_has_none_of_the_usual_mistakes() -> None:
    hadolint = Path(sys.executable).with_name("hadolint")
    found = subprocess.run(
        [hadolint, "--strict-labels", containerfile.FILE], capture_output=True, text=True, check=False
    )
    assert (found.returncode, found.stdout) == (0, "")


def test_the_image_is_not_roots_and_says_whether_it_is_well() -> None:
    assert containerfile.user() >= 10000
    assert containerfile.command("ENTRYPOINT") + containerfile.command("CMD") == ["hwb", "serve"]
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    silent = containerfile.health_check(port)  # that it finds a program which is well, `test_serve` sees
    assert f":{port}/" in silent[-1]
    assert subprocess.run(silent, capture_output=True, check=False).returncode == 1


def test_only_the_lock_and_the_wheel_are_handed_to_the_engine() -> None:
    ignored = (REPOSITORY / ".containerignore").read_text()
    assert ignored == (REPOSITORY / ".dockerignore").read_text()  # Docker reads this name alone
    let_in = [line[1:] for line in ignored.splitlines() if line.startswith("!")]
    copied = [
        step.rest.split()[0]
        for step in containerfile.steps(containerfile.FILE.read_text())
        if step.word == "COPY"
    ]
    assert sorted(let_in) == sorted(name for name in copied if not name.startswith("--from"))


def test_the_bot_two_workers_and_the_database_run_together() -> None:
    services = COMPOSE["services"]
    assert set(services) == {"database", "migrate", "bot", "worker-1", "worker-2"}
    ours = [service for name, service in services.items() if name != "database"]
    for service in ours:
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["depends_on"]
    assert [service["command"] for service in ours] == [
        ["migrate"],
        ["serve", "--no-work"],
        ["work"],
        ["work"],
    ]
    assert not [
        port for service in services.values() for port in service.get("ports", ()) if "127.0.0.1:" not in port
    ]


def test_secrets_are_files_that_are_declared_and_named() -> None:
    declared = COMPOSE["secrets"]
    assert all(each["file"].startswith("./secrets/") for each in declared.values())
    used = {name for service in COMPOSE["services"].values() for name in service["secrets"]}
    assert used == set(declared)
    for service in COMPOSE["services"].values():
        files = {value for value in service["environment"].values() if value.startswith("/run/secrets/")}
        assert files == {f"/run/secrets/{name}" for name in service["secrets"]}
    text = (DEPLOY / "compose.yaml").read_text()
    assert not re.search(r"xoxb-|xapp-|://[^\s:@/]+:[^\s@]+@", text)
