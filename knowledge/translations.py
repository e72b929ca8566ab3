"""Which Welsh texts a Welsh speaker has reviewed, by fingerprint: a changed text needs a new review."""

import csv
import hashlib
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from knowledge.texts import KnowledgeError, read_toml

REVIEWED = Path(__file__).parent / "reviewed.csv"
"""The reviews, stored beside the texts because they do not depend on the installation."""
SHOWN = Path(__file__).parent / "shown.csv"
"""How often each text is shown in the trial's summer, by key; `python -m tests.texts_shown` writes it."""
_IN_THE_CATALOGUE = (
    (re.compile(r"^causes\."), "cause."),
    (re.compile(r"^contacts\.([\w-]+)\.name$"), r"who.\1"),
    (re.compile(r"^contacts\."), "who."),
    (re.compile(r"^stages\.([\w-]+)\.(?:remedies\.)?"), r"stage.\1."),
)
"""How the keys of the guide's own files are put in the catalogue."""
_COLUMNS = ("fingerprint", "file", "key", "reviewed_by", "reviewed_on")


@dataclass(frozen=True)
class Translation:
    """A text in both languages, by its file and dotted key."""

    file: str
    key: str
    en: str
    cy: str

    @property
    def fingerprint(self) -> str:
        """A hash of both languages: a new English sentence needs a new Welsh sentence too."""
        return hashlib.sha256(f"{self.en}\0{self.cy}".encode()).hexdigest()[:16]

    @property
    def in_catalogue(self) -> str:
        """The key by which the catalogue has the text."""
        for pattern, put in _IN_THE_CATALOGUE:
            if pattern.match(self.key):
                return pattern.sub(put, self.key)
        return self.key


def translations(root: Path, folders: Iterable[Path]) -> list[Translation]:
    """Return every text of the TOML files under `folders`, by file and key; files are named from `root`."""
    files = sorted({path for folder in folders for path in folder.rglob("*.toml")})
    return [
        Translation(path.relative_to(root).as_posix(), key, en.strip(), cy.strip())
        for path in files
        for key, en, cy in _pairs(read_toml(path), ())
    ]


def unreviewed(found: Iterable[Translation], path: Path = REVIEWED) -> list[Translation]:
    """Return the texts without a review of their present wording."""
    known = {row["fingerprint"] for row in _rows(path)}
    return [text for text in found if text.fingerprint not in known]


def most_shown_first(found: Iterable[Translation], path: Path = SHOWN) -> list[Translation]:
    """Return the texts by how often `path` says that they are shown; then by file and key."""
    shown = times_shown(path)
    return sorted(found, key=lambda text: (-shown.get(text.in_catalogue, 0), text.file, text.key))


def times_shown(path: Path = SHOWN) -> dict[str, int]:
    """Return how often each text was shown, by its key in the catalogue."""
    rows = csv.DictReader(path.read_text(encoding="utf-8").splitlines())
    return {row["key"]: int(row["times"]) for row in rows}


def review(
    found: Sequence[Translation], by: Mapping[tuple[str, str], str], day: date, path: Path = REVIEWED
) -> None:
    """Record on `day` the reviewers `by` file and key; reviews of texts that are not `found` are dropped."""
    kept = {row["fingerprint"]: row for row in _rows(path)}
    for text in found:
        if (text.file, text.key) in by:
            values = (text.fingerprint, text.file, text.key, by[text.file, text.key], day.isoformat())
            kept[text.fingerprint] = dict(zip(_COLUMNS, values, strict=True))
    current = {text.fingerprint for text in found}
    lines = io.StringIO()
    writer = csv.DictWriter(lines, _COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(
        sorted(
            (kept[fingerprint] for fingerprint in kept.keys() & current),
            key=lambda row: (row["file"], row["key"]),
        )
    )
    path.write_text(lines.getvalue(), encoding="utf-8")


def _rows(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        return []
    rows = csv.DictReader(path.read_text(encoding="utf-8").splitlines())
    if tuple(rows.fieldnames or ()) != _COLUMNS:
        raise KnowledgeError(path, "header", f"must be {','.join(_COLUMNS)}")
    return list(rows)


def _pairs(value: Any, path: tuple[str, ...]) -> Iterator[tuple[str, str, str]]:
    """Yield the dotted key, English and Welsh of every table in `value`, which stands at `path`, with both.

    A table of an array is named by its id or who acts, otherwise by its number.
    """
    if isinstance(value, list):
        for number, item in enumerate(value, start=1):
            name = item.get("id", item.get("who", number)) if isinstance(item, dict) else number
            yield from _pairs(item, (*path, str(name)))
    elif isinstance(value, dict):
        en, cy = value.get("en"), value.get("cy")
        if isinstance(en, str) and isinstance(cy, str):
            yield ".".join(path), en, cy
        for name, inner in value.items():
            yield from _pairs(inner, (*path, name))
