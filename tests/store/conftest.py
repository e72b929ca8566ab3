"""What holds in the store holds on every kind of database."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.builders import House
from tests.store import forking


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of a migrated database that is this test's alone, of each kind."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture(scope="session")
def _forks() -> Iterator[Callable[[str, Path], forking.Run]]:
    with forking.forks() as at_work:
        yield at_work


@pytest.fixture
def processes(
    _forks: Callable[[str, Path], forking.Run], provisioning: House, database_url: str
) -> forking.Run:
    """Starts real processes on a test's house, all at once."""
    return _forks(database_url, provisioning.folder)
