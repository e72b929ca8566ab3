"""Edits of the MIS offices, made on request: each rewrites one school's extract."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.trial.county.cast import Stages
from bot.trial.county.saving import CountyExport, save
from knowledge.texts import Bilingual

_FILE = Path(__file__).with_name("edits.toml")


@dataclass(frozen=True)
class Edit:
    """An edit of an office: the label of its button, the message afterwards, and the new export.

    It is idempotent.
    """

    id: str
    school: str
    label: Bilingual
    done: Bilingual
    export: CountyExport


def edits(stages: Mapping[str, Stages]) -> tuple[Edit, ...]:
    """The edits that put problems right, with each school's new export."""
    return _of("edits", {number: stage.mended for number, stage in stages.items()})


def mishaps(stages: Mapping[str, Stages]) -> tuple[Edit, ...]:
    """The edit that is a mistake, for a safeguard to hold."""
    return _of("mishaps", {number: stage.spoilt for number, stage in stages.items()})


def _of(table: str, exports: Mapping[str, CountyExport | None]) -> tuple[Edit, ...]:
    return tuple(
        Edit(entry["id"], entry["school"], Bilingual(**entry["label"]), Bilingual(**entry["done"]), export)
        for entry in tomllib.loads(_FILE.read_text(encoding="utf-8"))[table]
        if (export := exports[entry["school"]]) is not None
    )


def carry_out(edit: Edit, folder: Path, at: datetime) -> Bilingual:
    """Write the school's extract after `edit`, saved at a moment; returns the message."""
    save(folder, edit.export, at)
    return edit.done
