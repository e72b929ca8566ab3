"""The arguments of one Web API call, read as Slack reads them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from slack_workspace.errors import SlackError
from slack_workspace.reading import read_json


@dataclass(frozen=True)
class Call:
    """Arguments from a JSON body, a form or a query; in a form, lists and objects are JSON strings."""

    args: Mapping[str, Any]

    def need(self, name: str) -> str:
        """Give a text argument, or say that it is missing."""
        value = self.text(name)
        if not value:
            raise SlackError("invalid_arguments", [f"[ERROR] missing required field: {name}"])
        return value

    def text(self, name: str) -> str:
        """Give a text argument, or nothing."""
        value = self.args.get(name)
        return "" if value is None else str(value)

    def flag(self, name: str) -> bool:
        """Give a yes or no, as JSON or as a word."""
        return self.text(name).lower() in ("true", "1")

    def count(self, name: str, default: int) -> int:
        """Give a number from 1 to 1000."""
        value = self.text(name)
        return min(max(int(value), 1), 1_000) if value.isdigit() else default

    def json(self, name: str) -> Any:
        """Give an object or a list, also one that came as text."""
        value = self.args.get(name)
        if not isinstance(value, str):
            return value
        try:
            return read_json(value)
        except ValueError:
            raise SlackError("invalid_arguments", [f"[ERROR] must be JSON [json-pointer:/{name}]"]) from None
