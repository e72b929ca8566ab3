"""The documentation names files, functions and pages that are there."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.service.features import VERBS
from provisioning.sources.columns import LEARNER_COLUMNS, STAFF_COLUMNS, Column, folded
from tests.paths import REPOSITORY

ROOT = REPOSITORY
MAP = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")])
CODE = ("bot", "diagnostics", "knowledge", "provisioning", "slack_workspace")
_PATH = re.compile(
    r"`((?:bot|benchmarks|deploy|diagnostics|docs|knowledge|provisioning|slack_workspace|tests)/[\w/.-]*)`"
)
_LINK = re.compile(r"\]\((?!https?:)([^)#]+)\)")
_DIAGRAM = re.compile(r"```mermaid\n(.*?)```", re.DOTALL)
_FUNCTION = re.compile(r"\b([a-z][a-z_]+)\(")
_ROW = re.compile(r"^\| .+? \| `([\w/]+\.py)` \| (.+) \|$", re.MULTILINE)
_NAME = re.compile(r"`(?:\w+\.)?(\w+)`")


def named(pattern: re.Pattern[str]) -> list[tuple[str, str]]:
    """What the pages name, each with its page."""
    texts = {page: page.read_text(encoding="utf-8") for page in PAGES}
    return [(str(page.relative_to(ROOT)), name) for page in PAGES for name in pattern.findall(texts[page])]


@cache
def source() -> str:
    """The program's code."""
    return "\n".join(
        path.read_text(encoding="utf-8") for folder in CODE for path in sorted((ROOT / folder).rglob("*.py"))
    )


@pytest.mark.parametrize(("page", "path"), named(_PATH))
def test_a_file_that_a_page_names_is_there(page: str, path: str) -> None:
    assert (ROOT / path).exists(), f"{page} names {path}"


@pytest.mark.parametrize(("page", "link"), named(_LINK))
def test_a_link_leads_to_a_page(page: str, link: str) -> None:
    assert (ROOT / page).parent.joinpath(link).exists(), f"{page} links to {link}"


@pytest.mark.parametrize(
    "name", sorted({name for _, diagram in named(_DIAGRAM) for name in _FUNCTION.findall(diagram)})
)
def test_a_function_of_a_diagram_is_there(name: str) -> None:
    assert re.search(rf"\bdef {name}\(", source())


@pytest.mark.parametrize(("path", "names"), _ROW.findall(MAP))
def test_a_rule_stands_where_the_page_says(path: str, names: str) -> None:
    here = (ROOT / path).read_text(encoding="utf-8")
    first = _NAME.search(names)
    assert first is None or re.search(rf"\b{first[1]}\b", here), f"{first[1]} is not in {path}"


@pytest.mark.parametrize(
    ("name", "path"),
    re.findall(
        r"^\| [^|]+ \| ([^|]*`\w+`[^|]*) \| `([\w/]+\.py)` \|$",
        MAP,
        re.MULTILINE,
    ),
)
def test_a_word_of_the_glossary_has_its_class(name: str, path: str) -> None:
    here = (ROOT / path).read_text(encoding="utf-8")
    first = _NAME.search(name)
    assert first is not None
    assert re.search(rf"\b(class|def) {first[1]}\b", here) or re.search(
        rf"^{first[1]}(: .+)? = ", here, re.MULTILINE
    )


SITE = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))
_HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)
_CODE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
_ANCHOR = re.compile(r"\]\((?!https?:)([^)#]*)#([^)]+)\)")


def pages_of(navigation: list[Any]) -> list[str]:
    """The pages that the site's navigation names, in its order."""
    found: list[str] = []
    for entry in navigation:
        for page in entry.values() if isinstance(entry, dict) else [entry]:
            found += pages_of(page) if isinstance(page, list) else [page]
    return found


def test_the_sites_navigation_has_every_page_once() -> None:
    changes = ROOT / "CHANGELOG.md"
    assert sorted(pages_of(SITE["nav"])) == sorted(str(page.relative_to(ROOT)) for page in [*PAGES, changes])


def test_the_site_asks_no_other_host_for_fonts() -> None:
    assert SITE["theme"]["font"] is False
    assert not {"extra_css", "extra_javascript"} & set(SITE)


@cache
def anchors(page: Path) -> frozenset[str]:
    """The anchors of a page's headings, as GitHub and the site make them."""
    plain = [
        re.sub(r"[^\w\- ]", "", heading.lower()) for heading in _HEADING.findall(_CODE.sub("", read(page)))
    ]
    return frozenset(heading.strip().replace(" ", "-") for heading in plain)


def read(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def test_a_link_into_a_page_leads_to_a_heading() -> None:
    dead = [
        f"{page.relative_to(ROOT)}: {to}#{anchor}"
        for page in PAGES
        for to, anchor in _ANCHOR.findall(read(page))
        if anchor not in anchors(((page.parent / to) if to else page).resolve())
    ]
    assert dead == []


@pytest.mark.parametrize("page", ["for-schools", "i-ysgolion"])
def test_a_command_of_the_pages_for_schools_is_one_of_the_bots(page: str) -> None:
    said = re.findall(r"`/hwb ([\w-]+)", read(ROOT / f"docs/{page}.md"))
    welsh = page == "i-ysgolion"
    assert len(said) > 9
    assert set(said) <= {verb.welsh if welsh else verb.word for verb in VERBS.every}


_COLUMN_ROW = re.compile(r"^\| `(\w+)` \| (.*?) \| (yes|no)\b.* \|$", re.MULTILINE)


def columns_named() -> dict[str, list[tuple[str, tuple[str, ...], bool]]]:
    """For each file of an extract, its columns on the page: name, other names, whether it is needed."""
    page = (ROOT / "docs/connecting-a-mis.md").read_text(encoding="utf-8")
    tables = {heading: page.partition(f"| `{heading}` |")[2] for heading in ("learners.csv", "staff.csv")}
    return {
        file: [
            (name, tuple(map(folded, also.split(", "))) if also else (), needed == "yes")
            for name, also, needed in _COLUMN_ROW.findall(table.partition("\n\n")[0])
        ]
        for file, table in tables.items()
    }


@pytest.mark.parametrize(
    ("file", "columns"), [("learners.csv", LEARNER_COLUMNS), ("staff.csv", STAFF_COLUMNS)]
)
def test_the_columns_of_an_extract_are_the_documented_ones(file: str, columns: tuple[Column, ...]) -> None:
    known = [(column.name, tuple(map(folded, column.aliases)), column.mandatory) for column in columns]
    assert columns_named()[file] == known, "mend the table in docs/connecting-a-mis.md"
