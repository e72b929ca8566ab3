"""The shape of Slack's rich text, which stands in a block of its own, in table cells and in text inputs."""

from slack_workspace.checks import Shape, anything, items, string, typed

_PART = {"type": anything, "elements": anything, "style": anything, "indent": anything, "border": anything}
_PART |= {"offset": anything, "language": anything}
_PARTS: dict[str, Shape] = {
    name: Shape(_PART, required=("elements",))
    for name in ("rich_text_section", "rich_text_list", "rich_text_preformatted", "rich_text_quote")
}

RICH_TEXT = Shape(
    {
        "type": anything,
        "block_id": string(255),
        "elements": items(typed(_PARTS, _PARTS.keys()), most=1_000, least=0),
    },
    required=("elements",),
)
