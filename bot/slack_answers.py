"""What an answer to a call of Slack means: which codes are known, and what is no answer of Slack at all.

Only a JSON object with `ok`, and in a refusal an `error` of the shape of Slack's codes, is Slack's. A web
filter's page, a body that is cut, an end of the connection or a gateway's 5xx leaves open whether the call
was carried out. Their words go nowhere: into no letter, no key, no audit and no log.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from socket import gaierror
from typing import Any, Final
from urllib.error import HTTPError, URLError

from slack_sdk.errors import SlackApiError, SlackClientError

_CODE = re.compile(r"[a-z_]{1,64}")
_LONGEST_WAIT = timedelta(hours=1)
_USUAL_WAIT = timedelta(seconds=30)
_NOT_SENT = (ConnectionRefusedError, gaierror)


class Meaning(Enum):
    """What an answer means for the call, and for what is to be done."""

    DONE = "done"
    """Slack has carried it out."""
    GONE = "gone"
    """Refused: whom or what it is addressed to can't be reached. Final."""
    REFUSED = "refused"
    """Refused: what it says or asks can't be taken as it is. Final."""
    WAIT = "wait"
    """Not carried out: Slack says to come again later."""
    LOCKED_OUT = "locked-out"
    """Not carried out: the bot itself can't work, until a person sees to its token, scopes or workspace."""
    UNKNOWN = "unknown"
    """Not carried out, by a code of Slack's that is not known here: tried again with a growing pause."""
    NOT_SENT = "not-sent"
    """It has not left this machine."""
    UNSURE = "unsure"
    """It may have been carried out: looked for, and tried again."""


FINAL: Final = frozenset({Meaning.GONE, Meaning.REFUSED})
"""Meanings after which the call is not tried again."""

_GONE, _REFUSED, _WAIT, _OUT, _UNSURE = (
    Meaning.GONE,
    Meaning.REFUSED,
    Meaning.WAIT,
    Meaning.LOCKED_OUT,
    Meaning.UNSURE,
)
CODES: Final[Mapping[str, tuple[Meaning, str]]] = {
    "cannot_dm_bot": (_GONE, "the addressee is a bot, which reads nothing"),
    "channel_not_found": (_GONE, "there is no such channel, or it is private and the bot is not in it"),
    "is_archived": (_GONE, "the channel is closed"),
    "not_in_channel": (_GONE, "the bot is not in the channel"),
    "restricted_action": (_GONE, "an administrator of the workspace lets no app post there"),
    "restricted_action_non_threadable_channel": (_GONE, "the channel takes no replies"),
    "restricted_action_read_only_channel": (_GONE, "an administrator has closed the channel to posts"),
    "restricted_action_thread_only_channel": (_GONE, "the channel takes nothing but replies"),
    "user_disabled": (_GONE, "the user was deactivated"),
    "user_not_found": (_GONE, "there is no such user"),
    "user_not_visible": (_GONE, "the user is of another workspace"),
    "users_not_found": (_GONE, "there is no such user"),
    "cant_update_message": (_REFUSED, "the message that is to be edited is not the bot's"),
    "edit_window_closed": (_REFUSED, "the workspace lets no message be edited so late"),
    "invalid_arguments": (_REFUSED, "Slack does not take what the message consists of"),
    "invalid_blocks": (_REFUSED, "Slack does not take the message's blocks"),
    "invalid_blocks_format": (_REFUSED, "Slack does not take the message's blocks"),
    "message_not_found": (_REFUSED, "the message that is to be edited was deleted"),
    "msg_blocks_too_long": (_REFUSED, "the message is longer than Slack takes"),
    "msg_too_long": (_REFUSED, "the message is longer than Slack takes"),
    "no_text": (_REFUSED, "the message is empty"),
    "too_many_attachments": (_REFUSED, "the message has more parts than Slack takes"),
    "message_limit_exceeded": (_WAIT, "the workspace sends more messages than Slack takes"),
    "org_login_required": (_WAIT, "the workspace is being moved into an organisation"),
    "rate_limited": (_WAIT, "more calls than Slack takes"),
    "ratelimited": (_WAIT, "more calls than Slack takes"),
    "team_added_to_org": (_WAIT, "the workspace is being moved into an organisation"),
    "access_denied": (_OUT, "the token may not be used for this"),
    "accesslimited": (_OUT, "the workspace does not let in this machine's network"),
    "account_inactive": (_OUT, "the bot's own account is deactivated: the app was removed, or the workspace"),
    "ekm_access_denied": (_OUT, "an administrator of the organisation has suspended posting"),
    "enterprise_is_restricted": (_OUT, "the organisation lets no such call through"),
    "invalid_auth": (_OUT, "the token is none, or this machine's address is not allowed"),
    "messages_tab_disabled": (_OUT, "the app's messages tab, by which it writes to users, is turned off"),
    "missing_scope": (_OUT, "the app was installed without a scope that it needs"),
    "no_permission": (_OUT, "the token does not reach this"),
    "not_allowed_token_type": (_OUT, "the token is of another type"),
    "not_authed": (_OUT, "there is no token"),
    "team_access_not_granted": (_OUT, "the app is not installed in this workspace"),
    "token_expired": (_OUT, "the token has expired"),
    "token_revoked": (_OUT, "the token was revoked: the app was removed, or its token renewed"),
    "two_factor_setup_required": (_OUT, "the token's account must set up a second factor"),
    "fatal_error": (_UNSURE, "a fault in Slack; part of it may have been carried out"),
    "internal_error": (_UNSURE, "a fault in Slack; part of it may have been carried out"),
    "request_timeout": (_UNSURE, "Slack did not get the whole of the call, by its own account"),
    "service_unavailable": (_UNSURE, "Slack is away"),
}
"""Slack's codes by what they mean (https://docs.slack.dev/reference/methods), each with its reason."""


class ForeignAnswer(SlackClientError, OSError):
    """An answer that is not Slack's, with its HTTP `status`, if any, and `length`, but none of its words."""

    def __init__(self, status: int | None, length: int) -> None:
        got = f"HTTP {status}, {length} characters" if status else "no HTTP"
        super().__init__(f"an answer that is not Slack's ({got})")


@dataclass(frozen=True)
class Verdict:
    """What an answer means.

    `code` is Slack's own; `said` may be logged and told: the code, or what happened in its place. `wait` is
    how long Slack asks to wait, if it does.
    """

    meaning: Meaning
    said: str = ""
    code: str | None = None
    wait: timedelta | None = None

    @property
    def is_final(self) -> bool:
        """Whether the call is not to be tried again."""
        return self.meaning in FINAL

    @property
    def is_refusal(self) -> bool:
        """Whether Slack itself has answered that it does not do what was asked."""
        return self.is_final or self.meaning in (Meaning.LOCKED_OUT, Meaning.UNKNOWN)


def judge(error: BaseException) -> Verdict:
    """Return what the failure of a call means."""
    if isinstance(error, SlackApiError):
        response = error.response
        data, status = getattr(response, "data", response), getattr(response, "status_code", 200)
        return verdict(status, getattr(response, "headers", {}), data)
    if isinstance(error, ForeignAnswer):
        return Verdict(Meaning.UNSURE, str(error))
    if isinstance(error, HTTPError):
        return Verdict(Meaning.UNSURE, f"HTTP {error.code}")
    reason = error.reason if isinstance(error, URLError) else error
    if isinstance(reason, _NOT_SENT):
        return Verdict(Meaning.NOT_SENT, type(reason).__name__)
    return Verdict(Meaning.UNSURE, type(reason if isinstance(reason, OSError) else error).__name__)


def verdict(status: int, headers: Mapping[str, Any], body: object) -> Verdict:
    """Return what an answer means, by its HTTP `status`, its `headers`, and its `body` as text or as JSON.

    The bare `ok` of a response URL is Slack's too.
    """
    data = _read(body)
    code = _code(data)
    wait = _retry_after(headers)
    if status == 429 and (code is not None or wait is not None):
        return Verdict(Meaning.WAIT, code or "HTTP 429", code, wait or _USUAL_WAIT)
    if status == 200 and data.get("ok") is True:
        return Verdict(Meaning.DONE)
    if status >= 500 or code is None:
        length = len(body) if isinstance(body, str | bytes) else 0
        said = (
            str(ForeignAnswer(status, length)) if length else f"an answer that is not Slack's (HTTP {status})"
        )
        return Verdict(Meaning.UNSURE, said)
    meaning = CODES[code][0] if code in CODES else Meaning.UNKNOWN
    return Verdict(meaning, code, code, (wait or _USUAL_WAIT) if meaning is Meaning.WAIT else None)


def is_slacks(body: str) -> bool:
    """Return whether the `body` of a call's answer is of Slack's shape."""
    data = _read(body)
    return data.get("ok") is True or _code(data) is not None


def _read(body: object) -> Mapping[str, Any]:
    """Return the JSON object of a body; an empty one where it is none."""
    if isinstance(body, str) and body.strip() == "ok":
        return {"ok": True}
    if isinstance(body, str | bytes):
        try:
            body = json.loads(body)
        except (ValueError, RecursionError):
            return {}
    return body if isinstance(body, Mapping) else {}


def _code(data: Mapping[str, Any]) -> str | None:
    """Return the code of a refusal; None where it is not Slack's."""
    code = data.get("error")
    is_refusal = data.get("ok") is False and isinstance(code, str) and _CODE.fullmatch(code)
    return str(code) if is_refusal else None


def _retry_after(headers: Mapping[str, Any]) -> timedelta | None:
    """Return the wait that an answer asks for, an hour at most; None where it names no number of seconds."""
    found = [value for name, value in headers.items() if name.lower() == "retry-after"]
    said = str(found[0][0] if found and isinstance(found[0], list) else found[0]) if found else ""
    if not (said.isascii() and said.isdecimal()):
        return None
    return min(timedelta(seconds=int(said[:9])), _LONGEST_WAIT)
