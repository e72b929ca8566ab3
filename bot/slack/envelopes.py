"""Frames of Socket Mode, read and acknowledged.

https://docs.slack.dev/apis/events-api/using-socket-mode
"""

import json
from typing import Any

from slack_bolt import BoltResponse
from slack_bolt.adapter.socket_mode.internals import build_headers
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.slack.intake import Headers


def read(frame: str | bytes) -> dict[str, Any]:
    """Return the object that a frame holds; an empty one for anything else."""
    try:
        said = json.loads(frame)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def envelope(said: dict[str, Any]) -> SocketModeRequest | None:
    """Return the envelope that a frame is; None for other frames."""
    try:
        return SocketModeRequest.from_dict(said)
    except ValueError:
        return None


def headers(taken: SocketModeRequest) -> Headers | None:
    """Return what HTTP headers would say of a redelivery."""
    return build_headers(taken)


def acknowledgement(id_: str, response: BoltResponse) -> str | None:
    """Return the frame that acknowledges the envelope `id_` with Bolt's response, if it has one."""
    if response.status != 200:
        return None
    if not response.body:
        return json.dumps({"envelope_id": id_})
    kind = response.headers.get("content-type", [""])[0]
    payload = json.loads(response.body) if kind.startswith("application/json") else {"text": response.body}
    return json.dumps({"envelope_id": id_, "payload": payload})
