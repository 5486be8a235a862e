"""A registry under the law as shipped."""

import pytest

from tests.real_gateway import RealGateway
from tests.unit.gateway.registry.statute import adopt_shipped_law


@pytest.fixture
def under_law(registry: RealGateway) -> RealGateway:
    adopt_shipped_law(registry)
    return registry
