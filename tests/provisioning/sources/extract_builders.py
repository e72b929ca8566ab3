"""The two CSV files of an extract, written as text: Seren, Mali and Jac, and what reading them says."""

from pathlib import Path

import pytest

from knowledge.texts import Text
from provisioning.errors import ExtractProblem
from provisioning.records.extracts import Extract
from provisioning.sources.extract_folder import ExtractFolder
from tests.builders import GLAN, TODAY

LEARNERS = "upn,legal_surname,legal_forename,admission_date,leaving_date,year_group,class\n"
SEREN = "H801200001001,Evans,Seren,2026-09-01,,7,7A\n"
STAFF = "staff_code,legal_surname,legal_forename,start_date,leaving_date\n"
JAC = "JEV,Evans,Jac,2026-09-01,\n"
MALI = "B801200005001,Puw,Mali,2026-09-01,,7,7A\n"


def replaced(text: str, parts: dict[str, str]) -> str:
    for old, new in parts.items():
        assert old in text
        text = text.replace(old, new, 1)
    return text


def read(
    folder: Path, learners: str | bytes | None = LEARNERS + SEREN, staff: str | bytes | None = STAFF + JAC
) -> Extract:
    """The extract of school 6809903 from the content of its two files; None is a file that is not there."""
    (folder / "6809903").mkdir()
    for name, content in (("learners.csv", learners), ("staff.csv", staff)):
        if content is not None:
            raw = content.encode() if isinstance(content, str) else content
            (folder / "6809903" / name).write_bytes(raw)
    return ExtractFolder(folder).read(GLAN, TODAY)


def problem(folder: Path, **files: str | bytes | None) -> Text:
    """What is wrong with the files."""
    with pytest.raises(ExtractProblem) as raised:
        read(folder, **files)
    return raised.value.said
