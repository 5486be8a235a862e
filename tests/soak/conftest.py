"""A registry on each of the two databases."""

from tests.unit.gateway.conftest import database_url, registry

__all__ = ["database_url", "registry"]
