"""Every format in which a school may hand in its records, by the name that its `source` has."""

from collections.abc import Callable, Mapping
from pathlib import Path

from provisioning.sources.formats import common_transfer, csv_folder, oneroster, school_data_sync, workbooks
from provisioning.sources.reading import Reading

SOURCES: Mapping[str, Callable[[Path, str], Reading]] = {
    "csv": csv_folder.read,
    "sims": csv_folder.read,
    "oneroster": oneroster.read,
    "ctf": common_transfer.read,
    "sds": school_data_sync.read,
    "xlsx": workbooks.read_xlsx,
    "ods": workbooks.read_ods,
}
"""The formats by the name that a school's `source` has; a SIMS report is CSV with other header names."""

FINGERPRINTS: Mapping[str, Callable[[Path], str]] = {
    "csv": csv_folder.fingerprint,
    "sims": csv_folder.fingerprint,
}
