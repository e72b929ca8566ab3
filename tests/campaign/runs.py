"""What a run makes of an extract that was damaged on its way, without asking a person."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from provisioning.errors import ExtractProblem
from provisioning.planning.directory import Directory
from provisioning.planning.plan import plan
from provisioning.planning.safeguards import Situation, held_changes, safeguards
from provisioning.records.changes import Change
from provisioning.records.extracts import Covered, Extract
from provisioning.records.plans import Plan
from provisioning.sources.complete import AppliedFile, file_problem
from provisioning.sources.extract_folder import ExtractFolder
from tests.builders import GLAN, NOW, TODAY
from tests.campaign.damage import Damaged, damaged
from tests.campaign.formats import FORMATS, Format
from tests.campaign.people import Made, make
from tests.campaign.rostering import Files, Tables
from tests.campaign.style import Style, style


@dataclass(frozen=True)
class School:
    """A made-up school with its undamaged extract, and what is remembered of the one applied last.

    That one had everybody, before any person had left.
    """

    name: str
    made: Made
    format: Format
    style: Style
    tables: Tables
    extract: Extract
    covered: Sequence[Covered]
    applied: Mapping[str, AppliedFile]
    folder: Path

    def planned(self, extract: Extract) -> Plan:
        """What an extract asks for."""
        before = {record.key: record for record in self.covered}
        return plan(extract, Directory(self.made.accounts), (), TODAY, applied=before)


@dataclass(frozen=True)
class Outcome:
    """What happened to an extract, the changes that a run makes at once, and how many wait."""

    said: str
    school: School
    damage: Damaged
    extract: Extract
    free: Sequence[Change]
    held: int


def school(folder: Path, name: str, seed: int) -> School:
    """A made-up school that hands in its extracts in a format."""
    made, how, format = make(seed), style(seed), FORMATS[name]
    tables = format.tables(made)
    extract = _read(folder, format.files(format.texts(tables, how), how), format.source)
    covered = [
        Covered(record.kind, record.identifier, record.joins_on, None, None, None)
        for record in extract.records
    ]
    applied = {shape.file: AppliedFile(shape.line_end, shape.mostly_rejected) for shape in extract.shapes}
    return School(name, made, format, how, tables, extract, covered, applied, folder)


def outcome(of: School, seed: int) -> tuple[Damaged, Outcome | None]:
    """What happens to a school's extract, and what a run makes of it; None where it refuses the files."""
    damage = damaged(of.format, of.tables, of.style, f"{of.name} {seed}")
    try:
        extract = _read(of.folder, damage.files, of.format.source)
    except ExtractProblem:
        return damage, None
    if file_problem(extract, of.applied) is not None:
        return damage, None
    wanted = of.planned(extract)
    holds = safeguards(
        wanted, Situation(GLAN, extract, of.made.accounts, {record.key: record for record in of.covered})
    )
    held = set(map(id, held_changes(wanted, holds)))
    free = [change for change in wanted.changes if id(change) not in held]
    said = f"{of.name}, seed {seed}: {damage}"
    return damage, Outcome(said, of, damage, extract, free, len(held) + len(wanted.doubts))


def _read(folder: Path, files: Files, source: str) -> Extract:
    for name, raw in files.items():
        path = folder / GLAN.number / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(raw)
        os.utime(path, (NOW.timestamp(), NOW.timestamp()))
    return ExtractFolder(folder).read(replace(GLAN, source=source), TODAY)
