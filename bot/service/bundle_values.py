"""What of settings, errors and log lines may stand in a bundle for support: nothing that can name a person.

What is no number, moment or word of ours is left out: nothing is searched for people and then copied.
"""

import json
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from bot.cli.output import moment_json
from bot.safeguard_settings import SafeguardSettings
from bot.settings import SECRETS, Settings
from bot.settings_tables import (
    EmailHandOver,
    EventsWebhook,
    ExportSettings,
    RetentionSettings,
    ScheduleGroup,
    WebhookHandOver,
)
from provisioning.errors import KnownError
from provisioning.masking import masked

SET = "(set)"
"""What stands in place of a text that an operator has chosen: it may name a person, a place or a secret."""
_WORDS = frozenset(
    {"at", "directory", "lang", "log_format", "log_level", "by", "security", "cron", "rollover_week"}
)
"""Settings whose texts are words of ours, moments or crontab lines, by the rules of the settings."""
_TABLES = (
    Settings,
    ScheduleGroup,
    ExportSettings,
    EmailHandOver,
    WebhookHandOver,
    EventsWebhook,
    RetentionSettings,
    SafeguardSettings,
)
_NAMES = frozenset(name for table in _TABLES for name in table.model_fields)
"""The names of all settings; other keys of a table are an operator's words."""
_OURS = r"(?:bot|diagnostics|provisioning|knowledge)(?:\.\w+)*+"
_LINE = re.compile(
    r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} (?:DEBUG|INFO|WARNING|ERROR|CRITICAL) " + _OURS + " .*"
)
_LOGGER = re.compile(_OURS)
_FIELDS = ("time", "level", "logger", "message", "run", "school", "reference")


def settings_shown(settings: Settings) -> dict[str, Any]:
    """Return the settings as they may be shown: numbers, words of ours and defaults; `(set)` of the others.

    Of secrets it says only whether they are set.
    """
    usual, found = Settings.model_construct(), {}
    for name in Settings.model_fields:
        value = getattr(settings, name)
        if name in SECRETS:
            found[name] = SET if value is not None else None
        elif value == getattr(usual, name):
            found[name] = _plain(value)
        else:
            found[name] = _shown(name, _plain(value))
    return found


def _plain(value: Any) -> Any:
    """Return a setting as JSON has it."""
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json")
    if isinstance(value, datetime):
        return moment_json(value)
    return value if value is None or isinstance(value, bool | int | float) else str(value)


def _shown(name: str, value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _shown(key, each) for key, each in value.items()} if _NAMES.issuperset(value) else SET
    if isinstance(value, list):
        return [_shown(name, each) for each in value]
    if value is None or isinstance(value, bool | int | float) or name in _WORDS:
        return value
    return SET


def error_shown(error: KnownError) -> dict[str, Any]:
    """Return an error's id, which docs/errors.md explains, and those of its values that are numbers."""
    numbers = {
        name: value for name, value in error.said.values.items() if isinstance(value, bool | int | float)
    }
    return {"error": error.name} | ({"values": numbers} if numbers else {})


def log_shown(lines: Iterable[str]) -> Iterator[str]:
    """Yield the lines that loggers of ours have written, as lines or as JSON; tracebacks are left out.

    Such lines hold no person; they are masked once more, as what is in the file is not known to be a log.
    """
    for line in lines:
        said = _json_line(line[line.index("{") :]) if "{" in line else None
        plain = _LINE.search(line) if said is None else None
        if said is not None or plain is not None:
            yield masked(said or plain[0])  # type: ignore[index]


def _json_line(text: str) -> str | None:
    """Return a line in JSON with the fields of ours alone; None where it is none, or another logger's."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or not _LOGGER.fullmatch(str(found.get("logger"))):
        return None
    kept = {name: str(found[name]) for name in _FIELDS if name in found}
    return json.dumps(kept, ensure_ascii=False)
