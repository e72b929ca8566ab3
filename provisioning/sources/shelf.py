"""Where the schools' extracts lie, and the last readings of them."""

import threading
from collections import OrderedDict
from datetime import date
from pathlib import Path

from provisioning.records import Extract
from provisioning.sources import csv_files
from provisioning.sources.columns import FILES
from provisioning.sources.settle import settle

_KEPT = 48
"""Readings kept in memory: a diagnosis asks for a school's extract many times in a row."""

_Stamp = tuple[tuple[int, int], ...]


class Shelf:
    """The folder of extracts, one folder a school; a file is read again whenever it has changed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._readings: OrderedDict[str, tuple[_Stamp, csv_files.Reading]] = OrderedDict()
        self._lock = threading.Lock()

    def read(self, school: str, today: date) -> Extract:
        """A school's extract as it stands on a day; raises `ExtractProblem` where it can't be read."""
        reading = self._reading(school)
        learners, learner_duplicates = settle(reading.learners, today)
        staff, staff_duplicates = settle(reading.staff, today)
        return Extract(
            school=school,
            learners=learners,
            staff=staff,
            rejections=(*reading.rejections, *learner_duplicates, *staff_duplicates),
            fingerprint=reading.fingerprint,
            as_of=reading.as_of,
        )

    def _reading(self, school: str) -> csv_files.Reading:
        folder = self.folder / school
        stamp = _stamp(folder)
        with self._lock:
            kept = self._readings.get(school)
            if kept is not None and kept[0] == stamp:
                self._readings.move_to_end(school)
                return kept[1]
        reading = csv_files.read(folder, school)
        with self._lock:
            self._readings[school] = (stamp, reading)
            self._readings.move_to_end(school)
            while len(self._readings) > _KEPT:
                self._readings.popitem(last=False)
        return reading


def _stamp(folder: Path) -> _Stamp:
    """What changes when a file is written: its time and size; files that are missing count as (0, 0)."""
    stamps = []
    for name in FILES.values():
        try:
            status = (folder / name).stat()
            stamps.append((status.st_mtime_ns, status.st_size))
        except OSError:
            stamps.append((0, 0))
    return tuple(stamps)
