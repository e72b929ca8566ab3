"""Schools whose accounts are read from an export of the portal."""

from pathlib import Path

import pytest

from tests.builders import Schools
from tests.portal_builders import PortalSchools


@pytest.fixture
def portal(provisioning: Schools, tmp_path: Path) -> PortalSchools:
    """One export for the installation."""
    return PortalSchools(provisioning, tmp_path / "portal")
