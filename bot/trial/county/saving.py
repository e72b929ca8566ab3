"""Extracts on disk, with the time at which the office saved them."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.trial.county.rolls import SchoolRoll
from bot.trial.county.rostering import one_roster
from bot.trial.county.schools import school
from bot.trial.county.styles import STYLES, ExportFault, render
from bot.trial.county.workbooks import workbook
from knowledge.texts import UK

STOPPED_AT = datetime(2026, 8, 13, 16, 5, tzinfo=UK)
"""When the nightly export of an office that has not noticed it wrote for the last time."""


@dataclass(frozen=True)
class CountyExport:
    """What an office exports: the school's roll, in its own style, with or without a fault."""

    roll: SchoolRoll
    fault: ExportFault | None = None


def export_again(folder: Path, at: datetime) -> None:
    """Let every MIS write its records again, as every night, so that the files in `folder` are of `at`.

    Files that are newer stay as they are, and so do those of an export that has stopped.
    """
    for path in folder.glob("*/*"):
        saved = path.stat().st_mtime
        if path.is_file() and saved < at.timestamp() and saved != STOPPED_AT.timestamp():
            os.utime(path, (at.timestamp(), at.timestamp()))


def files_of(export: CountyExport) -> Mapping[str, bytes]:
    """Return the files of an export by name, in the format that its school hands in."""
    place = school(export.roll.school)
    match place.source:
        case "xlsx":
            return {"dysgwyr.xlsx": workbook(export.roll, STYLES[place.style], export.fault)}
        case "oneroster":
            return {"oneroster.zip": one_roster(export.roll, export.fault)}
        case _:
            return render(export.roll, STYLES[place.style], export.fault)


def save(folder: Path, export: CountyExport, at: datetime) -> None:
    """Write the files of a school into the folder of extracts, as saved at a moment."""
    number = export.roll.school
    (folder / number).mkdir(parents=True, exist_ok=True)
    for name, content in files_of(export).items():
        path = folder / number / name
        # Another run or diagnosis may be reading: it finds the old file or the new one, never half of one.
        new = path.with_suffix(".new")
        new.write_bytes(content)
        os.utime(new, (at.timestamp(), at.timestamp()))
        new.replace(path)
