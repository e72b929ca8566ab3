"""`hwb check --translations`: the Welsh texts that no Welsh speaker has read, and a sheet to read them by.

The sheet is a CSV. Whoever reads it puts their name beside each text that is good, or writes a better one
in its place; taken back, the first are noted as read and the second are listed, for whoever keeps the texts.
"""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from bot import texts as bot_texts
from bot.slack.csv_files import csv_file, harmless
from knowledge import loading
from knowledge.texts import Text
from knowledge.translations import Translation, review, translations, unreviewed
from provisioning.errors import KnownError
from provisioning.sources.columns import Cells, Column
from provisioning.sources.formats.delimited import rows

_PACKAGES = (loading.PACKAGE, bot_texts.PACKAGE)
_COLUMNS = tuple(Column(name, mandatory=True) for name in ("file", "key", "english", "welsh", "reviewed_by"))


@dataclass(frozen=True)
class TranslationState:
    """Every text, those that nobody has read as they are, and what came of a sheet that was taken back."""

    texts: Sequence[Translation]
    left: Sequence[Translation]
    said: Sequence[Text] = ()

    def shape(self) -> dict[str, Any]:
        """The state for programs."""
        unread = [{"file": one.file, "key": one.key, "en": one.en, "cy": one.cy} for one in self.left]
        return {"texts": len(self.texts), "reviewed": len(self.texts) - len(unread), "unreviewed": unread}

    def lines(self) -> list[str]:
        """Every text that is left, and how many there are in each file."""
        counts = Counter(one.file for one in self.left)
        return [
            *(f"{one.file}  {one.key}\n  en  {one.en}\n  cy  {one.cy}" for one in self.left),
            *(f"{count:5}  {file}" for file, count in counts.items()),
        ]


def look() -> TranslationState:
    """How things stand."""
    found = translations(loading.PACKAGE.parent, _PACKAGES)
    return TranslationState(found, unreviewed(found))


def write_sheet(state: TranslationState, path: Path) -> None:
    """A sheet of what is left; a file that can't be written raises `KnownError`."""
    content = csv_file(
        [column.name for column in _COLUMNS],
        ((one.file, one.key, one.en, one.cy, "") for one in state.left),
    )
    try:
        path.write_bytes(content)
    except OSError as error:
        raise KnownError("file-not-written", file=str(path), why=error.strerror) from None


def take_sheet(path: Path, day: date) -> TranslationState:
    """Note what a sheet says has been read; a file that is no such sheet raises `KnownError`."""
    texts = look().texts
    known = {(one.file, one.key): one for one in texts}
    by: dict[tuple[str, str], str] = {}
    said: list[Text] = []
    for row in _read(path):
        one = known.get((row["file"], row["key"]))
        if not row["reviewed_by"]:
            continue
        if one is None or not _same(row["english"], one.en):
            said.append(Text("cli.translations-outdated", {"place": f"{row['file']} {row['key']}"}))
        elif not _same(row["welsh"], one.cy):
            place = f"{one.file} {one.key}"
            said.append(Text("cli.translations-corrected", {"place": place, "welsh": row["welsh"]}))
        else:
            by[one.file, one.key] = row["reviewed_by"]
    review(texts, by, day)
    return TranslationState(
        texts, unreviewed(texts), [Text("cli.translations-taken", {"count": len(by)}), *said]
    )


def _read(path: Path) -> list[Cells]:
    try:
        with path.open("rb") as file:
            return [row for _, row in rows(file, path.name, _COLUMNS, hashlib.sha256())]
    except OSError as error:
        raise KnownError("file-not-opened", file=str(path), why=error.strerror) from None


def _same(cell: str, text: str) -> bool:
    """Whether a cell still says what the text does; spreadsheets have their own ways with line ends.

    The apostrophe that keeps a text from being a formula is lost where the sheet is read.
    """
    return cell.split() in (harmless(text).split(), text.split())
