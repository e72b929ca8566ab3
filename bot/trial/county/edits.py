"""Edits of the MIS offices, made on request: each rewrites one school's extract."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.trial.county.cast import Stages
from bot.trial.county.saving import CountyExport, save
from bot.trial.county.styles import ExportFault
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
    """Return the edits that put problems right, with each school's new export."""
    return _of("edits", {number: stage.mended for number, stage in stages.items()})


def mishaps(stages: Mapping[str, Stages]) -> tuple[Edit, ...]:
    """Return the edit that is a mistake, for a safeguard to hold."""
    return _of("mishaps", {number: stage.spoilt for number, stage in stages.items()})


def damaged(stages: Mapping[str, Stages]) -> tuple[Edit, ...]:
    """Return the edits that each damage the export of a school in order; a school's last one mends it."""
    found = []
    for entry in _entries("damaged"):
        export = stages[entry["school"]].today
        if export is not None:
            fault = ExportFault[entry["fault"]] if "fault" in entry else None
            found.append(_edit(entry, replace(export, fault=fault)))
    return tuple(found)


def of_the_portal(exports: Mapping[str, CountyExport | None]) -> tuple[Edit, ...]:
    """Return the edits of the county whose accounts live in a portal, with each school's new export."""
    return _of("portal", exports)


def _of(table: str, exports: Mapping[str, CountyExport | None]) -> tuple[Edit, ...]:
    return tuple(
        _edit(entry, export) for entry in _entries(table) if (export := exports[entry["school"]]) is not None
    )


def _entries(table: str) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = tomllib.loads(_FILE.read_text(encoding="utf-8"))[table]
    return entries


def _edit(entry: Mapping[str, Any], export: CountyExport) -> Edit:
    return Edit(entry["id"], entry["school"], Bilingual(**entry["label"]), Bilingual(**entry["done"]), export)


def carry_out(edit: Edit, folder: Path, at: datetime) -> Bilingual:
    """Write the school's extract after `edit`, saved at a moment; returns the message."""
    save(folder, edit.export, at)
    return edit.done
