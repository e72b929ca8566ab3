"""The case files of a portal (`tests/cases/portal`): a real client, real exports, and the real walk."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.builders import GLAN, Schools, write
from tests.diagnostics.case_files import Story, stories, uk
from tests.diagnostics.test_cases import outcome, said
from tests.paths import TESTS
from tests.portal_builders import PortalSchools

pytestmark = pytest.mark.both_databases


@pytest.mark.parametrize("story", list(stories(TESTS / "cases" / "portal")), ids=str)
def test_case(story: Story, provisioning: Schools, tmp_path: Path) -> None:
    portal = PortalSchools(provisioning, tmp_path / "portal")
    for day in story.days:
        happens(portal, replace(story, days=[day]), day)
    found, expected = story.diagnosis(portal), story.expected
    in_english = said(found, "en", provisioning.knowledge)
    assert said(found, "cy", provisioning.knowledge)
    assert list(found.causes) == expected["causes"]
    if "next" in expected:
        assert found.next.who == expected["next"]
    steps = {verdict.step: outcome(verdict) for verdict in found.steps}
    assert expected.get("some_steps", {}).items() <= steps.items()
    for words in expected.get("says", ()):
        assert words in in_english
    for words in expected.get("says_not", ()):
        assert words not in in_english


def happens(portal: PortalSchools, story: Story, day: Mapping[str, Any]) -> None:
    """A day: the export that lies there, what the client will say and have written, and its run."""
    at = uk(day["on"])
    if "export" in day:
        table(portal.portal / "users.csv", day["export"], at)
        portal.reads(at)
    portal.client_says(day.get("client_says", ""))
    if "export_after" in day:
        table(portal.portal / f"after-{GLAN.number}", day["export_after"], at)
        (portal.portal / f"after-{GLAN.number}.path").write_text(
            str(portal.portal / "users.csv"), encoding="utf-8"
        )
    story.happens(portal)


def table(path: Path, rows: str, at: datetime) -> None:
    """An export as a case file writes it, as of a moment."""
    write(path, [[cell.strip() for cell in line.split("|")] for line in rows.strip().splitlines()], at)
