"""Messages by webhook: JSON signed by Standard Webhooks 1.0 (headers, what is signed, keys)."""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime

import httpx
from pydantic import SecretStr

from bot.outbox.transports.external import ExternalMessage, NotTaken
from bot.settings_tables import WebhookHandOver

_SECONDS = 20.0
_PREFIX = "whsec_"
_GONE = frozenset({400, 401, 403, 404, 405, 410, 413, 415, 422})
"""Status codes after which another attempt would fail too."""


class ByWebhook:
    """Posts messages to the URL of a ticket system."""

    def __init__(
        self,
        settings: WebhookHandOver,
        secret: SecretStr,
        moment: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        # The time of the attempt is signed, by the system's clock: a receiver refuses what is minutes old.
        self._url, self._key, self._moment = settings.url, key_of(secret.get_secret_value()), moment

    def take(self, message: ExternalMessage) -> None:
        """Post it; raises `NotTaken` for anything but a 2xx. A redirection is not followed."""
        body = json.dumps(
            {"type": message.type, "timestamp": message.at.isoformat(), "data": dict(message.data)},
            ensure_ascii=False,
        ).encode()
        try:
            answer = httpx.post(
                self._url,
                content=body,
                headers={
                    "content-type": "application/json",
                    **signed(message.id, self._moment(), body, self._key),
                },
                timeout=_SECONDS,
                follow_redirects=False,
                trust_env=False,
            )
        except httpx.HTTPError as error:
            raise NotTaken(type(error).__name__, for_good=False) from None
        if not answer.is_success:
            raise NotTaken(f"http-{answer.status_code}", for_good=answer.status_code in _GONE)


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
