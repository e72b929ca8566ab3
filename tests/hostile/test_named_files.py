"""Pipes, devices and links in the place of a file are refused in a sentence, and nothing waits for them."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from knowledge.loading import Knowledge
from knowledge.texts import LANGUAGES
from provisioning.errors import ExtractProblem, KnownError
from provisioning.sources.extract_folder import ExtractFolder
from provisioning.sources.non_mis import read_listing
from tests.bot.command_line import CommandLine
from tests.builders import GLAN, TODAY
from tests.hostile.test_patterns import ended_after
from tests.tried import Tried

pytestmark = pytest.mark.integration


@pytest.fixture(params=["pipe", "device", "link to a pipe", "folder"])
def named(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """What a person may name in the place of a file."""
    place = tmp_path / "named.csv"
    if request.param == "device":
        place.symlink_to("/dev/zero")
    elif request.param == "folder":
        place.mkdir()
    else:
        os.mkfifo(tmp_path / "pipe")
        place.symlink_to(tmp_path / "pipe")
        if request.param == "pipe":
            place = tmp_path / "pipe"
    return place


@pytest.mark.parametrize("command", ["schools import", "restore", "triage", "check --translations --take"])
def test_a_command_refuses_it(hwb: CommandLine, named: Path, command: str, tried: Tried) -> None:
    with ended_after(20):
        said = hwb(f"{command} {named}")
    assert said.status == 1
    assert "pipe or a device" in said.err
    assert said.out == ""
    tried("pipes, devices and folders as files", 1)


def test_a_settings_file_too(
    hwb: CommandLine, named: Path, monkeypatch: pytest.MonkeyPatch, tried: Tried
) -> None:
    monkeypatch.setenv("HWB_SETTINGS", str(named))
    with ended_after(20):
        assert hwb("schools list").explains("pipe or a device")
    tried("pipes, devices and folders as files", 1)


@pytest.mark.parametrize("setting", ["HWB_AUDIT_KEY_FILE", "HWB_USERNAME_KEY_FILE"])
def test_a_keys_file_too(
    hwb: CommandLine, named: Path, monkeypatch: pytest.MonkeyPatch, setting: str, tried: Tried
) -> None:
    monkeypatch.setenv(setting, str(named))
    with ended_after(20):
        assert hwb("schools list").explains("pipe or a device")
    tried("pipes and devices as files", 1)


@pytest.mark.parametrize("file", ["learners.csv", "staff.csv"])
def test_an_extract_refuses_it(tmp_path: Path, file: str, tried: Tried) -> None:
    folder = tmp_path / "extracts" / GLAN.number
    folder.mkdir(parents=True)
    for other in ("learners.csv", "staff.csv"):
        (folder / other).write_text("UPN\n")
    (folder / file).unlink()
    os.mkfifo(folder / file)
    with ended_after(20), pytest.raises(ExtractProblem):
        ExtractFolder(folder.parent).read(GLAN, TODAY)
    tried("pipes, devices and folders as files", 1)


def test_the_list_of_accounts_made_by_hand_too(tmp_path: Path, tried: Tried) -> None:
    os.mkfifo(tmp_path / "non_mis.csv")
    with ended_after(20), pytest.raises(KnownError) as raised:
        read_listing(tmp_path)
    assert raised.value.said.key == "error.non-mis-unreadable"
    tried("pipes, devices and folders as files", 1)


@pytest.mark.parametrize("source", ["csv", "xlsx", "oneroster", "ctf"])
def test_a_folder_that_leads_out_of_the_extracts_is_refused(
    tmp_path: Path, source: str, knowledge: Knowledge, tried: Tried
) -> None:
    elsewhere, extracts = tmp_path / "elsewhere", tmp_path / "extracts"
    elsewhere.mkdir()
    extracts.mkdir()
    (elsewhere / "learners.csv").write_text("UPN\n")
    (extracts / GLAN.number).symlink_to(elsewhere)
    folder = ExtractFolder(extracts)
    with pytest.raises(ExtractProblem) as raised:
        folder.read(replace(GLAN, source=source), TODAY)
    assert raised.value.said.key == "error.extract-folder-link"
    for language in LANGUAGES:
        assert GLAN.number in knowledge.catalogue.say(raised.value.said, language)
        assert knowledge.catalogue.say(raised.value.hint, language)
    assert folder.fingerprint(GLAN.number, source) is None
    assert folder.written_at(GLAN.number) is None
    tried("links out of the extracts", 1)


def test_a_folder_that_is_a_link_within_the_extracts_is_read(tmp_path: Path) -> None:
    (tmp_path / "glan").mkdir()
    (tmp_path / GLAN.number).symlink_to(tmp_path / "glan")
    with pytest.raises(ExtractProblem) as raised:
        ExtractFolder(tmp_path).read(GLAN, TODAY)
    assert raised.value.said.key == "error.extract-no-file"
