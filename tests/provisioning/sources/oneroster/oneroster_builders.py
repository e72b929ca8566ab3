"""OneRoster in both its versions, and the learner whom most of its cases are about."""

from pathlib import Path

import pytest

from provisioning.records.people import Learner
from tests.provisioning.sources.source_builders import learner_of, read

BOTH = pytest.mark.parametrize("version", ["1.1", "1.2"])


def seren(folder: Path) -> Learner:
    found = learner_of(read(folder, "oneroster"), "Evans")
    assert isinstance(found, Learner)
    return found
