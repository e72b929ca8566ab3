"""The packages of production: locked by hash, covering what the project declares, and at the pins tested.

`make lock` writes the lock; nothing in it says where the packages come from.
"""

import json
import re
import tomllib

import pytest

from scripts.audit_dependencies import judged
from tests.paths import REPOSITORY as ROOT

LOCK = (ROOT / "requirements.lock").read_text()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def canonical(name: str) -> str:
    """The name of a package as PEP 503 folds it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(text: str) -> dict[str, str]:
    """The versions that a file pins, by package."""
    found = re.findall(r"^([A-Za-z0-9._-]+)==([^\s;]+)", text, re.MULTILINE)
    return {canonical(name): version for name, version in found}


def declared(requirements: list[str]) -> set[str]:
    """The packages that requirements name, without our own."""
    names = (re.match(r"[A-Za-z0-9._-]+", requirement) for requirement in requirements)
    return {canonical(name[0]) for name in names if name} - {canonical(PROJECT["name"])}


def test_the_lock_has_every_package_that_production_needs() -> None:
    needed = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["postgresql"]]
    assert declared(needed) <= set(pins(LOCK))


def test_the_lock_has_none_that_only_developers_need() -> None:
    only = declared(PROJECT["optional-dependencies"]["dev"]) - declared(
        [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["postgresql"]]
    )
    assert only.isdisjoint(pins(LOCK))


def test_the_lock_pins_what_the_tests_run_with() -> None:
    tested = pins((ROOT / "constraints.txt").read_text())
    assert {name: tested.get(name) for name in pins(LOCK)} == pins(LOCK)


def test_every_package_has_its_hashes() -> None:
    entries = re.split(r"\n(?=[a-z0-9])", LOCK.strip())
    assert len(entries) == len(pins(LOCK)) > len(PROJECT["dependencies"])
    assert not [entry for entry in entries if not re.search(r"--hash=sha256:[0-9a-f]{64}", entry)]


@pytest.mark.parametrize("name", ["requirements.lock", "constraints.txt", "pyproject.toml", "Makefile"])
def test_no_file_says_where_packages_come_from(name: str) -> None:
    assert not re.findall(r"(?:https?|file|git)://", (ROOT / name).read_text())


def test_the_lock_of_the_clients_for_node_has_hashes_and_does_not_say_where_packages_come_from() -> None:
    lock = json.loads((ROOT / "tests/slack_workspace/node/package-lock.json").read_text())
    packages = {name: package for name, package in lock["packages"].items() if name}
    assert len(packages) > 50
    assert not [name for name, package in packages.items() if not package.get("integrity")]
    assert not [name for name, package in packages.items() if "resolved" in package]


@pytest.mark.parametrize(
    ("answer", "trouble", "status", "said"),
    [
        ({"dependencies": [{"name": "a", "version": "1", "vulns": []}]}, "", 0, "0 known"),
        (
            {
                "dependencies": [
                    {"name": "a", "version": "1", "vulns": [{"id": "V-1", "fix_versions": ["2"]}]}
                ]
            },
            "",
            1,
            "a 1: V-1, mended in 2",
        ),
        (None, "requests.exceptions.ConnectionError: no network", 0, "NOT CHECKED"),
        (None, "TypeError: a fault of the tool", 2, "pip-audit failed"),
    ],
)
def test_known_vulnerabilities_fail_the_check_and_a_missing_network_says_so(
    answer: object, trouble: str, status: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert judged(json.dumps(answer) if answer else "", trouble) == status
    assert said in capsys.readouterr().out
