"""Delivery by HTTP: what a person does is sent to the app's request URL, signed as Slack signs it.

https://docs.slack.dev/authentication/verifying-requests-from-slack and, for what is sent again,
https://docs.slack.dev/apis/events-api
"""

import asyncio
import hashlib
import hmac
import json
import time
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import ProxyHandler, Request, build_opener

from slack_workspace.state import Json

_OPENER = build_opener(ProxyHandler({}))


class NotTaken(Exception):
    """The app has not answered with status 200; ``late`` tells whether it has not answered in time."""

    def __init__(self, late: bool) -> None:
        super().__init__(late)
        self.late = late


@dataclass(frozen=True)
class RequestUrl:
    """The address to which requests go, and the secret that signs them."""

    url: str
    secret: str

    async def deliver(self, kind: str, payload: Json, seconds: float, retry: Json | None = None) -> Json:
        """Send a request and give what the response says; raises NotTaken."""
        body, content_type = encoded(kind, payload)
        headers = {"Content-Type": content_type, **self.signature(body, int(time.time())), **_retry(retry)}
        return await asyncio.to_thread(self._post, body, headers, seconds)

    def signature(self, body: bytes, at: int) -> dict[str, str]:
        """Make the headers that sign a body, as of ``at`` in seconds since 1970."""
        digest = hmac.new(self.secret.encode(), b"v0:%d:%s" % (at, body), hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": str(at), "X-Slack-Signature": f"v0={digest}"}

    def _post(self, body: bytes, headers: dict[str, str], seconds: float) -> Json:
        request = Request(self.url, body, headers, method="POST")  # noqa: S310 - an address of this machine
        try:
            with _OPENER.open(request, timeout=seconds) as answer:
                return _said(answer.read())
        except TimeoutError:
            raise NotTaken(late=True) from None
        except HTTPError as error:
            error.close()
            raise NotTaken(late=False) from None
        except (URLError, OSError) as error:
            raise NotTaken(late=isinstance(getattr(error, "reason", None), TimeoutError)) from None


def encoded(kind: str, payload: Json) -> tuple[bytes, str]:
    """Write a payload by its kind: events as JSON, commands as a form, others as JSON in a form."""
    if kind == "events_api":
        return json.dumps(payload, ensure_ascii=False).encode(), "application/json"
    form = payload if kind == "slash_commands" else {"payload": json.dumps(payload, ensure_ascii=False)}
    return urlencode(form).encode(), "application/x-www-form-urlencoded"


def _retry(retry: Json | None) -> dict[str, str]:
    """Word what a redelivery says of itself; ``operation_timeout`` is ``http_timeout`` here."""
    if not retry or not retry["retry_attempt"]:
        return {}
    why = {"timeout": "http_timeout"}.get(retry["retry_reason"], "http_error")
    return {"X-Slack-Retry-Num": str(retry["retry_attempt"]), "X-Slack-Retry-Reason": why}


def _said(body: bytes) -> Json:
    try:
        said: Any = json.loads(body) if body else {}
    except ValueError:
        said = body.decode("utf-8", "replace")
    return said if isinstance(said, dict) else {"text": said}
