"""Errors of a call to Slack: one family for whatever kept Slack from answering, and what may be said of them.

A call can end without Slack's answer: the network is away, a proxy answers with its own page and status 200,
a body is cut short. What an answer means is said by `bot.slack_answers`.
"""

import json
import traceback
from http.client import HTTPException

from slack_sdk.errors import SlackClientError

from bot.slack_answers import judge

SLACK_TROUBLE = (SlackClientError, OSError, HTTPException, json.JSONDecodeError, UnicodeError)
"""What a call to Slack raises where Slack refuses, can't be reached, or has not answered as Slack does."""


def code_of(error: BaseException) -> str | None:
    """Return Slack's own code of an `error`; None where the error is not in Slack's words."""
    return judge(error).code


def reason_of(error: BaseException) -> str:
    """Return why Slack gave no answer: its code, or the kind of failure on the way; never foreign text."""
    return judge(error).said


def refuses(error: BaseException) -> bool:
    """Return whether Slack itself has refused what was asked, such as a token.

    A limit (429), a fault of Slack's (5xx), or an answer that is not Slack's JSON is no refusal.
    """
    return judge(error).is_refusal


def trace_of(error: BaseException) -> str:
    """Return where an `error` arose, for the log; of errors of a call to Slack without their foreign text."""
    if isinstance(error, SlackClientError):
        return "".join(
            [*traceback.format_tb(error.__traceback__), f"{type(error).__name__}: {reason_of(error)}"]
        )
    return "".join(traceback.format_exception(error)).rstrip()
