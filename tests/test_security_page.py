"""The page on security names tests that exist, and every table in which something is kept."""

import re

import pytest

from bot.service.every_table import METADATA
from tests.paths import REPOSITORY

PAGE = (REPOSITORY / "docs/security.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| ([STRIDE]) \| (.+?) \| .+ \| (.+?) \|$", PAGE, re.MULTILINE)


@pytest.mark.parametrize(("kind", "threat", "test"), ROWS, ids=[threat for _, threat, _ in ROWS])
def test_a_threat_names_the_test_that_answers_it(kind: str, threat: str, test: str) -> None:
    named = re.fullmatch(r"`(tests/[\w/]+\.py)::(test_\w+)`", test)
    assert named, f"{threat}: {test} is no test"
    file = REPOSITORY / named[1]
    assert re.search(rf"^(?:async )?def {named[2]}\(", file.read_text(encoding="utf-8"), re.MULTILINE)


def test_every_letter_of_stride_has_its_threats() -> None:
    assert {kind for kind, *_ in ROWS} == set("STRIDE")


def test_every_table_of_the_database_is_on_the_page() -> None:
    assert not [name for name in METADATA.tables if f"`{name}`" not in PAGE]
