"""Texts, pages and docstrings say who is meant: a user, a Digital Champion, the people who run the bot."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.our_texts import GUIDE, ROOT, our_texts

WHO = re.compile(r"\b(?:some(?:body|one)|any(?:body|one)|whoever)\b", re.IGNORECASE)
"""Words that name a person and don't say who it is."""
NO_ONE = re.compile(r"\b[Nn]obody\b")
"""The word that hides who does not act; a text for people may say that an alert is taken by no one yet."""
QUOTED = ("knowledge/contacts.toml: contacts.",)
"""Names in the words of the guide's own questions."""
CODE = ("bot", "diagnostics", "knowledge", "provisioning", "scripts", "slack_workspace", "tests")
PAGES = sorted([*ROOT.joinpath("docs").rglob("*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md"])


def docstrings(file: Path) -> Iterator[str]:
    """Every docstring of a file, those of constants and fields among them."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield str(node.value.value)


def test_a_word_that_leaves_open_who_is_meant_is_found() -> None:
    assert WHO.search("Ask whoever runs it.")
    assert WHO.search("Someone has to decide.")
    assert NO_ONE.search("Nobody has looked.")
    assert not WHO.search("Ask a person at the Service Desk.")


def test_texts_say_who_is_meant() -> None:
    texts = [text for text in our_texts() if text.language == "en"]
    found = [text for text in texts if WHO.search(text.source)]
    assert [text for text in found if not text.where.startswith((*GUIDE, *QUOTED))] == []


def test_help_says_who_acts() -> None:
    help_ = re.compile(r": (?:help\.|verb\.[\w-]+\.(?:help|usage|title)$)")
    texts = [text for text in our_texts() if text.language == "en" and help_.search(text.where)]
    assert len(texts) > 150
    assert [text for text in texts if NO_ONE.search(text.source)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_pages_say_who_is_meant(page: Path) -> None:
    assert [line for line in page.read_text(encoding="utf-8").splitlines() if WHO.search(line)] == []


@pytest.mark.parametrize("folder", CODE)
def test_docstrings_say_who_is_meant(folder: str) -> None:
    files = [file for file in (ROOT / folder).rglob("*.py") if "node_modules" not in file.parts]
    named = [
        file
        for file in files
        if re.search(f"(?i){WHO.pattern}|{NO_ONE.pattern}", file.read_text(encoding="utf-8"))
    ]
    found = {
        f"{file.relative_to(ROOT)}: {said}"
        for file in named
        for said in docstrings(file)
        if WHO.search(said) or NO_ONE.search(said)
    }
    assert found == set()
