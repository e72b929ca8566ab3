"""The program as an operator has it: installed from its wheel, with what the wheel asks for and no more.

Nothing is fetched: the packages are links to those of the environment that runs the tests, where asked for.
"""

import functools
import os
import subprocess
import sys
import venv
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from zipfile import ZipFile

from packaging.requirements import Requirement
from uv import find_uv_bin

from tests.paths import REPOSITORY

PACKAGES = ("bot", "diagnostics", "knowledge", "provisioning", "slack_workspace")


def build(folder: Path) -> Path:
    """The wheel, built into a folder."""
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=REPOSITORY, capture_output=True, check=True)
    (wheel,) = folder.glob("*.whl")
    return wheel


def metadata(wheel: Path) -> dict[str, list[str]]:
    """The headers of a wheel, each with its values."""
    with ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        head = archive.read(name).decode().partition("\n\n")[0]
    found: dict[str, list[str]] = {}
    for line in head.splitlines():
        name, _, value = line.partition(": ")
        found.setdefault(name, []).append(value)
    return found


def install(wheel: Path, folder: Path) -> Path:
    """Make a virtual environment in which the wheel is installed, and return its folder of programs."""
    venv.create(folder, with_pip=False, symlinks=os.name == "posix")
    python = folder / "bin" / "python"
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    _link(metadata(wheel)["Requires-Dist"], folder / "lib" / version / "site-packages")
    given = ["pip", "install", "--quiet", "--no-deps", "--offline", "--no-index", "--python", str(python)]
    subprocess.run([find_uv_bin(), *given, str(wheel)], check=True)
    return folder / "bin"


def _link(requirements: list[str], into: Path) -> None:
    for asked in _closure(requirements):
        for name in {
            file.parts[0] for file in asked.files or () if file.parts[0] not in ("..", "__pycache__")
        }:
            if not (into / name).exists():
                (into / name).symlink_to(Path(str(asked.locate_file(name))))


def _closure(requirements: list[str]) -> Iterator[Distribution]:
    """The packages that requirements ask for on this machine, with what these ask for."""
    seen, waiting = set(), [(line, "") for line in requirements]
    while waiting:
        line, extra = waiting.pop()
        wanted = Requirement(line)
        if wanted.marker is not None and not wanted.marker.evaluate({"extra": extra}):
            continue
        for each in ("", *wanted.extras):
            if (wanted.name, each) in seen:
                continue
            seen.add((wanted.name, each))
            found = _found(wanted.name)
            waiting.extend((needed, each) for needed in found.requires or ())
            yield found


@functools.cache
def _found(name: str) -> Distribution:
    try:
        return distribution(name)
    except PackageNotFoundError:
        raise AssertionError(f"The wheel asks for {name}, which the tests' environment has not.") from None
