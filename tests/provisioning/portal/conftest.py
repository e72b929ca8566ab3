"""Schools whose accounts are read from an export of the portal."""

from pathlib import Path

import pytest

from tests.builders import House
from tests.portal_builders import PortalHouse


@pytest.fixture
def portal(provisioning: House, tmp_path: Path) -> PortalHouse:
    """One export for the installation."""
    return PortalHouse(provisioning, tmp_path / "portal")
