"""What holds in the store holds on every kind of database."""

import pytest


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of a migrated database that is this test's alone, of each kind."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url
