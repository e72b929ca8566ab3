"""How many days before a person joins the account is made, as the settings say, in a diagnosis."""

from dataclasses import replace
from datetime import timedelta

from diagnostics.walk import diagnose
from knowledge.ids import Question
from provisioning.sources.extract_folder import ExtractFolder
from tests.builders import GLAN, TODAY, Schools, learner

IN_TEN_DAYS = learner(admission_date=TODAY + timedelta(days=10))


def test_a_diagnosis_goes_by_the_days_ahead_of_the_settings(provisioning: Schools) -> None:
    """With 14 days ahead it is time for the account, and a run is wanting; with seven it is too early."""
    provisioning.extracts(GLAN, IN_TEN_DAYS)
    here = provisioning.at()

    def asked(days: int) -> str:
        folder = ExtractFolder(here.extract_folder.folder, timedelta(days=days))
        found = diagnose(
            replace(here, extract_folder=folder), Question.WHY_MISSING, IN_TEN_DAYS.upn, GLAN.number
        )
        return found.cause

    assert [asked(14), asked(7)] == ["never-run", "not-yet-on-roll"]
