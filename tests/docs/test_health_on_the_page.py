"""What docs/operating.md says of health and metrics, typed while a real `hwb serve` is connected."""

import shutil
import subprocess

import pytest

from slack_workspace import WorkspaceServer
from tests.bot.command_line import CommandLine
from tests.bot.service.test_serve import installed, port, server, serving  # noqa: F401 - fixtures
from tests.docs.pages import blocks

pytestmark = [
    pytest.mark.integration,
    pytest.mark.xdist_group("socket"),
    pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed"),
]


def test_health_and_metrics_are_read_as_the_page_says(
    installed: CommandLine,  # noqa: F811 - the fixture
    server: WorkspaceServer,  # noqa: F811 - the fixture
    port: int,  # noqa: F811 - the fixture
) -> None:
    (block,) = (each for each in blocks("operating.md") if each.first.startswith("HWB_HEALTH_PORT=9108"))
    start, *asked = block.commands
    assert start == "HWB_HEALTH_PORT=9108 .venv/bin/hwb serve"
    with serving(installed, server, port) as bot:
        bot.until("Connected to Slack")
        for line in asked:
            command = ["bash", "-euo", "pipefail", "-c", line.replace("9108", str(port))]
            done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
            assert done.returncode == 0, (line, done.stderr)
    assert "hwb_database_up 1.0" in done.stdout
