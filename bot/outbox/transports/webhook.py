"""Messages by webhook: JSON signed by Standard Webhooks 1.0 (headers, what is signed, keys)."""

import base64
import binascii
import hashlib
import hmac
import json
import ssl
from collections.abc import Callable, Mapping
from datetime import datetime
from http.client import HTTPException
from urllib.parse import unquote, urlsplit

from pydantic import SecretStr

from bot.limited_http import LimitedConnection
from bot.network import Limit
from bot.outbox.transports.external import ExternalMessage, NotTaken
from knowledge.visible import seen_in
from provisioning.clock import system_time

_SECONDS = 10.0
"""The time for an attempt in all: to connect, to send, and to be answered."""
_SIZE = 65_536
"""The bytes of an answer, with its encryption's beginning, that are read at most; its body never is."""
_PREFIX = "whsec_"
_FINAL = frozenset({400, 410, 413, 415, 422})
"""Status codes by which the receiver refuses this message; 410 is how it ends its subscription.

Others (401, 403, 404) may be the words of a web filter, or of a receiver that is being set up: tried again.
"""


class ByWebhook:
    """Posts messages to the URL of a ticket system."""

    def __init__(
        self,
        url: str,
        secret: SecretStr,
        moment: Callable[[], datetime] = system_time,
    ) -> None:
        # The time of the attempt is signed, by the system's clock: a receiver refuses what is minutes old.
        self._url, self._key, self._moment = url, key_of(secret.get_secret_value()), moment

    def take(self, message: ExternalMessage) -> None:
        """Post it; raises `NotTaken` for anything but a 2xx. A redirection is not followed."""
        body = json.dumps(
            {"type": message.type, "timestamp": message.at.isoformat(), "data": seen_in(dict(message.data))},
            ensure_ascii=False,
        ).encode()
        headers = {
            "content-type": "application/json",
            **signed(message.id, self._moment(), body, self._key),
        }
        try:
            status = _post(self._url, body, headers)
        except (OSError, HTTPException) as error:
            raise NotTaken(type(error).__name__, for_good=False) from None
        if not 200 <= status < 300:
            raise NotTaken(f"http-{status}", for_good=status in _FINAL)


def _post(url: str, body: bytes, headers: Mapping[str, str]) -> int:
    """Post `body` to `url`, and return the status of the answer; raises `OSError` or `HTTPException`."""
    parts = urlsplit(url)
    context = ssl.create_default_context() if parts.scheme == "https" else None
    host = parts.netloc.rpartition("@")[2]
    connection = LimitedConnection(host, Limit(_SECONDS, _SIZE), context)
    sent = {**headers, **_credentials(parts.username, parts.password)}
    try:
        connection.request(
            "POST", f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}", body, sent
        )
        with connection.getresponse() as answer:
            return answer.status
    finally:
        connection.close()


def _credentials(user: str | None, password: str | None) -> dict[str, str]:
    """Return the header of the user and password that a URL has, if any (RFC 7617)."""
    if user is None:
        return {}
    both = f"{unquote(user)}:{unquote(password or '')}".encode()
    return {"authorization": f"Basic {base64.b64encode(both).decode()}"}


def signed(id_: str, at: datetime, body: bytes, key: bytes) -> dict[str, str]:
    """Return the three headers by which a receiver verifies sender, body and time of a message."""
    seconds = str(int(at.timestamp()))
    signature = hmac.new(key, b".".join((id_.encode(), seconds.encode(), body)), hashlib.sha256).digest()
    return {
        "webhook-id": id_,
        "webhook-timestamp": seconds,
        "webhook-signature": f"v1,{base64.b64encode(signature).decode()}",
    }


def key_of(secret: str) -> bytes:
    """Return the key in `secret`, which is `whsec_` and base64; anything else raises `ValueError`."""
    try:
        key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except binascii.Error:
        raise ValueError("is not base64") from None
    if not secret.startswith(_PREFIX) or len(key) < 24:
        raise ValueError("must be whsec_ and at least 24 bytes in base64")
    return key
