"""Three schools of two authorities in rollover week, two of which have run, and the API over them."""

from collections.abc import Iterator

import pytest

from bot.service import bootstrap
from bot.settings_loading import load_settings
from knowledge.loading import Knowledge
from tests.bot.api.api_client import ApiClient, served
from tests.bot.command_line import CommandLine
from tests.bot.hand_written import AUGUST, SCHOOLS, write_august
from tests.bot.prepared import Prepared


@pytest.fixture
def august(hwb: CommandLine, prepared: Prepared, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    """The command line on the Wednesday of rollover week, after a run of every school."""
    monkeypatch.setenv("HWB_AT", AUGUST)
    return prepared.folder("all run in August", hwb, _all_run)


def _all_run(hwb: CommandLine) -> None:
    hwb.write("schools.csv", SCHOOLS)
    write_august(hwb.folder)
    assert hwb("schools import schools.csv").status == 0
    assert hwb("provision --all").status in (0, 3)


@pytest.fixture
def api(august: CommandLine, everything: Knowledge) -> Iterator[ApiClient]:
    assert august.folder.exists()
    with bootstrap.services(load_settings({}), known=everything) as opened, served(opened) as client:
        yield client
