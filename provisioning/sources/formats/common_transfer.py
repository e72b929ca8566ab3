"""The `ctf` source: one Common Transfer File of all the school's learners, the only `.xml` in the folder.

Department for Education, "Common Transfer File" specifications, with the Welsh items:
`CTfile` > `CTFpupilData` > `Pupil`, in any namespace or none. Admission and leaving stand in
`SchoolHistory`, in the entry with this school's `LEA` and `Estab`. A CTF tells no class, and no staff:
`staff.csv` beside it is read where it is there; otherwise the extract does not cover staff.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from provisioning.errors import ExtractProblem
from provisioning.records.extracts import FILES
from provisioning.records.people import Kind
from provisioning.sources.columns import Cells
from provisioning.sources.formats import csv_folder
from provisioning.sources.formats.rostering import iso, readable
from provisioning.sources.formats.xml_stream import EndOfElement, Event, Start, Words, events
from provisioning.sources.limits import MAX_CELL
from provisioning.sources.opening import open_file, written
from provisioning.sources.reading import Gathering, Reading
from provisioning.sources.single import single

_FIELDS = {
    "UPN": "upn",
    "Surname": "legal_surname",
    "Forename": "legal_forename",
    "DOB": "date_of_birth",
    "BasicDetails/FormerUPN": "former_upn",
    "BasicDetails/NCyearActual": "year_group",
    "BasicDetails/EnrolStatus": "enrolment_status",
}
_SCHOOL = "SchoolHistory/School/"
_HISTORY = {_SCHOOL + name: name for name in ("LEA", "Estab", "EntryDate", "LeavingDate")}


class _Stay(NamedTuple):
    """A learner's stay at the school; dates are as `iso` writes them."""

    entered: str
    left: str

    @property
    def order(self) -> tuple[int, str, bool]:
        """The key by which the latest stay comes last, and so does one that may be the present one."""
        if readable(self.entered):
            return 1, self.entered, not self.left
        return (2 if self.entered or not self.left else 0), self.entered, not self.left


def read(folder: Path, school: str) -> Reading:
    """Return the learners of the one `.xml` file, and the staff of `staff.csv` where it is there."""
    name = single(folder, school, ".xml", "CTF (*.xml)")
    gathering = Gathering(school, {Kind.LEARNER: name, Kind.STAFF: FILES[Kind.STAFF]})
    with open_file(folder, name) as file:
        gathering.dated(written(file))
        for line, cells in _pupils(events(file, name, gathering.digest), name, school):
            gathering.add(Kind.LEARNER, cells, line)
    if gathering.empty:
        raise ExtractProblem("extract-no-people", file=name, school=school)
    if not os.path.lexists(folder / FILES[Kind.STAFF]):
        return gathering.done(covers=(Kind.LEARNER,))
    csv_folder.read_file(folder, Kind.STAFF, gathering)
    return gathering.done()


def _pupils(stream: Iterator[Event], name: str, school: str) -> Iterator[tuple[int, Cells]]:
    """Yield each pupil's cells and the line that the element starts on; one element at a time is held."""
    root = next((event.name for event in stream if isinstance(event, Start)), None)
    if root != "CTfile":
        raise ExtractProblem("extract-not-ctf", file=name, root=root)
    inside = False
    for event in stream:
        if isinstance(event, Start) and event.name == "SourceSchool" and not inside:
            _require_ours(_children(stream), name, school)
        elif isinstance(event, Start) and event.name == "CTFpupilData":
            inside = True
        elif isinstance(event, EndOfElement) and event.name == "CTFpupilData":
            inside = False
        elif inside and isinstance(event, Start) and event.name == "Pupil":
            yield event.line, _pupil(stream, name, event.line, school)


def _children(stream: Iterator[Event]) -> dict[str, str]:
    """Return the texts of the elements in the element that has just begun; reads to its end."""
    found: dict[str, str] = {}
    names: list[str] = []
    for event in stream:
        match event:
            case Start(name=name):
                names.append(name)
            case Words(text=text) if names:
                found[names[-1]] = (found.get(names[-1], "") + text)[:MAX_CELL]
            case EndOfElement():
                if not names:
                    break
                names.pop()
    return {name: text.strip() for name, text in found.items()}


def _require_ours(source: Mapping[str, str], name: str, school: str) -> None:
    """Refuse the file of another school: it may be about its leavers, and never holds all of our learners.

    `DestSchool` is not looked at: a school that writes a file for itself may put anything there.
    """
    number = _number(source)
    if len(number) == 7 and number.isdecimal() and number != school:
        raise ExtractProblem("extract-ctf-of-another", file=name, found=number, school=school)


def _pupil(stream: Iterator[Event], name: str, line: int, school: str) -> Cells:
    """Return the cells of the pupil whose element has just begun; reads to its end."""
    cells = dict.fromkeys(_FIELDS.values(), "")
    stays: list[_Stay] = []
    path: list[str] = []
    words: list[str] = []
    length = 0
    here: dict[str, str] = {}
    for event in stream:
        match event:
            case Start():
                path.append(event.name)
                words, length = [], 0
            case Words():
                length += len(event.text)
                if length > MAX_CELL:
                    raise ExtractProblem("extract-cell-too-long", file=name, line=line, limit=MAX_CELL)
                words.append(event.text)
            case EndOfElement():
                if not path:
                    return cells | _dates(stays)
                place = "/".join(path)
                path.pop()
                text = "".join(words).strip()
                words, length = [], 0
                if place in _FIELDS:
                    cells[_FIELDS[place]] = text
                elif place in _HISTORY:
                    here[_HISTORY[place]] = text
                elif place == "SchoolHistory/School":
                    if _number(here) == school:
                        stays.append(_Stay(iso(here.get("EntryDate", "")), iso(here.get("LeavingDate", ""))))
                    here = {}
    return cells


def _dates(stays: Sequence[_Stay]) -> dict[str, str]:
    """Return the dates of the latest of a learner's stays at this school; blank where there is none."""
    stay = max(stays, key=lambda stayed: stayed.order, default=_Stay("", ""))
    return {"admission_date": stay.entered, "leaving_date": stay.left}


def _number(school: Mapping[str, str]) -> str:
    """Return the school number of an element with `LEA` and `Estab`."""
    return school.get("LEA", "").zfill(3) + school.get("Estab", "").zfill(4)
