"""The server of the workspace: its port, its health, what it refuses to start with."""

import urllib.error
import urllib.request
from typing import Any

import pytest

from slack_workspace import WorkspaceError, WorkspaceServer, WorkspaceSpec
from tests.slack_workspace.workspace_fixtures import (
    demo_spec,
)

pytestmark = pytest.mark.integration


def test_taken_port_is_one_clear_error(server: WorkspaceServer) -> None:
    port = int(server.url.rpartition(":")[2])
    with pytest.raises(WorkspaceError, match=f"Port {port} is taken") as caught:
        WorkspaceServer(demo_spec()).start(port)
    assert "another port" in caught.value.hint


def test_stopping_frees_the_port_and_may_be_done_twice() -> None:
    server = WorkspaceServer(demo_spec()).start()
    port = int(server.url.rpartition(":")[2])
    server.stop()
    server.stop()
    again = WorkspaceServer(demo_spec()).start(port)
    again.stop()
    assert again.bot_token != server.bot_token


def test_health(server: WorkspaceServer) -> None:
    with urllib.request.urlopen(f"{server.url}/healthz") as answer:
        assert answer.status == 200


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"people": ()}, "no people"),
        ({"channels": (demo_spec().channels[0],) * 2}, "there twice"),
        ({"controls": ()}, "names the control 'next_morning'"),
    ],
)
def test_spec_that_does_not_hold_together(change: dict[str, Any], says: str) -> None:
    fields = {name: getattr(demo_spec(), name) for name in WorkspaceSpec.__dataclass_fields__}
    with pytest.raises(WorkspaceError, match=says):
        WorkspaceSpec(**fields | change)
