"""Errors of a call to Slack: one family for whatever kept Slack from answering, and what may be said of them.

A call can end without Slack's answer: the network is away, a proxy answers with its own page and status 200,
a body is cut short. Only words of the shape of Slack's error codes are Slack's. All else is foreign text, and
goes into no log and no message.
"""

import json
import re
import traceback
from http.client import HTTPException

from slack_sdk.errors import SlackApiError, SlackClientError

SLACK_TROUBLE = (SlackClientError, OSError, HTTPException, json.JSONDecodeError, UnicodeError)
"""What a call to Slack raises where Slack refuses, can't be reached, or has not answered as Slack does."""
_CODE = re.compile(r"[a-z_]{1,64}")
_PASSING = frozenset(
    {"fatal_error", "internal_error", "ratelimited", "request_timeout", "service_unavailable"}
)
"""Slack's codes for trouble of its own, which say nothing of what was asked."""


def code_of(error: BaseException) -> str | None:
    """Return Slack's own code of an `error`; None where the error is not in Slack's words."""
    if not isinstance(error, SlackApiError):
        return None
    data = getattr(error.response, "data", error.response)
    code = str(data.get("error", "")) if isinstance(data, dict) else ""
    return code if _CODE.fullmatch(code) else None


def reason_of(error: BaseException) -> str:
    """Return why Slack gave no answer: its code, or the kind of failure on the way; never foreign text."""
    return code_of(error) or type(error).__name__


def refuses(error: BaseException) -> bool:
    """Return whether Slack itself has refused what was asked, such as a token.

    A limit (429), a fault of Slack's (5xx), or an answer that is not Slack's JSON is no refusal.
    """
    code = code_of(error)
    answered = isinstance(error, SlackApiError) and getattr(error.response, "status_code", 0) == 200
    return answered and code is not None and code not in _PASSING


def trace_of(error: BaseException) -> str:
    """Return where an `error` arose, for the log; of errors of a call to Slack without their foreign text."""
    if isinstance(error, SlackClientError):
        return "".join(
            [*traceback.format_tb(error.__traceback__), f"{type(error).__name__}: {reason_of(error)}"]
        )
    return "".join(traceback.format_exception(error)).rstrip()
