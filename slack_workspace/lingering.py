"""Sockets of the app whose line stays open after the closing handshake.

RFC 6455 lets the server end the line; Slack does so when it likes. A client that waits for it hears nothing
meanwhile: Slack's builtin one for Python for three seconds, the one for Node for up to thirty.
"""

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame

from slack_workspace.guard import SOCKET


def lingering(seconds: float) -> type[WebSocketsSansIOProtocol]:
    """Return uvicorn's protocol for sockets, which leaves a line of the app open for so many ``seconds``."""

    class Lingering(WebSocketsSansIOProtocol):
        def handle_close(self, event: Frame) -> None:
            if self.close_sent or not self.scope["path"].startswith(SOCKET):
                super().handle_close(event)
                return
            self.queue.put_nowait({"type": "websocket.disconnect", "code": 1000})
            self.transport.write(b"".join(self.conn.data_to_send()))
            self.close_sent = True
            self.close_timer = self.loop.call_later(seconds, self.transport.close)

    return Lingering
