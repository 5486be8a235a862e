"""A gateway of its own for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.real_gateway import RealGateway


@pytest.fixture
def real(tmp_path: Path) -> Iterator[RealGateway]:
    """Two operators, an adopted law, nothing published."""
    made = RealGateway.make(tmp_path)
    yield made
    made.close()
