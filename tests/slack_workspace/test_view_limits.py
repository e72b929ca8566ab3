"""Every limit of a view: at the limit accepted, above it refused in Slack's words."""

from collections.abc import Callable

import pytest

from bot.slack import limits as most
from slack_workspace.blocks import check_view
from tests.slack_workspace.block_builders import (
    Json,
    asks,
    longer,
    modal,
    more_than,
    options,
    plain,
    refusal,
    section,
)

# name: (limit, a view with something of length n in it, the refusal, where)
IN_VIEWS: dict[str, tuple[int, Callable[[int], Json], str, str]] = {
    "blocks": (most.VIEW_BLOCKS, lambda n: modal(*[section()] * n), more_than(100), "/view/blocks"),
    "title": (most.VIEW_TITLE, lambda n: modal(title=plain("x" * n)), longer(24), "/view/title/text"),
    "submit": (most.VIEW_SUBMIT, lambda n: modal(submit=plain("x" * n)), longer(24), "/view/submit/text"),
    "close": (most.VIEW_CLOSE, lambda n: modal(close=plain("x" * n)), longer(24), "/view/close/text"),
    "private_metadata": (
        most.VIEW_PRIVATE_METADATA,
        lambda n: modal(private_metadata="x" * n),
        longer(3_000),
        "/view/private_metadata",
    ),
    "callback_id": (
        most.VIEW_CALLBACK_ID,
        lambda n: modal(callback_id="x" * n),
        longer(255),
        "/view/callback_id",
    ),
    "label": (
        most.INPUT_LABEL,
        lambda n: modal(asks({"type": "plain_text_input"}, label=plain("x" * n))),
        longer(2_000),
        "/view/blocks/0/label/text",
    ),
    "hint": (
        most.INPUT_HINT,
        lambda n: modal(asks({"type": "plain_text_input"}, hint=plain("x" * n))),
        longer(2_000),
        "/view/blocks/0/hint/text",
    ),
    "text input placeholder": (
        most.PLACEHOLDER,
        lambda n: modal(asks({"type": "plain_text_input", "placeholder": plain("x" * n)})),
        longer(150),
        "/view/blocks/0/element/placeholder/text",
    ),
    "multi select options": (
        most.SELECT_OPTIONS,
        lambda n: modal(asks({"type": "multi_static_select", "options": options(n)})),
        more_than(100),
        "/view/blocks/0/element/options",
    ),
}


@pytest.mark.parametrize("case", IN_VIEWS)
def test_view_limit(case: str) -> None:
    limit, build, what, where = IN_VIEWS[case]
    check_view(build(limit), "modal")
    assert refusal(lambda view: check_view(view, "modal"), build(limit + 1)) == (
        "invalid_arguments",
        (f"[ERROR] {what} [json-pointer:{where}]",),
    )
