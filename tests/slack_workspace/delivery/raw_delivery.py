"""A slash command sent by a person while the app works by hand."""

from concurrent.futures import Future, ThreadPoolExecutor

from slack_workspace import ActOutcome, Timing, WorkspaceServer
from tests.slack_workspace.workspace_fixtures import (
    ANN,
)

# Long enough for a loaded machine to acknowledge, short enough to wait for
PATIENT = Timing(ack=3.0, redelivery=(0.0, 0.0))


HASTY = Timing(ack=0.05, redelivery=(0.0, 0.0))


def command(
    meanwhile: ThreadPoolExecutor, server: WorkspaceServer, line: str, where: str
) -> Future[ActOutcome]:
    return meanwhile.submit(server.person(ANN).command, line, where)
