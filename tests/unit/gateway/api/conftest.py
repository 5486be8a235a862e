"""A gateway of its own for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.real_gateway import HONOUR, RealGateway


@pytest.fixture
def real(tmp_path: Path) -> Iterator[RealGateway]:
    """Two operators, an adopted law, nothing published."""
    made = RealGateway.make(tmp_path)
    yield made
    made.close()


@pytest.fixture
def asked(real: RealGateway) -> Iterator[FlaskClient]:
    """The application with ten listed companies, everything declared and published."""
    real.list_companies(range(10))
    real.list_companies([20], HONOUR)
    real.declare()
    real.publish()
    with real.asked() as client:
        yield client
