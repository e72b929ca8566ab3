"""A message and a form with every kind of block and element that the page draws, and some that it can't."""

from typing import Any

from tests.slack_workspace.block_builders import Json, actions, asks, button, marked, options, plain, section

TABLE: Json = {
    "type": "table",
    "column_settings": [None, {"align": "right"}, {"is_wrapped": True}],
    "rows": [
        [{"type": "raw_text", "text": text} for text in ("School", "Learners", "What is wrong")],
        [
            {"type": "raw_text", "text": "Ysgol Bryn Meillion"},
            {"type": "raw_number", "value": 12, "text": "12"},
            {"type": "raw_text", "text": "Twelve learners have no account, because the extract came late."},
        ],
        [
            {"type": "raw_text", "text": "Ysgol y Dderwen"},
            {"type": "raw_number", "value": 3, "text": "3"},
            {
                "type": "rich_text",
                "elements": [
                    {
                        "type": "rich_text_section",
                        "elements": [{"type": "text", "text": "Nothing", "style": {"bold": True}}],
                    }
                ],
            },
        ],
    ],
}

MARKDOWN = """# What to do
Ask the **school** for a *new* extract, ~~or wait~~.

1. Open [the guide](https://example.org/guide)
2. Run `hwb check`

- [x] asked
- [ ] answered

> It came on Monday.

| Day | Files |
|---|---|
| Monday | 4 |

```
one  two
```"""

FEEDBACK: Json = {
    "type": "context_actions",
    "elements": [
        {
            "type": "feedback_buttons",
            "action_id": "right",
            "positive_button": {"text": plain("Right"), "value": "yes"},
            "negative_button": {
                "text": plain("Wrong"),
                "value": "no",
                "accessibility_label": "The answer is wrong",
            },
        },
        {"type": "icon_button", "action_id": "away", "icon": "trash", "text": plain("Delete"), "value": "7"},
    ],
}


def alert(level: str) -> Json:
    return {"type": "alert", "level": level, "text": marked(f"*{level}*: the portal is late.")}


MANY: dict[str, Any] = {
    "multi_static_select": {"options": options(3)},
    "multi_users_select": {},
    "multi_conversations_select": {},
}
CHOOSERS: tuple[Json, ...] = (
    {"type": "static_select", "options": options(2), "placeholder": plain("A thing")},
    {"type": "users_select", "placeholder": plain("A person")},
    {"type": "external_select", "action_id": "place", "placeholder": plain("A place")},
    {"type": "datepicker", "initial_date": "2026-09-01"},
    {"type": "timepicker"},
    {"type": "overflow", "options": options(2)},
    button(style="primary"),
    button(style="danger"),
)

MESSAGE: tuple[Json, ...] = (
    {"type": "header", "text": plain("Every block")},
    section(
        text=marked("*Bold*, _italic_, ~struck~, `code`, <@U0ANN>, <https://example.org|a link> :x: :+1:")
    ),
    section(fields=[marked("*School*\nBryn Meillion"), marked("*Learners*\n12")]),
    {"type": "divider"},
    TABLE,
    {"type": "markdown", "text": MARKDOWN},
    *map(alert, ("default", "info", "success", "warning", "error")),
    actions(*CHOOSERS),
    section(accessory={"type": "radio_buttons", "options": options(2)}),
    section(accessory={"type": "multi_users_select", "max_selected_items": 2}),
    section(accessory={"type": "workflow_button", "text": plain("Go")}),
    {"type": "image", "image_url": "/static/icon.svg", "alt_text": "The sign of the workspace"},
    {"type": "context", "elements": [marked("Helper, 26 August")]},
    FEEDBACK,
    {"type": "video", "alt_text": "A film"},
)

FORM: Json = {
    "type": "modal",
    "callback_id": "every",
    "title": plain("Every input"),
    "submit": plain("Send"),
    "blocks": [
        asks({"type": "plain_text_input"}, label=plain("Name"), hint=plain("As in the register")),
        asks({"type": "rich_text_input", "action_id": "said"}, label=plain("Words"), block_id="words"),
        *(asks({"type": kind, **more}, label=plain(kind)) for kind, more in MANY.items()),
        asks({"type": "checkboxes", "options": options(2)}, label=plain("Ticks")),
        asks({"type": "radio_buttons", "options": options(2)}, label=plain("Choice")),
        asks({"type": "external_select", "action_id": "place"}, label=plain("Place")),
        asks({"type": "file_input"}, label=plain("File"), optional=True),
    ],
}
