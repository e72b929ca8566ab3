"""The measures by processor time: each runs on the smallest nation, and both sides come to one outcome."""

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks import nation
from benchmarks.peers import NAMES, PEERS, absent, take_peer
from benchmarks.processor import processor
from benchmarks.starts import take_start

pytestmark = pytest.mark.integration

SMALLEST = nation.PRIMARIES + 1


@pytest.fixture
def collector() -> Iterator[None]:
    """Garbage is looked for as before, after a measure that has it looked for rarely."""
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


@pytest.mark.usefixtures("collector")
def test_ours_and_the_least_raw_work_in_turn() -> None:
    """Outcomes that differ would end it with an error."""
    words = ["--schools", str(SMALLEST), "--database", "sqlite", "--rounds", "1"]
    done = CliRunner().invoke(processor, words, env={"COLUMNS": "200"})
    assert done.exit_code == 0, done.output
    assert [step for step in ("first load", "rollover") if step in done.output] == ["first load", "rollover"]


def test_the_start_of_a_command() -> None:
    assert 0 < take_start("--version").processor < 5


@pytest.mark.parametrize("library", PEERS)
def test_what_people_would_use_instead(library: str, tmp_path: Path) -> None:
    if NAMES[library] in absent():
        pytest.skip(f"{NAMES[library]} is not installed: it comes with the extra `bench`")
    nation.write(tmp_path / "nation", SMALLEST)
    assert take_peer(library, tmp_path / "peer.sqlite3", tmp_path / "nation" / "july").processor > 0
