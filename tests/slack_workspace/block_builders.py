"""Blocks and views of a given length, for tests of limits."""

from collections.abc import Callable
from typing import Any

import pytest

from slack_workspace.errors import SlackError

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def marked(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def section(**more: Any) -> Json:
    return {"type": "section", "text": marked("x")} | more


def option(number: int = 0, **more: Any) -> Json:
    return {"text": plain(f"o{number}"), "value": str(number)} | more


def options(count: int) -> list[Json]:
    return [option(number) for number in range(count)]


def button(**more: Any) -> Json:
    return {"type": "button", "text": plain("x")} | more


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def asks(element: Json, **more: Any) -> Json:
    return {"type": "input", "label": plain("x"), "element": element} | more


def modal(*blocks: Json, **more: Any) -> Json:
    return {"type": "modal", "title": plain("x"), "submit": plain("x"), "blocks": list(blocks)} | more


def longer(limit: int) -> str:
    return f"must be less than {limit + 1} characters"


def more_than(limit: int) -> str:
    return f"no more than {limit} items allowed"


def refusal(check: Callable[[Any], None], value: Any) -> tuple[str, tuple[str, ...]]:
    with pytest.raises(SlackError) as caught:
        check(value)
    return caught.value.code, caught.value.details
