"""Where the schools' extracts lie, and the last readings of them."""

import os
import re
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path

from provisioning.errors import ExtractProblem
from provisioning.ids import Fingerprint
from provisioning.kept import Kept
from provisioning.planning.unchanged import next_day
from provisioning.records.extracts import LEAD, Extract
from provisioning.records.people import Kind
from provisioning.records.schools import School
from provisioning.sources.complete import shapes
from provisioning.sources.deduplicate import settle
from provisioning.sources.formats.table import SOURCES, fingerprinter, reader
from provisioning.sources.opening import require_inside
from provisioning.sources.reading import Reading

_KEPT = 48
"""Schools of which the reading and the extract are kept: a diagnosis asks for them many times in a row."""

_LOOKED_AT = 1_000
"""Files of a folder whose times are looked at."""

SCHOOL_NUMBER = re.compile(r"\d{7}")
"""A school's number, after which its folder is named."""


class ExtractFolder:
    """The folder of extracts, one folder a school; a file is read again whenever it has changed.

    A reading is kept until the stamp of its files changes, an extract until that or the day does. `lead` is
    how long before they join people are to have their accounts.
    """

    def __init__(self, folder: Path, lead: timedelta = LEAD) -> None:
        self.folder, self.lead = folder, lead
        self._readings: Kept[str, Reading] = Kept(_KEPT)
        self._extracts: Kept[str, Extract] = Kept(_KEPT)

    def read(self, school: School, today: date) -> Extract:
        """Return a school's extract as it stands on a day, in the format that its `source` names.

        Raises `ExtractProblem` where it can't be read.
        """
        number, source = school.number, school.source
        stamp = self._stamp(number, source)

        def read() -> Extract:
            reading = self._readings.get(number, stamp, lambda: reader(source)(self.folder / number, number))
            return _settled(reading, school, today, self.lead)

        return self._extracts.get(number, (stamp, today), read)

    def fingerprint(self, school: str, source: str) -> str | None:
        """Return an extract's present fingerprint; None where only reading every row would tell it."""
        fingerprint = fingerprinter(source)
        try:
            require_inside(self.folder, school)
            return fingerprint(self.folder / school) if fingerprint else None
        except (ExtractProblem, OSError):
            return None

    def stamp(self, school: str) -> tuple[object, ...]:
        """Return a stamp that changes when a file of a school's extract is written; no file is read."""
        return tuple(_stamps(self.folder / school, 2))

    def numbers(self) -> list[str]:
        """Return the numbers of the schools that have a folder here, in order; no file is read."""
        try:
            return sorted(
                entry.name for entry in os.scandir(self.folder) if SCHOOL_NUMBER.fullmatch(entry.name)
            )
        except OSError:
            return []

    def written_at(self, school: str) -> datetime | None:
        """Return when the newest file of a school's extract was written; None without files.

        No file is read.
        """
        try:
            require_inside(self.folder, school)
            found = islice((self.folder / school).glob("**/*"), _LOOKED_AT)
            times = [path.stat().st_mtime for path in found if path.is_file()]
        except (ExtractProblem, OSError):
            return None
        return datetime.fromtimestamp(max(times), UTC) if times else None

    def _stamp(self, school: str, source: str) -> tuple[object, ...]:
        """Return what a school's reading is kept under; raises `ExtractProblem` where it can't be read."""
        if source not in SOURCES:
            raise ExtractProblem(
                "extract-source-unknown", school=school, source=source, known=", ".join(SOURCES)
            )
        require_inside(self.folder, school)
        return (source, *_stamps(self.folder / school, 2))


def _settled(reading: Reading, school: School, today: date, lead: timedelta) -> Extract:
    """Return the extract that a `reading` of `school` is on the day `today`."""
    rejected, files = reading.rejections, reading.files
    of_learners = [row for row in rejected if row.kind is Kind.LEARNER]
    of_staff = [row for row in rejected if row.kind is Kind.STAFF]
    learners, duplicates = settle(reading.learners, of_learners, today, lead, files[Kind.LEARNER])
    staff, staff_duplicates = settle(reading.staff, of_staff, today, lead, files[Kind.STAFF])
    rejected = (*rejected, *duplicates, *staff_duplicates)
    return Extract(
        school=school.number,
        learners=learners,
        staff=staff,
        rejections=rejected,
        fingerprint=Fingerprint(reading.fingerprint),
        as_of=reading.as_of,
        covers=reading.covers,
        source=school.source,
        next_day=next_day((*reading.learners, *reading.staff, *reading.rejections), today, lead),
        shapes=shapes(reading, rejected),
        lead=lead,
    )


def _stamps(folder: Path, depth: int) -> list[object]:
    """Return each file's name, time and size, folders included: it changes when a file is written."""
    stamps: list[object] = []
    try:
        with os.scandir(folder) as found:
            for entry, _ in zip(found, range(_LOOKED_AT), strict=False):
                stamps.append((entry.path, *_status(entry)))
                if depth > 1 and entry.is_dir():
                    stamps += _stamps(Path(entry.path), depth - 1)
    except OSError as error:
        stamps.append(error.errno)
    return sorted(stamps, key=str)


def _status(entry: os.DirEntry[str]) -> tuple[int, ...]:
    try:
        status = entry.stat()
    except OSError:
        return ()
    # The time of the change too: an export may carry its own time, and the same size as the one before.
    return status.st_mtime_ns, status.st_ctime_ns, status.st_size
