"""A workspace for each module, with Slack's own client for Python and triggers."""

from collections.abc import Iterator

import pytest
from slack_sdk import WebClient

from slack_workspace import WorkspaceServer
from tests.slack_workspace.workspace_fixtures import (
    client_of,
    demo_spec,
)


@pytest.fixture(scope="module")
def server() -> Iterator[WorkspaceServer]:
    with WorkspaceServer(demo_spec()) as running:
        yield running


@pytest.fixture
def client(server: WorkspaceServer) -> WebClient:
    return client_of(server)
