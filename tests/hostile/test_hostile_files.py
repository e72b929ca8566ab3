"""Every hostile file is answered by a clear error in both languages, in bounded memory and time."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from knowledge.loading import Knowledge
from knowledge.texts import LANGUAGES
from provisioning.errors import ExtractProblem
from provisioning.sources.extract_folder import ExtractFolder
from tests.builders import GLAN, TODAY
from tests.hostile.attacks import ATTACKS
from tests.hostile.laying import SCHOOL
from tests.paths import REPOSITORY
from tests.tried import Tried

pytestmark = pytest.mark.integration

ROOT = REPOSITORY
PEAK_MIB = 300
SECONDS = 120
MEASURED = [name for name, attack in ATTACKS.items() if attack.grows]
OTHERS = [name for name, attack in ATTACKS.items() if not attack.grows]


def laid(name: str, tmp_path: Path) -> Path:
    """The extracts folder with the attack in the school's folder."""
    folder = tmp_path / "extracts" / SCHOOL
    folder.mkdir(parents=True)
    ATTACKS[name].lay(folder)
    return folder.parent


@pytest.mark.parametrize("name", OTHERS)
def test_it_is_answered(name: str, tmp_path: Path, knowledge: Knowledge, tried: Tried) -> None:
    with pytest.raises(ExtractProblem) as raised:
        ExtractFolder(laid(name, tmp_path)).read(replace(GLAN, source=ATTACKS[name].source), TODAY)
    assert raised.value.said.key == f"error.{ATTACKS[name].error}"
    for language in LANGUAGES:
        said = knowledge.catalogue.say(raised.value.said, language)
        assert len(said) < 500
        assert knowledge.catalogue.say(raised.value.hint, language)
        if file := raised.value.said.values.get("file"):
            assert file in said
    tried("hostile files", 1)


@pytest.mark.parametrize("name", MEASURED)
def test_it_is_answered_within_bounds(name: str, tmp_path: Path, tried: Tried) -> None:
    folder = laid(name, tmp_path)
    command = [
        sys.executable,
        "-m",
        "tests.hostile.measured_reading",
        str(folder),
        SCHOOL,
        ATTACKS[name].source,
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=2 * SECONDS)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["error"] or "error.") == f"error.{ATTACKS[name].error}"
    assert told["peak"] - told["before"] < ATTACKS[name].grows
    assert told["peak"] < PEAK_MIB
    assert told["seconds"] < SECONDS
    tried("hostile files", 1)
