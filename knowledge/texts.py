"""User-visible texts: keys and values in the code, sentences in TOML, English beside Welsh."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, get_args
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_time

from knowledge.visible import one_line

if TYPE_CHECKING:
    from jinja2 import Environment, Template

Language = Literal["en", "cy"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
UK = ZoneInfo("Europe/London")
_LOCALES: Mapping[Language, Locale] = {"en": Locale("en", "GB"), "cy": Locale("cy", "GB")}


DEFAULT_LEAD_DAYS = 14
"""So many days before an admission or start date an account is made, unless the settings say otherwise."""


class KnowledgeError(Exception):
    """An error in a knowledge or text file; the message names the file, the key and the problem.

    It stops start-up, so that a missing text is never found while answering a request.
    """

    def __init__(self, file: Path | str, key: str, problem: str) -> None:
        super().__init__(f"{file}: {key}: {problem}")
        self.file, self.key, self.problem = str(file), key, problem


@dataclass(frozen=True)
class Bilingual:
    """A name in both languages, such as a school's."""

    en: str
    cy: str

    def in_(self, language: Language) -> str:
        """Return the name in a language; English where there is no Welsh name."""
        return (self.cy or self.en) if language == "cy" else self.en


@dataclass(frozen=True)
class Text:
    """A sentence before it is rendered: its key in the catalogue and its values.

    Values may be plain values, dates, `Bilingual` names or further texts; they are turned into
    words only when a language is known, so texts can be compared, stored and rendered in either. A
    value is rendered in one line, without what can't be seen: a text's lines are those of its template.
    """

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return the text as plain JSON, for a column in the store."""
        return {"key": self.key, "values": {name: _to_json(value) for name, value in self.values.items()}}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Text":
        """Return the text that `to_json` wrote."""
        return cls(stored["key"], {name: _from_json(value) for name, value in stored["values"].items()})


def text(key: str, **values: Any) -> Text:
    """Return a text by its key and named values."""
    return Text(key, values)


def _to_json(value: Any) -> Any:
    match value:
        case Text():
            return {"text": value.to_json()}
        case Bilingual():
            return {"en": value.en, "cy": value.cy}
        case datetime():
            return {"datetime": value.isoformat()}
        case date():
            return {"date": value.isoformat()}
        case _:
            return value


def _from_json(value: Any) -> Any:
    match value:
        case {"text": stored}:
            return Text.from_json(stored)
        case {"en": en, "cy": cy}:
            return Bilingual(en, cy)
        case {"datetime": stored}:
            return datetime.fromisoformat(stored)
        case {"date": stored}:
            return date.fromisoformat(stored)
        case _:
            return value


class _Source(NamedTuple):
    """A template that is not compiled yet, and the file it stands in.

    A template is compiled when it is first said: a command says few of them, and reading all of them takes
    longer than most commands.
    """

    source: str
    file: Path


class Catalogue:
    """All sentences by key, in both languages.

    A file holds tables whose path is the key and whose `en` and `cy` are Jinja2 templates; a missing
    language or an empty text raises `KnowledgeError`, and so does a template that can't be read, when it is
    said or in `require_templates`. Every sentence may name `lead_days`, the number that is in force.
    """

    def __init__(self, places: Iterable[Path]) -> None:
        self.lead_days = DEFAULT_LEAD_DAYS
        self._templates: dict[tuple[str, Language], Template | _Source | str] = {}
        for place in places:
            for path in [place] if place.is_file() else sorted(place.glob("*.toml")):
                self._add(path)

    def with_lead_days(self, lead_days: int) -> "Catalogue":
        """Return the catalogue with another number of `lead_days` in its sentences."""
        told = copy(self)
        told.lead_days = lead_days
        return told

    @cached_property
    def _environment(self) -> "Environment":
        """What compiles templates; Jinja is imported when the first is said, for the version needs none."""
        from jinja2 import Environment, StrictUndefined

        from knowledge.counting import count
        from knowledge.prepositions import after

        found = Environment(undefined=StrictUndefined, autoescape=False)  # noqa: S701 - plain text; Slack and HTML doors escape for themselves
        found.filters.update(after=after, count=count, lines=_lines)
        return found

    def __contains__(self, key: str) -> bool:
        """Return whether there is a sentence with this key."""
        return (key, "en") in self._templates

    def keys(self) -> list[str]:
        """Return all keys, sorted."""
        return sorted(key for key, language in self._templates if language == "en")

    def add(self, file: Path, key: str, texts: Mapping[str, str]) -> None:
        """Add a sentence in both languages; a key that exists is an error."""
        if key in self:
            raise KnowledgeError(file, key, "there is a text with this key already")
        for language in LANGUAGES:
            source = texts.get(language, "")
            if not source.strip():
                raise KnowledgeError(file, f"{key}.{language}", "the text is missing")
            said = source.strip()
            self._templates[key, language] = _Source(said, file) if "{" in said else said

    def require_templates(self) -> None:
        """Raise `KnowledgeError` for the first template that can't be read."""
        for (key, language), template in self._templates.items():
            if isinstance(template, _Source):
                self._compiled(template, f"{key}.{language}")

    def say(self, what: Text | str, language: Language, **values: Any) -> str:
        """Render a text in a language; `what` may be a bare key, with its values as keywords."""
        said = Text(what, values) if isinstance(what, str) else what
        template = self._templates[said.key, language]
        if isinstance(template, str):
            return template
        if isinstance(template, _Source):
            template = self._compiled(template, f"{said.key}.{language}")
            self._templates[said.key, language] = template
        words = {name: self._word(value, language) for name, value in said.values.items()}
        return template.render({"lead_days": self.lead_days, **words}, language=language)

    def _compiled(self, template: _Source, key: str) -> "Template":
        """Return the template ready to be said; an unknown filter or test is found here too."""
        from jinja2 import TemplateError

        try:
            return self._environment.from_string(template.source)
        except TemplateError as error:
            raise KnowledgeError(template.file, key, f"not a template: {error}") from error

    def _word(self, value: Any, language: Language) -> Any:
        match value:
            case Text():
                return self.say(value, language)
            case Bilingual():
                return one_line(value.in_(language))
            case str():
                return one_line(value)
            case list() | tuple():
                return [one_line(part) if isinstance(part, str) else part for part in value]
            case datetime():
                return say_datetime(value, language)
            case date():
                return say_date(value, language)
            case _:
                return value

    def _add(self, path: Path) -> None:
        for key, texts in _leaves(read_toml(path), ()):
            self.add(path, key, texts)


def read_toml(path: Path) -> dict[str, Any]:
    """Return a TOML file as plain values; raises `KnowledgeError` with the line where it is unreadable."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise KnowledgeError(path, "file", f"not readable as TOML: {error}") from error


def _leaves(table: Mapping[str, Any], path: tuple[str, ...]) -> Iterable[tuple[str, dict[str, str]]]:
    """Yield the sentences under `path` with their keys: a table with texts is one, and may contain others."""
    own = {name: value for name, value in table.items() if isinstance(value, str)}
    if own:
        yield ".".join(path), own
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, (*path, name))


def say_date(value: date, language: Language) -> str:
    """Return a date: `26 August 2026`, `26 Awst 2026`."""
    return str(format_date(value, "d MMMM y", locale=_LOCALES[language]))


def say_short_date(value: date, language: Language) -> str:
    """Return a date without the year, for tables: `26 Aug`, `26 Awst`."""
    return str(format_date(value, "d MMM", locale=_LOCALES[language]))


def say_datetime(value: datetime, language: Language) -> str:
    """Return a date and time of day in UK time, without the year: `20 Aug 06:00`."""
    local = value.astimezone(UK)
    return str(format_datetime(local, "d MMM HH:mm", locale=_LOCALES[language]))


def say_day(value: date, language: Language) -> str:
    """Return a date with its weekday: `Wednesday 26 August`."""
    return str(format_date(value, "EEEE d MMMM", locale=_LOCALES[language]))


def say_time(value: datetime, language: Language) -> str:
    """Return a time of day in UK time: `06:00`."""
    return str(format_time(value.astimezone(UK), "HH:mm", locale=_LOCALES[language]))


def _lines(words: Sequence[str] | str) -> str:
    """Return lines that are meant as lines: the value is a list of them, or one."""
    return words if isinstance(words, str) else "\n".join(words)
