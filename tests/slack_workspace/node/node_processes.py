"""Processes of Node with one of Slack's clients, connected to a workspace."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from slack_workspace import WorkspaceServer
from tests.paths import REPOSITORY
from tests.slack_workspace.workspace_fixtures import eventually

HERE = Path(__file__).parent
INSTALLED = Path(sys.prefix) / "node"


def require_clients() -> None:
    """Have Slack's clients for Node, installing them where they are not yet there; skip without npm."""
    if shutil.which("npm") is None or shutil.which("node") is None:
        pytest.skip("npm is not on this machine, so Slack's clients for Node can't be installed")
    script = REPOSITORY / "scripts/node_clients.sh"
    subprocess.run(["sh", str(script), str(Path(sys.executable).parent)], check=True)


@dataclass
class NodeProcess:
    """A program of Node at work, and what it has told so far."""

    process: "subprocess.Popen[str]"

    def tells(self) -> Any:
        """The next thing that the program tells."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, "the program has ended"
        return json.loads(line)


@contextmanager
def running(program: str, server: WorkspaceServer) -> Iterator[NodeProcess]:
    """Run a program of this folder, connected to a workspace, for a block."""
    tokens = {"SLACK_BOT_TOKEN": server.bot_token, "SLACK_APP_TOKEN": server.app_token}
    process = subprocess.Popen(
        ["node", str(HERE / program)],
        env={
            "PATH": os.environ["PATH"],
            "NODE_PATH": str(INSTALLED / "node_modules"),
            "SLACK_API_URL": server.api_url,
            **tokens,
        },
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        app = NodeProcess(process)
        assert app.tells() == {"ready": True}
        eventually(server.wait_for_app)
        yield app
    finally:
        process.kill()
        process.communicate()
