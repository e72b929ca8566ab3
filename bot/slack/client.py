"""The client of Slack's Web API, with a limit of time and size for each call.

slack_sdk has a timeout for each wait alone, and reads an answer to its end, however long that is.
"""

import ssl
from email.message import Message
from functools import cache
from http.client import HTTPException
from io import BytesIO
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request

from slack_sdk import WebClient
from slack_sdk.web.file_upload_v2_result import FileUploadV2Result

from bot.limited_http import opener
from bot.network import Limit
from bot.slack_answers import ForeignAnswer, Meaning, is_slacks, verdict

_UPLOAD_SECONDS = 60.0
"""The time for the upload of a file, in all."""
_SIZE = 16 * 1024 * 1024
"""The bytes of an answer that are read at most: 200 messages of a conversation are less."""
_LIMITED = b'{"ok":false,"error":"ratelimited"}'
"""What a limit says, in place of whatever a gateway says with it."""


class LimitedClient(WebClient):
    """A client whose calls end in time, whatever comes; it follows no redirection.

    An answer that is not Slack's raises `ForeignAnswer`, before slack_sdk makes an error code or a line of
    the log of its words.
    """

    seconds = 20.0
    """The time for a call, in all."""

    def without_retries(self) -> "LimitedClient":
        """Return such a client that tries each call once."""
        return LimitedClient(token=self.token, base_url=self.base_url, retry_handlers=[])

    def _perform_urllib_http_request_internal(self, url: str, req: Request) -> dict[str, Any]:
        """Carry out a call as slack_sdk does, under a limit."""
        try:
            status, headers, body = self._answer(req)
        except HTTPException as error:
            if isinstance(error, OSError):
                raise
            raise ForeignAnswer(None, 0) from None
        if status == 429 and verdict(status, dict(headers), body).meaning is Meaning.WAIT:
            # As urllib raises it: slack_sdk's own handler waits by the headers of an HTTPError alone.
            raise HTTPError(url, status, "", headers, BytesIO(_LIMITED))
        if not is_slacks(body):
            raise ForeignAnswer(status, len(body))
        return {"status": status, "headers": headers, "body": body}

    def _answer(self, req: Request) -> tuple[int, Message, str]:
        """Return the status, headers and body of the answer to a call, whatever its status."""
        try:
            answer = opener(Limit(self.seconds, _SIZE), self.ssl or _default_context(), self.proxy).open(req)
        except HTTPError as error:
            answer = error
        with answer:
            return answer.code, answer.headers, _text(answer)

    def _upload_file(self, *, url: str, data: bytes, **_more: Any) -> FileUploadV2Result:
        """Upload a file as slack_sdk does, under a limit."""
        request = Request(url, data=data, method="POST")  # noqa: S310 - Slack names the URL
        limit = Limit(_UPLOAD_SECONDS, _SIZE)
        with opener(limit, self.ssl or _default_context(), self.proxy).open(request) as answer:
            status, body = answer.code, _text(answer)
        if status != 200 or body.lstrip().startswith("<"):
            raise ForeignAnswer(status, len(body))
        return FileUploadV2Result(status=status, body=body)


def _text(answer: Any) -> str:
    """Return the body of an answer as text, whatever it says of its encoding; Slack's is UTF-8."""
    content: bytes = answer.read()
    return content.decode("utf-8", "replace")


def without_retries(client: WebClient) -> WebClient:
    """Return a client like `client` that tries each call once."""
    if isinstance(client, LimitedClient):
        return client.without_retries()
    return LimitedClient(token=client.token, base_url=client.base_url, retry_handlers=[])


@cache
def _default_context() -> ssl.SSLContext:
    return ssl.create_default_context()
