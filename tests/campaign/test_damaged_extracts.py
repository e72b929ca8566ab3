"""Whatever happens to a file on its way: no learner on roll is released, and no person gets a second account.

`make test` tries 1,000 damaged extracts, `make campaign` 20,000. A finding names its seed.
"""

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from provisioning.errors import ExtractProblem
from provisioning.planning.directory import Directory
from provisioning.planning.plan import plan
from provisioning.planning.safeguards import Situation, held_changes, safeguards
from provisioning.records.accounts import Account
from provisioning.records.changes import Change, ChangeKind
from provisioning.records.extracts import Covered, Extract
from provisioning.records.people import Learner
from provisioning.rules import is_on_roll
from provisioning.sources.complete import AppliedFile, file_problem
from provisioning.sources.extract_folder import ExtractFolder
from tests.builders import GLAN, TODAY, account_of
from tests.campaign.damage import Made, damaged, make

DAMAGED = int(os.environ.get("DAMAGED_EXTRACTS", "1000"))
PARTS = 10
BEFORE_ANYBODY_LEFT = TODAY.replace(month=8, day=1)


def read(folder: Path, files: Mapping[str, bytes]) -> Extract:
    place = folder / GLAN.number
    place.mkdir(exist_ok=True)
    for name, raw in files.items():
        (place / name).write_bytes(raw)
    return ExtractFolder(folder).read(GLAN, TODAY)


def directory(made: Made) -> list[Account]:
    """An active account for everybody who was on roll before the leavers of this extract left."""
    people = [*made.learners, *made.staff]
    return [
        account_of(person, id=number)
        for number, person in enumerate(people, start=1)
        if is_on_roll(person, BEFORE_ANYBODY_LEFT)
    ]


def applied(made: Made) -> tuple[list[Covered], dict[str, AppliedFile]]:
    """What is remembered of the extract applied last: its people, before any had left, and its files."""
    people = [
        Covered(person.kind, person.identifier, person.joins_on, None, None, None)
        for person in (*made.learners, *made.staff)
    ]
    files = {name: AppliedFile(raw.rstrip(b"\0").endswith(b"\n"), False) for name, raw in made.files.items()}
    return people, files


def changes(folder: Path, seed: int) -> tuple[str, Made, list[Account], list[Change]]:
    """What a run would do, without asking anybody, for a damaged extract."""
    made = make(seed)
    held_here = directory(made)
    people, files = applied(made)
    told, damage = damaged(made, seed)
    try:
        extract = read(folder, damage)
    except ExtractProblem:
        return told, made, held_here, []
    if file_problem(extract, files) is not None:
        return told, made, held_here, []
    wanted = plan(extract, Directory(held_here), (), TODAY)
    holds = safeguards(wanted, Situation(GLAN, extract, held_here, people))
    held = {change.fingerprint for change in held_changes(wanted, holds)}
    return told, made, held_here, [change for change in wanted.changes if change.fingerprint not in held]


@pytest.mark.parametrize("part", range(PARTS))
def test_no_damage_releases_or_doubles_anybody(tmp_path: Path, part: int) -> None:
    for seed in range(part, DAMAGED, PARTS):
        told, made, held_here, free = changes(tmp_path, seed)
        stay = {pupil.upn for pupil in made.learners if pupil.leaving_date is None}
        released = {change.record.identifier for change in free if change.kind is ChangeKind.RELEASE}
        assert not released & stay, f"{told}: released though on roll"
        names = {(account.surname, account.forename) for account in held_here}
        for change in free:
            if change.kind is ChangeKind.CREATE and isinstance(change.record, Learner):
                who = (change.record.surname, change.record.forename)
                assert who not in names, f"{told}: a second account for {who}"
            elif change.kind is ChangeKind.UPDATE:
                assert change.after["class_name"], f"{told}: a class was emptied"


def test_what_is_not_damaged_is_applied(tmp_path: Path) -> None:
    """The property would hold of a run that never does anything."""
    released = 0
    for seed in range(20):
        made = make(seed)
        held_here = directory(made)
        wanted = plan(read(tmp_path, made.files), Directory(held_here), (), TODAY)
        left = {person.identifier for person in (*made.learners, *made.staff) if person.leaving_date}
        assert {change.record.identifier for change in wanted.changes} == left, f"seed {seed}"
        released += len(left)
    assert released > 50
