"""Blocks and elements that Slack has and the page can't draw.

They are taken as they are, with any fields, and the page writes in their place that it can't draw them.
"""

from typing import Final

UNDRAWN_BLOCKS: Final = frozenset(
    {
        "call",
        "card",
        "carousel",
        "container",
        "data_table",
        "data_visualization",
        "plan",
        "task_card",
        "video",
    }
)
UNDRAWN_IN_VIEWS: Final = frozenset({"card", "carousel", "container", "video"})

UNDRAWN_CHOOSERS: Final = frozenset({"datetimepicker", "multi_external_select"})
UNDRAWN_INPUTS: Final = UNDRAWN_CHOOSERS | {"file_input", "url_text_input"}
UNDRAWN_IN_ACTIONS: Final = UNDRAWN_CHOOSERS | {"workflow_button"}
UNDRAWN_ELEMENTS: Final = UNDRAWN_INPUTS | UNDRAWN_IN_ACTIONS
