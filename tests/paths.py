"""Where the tests and the repository lie."""

from pathlib import Path

TESTS = Path(__file__).parent
REPOSITORY = TESTS.parent
