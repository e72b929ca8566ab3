"""Where cells of a row stand that come from another table: a rejection names the place of the faulty one."""

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from provisioning.records import Rejection
from provisioning.sources.columns import Cells


class Place(NamedTuple):
    """A line of a file."""

    file: str
    line: int


Places = Mapping[str, Place]
"""The places of those cells of a row, by column, that stand elsewhere than the row itself."""

_DATES = ("admission_date", "start_date", "leaving_date", "date_of_birth")
_COLUMNS = {
    "admission-date-missing": ("admission_date",),
    "start-date-missing": ("start_date",),
    "date-unreadable": _DATES,
    "date-implausible": ("leaving_date", *_DATES),
    "year-group-unreadable": ("year_group",),
    "swac-role-missing": ("swac_role",),
}
"""The columns that a reason may be about, by the reason; of several, the one with the value that it gives."""


def at_fault(rejection: Rejection, cells: Cells, places: Places) -> Rejection:
    """The rejection with the place of the faulty cell, where `places` knows a place for it."""
    for column in _COLUMNS.get(rejection.reason, ()):
        if column in places and cells.get(column, "") == rejection.value:
            return replace(rejection, file=places[column].file, line=places[column].line)
    return rejection
