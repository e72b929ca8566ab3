"""The client of Slack's Web API, with a limit of time and size for each call.

slack_sdk has a timeout for each wait alone, and reads an answer to its end, however long that is.
"""

import ssl
from functools import cache
from typing import Any
from urllib.request import Request

from slack_sdk import WebClient
from slack_sdk.web.file_upload_v2_result import FileUploadV2Result

from bot.limited_http import opener
from bot.network import Limit

_UPLOAD_SECONDS = 60.0
"""The time for the upload of a file, in all."""
_SIZE = 16 * 1024 * 1024
"""The bytes of an answer that are read at most: 200 messages of a conversation are less."""


class LimitedClient(WebClient):
    """A client whose calls end in time, whatever comes; it follows no redirection."""

    seconds = 20.0
    """The time for a call, in all."""

    def _perform_urllib_http_request_internal(self, url: str, req: Request) -> dict[str, Any]:
        """Carry out a call as slack_sdk does, under a limit."""
        limit = Limit(self.seconds, _SIZE)
        with opener(limit, self.ssl or _default_context(), self.proxy).open(req) as answer:
            charset = answer.headers.get_content_charset() or "utf-8"
            return {"status": answer.code, "headers": answer.headers, "body": answer.read().decode(charset)}

    def _upload_file(self, *, url: str, data: bytes, **_more: Any) -> FileUploadV2Result:
        """Upload a file as slack_sdk does, under a limit."""
        request = Request(url, data=data, method="POST")  # noqa: S310 - Slack names the URL
        limit = Limit(_UPLOAD_SECONDS, _SIZE)
        with opener(limit, self.ssl or _default_context(), self.proxy).open(request) as answer:
            return FileUploadV2Result(status=answer.code, body=answer.read().decode("utf-8", "replace"))


@cache
def _default_context() -> ssl.SSLContext:
    return ssl.create_default_context()
