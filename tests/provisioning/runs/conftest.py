"""A run that a safeguard holds back."""

from dataclasses import replace

import pytest

from provisioning.store.runs import Run
from tests.builders import GLAN, Schools
from tests.provisioning.runs.decision_builders import NEW, PUPILS, left


@pytest.fixture
def held(provisioning: Schools) -> Run:
    """A held run: twenty of forty leave at once, one learner changes class, and one is new."""
    provisioning.extracts(GLAN, *PUPILS)
    provisioning.runs(GLAN)
    provisioning.extracts(GLAN, *left(PUPILS[:20]), replace(PUPILS[20], class_name="7B"), *PUPILS[21:], NEW)
    return provisioning.runs(GLAN)
