"""Every text that users can read: the catalogue's files, settings, the manifest, the trial's page.

A template is read in each of its variants: every branch of its conditions, with `…` for a value.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from jinja2 import Environment, nodes

import bot
from bot.settings import Settings
from bot.slack.manifest import MANIFEST
from knowledge.counting import count
from knowledge.prepositions import after
from knowledge.texts import Language
from knowledge.translations import translations

ROOT = Path(bot.__file__).parents[1]
PAGE = ROOT / "slack_workspace" / "static" / "texts.js"
GUIDE = ("knowledge/faq/", "knowledge/guide/")
"""The files whose sentences are the guide's own."""
_PARSER = Environment(autoescape=False)
_PARSER.filters.update(after=after, count=count, lines=str)
_PAGE_TEXT = re.compile(r'^\s*"?[\w-]+"?:\s*"(?P<text>(?:[^"\\]|\\.)*)",?$', re.MULTILINE)
_SENTENCE_END = re.compile(r"""(?<=[.!?])["”’')*_]*(?:\s+|$)""")
_WORD = re.compile(r"\w")


class OurText(NamedTuple):
    """A text in one language, and where it stands."""

    where: str
    language: Language
    source: str


@cache
def our_texts() -> tuple[OurText, ...]:
    """Return every text of ours, in both languages where it has both."""
    return (*_of_files(), *_of_the_page(), *_of_settings(), *_of_the_manifest())


def _of_files() -> Iterator[OurText]:
    for text in translations(ROOT, [ROOT / "bot", ROOT / "knowledge"]):
        yield OurText(f"{text.file}: {text.key}", "en", text.en)
        yield OurText(f"{text.file}: {text.key}", "cy", text.cy)


def _of_the_page() -> Iterator[OurText]:
    english, _, welsh = PAGE.read_text(encoding="utf-8").partition("const CY = ")
    sides: tuple[tuple[Language, str], ...] = (("en", english), ("cy", welsh))
    for language, side in sides:
        for found in _PAGE_TEXT.finditer(side):
            yield OurText(PAGE.name, language, found["text"])


def _of_settings() -> Iterator[OurText]:
    yield from _descriptions(Settings.model_json_schema(), "settings")


def _descriptions(schema: Any, where: str) -> Iterator[OurText]:
    if isinstance(schema, Mapping):
        if isinstance(described := schema.get("description"), str):
            yield OurText(where, "en", described)
        for name, part in schema.items():
            yield from _descriptions(part, f"{where}.{name}")


def _of_the_manifest() -> Iterator[OurText]:
    manifest = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))
    features = manifest["features"]
    described = (manifest["display_information"], *features["slash_commands"], *features["shortcuts"])
    for text in described:
        english, _, welsh = text["description"].partition(" / ")
        yield OurText("manifest.yaml", "en", english)
        yield OurText("manifest.yaml", "cy", welsh)


def variants(source: str) -> Iterator[str]:
    """Yield the texts that the template `source` can say, with `…` for each value."""
    if "{" not in source:
        yield source
        return
    tree = _PARSER.parse(source)
    conditions = sorted(
        {repr(node.test) for kind in (nodes.If, nodes.CondExpr) for node in tree.find_all(kind)}
    )
    for chosen in product((True, False), repeat=len(conditions)):
        yield _said(tree.body, dict(zip(conditions, chosen, strict=True)))


def _said(parts: list[nodes.Node], holds: Mapping[str, bool]) -> str:
    """Return what `parts` of a template say where each condition is as `holds` has it."""
    return "".join(_part(part, holds) for part in parts)


def _part(part: nodes.Node, holds: Mapping[str, bool]) -> str:
    match part:
        case nodes.TemplateData():
            return part.data
        case nodes.Output():
            return _said(list(part.nodes), holds)
        case nodes.If():
            if holds[repr(part.test)]:
                return _said(part.body, holds)
            others = next((other.body for other in part.elif_ if holds[repr(other.test)]), part.else_)
            return _said(others, holds)
        case nodes.For():
            return _said(part.body, holds)
        case nodes.CondExpr():
            chosen = part.expr1 if holds[repr(part.test)] else part.expr2
            return _part(chosen, holds) if chosen else ""
        case nodes.Const() if isinstance(part.value, str):
            return part.value
        case nodes.Filter(name="count"):
            nouns = [noun.value for noun in part.args if isinstance(noun, nodes.Const)]
            return f"3 {nouns[-1]}"
        case nodes.Filter(name="after", args=[nodes.Const(value=preposition)]):
            return f"{preposition} …"
        case nodes.Assign():
            return ""
        case _:
            return "…"


def sentences(text: str) -> list[str]:
    """Return the sentences of `text`: a line ends one, and so does a full stop, `!` or `?` before a blank."""
    return [said for line in text.splitlines() for said in _SENTENCE_END.split(line) if said.strip()]


def words(sentence: str) -> int:
    """Return how many words `sentence` has; a value of a template is one."""
    return sum(bool(_WORD.search(word) or "…" in word) for word in sentence.split())
