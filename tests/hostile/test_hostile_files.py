"""Every hostile file is answered by a clear error in both languages, in bounded memory and time."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from knowledge.loading import Knowledge
from knowledge.texts import LANGUAGES
from provisioning.errors import ExtractProblem
from provisioning.sources.extract_folder import ExtractFolder
from tests.builders import GLAN, TODAY
from tests.hostile.attacks import ATTACKS
from tests.hostile.laying import SCHOOL
from tests.hostile.measured_reading import reader
from tests.tried import Tried

pytestmark = pytest.mark.integration

Reading = Callable[[Path, str, str], Any]

PEAK_MIB = 300
SECONDS = 120
MEASURED = [name for name, attack in ATTACKS.items() if attack.grows]
OTHERS = [name for name, attack in ATTACKS.items() if not attack.grows]


@pytest.fixture(scope="module")
def read() -> Iterator[Reading]:
    """Reads an extract in a process of its own."""
    with reader() as reading:
        yield reading


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
def test_it_is_answered_within_bounds(name: str, tmp_path: Path, read: Reading, tried: Tried) -> None:
    told = read(laid(name, tmp_path), SCHOOL, ATTACKS[name].source)
    assert "ended" not in told
    assert (told["error"] or "error.") == f"error.{ATTACKS[name].error}"
    assert told["peak"] - told["before"] < ATTACKS[name].grows
    assert told["peak"] < PEAK_MIB
    assert told["seconds"] < SECONDS
    tried("hostile files", 1)
