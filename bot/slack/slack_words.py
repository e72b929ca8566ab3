"""Texts in Slack's words: what names a command of the shell elsewhere names what can be pressed or typed.

Such a text stands under its own key for the command line, and under `in-slack.<key>` for Slack.
"""

from dataclasses import replace

from knowledge.texts import Catalogue, Text

_IN_SLACK = "in-slack"
OF_OPERATORS = frozenset(
    f"error.{name}.hint"
    for name in (
        *("clock-set-back", "client-not-set", "client-not-started", "export-shrunk"),
        *("database-url", "database-driver", "database-unreachable", "database-folder", "database-damaged"),
        *("database-none", "database-foreign", "database-behind", "database-new", "queue-not-installed"),
        *("extract-no-folder", "extract-source-unknown", "no-schools", "no-such-site", "school-unknown"),
        *("retention-later", "accounts-none", "undo-forgotten", "database-empty"),
    )
)
"""Hints for those who run the bot: a user of Slack is told to write to these."""


def in_slack(said: Text, known: Catalogue) -> Text:
    """Return `said` in Slack's words, with the texts among its values; `known` are all texts."""
    values = {
        name: in_slack(value, known) if isinstance(value, Text) else value
        for name, value in said.values.items()
    }
    key = f"{_IN_SLACK}.{'of-operators' if said.key in OF_OPERATORS else said.key}"
    return replace(said, key=key if key in known else said.key, values=values)
