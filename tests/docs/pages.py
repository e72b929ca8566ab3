"""The blocks of the pages for operators, and the commands in them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tests.paths import REPOSITORY

PAGES = (
    "operating.md",
    "upgrading.md",
    "connecting-a-mis.md",
    "connecting-slack.md",
    "connecting-the-portal.md",
)
_COMMENT = re.compile(r"\s+#\s.*$")


@dataclass(frozen=True)
class Block:
    """A block of a page, without its indent; `language` is that of a fenced one."""

    page: str
    language: str
    text: str

    @property
    def first(self) -> str:
        """The first line that says something, by which the list of what is not run names a block."""
        return next(line.strip() for line in self.text.splitlines() if line.strip())

    @property
    def commands(self) -> list[str]:
        """The commands of a shell's block, without comments; one over several lines is one."""
        whole = re.sub(r"\s*\\\n\s*", " ", self.text)
        lines = (_COMMENT.sub("", line).strip() for line in whole.splitlines())
        return [line for line in lines if line and not line.startswith("#")]


def blocks(page: str) -> Iterator[Block]:
    """Find the blocks of `page`, in order: those between fences, and those indented by four or more."""
    language, lines = None, list[str]()
    text = (REPOSITORY / "docs" / page).read_text("utf-8")
    for line in [*text.splitlines(), "end"]:
        fence = line.startswith("```")
        inside = language is not None and (not fence if language else line.startswith("    ") or not line)
        if inside:
            lines.append(line)
            continue
        if language is not None and any(lines):
            yield _block(page, language, lines)
        opened = fence and not language
        language = (line[3:] or "text") if opened else "" if not fence and not line else None
        lines = []


def _block(page: str, language: str, lines: list[str]) -> Block:
    indent = min(len(line) - len(line.lstrip()) for line in lines if line)
    return Block(page, language, "\n".join(line[indent:] for line in lines))
