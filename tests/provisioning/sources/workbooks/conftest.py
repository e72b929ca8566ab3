"""An empty folder for the school's workbooks."""

from pathlib import Path

import pytest

from tests.provisioning.sources.source_builders import SCHOOL


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / SCHOOL
    folder.mkdir()
    return folder
