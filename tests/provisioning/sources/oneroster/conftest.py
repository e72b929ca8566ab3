"""The little school as a OneRoster export."""

from pathlib import Path

import pytest

from tests.provisioning.sources.source_builders import lay


@pytest.fixture
def folder(version: str, tmp_path: Path) -> Path:
    return lay(f"oneroster-{version}", tmp_path)
