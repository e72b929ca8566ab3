"""The wheel, as pipx and uvx install it: all is in it, and it works in a folder without the repository."""

import os
import re
import subprocess
import tomllib
import urllib.request
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests import wheel as wheels
from tests.paths import REPOSITORY

pytestmark = [pytest.mark.integration, pytest.mark.slow, pytest.mark.xdist_group("wheel")]
PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return wheels.build(tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="module")
def programs(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of programs of a clean environment with the wheel."""
    return wheels.install(wheel, tmp_path_factory.mktemp("environment"))


def variables(programs: Path) -> dict[str, str]:
    """The environment of an account that has never seen the repository."""
    return {"PATH": f"{programs}{os.pathsep}{os.defpath}", "LANG": "C.UTF-8", "PYTHONUNBUFFERED": "1"}


def test_every_file_of_the_packages_is_in_it(wheel: Path) -> None:
    files = {
        file.relative_to(REPOSITORY).as_posix()
        for package in wheels.PACKAGES
        for file in (REPOSITORY / package).rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    with ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert packed == files | {"manifest.yaml"}


def test_it_says_for_which_pythons_it_is(wheel: Path) -> None:
    said = wheels.metadata(wheel)
    versions = [line.rpartition(" ")[2] for line in said["Classifier"] if ":: Python ::" in line]
    assert versions == ["3.11", "3.12", "3.13", "3.14"]
    assert said["Requires-Python"] == [">=3.11"]


def test_the_command_line_works_in_an_empty_folder(programs: Path, tmp_path: Path) -> None:
    def hwb(*words: str) -> str:
        done = subprocess.run(
            [programs / "hwb", *words],
            cwd=tmp_path,
            env=variables(programs),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert hwb("--version").strip() == PROJECT["version"]
    hwb("check")  # reads every text, template and migration
    assert (tmp_path / "data" / "hwb.sqlite3").is_file()


def test_the_trial_opens_with_its_page(programs: Path, tmp_path: Path) -> None:
    command = [programs / "hwb", "trial", "--no-browser", "--port", "0"]
    with subprocess.Popen(
        command,
        cwd=tmp_path,
        env=variables(programs),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as trial:
        try:
            assert trial.stdout is not None
            lines = iter(trial.stdout.readline, "")
            address = next(
                found[0] for line in lines if (found := re.search(r"http://127\.0\.0\.1:\d+\S*", line))
            )
            with urllib.request.urlopen(address, timeout=20) as answer:
                page = answer.read().decode()
        finally:
            trial.terminate()
            trial.communicate(timeout=60)
    assert "<html" in page
