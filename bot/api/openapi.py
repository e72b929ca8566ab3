"""The contract of the API for other systems' developers: the OpenAPI document beside this module."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from bot.version import VERSION


@cache
def contract() -> dict[str, Any]:
    """Return the document (https://spec.openapis.org/oas/v3.1.1), with this program's version."""
    found: dict[str, Any] = json.loads(Path(__file__).with_name("openapi.json").read_text(encoding="utf-8"))
    return {**found, "info": {**found["info"], "version": VERSION}}
