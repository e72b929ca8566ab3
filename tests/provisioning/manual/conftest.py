"""The day on which accounts made by hand are reviewed."""

import pytest

from provisioning.runs.dependencies import Provisioning
from tests.builders import Schools
from tests.provisioning.manual.review_builders import AUGUST


@pytest.fixture
def then(provisioning: Schools) -> Provisioning:
    """The services on a Wednesday in August."""
    return provisioning.at(AUGUST)
