"""Marks as hashes, for a later process to tell by them whether anything has changed."""

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import diagnostics
import knowledge
import provisioning
from bot.stages.marks import Marks
from knowledge.loading import Knowledge

_CODE = (
    *(Path(package.__path__[0]) for package in (provisioning, diagnostics, knowledge)),
    Path(__file__).parent,
)
"""The folders of the code by which stages are found."""


class Hashes:
    """The `marks` of schools as hashes, each made once."""

    def __init__(self, marks: Marks) -> None:
        self._marks = marks
        self._alone: dict[str, str] = {}

    def of(self, school: str, others: Iterable[str]) -> str:
        """Return the marks of a school, and of the `others` on which its stages rest, as a hash."""
        return _hashed(self._of(school), *((other, self._of(other)) for other in sorted(others)))

    def _of(self, school: str) -> str:
        if school not in self._alone:
            marks = self._marks
            self._alone[school] = _hashed(marks.of_school.get(school), marks.runs.get(school))
        return self._alone[school]


def everywhere(marks: Marks) -> str:
    """Return what concerns all schools as a hash: the marks, all questions, and the program itself.

    A change to the code may change any stage, so that no process believes what another version has found.
    """
    parts = (_guide(part) if isinstance(part, Knowledge) else part for part in marks.everywhere)
    return _hashed(_program(), *parts, sorted(marks.questions.items()))


def _guide(known: Knowledge) -> object:
    """Return what stages are made of in the guide; its sentences are not, nor the words for searching it."""
    return known.entries, known.causes, known.stages, known.contacts, known.service_desk, known.years


def _hashed(*parts: object) -> str:
    """Return a hash of `parts`: of plain values, whose `repr` has all that they hold."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()


@cache
def _program() -> str:
    """Return a hash of the code by which stages are found."""
    digest = hashlib.sha256()
    for folder in _CODE:
        for path in sorted(folder.rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()
