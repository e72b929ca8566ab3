"""`hwb check --translations`: the Welsh texts that no Welsh speaker has read, and a sheet to read them by.

The sheet is a CSV. Its reader puts their name beside each text that is good, or writes a better text in its
place. `take_sheet` notes the first as read and lists the second for the texts' maintainer.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from bot import texts as bot_texts
from bot.slack.csv_files import csv_file, harmless
from knowledge import loading
from knowledge.texts import Text
from knowledge.translations import (
    Translation,
    most_shown_first,
    review,
    times_shown,
    translations,
    unreviewed,
)
from provisioning.errors import KnownError
from provisioning.sources.columns import Cells, Column
from provisioning.sources.formats.delimited import rows
from provisioning.sources.opening import open_named

_PACKAGES = (loading.PACKAGE, bot_texts.PACKAGE)
_COLUMNS = tuple(Column(name, mandatory=True) for name in ("file", "key", "english", "welsh", "reviewed_by"))


@dataclass(frozen=True)
class TranslationState:
    """All texts; `left` are those that no reader has seen as they are, most often shown first.

    `said` are the results of a read sheet.
    """

    texts: Sequence[Translation]
    left: Sequence[Translation]
    said: Sequence[Text] = ()

    def shape(self) -> dict[str, Any]:
        """Return the state for programs."""
        shown = times_shown()
        unread = [
            {
                "file": text.file,
                "key": text.key,
                "en": text.en,
                "cy": text.cy,
                "shown": _times(text, shown),
            }
            for text in self.left
        ]
        return {"texts": len(self.texts), "reviewed": len(self.texts) - len(unread), "unreviewed": unread}

    def lines(self) -> list[str]:
        """Return every text that is left, and how many there are in each file."""
        counts, shown = Counter(text.file for text in self.left), times_shown()
        return [
            *(f"{_times(text, shown):5}  {_both(text)}" for text in self.left),
            *(f"{count:5}  {file}" for file, count in counts.items()),
        ]


def _times(text: Translation, shown: Mapping[str, int]) -> int:
    return shown.get(text.in_catalogue, 0)


def _both(text: Translation) -> str:
    return f"{text.file}  {text.key}\n  en  {text.en}\n  cy  {text.cy}"


def current_state() -> TranslationState:
    """Return the state of the texts as they are now."""
    found = translations(loading.PACKAGE.parent, _PACKAGES)
    return TranslationState(found, most_shown_first(unreviewed(found)))


def write_sheet(state: TranslationState, path: Path) -> None:
    """Write the texts that are left to the sheet `path`; a file that can't be written raises `KnownError`."""
    content = csv_file(
        [column.name for column in _COLUMNS],
        ((text.file, text.key, text.en, text.cy, "") for text in state.left),
    )
    try:
        path.write_bytes(content)
    except OSError as error:
        raise KnownError("file-not-written", file=str(path), why=error.strerror) from None


def take_sheet(path: Path, day: date) -> TranslationState:
    """Note the texts that the sheet at `path` says were read; a file that is no sheet raises `KnownError`."""
    texts = current_state().texts
    known = {(text.file, text.key): text for text in texts}
    by: dict[tuple[str, str], str] = {}
    said: list[Text] = []
    for row in _read(path):
        text = known.get((row["file"], row["key"]))
        if not row["reviewed_by"]:
            continue
        if text is None or not _same(row["english"], text.en):
            said.append(Text("cli.translations-outdated", {"place": f"{row['file']} {row['key']}"}))
        elif not _same(row["welsh"], text.cy):
            place = f"{text.file} {text.key}"
            said.append(Text("cli.translations-corrected", {"place": place, "welsh": row["welsh"]}))
        else:
            by[text.file, text.key] = row["reviewed_by"]
    review(texts, by, day)
    return TranslationState(
        texts,
        most_shown_first(unreviewed(texts)),
        [Text("cli.translations-taken", {"count": len(by)}), *said],
    )


def _read(path: Path) -> list[Cells]:
    try:
        with open_named(path) as file:
            return [row for _, row in rows(file, path.name, _COLUMNS, hashlib.sha256())]
    except OSError as error:
        raise KnownError("file-not-opened", file=str(path), why=error.strerror) from None


def _same(cell: str, text: str) -> bool:
    """Return whether a cell still says what the text does; spreadsheets have their own ways with line ends.

    The apostrophe that keeps a text from being a formula is lost where the sheet is read.
    """
    return cell.split() in (harmless(text).split(), text.split())
