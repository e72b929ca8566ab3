"""Every format in which a school may hand in its records, by the name that its `source` has."""

from collections.abc import Callable, Mapping
from pathlib import Path
from pkgutil import resolve_name
from typing import cast

from provisioning.sources.reading import Reading

SOURCES: Mapping[str, str] = {
    "csv": "csv_folder:read",
    "sims": "csv_folder:read",
    "oneroster": "oneroster:read",
    "ctf": "common_transfer:read",
    "sds": "school_data_sync:read",
    "xlsx": "workbooks:read_xlsx",
    "ods": "workbooks:read_ods",
}
"""The module and function of each format, by the name that a school's `source` has.

A SIMS report is CSV with other header names. A format is imported when a school of it is read, for importing
all of them takes as long as running a school.
"""

_FINGERPRINTS: Mapping[str, str] = {
    "csv": "csv_folder:fingerprint",
    "sims": "csv_folder:fingerprint",
}


def reader(source: str) -> Callable[[Path, str], Reading]:
    """Return the function that reads the folder of a school, whose number it takes as well, in a format."""
    return cast("Callable[[Path, str], Reading]", _resolved(SOURCES[source]))


def fingerprinter(source: str) -> Callable[[Path], str] | None:
    """Return the function that finds out a folder's fingerprint without reading rows, if `source` has one."""
    name = _FINGERPRINTS.get(source)
    return cast("Callable[[Path], str]", _resolved(name)) if name else None


def _resolved(name: str) -> object:
    return resolve_name(f"provisioning.sources.formats.{name}")
