"""What docs/operating.md says about the API, followed command by command against `hwb serve`."""

import json
import re
import shutil
import subprocess
import sys

import pytest

from slack_workspace import WorkspaceServer
from tests.bot.command_line import CommandLine, environment
from tests.bot.hand_written import AUGUST
from tests.bot.service.test_serve import installed, port, server, serving  # noqa: F401 - fixtures
from tests.paths import REPOSITORY

pytestmark = [
    pytest.mark.integration,
    pytest.mark.xdist_group("socket"),
    pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed"),
]
SERVE = ".venv/bin/hwb serve --api 8180"


def commands() -> list[str]:
    """The commands of the section, those over several lines in one."""
    page = (REPOSITORY / "docs/operating.md").read_text(encoding="utf-8")
    section = page.partition("## The API for other systems\n")[2].partition("\n## ")[0]
    lines = "\n".join(line[4:] for line in section.splitlines() if line.startswith("    "))
    return [line for line in re.sub(r"\\\n\s*", "", lines).splitlines() if line.strip()]


def test_the_commands_of_the_page_work_in_their_order(
    installed: CommandLine,  # noqa: F811 - the fixture
    server: WorkspaceServer,  # noqa: F811 - the fixture
    port: int,  # noqa: F811 - the fixture
) -> None:
    hwb = installed.write("bin/hwb", f'#!/bin/sh\nexec "{sys.executable}" -m bot "$@"\n')
    hwb.chmod(0o755)
    listed = commands()
    assert listed.count(SERVE) == 1
    said = {}
    with serving(installed, server, options=("--api", str(port))) as bot:
        bot.until("Connected to Slack")
        for line in listed:
            if line == SERVE:
                continue
            shown = line.replace(".venv/bin/hwb", str(hwb)).replace("8180", str(port))
            done = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", shown],
                cwd=installed.folder,
                env=environment(HWB_AT=AUGUST),
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )
            assert done.returncode == 0, (line, done.stderr)
            said[line] = done.stdout
    answers = [json.loads(out) for line, out in said.items() if line.startswith("curl") and "/v1/" in line]
    assert [sorted(answer) for answer in answers] == [["as_of", "schools", "year"]] * 2 + [["runs"]]
    assert (installed.folder / "token.header").stat().st_mode & 0o777 == 0o600
