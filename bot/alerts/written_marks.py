"""Marks as hashes, for a later process to tell by them whether anything has changed."""

import hashlib
from functools import cache
from pathlib import Path

import diagnostics
import knowledge
import provisioning
from bot.alerts.marks import Marks
from bot.settings_tables import ScheduleGroup
from knowledge.loading import Knowledge

_CODE = (
    *(Path(package.__path__[0]) for package in (provisioning, diagnostics, knowledge)),
    Path(__file__).parent,
)
"""The folders of the code by which facts are found."""


def of_school(marks: Marks, school: str) -> str:
    """Return the marks of one school as a hash."""
    return _hashed(marks.of_school[school], marks.runs[school])


def everywhere(marks: Marks, groups: tuple[ScheduleGroup, ...]) -> str:
    """Return what concerns all schools as a hash: the marks, all questions, the `groups` of the schedule,
    and the program itself.

    A change to the code may change any fact, so that no process believes what another version has found.
    """
    parts = (_guide(part) if isinstance(part, Knowledge) else part for part in marks.everywhere)
    return _hashed(_program(), *parts, sorted(marks.questions.items()), groups)


def _guide(known: Knowledge) -> object:
    """Return what facts are made of in the guide; its sentences are not, nor the words for searching it."""
    return known.entries, known.causes, known.stages, known.contacts, known.service_desk, known.years


def _hashed(*parts: object) -> str:
    """Return a hash of `parts`: of plain values, whose `repr` has all that they hold."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()


@cache
def _program() -> str:
    """Return a hash of the code by which facts are found."""
    digest = hashlib.sha256()
    for folder in _CODE:
        for path in sorted(folder.rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()
