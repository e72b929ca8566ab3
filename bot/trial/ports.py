"""Ports of this machine: looked for, and taken by a workspace."""

import socket

from provisioning.errors import KnownError
from slack_workspace import WorkspaceError, WorkspaceServer
from slack_workspace.server import HOST


def free_port() -> int:
    """Return a port that no program uses at the moment."""
    with socket.create_server((HOST, 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


def require_free(port: int) -> None:
    """Refuse a port in use before the county is seeded, which takes a while."""
    try:
        socket.create_server((HOST, port)).close()
    except OSError:
        raise KnownError("port-taken", port=port) from None


def start(server: WorkspaceServer, port: int) -> None:
    """Start `server` at a port; raise `KnownError` where that is taken."""
    try:
        server.start(port)
    except WorkspaceError:
        raise KnownError("port-taken", port=port) from None
