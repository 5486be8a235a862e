"""What every test may ask for: a hypothesis profile, an environment without `CREDIT_*`, and a real PostgreSQL."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.postgresql import PostgresqlServer, running

# A shared machine may stop for a second in the middle of an example: that is no finding. Every run tries the same
# examples, so that a red run can be repeated; whoever looks for new ones says `--hypothesis-profile=desk`.
settings.register_profile("desk", deadline=None)
settings.register_profile("same", deadline=None, derandomize=True, print_blob=True)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Choose the profile, and keep the settings of whoever runs the tests out of the tests."""
    settings.load_profile("same")
    for name in [name for name in os.environ if name.startswith("CREDIT_")]:
        del os.environ[name]


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgresqlServer]:
    """One PostgreSQL for each test process, started when the first test asks for it."""
    with running() as server:
        yield server


@pytest.fixture
def postgresql_url(postgresql_server: PostgresqlServer) -> Iterator[str]:
    """The SQLAlchemy URL of an empty PostgreSQL database that this test has to itself."""
    with postgresql_server.database() as url:
        yield url
