"""Lists in pages, as the Web API gives them: a cursor says where the next page begins."""

import binascii
from base64 import b64decode, b64encode
from collections.abc import Sequence
from typing import TypeVar

from slack_workspace.api.call import Call
from slack_workspace.errors import SlackError

_T = TypeVar("_T")
_PREFIX = b"next:"


def page_of(every: Sequence[_T], call: Call, default: int) -> tuple[list[_T], str]:
    """Return one page of a list and the cursor of the next, which is empty where there is none.

    ``default`` is the size of a page where the ``call`` names no ``limit``. A cursor that the workspace has
    not given out raises ``invalid_cursor``.
    """
    start = _start(call.text("cursor"))
    if start > len(every):
        raise SlackError("invalid_cursor")
    end = start + call.count("limit", default)
    more = b64encode(_PREFIX + str(end).encode()).decode() if end < len(every) else ""
    return list(every[start:end]), more


def _start(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        said = b64decode(cursor, validate=True)
    except (binascii.Error, ValueError):
        raise SlackError("invalid_cursor") from None
    number = said.removeprefix(_PREFIX)
    if number == said or not number.isdigit() or len(number) > 9:
        raise SlackError("invalid_cursor")
    return int(number)
