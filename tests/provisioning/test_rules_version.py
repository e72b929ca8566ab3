"""A changed rule raises RULES_VERSION, so that no school skips a run that the new rule would change."""

import pytest

from provisioning.rules_version import RULES_VERSION
from tests import rules_digest
from tests.rules_digest import complaint, digest

RULE = '''
"""Rules."""
from datetime import timedelta
from provisioning.records import Kind, Note

LEAD = timedelta(days=14)
"""How long before."""


def is_due(day, today):
    """Whether a day has come."""
    return day <= today  # the day itself counts
'''


def test_the_version_is_that_of_the_rules() -> None:
    told = complaint(RULES_VERSION, rules_digest.of_rules(), rules_digest.written())
    assert told is None, told


def test_the_rules_are_looked_at() -> None:
    found = {path.relative_to(rules_digest.ROOT).as_posix() for path in rules_digest.modules()}
    assert "rules.py" in found
    assert not any("migrations" in path for path in found)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("  # the day itself counts", ""),
        ("Whether a day has come.", "Whether it has come."),
        ("How long before.", "The lead days."),
        ('"""Rules."""', ""),
        ("return day <= today", "return (\n        day <= today\n    )"),
        ("Kind, Note", "Note, Kind"),
        ("provisioning.records", "provisioning.planning.records"),
    ],
)
def test_what_changes_no_rule_leaves_the_digest(old: str, new: str) -> None:
    assert old in RULE
    assert digest([RULE.replace(old, new)]) == digest([RULE])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("days=14", "days=15"),
        ("day <= today", "day < today"),
        ("day <= today", "None"),
        ("Kind, Note", "Kind"),
        ("def is_due(day, today)", "def is_due(day, today=None)"),
    ],
)
def test_what_changes_a_rule_changes_the_digest(old: str, new: str) -> None:
    assert old in RULE
    assert digest([RULE.replace(old, new)]) != digest([RULE])


def test_a_file_may_be_renamed_or_moved() -> None:
    assert digest([RULE, "LIMIT = 3"]) == digest(["LIMIT = 3", RULE])


def test_who_changes_a_rule_is_told_what_to_do() -> None:
    kept = {"version": 4, "digest": "before"}
    told = complaint(4, "after", kept)
    assert told is not None
    assert told.startswith("the rules have changed: raise RULES_VERSION and write digest after")
    assert (complaint(5, "after", kept) or "").startswith("RULES_VERSION is 5: write it and digest after")
    assert complaint(4, "before", kept) is None
