"""Workspaces that wait long and short for an acknowledgement, and an app by hand."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from slack_workspace import Workspace, WorkspaceServer
from tests.slack_workspace.delivery.raw_delivery import HASTY, PATIENT
from tests.slack_workspace.workspace_fixtures import (
    RawApp,
    demo_spec,
)


@pytest.fixture
def server() -> Iterator[WorkspaceServer]:
    with WorkspaceServer(Workspace(demo_spec(), PATIENT)) as running:
        yield running


@pytest.fixture
def hasty() -> Iterator[WorkspaceServer]:
    with WorkspaceServer(Workspace(demo_spec(), HASTY)) as running:
        yield running


@pytest.fixture
def app(server: WorkspaceServer) -> Iterator[RawApp]:
    with RawApp(server) as raw:
        yield raw


@pytest.fixture
def meanwhile() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as pool:
        yield pool
