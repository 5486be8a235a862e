"""Offices of tables, on both databases and on the one."""

from pathlib import Path

import pytest

from tests.real_gateway import RealGateway
from tests.unit.gateway.intake.table_office import Office


@pytest.fixture
def office(registry: RealGateway, tmp_path: Path) -> Office:
    return Office(registry, tmp_path)


@pytest.fixture
def one_office(sqlite_registry: RealGateway, tmp_path: Path) -> Office:
    return Office(sqlite_registry, tmp_path)
