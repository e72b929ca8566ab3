"""Pages of `docs/` that are generated from the code: `make pages` writes them, and a test compares them.

`docs/settings.md` is made from the settings class, `docs/errors.md` from the error texts. A third page,
`docs/roles.md`, is what `hwb roles --markdown` prints.
"""

import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from bot.safeguard_settings import SafeguardSettings
from bot.settings import IN_FILES, OTHER_VARIABLES, SECRETS, Settings, variable
from bot.settings_tables import (
    EmailHandOver,
    EventsWebhook,
    ExportSettings,
    RetentionSettings,
    ScheduleGroup,
    WebhookHandOver,
)
from bot.texts import TEXTS
from knowledge.loading import PACKAGE
from knowledge.texts import read_toml

_MADE = "Made from {source} by `make pages`; a test fails where the two differ."
_CLASSES = "the classes in `bot/settings.py`, `bot/settings_tables.py` and `bot/safeguard_settings.py`"
_PLACEHOLDER = re.compile(r"\{\{\s*(\w+).*?\}\}")
_MARKUP = re.compile(r"([<>*_|])")
_CONDITION = re.compile(
    r"\{%\s*if\b.*?%\}(?P<where>(?:(?!\{%).)*)(?:\{%\s*else\s*%\}(?P<otherwise>(?:(?!\{%).)*))?\{%\s*endif\s*%\}"
)
_TABLES: tuple[tuple[str, type[BaseModel], str], ...] = (
    ("[[groups]]", ScheduleGroup, "A table for each group of schools that run at the same times."),
    ("[export]", ExportSettings, "The portal's export and the Provisioning Client."),
    ("[hand_over] by e-mail", EmailHandOver, "A Service Desk outside Slack that is written to."),
    ("[hand_over] by webhook", WebhookHandOver, "A Service Desk outside Slack that takes signed JSON."),
    ("[events]", EventsWebhook, "A webhook that tells other systems of events, without people."),
    (
        "[safeguards]",
        SafeguardSettings,
        "From which numbers on a run holds changes back. Each may be as strict as you like, and looser up to "
        "a bound. At twice the default number, and at the percentage named, the mishap that a safeguard is "
        "for is still held back ([holds](decisions/holds.md)); a number beyond stops the start. "
        "`few-but-many`, which holds releases of half a school, can't be changed. After a change each "
        "school's next run reads all its records.",
    ),
    (
        "[retention]",
        RetentionSettings,
        "For how many days personal data is kept, 36,500 at most. A daily job deletes the rest.",
    ),
)


def settings_page() -> str:
    """Return `docs/settings.md`: every setting with its variable, default and meaning."""
    parts = [
        "# Settings",
        "A setting stands in `hwb.toml` in the working folder, in the environment, or on the command line; "
        "of the three the command line counts most and the file least. Passwords, tokens and secrets stand "
        "in the environment or in files of their own, never in `hwb.toml` or on the command line. A name "
        "that is not listed here is an error. `hwb check` says whether all is in order.",
        _table(("Name in `hwb.toml`", "Environment variable", "Default", "Meaning"), _settings()),
        "A variable for a whole table, such as `HWB_EXPORT`, takes JSON and replaces that table of the file.",
        "What each of these variables holds may stand in a file with nothing else in it. A variable with "
        "`_FILE` at its end names the file (`SLACK_BOT_TOKEN_FILE=/etc/hwb/slack-bot-token`), or systemd "
        "hands it over as a credential, with the setting's name in small letters "
        f"(`LoadCredential=slack_bot_token:...`): {_listed(map(variable, IN_FILES))}. A file that every "
        "account of the machine can read is refused; see [operating.md](operating.md#secrets).",
        "Two more variables are no settings:",
        _table(
            ("Environment variable", "Meaning"),
            ((f"`{name}`", meaning) for name, meaning in OTHER_VARIABLES.items()),
        ),
    ]
    for heading, model, about in _TABLES:
        rows = ((f"`{name}`", _default(field), _meaning(field)) for name, field in model.model_fields.items())
        parts += [f"## {heading}", about, _table(("Name", "Default", "Meaning"), rows)]
    return _page(*parts, _MADE.format(source=_CLASSES))


def errors_page() -> str:
    """Return `docs/errors.md`: every known error by its id, with its English sentence and hint."""
    found: dict[str, Mapping[str, Any]] = {}
    for file in (*sorted((PACKAGE / "texts").glob("*.toml")), *TEXTS):
        found.update(read_toml(file).get("error", {}))
    parts = [
        "# Known errors",
        "What can go wrong and what to do about it. Slack and the command line say the sentence and the "
        "hint, in English or Welsh; the audit notes the id. Words in braces, such as `{school}`, stand for "
        "what differs from case to case.",
    ]
    for id_, texts in sorted(found.items()):
        hint = texts["hint"]["en"]
        parts += [f"## `{id_}`", readable(texts["en"]), f"*What to do:* {readable(hint)}"]
    return _page(*parts, _MADE.format(source="the `error.*` texts in the TOML files"))


PAGES: Mapping[str, Callable[[], str]] = {
    "settings.md": settings_page,
    "errors.md": errors_page,
}
"""The name of each page in `docs/`, and the function that makes its text."""


def readable(template: str) -> str:
    """Return a Jinja2 `template` as Markdown: placeholders as code, conditions in round brackets."""
    said = _CONDITION.sub(_alternatives, " ".join(template.split()))
    parts = _PLACEHOLDER.split(said)
    return "".join(f"`{{{part}}}`" if at % 2 else _escaped(part) for at, part in enumerate(parts))


def _alternatives(condition: re.Match[str]) -> str:
    where, otherwise = condition["where"], condition["otherwise"]
    return f" (if known: {where.strip()})" if otherwise is None else f"(either: {where}; or: {otherwise})"


def _escaped(words: str) -> str:
    return _MARKUP.sub(r"\\\1", words)


def _settings() -> Iterator[tuple[str, ...]]:
    for name, field in Settings.model_fields.items():
        written = "" if name in SECRETS else f"`{name}`"
        yield written, f"`{variable(name)}`", _default(field), _meaning(field)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    value = field.get_default(call_default_factory=True)
    match value:
        case None | () | {}:
            return "none"
        case BaseModel():
            return "see below"
        case (BaseModel(), *_):
            return "one group of all schools"
        case (str(), *_):
            return f"`{json.dumps(value)}`"
        case float():
            return f"`{value:g}`"
        case _:
            return f"`{value}`"


def _meaning(field: FieldInfo) -> str:
    if not field.description:
        raise ValueError("a setting has no description")
    return field.description


def _table(heads: tuple[str, ...], rows: Any) -> str:
    lines = [heads, ("---",) * len(heads), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _page(*parts: str) -> str:
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    for page, make in PAGES.items():
        Path(sys.argv[1], page).write_text(make(), encoding="utf-8")
